// Opens words of facts that nobody sealed, as unit tests of views have them.
#pragma once

#include <utility>

#include "projections/engine/words.h"

namespace sanzhang::projections::bench {

class PlainWords : public WordsOpener {
 public:
  void Open(opening::v1::OpenTextsRequest request, absl::Time, Done done) override {
    opening::v1::OpenTextsResponse response;
    for (const type::v1::SealedPassage& passage : request.passages()) {
      views::v1::Words& words = *response.add_words();
      words.set_state(views::v1::WORDS_STATE_SHOWN);
      words.set_text(passage.text().content());
    }
    asked = std::move(request);
    done(std::move(response));
  }

  opening::v1::OpenTextsRequest asked;  // Last.
};

}  // namespace sanzhang::projections::bench
