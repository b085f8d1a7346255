// Words of persons: how rows hold them, how a query puts them into its answer, and how the answer's
// words are opened before it leaves (type/v1/personal_text.proto).
//
// Rows hold a SealedPassage as bytes. A query that has decided that the viewer may see the words
// puts them into a views.v1.Words, sealed; Answer and Watch then open all of an answer at once, at
// the command side, which has the keys and records who looks. What is sealed never leaves the
// process, and an answer whose words can't be opened is refused: never a blank.
// Pure but for OpenWords. Threads: any.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "google/protobuf/message.h"
#include "grpcpp/channel.h"
#include "projections/engine/viewer.h"
#include "sanzhang/log/v1/record.pb.h"
#include "sanzhang/opening/v1/opening_service.pb.h"
#include "sanzhang/type/v1/access.pb.h"
#include "sanzhang/type/v1/personal_text.pb.h"
#include "sanzhang/views/v1/words.pb.h"

namespace sanzhang::projections {

// For a row: the text with the place that it was sealed for. Empty: it holds no words. `field`: its
// path in the fact.
std::string PassageOf(const log::v1::Record& record, std::string_view field,
                      const type::v1::PersonalText& text);

// For an answer: a row's words, to be opened; no words if the passage is empty.
views::v1::Words WordsOf(std::string_view passage);
// The same for those who may not see them: only that there are words.
views::v1::Words Withheld(std::string_view passage);
// Of a name only the first code point: 张**.
views::v1::Words MaskedWordsOf(std::string_view passage);
// Words that are nobody's secret.
views::v1::Words OpenWordsOf(std::string text);

// What is shown of opened words: parts blacked out, then the first code points, or a masked name.
std::string TextShown(const views::v1::SealedWords& how, std::string_view text);

// Where words are opened.
class WordsOpener {
 public:
  using Done = std::function<void(absl::StatusOr<opening::v1::OpenTextsResponse>)>;
  virtual ~WordsOpener() = default;
  // `done` is called once, from any thread. KEYRING_UNAVAILABLE if it can't be done now.
  virtual void Open(opening::v1::OpenTextsRequest request, absl::Time deadline, Done done) = 0;
};

// By opening.v1.OpeningService on the channel, under this metadata.
std::unique_ptr<WordsOpener> MakeWordsOpener(
    std::shared_ptr<grpc::Channel> channel,
    std::vector<std::pair<std::string, std::string>> metadata);

// Who looks, and the capacity in which they may, where one decided.
struct Looker {
  const Caller& caller;
  type::v1::Role capacity = type::v1::ROLE_UNSPECIFIED;
};

// Opens all sealed words of an answer to `request`, and leaves nothing sealed in it. `answer` must
// live until `done` is called, which happens once: from this thread if nothing is sealed in it.
// KEYRING_UNAVAILABLE, also if `opener` is null; the answer is then empty.
void OpenWords(WordsOpener* opener, const Looker& looker, const google::protobuf::Message& request,
               absl::Time deadline, google::protobuf::Message& answer,
               std::function<void(absl::Status)> done);

}  // namespace sanzhang::projections
