#include "services/audit/story.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/timestamp.pb.h"
#include "proto/wire/names.h"
#include "proto/wire/time.h"
#include "sanzhang/log/v1/record.pb.h"
#include "services/audit/story_table.h"

namespace sanzhang::audit {
namespace {

namespace pb = google::protobuf;

constexpr std::string_view kPackage = "sanzhang.";
constexpr std::uint64_t kShownEvery = 1000;
constexpr std::string_view kKinds[] = {"/complaints/", "/resolutions/", "/ratingCampaigns/"};

// The fact of a record; null if this program does not know its type.
std::unique_ptr<pb::Message> FactOf(const log::v1::Record& record) {
  const pb::Descriptor* type =
      pb::DescriptorPool::generated_pool()->FindMessageTypeByName(record.type());
  if (type == nullptr) return nullptr;
  std::unique_ptr<pb::Message> fact(
      pb::MessageFactory::generated_factory()->GetPrototype(type)->New());
  if (!fact->ParseFromString(record.payload())) return nullptr;
  return fact;
}

std::string TextIn(const pb::Message& fact, const char* field) {
  const pb::FieldDescriptor* found = fact.GetDescriptor()->FindFieldByName(field);
  if (found == nullptr || found->is_repeated() ||
      found->cpp_type() != pb::FieldDescriptor::CPPTYPE_STRING) {
    return "";
  }
  return fact.GetReflection()->GetString(fact, found);
}

// A field of a fact that is a time and is set.
std::optional<absl::Time> TimeIn(const pb::Message& fact, std::string_view field) {
  const pb::FieldDescriptor* found = fact.GetDescriptor()->FindFieldByName(std::string(field));
  if (found == nullptr || found->message_type() != pb::Timestamp::descriptor() ||
      !fact.GetReflection()->HasField(fact, found)) {
    return std::nullopt;
  }
  return wire::ToTime(
      static_cast<const pb::Timestamp&>(fact.GetReflection()->GetMessage(fact, found)));
}

// Tells the clocks of one resource.
class ClockTeller {
 public:
  explicit ClockTeller(const StoryWords& words) : words_(words) {}

  std::vector<std::string> Tell(std::string_view type, const pb::Message& fact, absl::Time at) {
    std::vector<std::string> lines;
    type.remove_prefix(std::min(kPackage.size(), type.size()));
    for (const ClockRule& rule : Clocks()) {
      TellEnd(rule, type, at, lines);
      TellBegin(rule, type, fact, lines);
    }
    if (type == "complaint.v1.ComplaintSuspended") TellPause(lines);
    if (type == "complaint.v1.ComplaintDeadlineBreached") TellBreach(fact, lines);
    return lines;
  }

  // What runs still.
  std::vector<std::string> Rest() const {
    std::vector<std::string> lines;
    for (const auto& [name, clock] : running_) {
      lines.push_back(words_.Choose(absl::StrCat("仍在计时：", std::string(clock.rule->zh),
                                                 "，截止 ", StoryWords::Time(clock.due)),
                                    absl::StrCat("still runs: ", std::string(clock.rule->en),
                                                 ", due ", StoryWords::Time(clock.due))));
    }
    return lines;
  }

 private:
  struct Running {
    const ClockRule* rule = nullptr;
    absl::Time due;
  };

  void TellEnd(const ClockRule& rule, std::string_view type, absl::Time at,
               std::vector<std::string>& lines) {
    const auto clock = running_.find(rule.name);
    if (clock == running_.end()) return;
    const std::vector<std::string> ends = absl::StrSplit(std::string(rule.ends), ' ');
    if (std::find(ends.begin(), ends.end(), type) == ends.end()) return;
    const absl::Duration left = clock->second.due - at;
    const std::string by = words_.Duration(left < absl::ZeroDuration() ? -left : left);
    lines.push_back(
        left >= absl::ZeroDuration()
            ? words_.Choose(absl::StrCat(std::string(rule.zh), "结束，剩余 ", by),
                            absl::StrCat("clock ", std::string(rule.en), " ended, ", by, " left"))
            : words_.Choose(absl::StrCat(std::string(rule.zh), "结束，超期 ", by),
                            absl::StrCat("clock ", std::string(rule.en), " ended, ", by, " late")));
    running_.erase(clock);
  }

  void TellBegin(const ClockRule& rule, std::string_view type, const pb::Message& fact,
                 std::vector<std::string>& lines) {
    const std::vector<std::string> begins = absl::StrSplit(std::string(rule.begins), ' ');
    for (const std::string& begin : begins) {
      const std::size_t dot = begin.rfind('.');
      if (begin.substr(0, dot) != type) continue;
      const std::optional<absl::Time> due = TimeIn(fact, begin.substr(dot + 1));
      if (!due.has_value()) continue;
      const bool anew = running_.contains(rule.name);
      running_[rule.name] = {&rule, *due};
      const std::string time = StoryWords::Time(*due);
      lines.push_back(words_.Choose(
          absl::StrCat(std::string(rule.zh), anew ? "调整，截止 " : "起算，截止 ", time),
          absl::StrCat("clock ", std::string(rule.en), anew ? " set anew, due " : " begins, due ",
                       time)));
    }
  }

  void TellPause(std::vector<std::string>& lines) {
    for (const char* name : {"ACKNOWLEDGE", "ANSWER"}) {
      const auto clock = running_.find(std::string_view(name));
      if (clock == running_.end()) continue;
      lines.push_back(
          words_.Choose(absl::StrCat(std::string(clock->second.rule->zh), "中止计时"),
                        absl::StrCat("clock ", std::string(clock->second.rule->en), " paused")));
    }
  }

  void TellBreach(const pb::Message& fact, std::vector<std::string>& lines) {
    const std::optional<absl::Time> due = TimeIn(fact, "due");
    if (!due.has_value()) return;
    lines.push_back(words_.Choose(absl::StrCat("自 ", StoryWords::Time(*due), " 起超期"),
                                  absl::StrCat("overdue since ", StoryWords::Time(*due))));
  }

  const StoryWords& words_;
  std::map<std::string_view, Running> running_;
};

// How a sentence begins, for many of its kind.
std::string HeadOf(std::string_view sentence) {
  std::size_t end = sentence.size();
  for (const std::string_view stop : {"{", "[", "(", "（", "，", "：", ":", ",", " by {"}) {
    end = std::min(end, sentence.find(stop));
  }
  return std::string(absl::StripAsciiWhitespace(std::string(sentence.substr(0, end))));
}

// What of the log belongs to the story.
struct Chapter {
  std::vector<log::v1::Record> own;
  std::vector<log::v1::Record> notices;
  // Day and type → how many, of what lies beneath.
  std::map<std::pair<std::string, std::string>, std::uint64_t> beneath;
  std::set<std::string> notice_names;
};

void Sort(const std::string& name, const log::v1::Record& record, const pb::Message& fact,
          Chapter& chapter) {
  const std::string& stream = record.stream();
  if (stream == name) return chapter.own.push_back(record);
  if (stream.starts_with(name + "/")) {
    const std::string day =
        StoryWords::Time(wire::ToTime(record.occurred_at())).substr(0, sizeof "2026-01-01" - 1);
    ++chapter.beneath[{day, record.type()}];
    return;
  }
  if (record.type() == "sanzhang.notice.v1.NoticePublished" && TextIn(fact, "about") == name) {
    chapter.notice_names.insert(stream);
  }
  if (chapter.notice_names.contains(stream)) chapter.notices.push_back(record);
}

absl::Status ReadChapter(RecordSource& source, const std::string& name, const StoryOptions& options,
                         StoryWords& words, Chapter& chapter) {
  const absl::StatusOr<std::uint64_t> end = source.End();
  if (!end.ok()) return end.status();
  absl::Status failed;
  const absl::Status read = source.Read(
      {.community = std::string(wire::CommunityOf(name))},
      [&](std::uint64_t position, std::string_view bytes) {
        log::v1::Record record;
        if (!record.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
          failed = absl::DataLossError(absl::StrCat("position ", position, " can't be read"));
          return false;
        }
        if (options.on_progress && position % kShownEvery == 0) {
          options.on_progress(position, *end);
        }
        const std::unique_ptr<pb::Message> fact = FactOf(record);
        if (fact == nullptr) return true;
        words.Learn(record, *fact);
        Sort(name, record, *fact, chapter);
        return true;
      });
  if (options.on_progress) options.on_progress(*end, *end);
  return read.ok() ? failed : read;
}

// One fact: what happened, its clocks and its policies.
void TellFact(const log::v1::Record& record, const StoryOptions& options, const StoryWords& words,
              ClockTeller& clocks, const std::function<void(std::string_view)>& line) {
  const std::unique_ptr<pb::Message> fact = FactOf(record);
  if (fact == nullptr) return;
  const absl::Time at = wire::ToTime(record.occurred_at());
  const FactSentence* sentence = SentenceOf(record.type());
  const std::string what = sentence == nullptr
                               ? record.type()
                               : words.Fill(words.Choose(sentence->zh, sentence->en), *fact);
  line(absl::StrCat(StoryWords::Time(at), "  #", record.position(), "  ", words.Who(record.actor()),
                    words.Choose("：", ": "), what));
  for (const std::string& told : clocks.Tell(record.type(), *fact, at)) {
    line(absl::StrCat("    ", told));
  }
  for (const std::string& policy : record.policy_refs()) {
    const std::string citation = options.citation(policy);
    line(absl::StrCat("    ", words.Choose("依据 ", "under "), policy,
                      citation.empty() ? "" : absl::StrCat(words.Choose("：", ": "), citation)));
  }
}

}  // namespace

absl::Status TellStory(RecordSource& source, const std::string& name, const StoryOptions& options,
                       const std::function<void(std::string_view line)>& line) {
  const bool known =
      std::any_of(std::begin(kKinds), std::end(kKinds),
                  [&name](std::string_view kind) { return name.find(kind) != std::string::npos; });
  if (!known || !name.starts_with("communities/")) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", name,
                     "\" is not a complaint, a resolution or a rating campaign, as in "
                     "communities/heping/complaints/k1"));
  }
  StoryWords words(options.language);
  Chapter chapter;
  if (absl::Status read = ReadChapter(source, name, options, words, chapter); !read.ok()) {
    return read;
  }
  if (chapter.own.empty()) return absl::NotFoundError(absl::StrCat("the log has no ", name));
  line(name);
  std::vector<log::v1::Record>& all = chapter.own;
  all.insert(all.end(), chapter.notices.begin(), chapter.notices.end());
  std::sort(all.begin(), all.end(),
            [](const auto& a, const auto& b) { return a.position() < b.position(); });
  ClockTeller clocks(words);
  for (const log::v1::Record& record : all) TellFact(record, options, words, clocks, line);
  for (const std::string& rest : clocks.Rest()) line(absl::StrCat("    ", rest));
  if (chapter.beneath.empty()) return absl::OkStatus();
  line(words.Choose("其下按日统计：", "beneath it, by day:"));
  for (const auto& [key, count] : chapter.beneath) {
    const FactSentence* sentence = SentenceOf(key.second);
    const std::string what =
        sentence == nullptr ? key.second : HeadOf(words.Choose(sentence->zh, sentence->en));
    line(absl::StrCat("    ", key.first, "  ", count, " × ", what));
  }
  return absl::OkStatus();
}

}  // namespace sanzhang::audit
