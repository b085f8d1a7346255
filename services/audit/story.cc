#include "services/audit/story.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "google/protobuf/descriptor.h"
#include "proto/wire/names.h"
#include "proto/wire/time.h"
#include "sanzhang/log/v1/record.pb.h"
#include "sanzhang/rating/v1/events.pb.h"
#include "sanzhang/resolution/v1/events.pb.h"
#include "services/audit/citations.h"
#include "services/audit/story_clocks.h"
#include "services/audit/story_table.h"

namespace sanzhang::audit {
namespace {

namespace pb = google::protobuf;

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
  std::vector<std::uint64_t> ballots;             // Their positions.
  bool secret = false;                            // The vote has a box.
  std::string rated;                              // The body that a survey rates.
  std::map<std::string, std::string> dimensions;  // Of the survey: code → name.
  absl::Time as_of;                               // When the last record of the community happened.
};

// What later sentences need of a fact of the resource itself.
void Remember(const pb::Message& fact, Chapter& chapter) {
  if (const auto* noticed = dynamic_cast<const resolution::v1::VoteNoticed*>(&fact)) {
    chapter.secret = noticed->terms().secret();
  } else if (const auto* closed = dynamic_cast<const resolution::v1::VoteClosed*>(&fact)) {
    // Notices did not say it from the beginning.
    chapter.secret = chapter.secret || closed->box_ballots() > 0;
  } else if (const auto* survey = dynamic_cast<const rating::v1::RatingCampaignAnnounced*>(&fact)) {
    chapter.rated = survey->target();
    for (const rating::v1::Dimension& dimension : survey->terms().dimensions()) {
      chapter.dimensions[dimension.code()] = dimension.display_name();
    }
  }
}

void Sort(const std::string& name, const log::v1::Record& record, const pb::Message& fact,
          Chapter& chapter) {
  const std::string& stream = record.stream();
  chapter.as_of = std::max(chapter.as_of, wire::ToTime(record.occurred_at()));
  if (stream == name) {
    Remember(fact, chapter);
    return chapter.own.push_back(record);
  }
  if (stream.starts_with(name + "/")) {
    const std::string day =
        StoryWords::Time(wire::ToTime(record.occurred_at())).substr(0, sizeof "2026-01-01" - 1);
    ++chapter.beneath[{day, record.type()}];
    if (record.type() == resolution::v1::BallotCast::descriptor()->full_name() ||
        record.type() == resolution::v1::PaperBallotEntered::descriptor()->full_name()) {
      chapter.ballots.push_back(record.position());
    }
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

// What the story knows for a fact's sentence (kStoryValues), and the name of what has a code there.
StoryWords::Values ValuesFor(const log::v1::Record& record, const pb::Message& fact,
                             const StoryWords& words, const Chapter& chapter) {
  StoryWords::Values known{{"self", words.Resource(record.stream())}};
  if (!chapter.rated.empty()) known["rated"] = words.Resource(chapter.rated);
  if (const auto* closed = dynamic_cast<const resolution::v1::VoteClosed*>(&fact)) {
    const auto after =
        std::upper_bound(chapter.ballots.begin(), chapter.ballots.end(), record.position());
    const auto held = chapter.secret ? closed->box_ballots() : after - chapter.ballots.begin();
    known[chapter.secret ? "box" : "ballots"] = absl::StrCat(held);
  }
  if (const auto* demand = dynamic_cast<const rating::v1::RectificationOpened*>(&fact)) {
    const auto named = chapter.dimensions.find(demand->dimension());
    if (named != chapter.dimensions.end()) known["dimension"] = named->second;
  }
  return known;
}

// Tells facts, and gathers the policies that they name.
class FactTeller {
 public:
  FactTeller(const StoryOptions& options, const StoryWords& words, const Chapter& chapter,
             const std::function<void(std::string_view)>& line)
      : options_(options), words_(words), chapter_(chapter), line_(line), clocks_(words) {}

  // One fact: what happened, its clocks and its policies.
  void Tell(const log::v1::Record& record) {
    const std::unique_ptr<pb::Message> fact = FactOf(record);
    if (fact == nullptr) return;
    const absl::Time at = wire::ToTime(record.occurred_at());
    for (const std::string& over : clocks_.RanOut(at)) line_(over);
    const FactSentence* sentence = SentenceOf(record.type());
    const std::string what = sentence == nullptr
                                 ? record.type()
                                 : words_.Fill(words_.Choose(sentence->zh, sentence->en), *fact,
                                               ValuesFor(record, *fact, words_, chapter_));
    line_(absl::StrCat(StoryWords::Time(at), "  #", record.position(), "  ",
                       words_.Who(record.actor()), words_.Choose("：", ": "), what));
    for (const std::string& told : clocks_.Tell(record.type(), *fact, at)) {
      line_(absl::StrCat("    ", told));
    }
    for (const std::string& policy : record.policy_refs()) {
      line_(absl::StrCat("    ", words_.Choose("依据 ", "under "), policy));
      if (std::find(policies_.begin(), policies_.end(), policy) == policies_.end()) {
        policies_.push_back(policy);
      }
    }
  }

  // Clocks that nothing has ended.
  void TellRest() {
    for (const std::string& over : clocks_.RanOut(chapter_.as_of)) line_(over);
    for (const std::string& rest : clocks_.Rest(chapter_.as_of)) line_(rest);
  }

  // What the policies rest on, in the order of their first use.
  void TellSources() const {
    bool headed = false;
    for (const std::string& policy : policies_) {
      const std::string cited = CitationLine(options_.citations(policy), options_.language);
      if (cited.empty()) continue;
      if (!headed) line_(words_.Choose("规则的依据：", "what the rules rest on:"));
      headed = true;
      line_(absl::StrCat("    ", policy, words_.Choose("：", ": "), cited));
    }
  }

 private:
  const StoryOptions& options_;
  const StoryWords& words_;
  const Chapter& chapter_;
  const std::function<void(std::string_view)>& line_;
  ClockTeller clocks_;
  std::vector<std::string> policies_;
};

// What lies beneath, in numbers by day.
void TellBeneath(const Chapter& chapter, const StoryWords& words,
                 const std::function<void(std::string_view)>& line) {
  if (chapter.beneath.empty()) return;
  line(words.Choose("其下按日统计：", "beneath it, by day:"));
  for (const auto& [key, count] : chapter.beneath) {
    const FactSentence* sentence = SentenceOf(key.second);
    const std::string what =
        sentence == nullptr ? key.second : HeadOf(words.Choose(sentence->zh, sentence->en));
    line(absl::StrCat("    ", key.first, "  ", count, " × ", what));
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
  FactTeller teller(options, words, chapter, line);
  for (const log::v1::Record& record : all) teller.Tell(record);
  teller.TellRest();
  TellBeneath(chapter, words, line);
  teller.TellSources();
  return absl::OkStatus();
}

}  // namespace sanzhang::audit
