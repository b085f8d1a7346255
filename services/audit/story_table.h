// How each fact of complaints, votes, ratings and notices is told, in Chinese and in English: the
// one table. A test holds it against the descriptors: every fact has its sentence, and every
// placeholder is a field of it.
//
// `{assignee_body}` stands for a field of the fact, told as story_words.h says, or for what the
// story knows beside it (kStoryValues); `{duty.min_until}` for a field within a field;
// `{upheld?was|was not}` is one of two phrases. A part between `[` and `]` is left out when a field
// in it is not set.
#pragma once

#include <span>
#include <string_view>

namespace sanzhang::audit {

struct FactSentence {
  std::string_view type;  // Without `sanzhang.`, as in `complaint.v1.ComplaintFiled`.
  std::string_view zh;
  std::string_view en;
};

std::span<const FactSentence> ComplaintSentences();
std::span<const FactSentence> ResolutionSentences();
std::span<const FactSentence> RatingSentences();  // And notices.

// What a story knows beside the fact: the resource that the fact is about; the body that a survey
// rates; the ballots on record when the vote closed, of an open vote and of a secret one.
inline constexpr std::string_view kStoryValues[] = {"self", "rated", "ballots", "box"};

// nullptr: there is none. `type` as in a record.
const FactSentence* SentenceOf(std::string_view type);

// A deadline is kept or missed; a period runs out.
enum class ClockKind { kDeadline, kPeriod };

// A clock: it begins, or is set anew, by each fact that has its deadline in a field; other facts
// end it.
struct ClockRule {
  ClockKind kind;
  std::string_view name;  // Unique.
  std::string_view zh;
  std::string_view en;
  // `complaint.v1.ComplaintAccepted.answer_due`, more of them separated by spaces.
  std::string_view begins;
  // Facts, separated by spaces; empty: no fact says that it was met.
  std::string_view ends;
};
std::span<const ClockRule> Clocks();

}  // namespace sanzhang::audit
