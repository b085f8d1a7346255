#include "projections/complaints/personal_text.h"

#include "projections/engine/words.h"
#include "sanzhang/complaint/v1/events.pb.h"

namespace sanzhang::projections {

views::v1::Words ComplaintWords(std::string_view passage, std::string_view redacted) {
  complaint::v1::ComplaintTextRedacted spans;
  if (!spans.ParseFromArray(redacted.data(), static_cast<int>(redacted.size()))) {
    return Withheld(passage);
  }
  views::v1::Words words = WordsOf(passage);
  if (!words.has_sealed()) return words;
  for (const complaint::v1::TextSpan& span : spans.spans()) {
    auto& hidden = *words.mutable_sealed()->add_hidden();
    hidden.set_start(span.start());
    hidden.set_length(span.length());
  }
  return words;
}

}  // namespace sanzhang::projections
