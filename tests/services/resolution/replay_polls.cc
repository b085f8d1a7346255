// Holds a conversation of others as polls, through the commands; for check_polis_votes.py.
//
//   replay_polls FOLDER > results.tsv
//
// The folder has votes.csv: timestamp (milliseconds), comment-id, voter-id and vote (1, -1 or 0),
// among others, without quotes. Each comment is a motion of one item, put to a poll of all voters:
// drafted, announced, frozen, opened before the first vote, and after the last one closed, counted,
// signed by convener and counter, and published. Each vote is cast in its time (of a conversation
// that went on for longer than a poll may, in a part of it), and sent twice, as by an app that did
// not hear the answer; agreeing is FOR, disagreeing AGAINST, passing ABSTAIN. One line per comment:
// its id, and how many are for, against and abstain.
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "tests/services/resolution/live_vote.h"

namespace sanzhang::resolution {
namespace {

// A day less than the rules allow.
constexpr absl::Duration kLongest = absl::Hours(24 * 58);

struct Vote {
  std::int64_t at_ms = 0;
  std::string comment;
  std::string voter;
  std::string choice;
};

// False: the file can't be read so.
bool Read(const std::string& path, std::vector<Vote>& votes) {
  static const std::map<std::string, std::string> kChoices = {
      {"1", "FOR"}, {"-1", "AGAINST"}, {"0", "ABSTAIN"}};
  std::ifstream file(path);
  std::string text;
  if (!std::getline(file, text)) return false;
  std::map<std::string, std::size_t> columns;
  for (const auto& name : absl::StrSplit(text, ',')) columns.emplace(name, columns.size());
  for (const char* name : {"timestamp", "comment-id", "voter-id", "vote"}) {
    if (!columns.contains(name)) return false;
  }
  while (std::getline(file, text)) {
    const std::vector<std::string> cells = absl::StrSplit(text, ',');
    if (cells.size() != columns.size()) return false;
    Vote vote;
    vote.comment = cells[columns["comment-id"]];
    vote.voter = cells[columns["voter-id"]];
    const auto choice = kChoices.find(cells[columns["vote"]]);
    if (choice == kChoices.end() || !absl::SimpleAtoi(cells[columns["timestamp"]], &vote.at_ms)) {
      return false;
    }
    vote.choice = choice->second;
    votes.push_back(std::move(vote));
  }
  std::stable_sort(votes.begin(), votes.end(),
                   [](const Vote& a, const Vote& b) { return a.at_ms < b.at_ms; });
  return !votes.empty();
}

// Voters by the order in which they come, from 1.
std::map<std::string, int> NumbersOf(const std::vector<Vote>& votes) {
  std::map<std::string, int> numbers;
  for (const Vote& vote : votes) {
    numbers.try_emplace(vote.voter, static_cast<int>(numbers.size()) + 1);
  }
  return numbers;
}

class Replay : protected LiveVote {
 public:
  explicit Replay(std::map<std::string, int> numbers)
      : LiveVote(static_cast<int>(numbers.size())), numbers_(std::move(numbers)) {
    for (const char* id : {"clerk", "counter1", "counter2"}) {
      directory_.known.persons[absl::StrCat("communities/c1/persons/p-", id)].known = true;
    }
    Grant("persons/p-clerk", type::v1::ROLE_OWNERS_COMMITTEE, "communities/c1/bodies/oc");
    for (const char* id : {"counter1", "counter2"}) {
      Grant(absl::StrCat("persons/p-", id), type::v1::ROLE_RESIDENT);
    }
  }

  void Hold(const std::vector<Vote>& votes) {
    std::map<std::string, int> comments;
    for (const Vote& vote : votes) ++comments[vote.comment];
    const absl::Time opens = now() + absl::Hours(48);
    const auto at = [&](const Vote& vote) {
      const std::int64_t last_ms = votes.back().at_ms - votes.front().at_ms;
      const std::int64_t part = last_ms / absl::ToInt64Milliseconds(kLongest) + 1;
      return opens + absl::Microseconds((vote.at_ms - votes.front().at_ms) * 1000 / part);
    };
    const absl::Time closes = at(votes.back()) + absl::Hours(24);
    for (const auto& [comment, count] : comments) Announce(comment, opens, closes);
    now_us_ = absl::ToUnixMicros(opens);
    for (const auto& [comment, count] : comments) {
      SpeakOf(comment);
      Must("open", Open());
    }
    for (const Vote& vote : votes) {
      now_us_ = absl::ToUnixMicros(at(vote));
      SpeakOf(vote.comment);
      Cast(vote);
    }
    now_us_ = absl::ToUnixMicros(closes);
    for (const auto& [comment, count] : comments) Finish(comment);
  }

 private:
  void SpeakOf(const std::string& comment) {
    vote_ = absl::StrCat("communities/c1/resolutions/comment-", comment);
  }

  template <class Request, class Response>
  std::string As(const std::string& who, const std::string& text) {
    auto request = support::Text<Request>(text);
    request.set_name(vote_);
    return Ask<Resolution, Request, Response>(who, request, nullptr);
  }

  void Announce(const std::string& comment, absl::Time opens, absl::Time closes) {
    SpeakOf(comment);
    const auto draft = support::Text<v1::DraftMotionRequest>(absl::StrCat(
        "parent: 'communities/c1' resolution_id: 'comment-", comment,
        "' regime: REGIME_POLL matter: MATTER_CODE_POLL title: 't' text: 't' convener: "
        "'communities/c1/bodies/oc' items { code: 'a' text: 't' }"));
    Must("draft", Ask<Resolution, v1::DraftMotionRequest, v1::DraftMotionResponse>("p-clerk", draft,
                                                                                   nullptr));
    Must("notice", As<v1::NoticeVoteRequest, v1::NoticeVoteResponse>(
                       "p-clerk", absl::StrCat("mode: VOTE_MODE_ELECTRONIC notice: "
                                               "'communities/c1/notices/n1' opens { seconds: ",
                                               absl::ToUnixSeconds(opens), " } closes { seconds: ",
                                               absl::ToUnixSeconds(closes), " }")));
    Must("counters", As<v1::AppointCountersRequest, v1::AppointCountersResponse>(
                         "p-clerk",
                         "persons: 'communities/c1/persons/p-counter1' "
                         "persons: 'communities/c1/persons/p-counter2'"));
    Must("freeze", Freeze());
  }

  void Cast(const Vote& vote) {
    const int number = numbers_.at(vote.voter);
    v1::CastBallotRequest request;
    request.set_name(VoterOf(number, "persons/"));
    request.set_request_id(FreshId());
    *request.mutable_paper() =
        support::Text<v1::BallotPaper>("choices { item: 'a' choice: CHOICE_" + vote.choice + " }");
    for (int copy = 0; copy < 2; ++copy) {
      Must("cast", Ask<Ballot, v1::CastBallotRequest, v1::CastBallotResponse>(
                       absl::StrCat("p", number), request, nullptr));
    }
  }

  void Finish(const std::string& comment) {
    SpeakOf(comment);
    Must("close", Close());
    Must("count", Tally());
    const v1::TallyResult result = Counted();
    const std::string sign = absl::StrCat("input_sha256: '", result.hashes().input(), "'");
    for (const char* who : {"p-clerk", "p-counter1"}) {
      Must("sign", As<v1::CertifyResolutionRequest, v1::CertifyResolutionResponse>(who, sign));
    }
    Must("publish", As<v1::PublishResultRequest, v1::PublishResultResponse>(
                        "p-clerk", "notice: 'communities/c1/notices/n2'"));
    const v1::MeasureTally& heads = result.items(0).heads();
    std::printf("%s\t%d\t%d\t%d\n", comment.c_str(), static_cast<int>(heads.in_favour()),
                static_cast<int>(heads.against()), static_cast<int>(heads.abstain()));
  }

  // The count on record, as any reader of the log finds it.
  v1::TallyResult Counted() const {
    v1::ProvisionalTallyComputed counted;
    const auto page = store_->ReadStream(vote_, 0, eventstore::Direction::kBackwards, {});
    Must(page.status());
    for (const eventstore::Stored& stored : page->records) {
      log::v1::Record record;
      record.ParseFromString(stored.bytes);
      if (record.type() != counted.GetDescriptor()->full_name()) continue;
      counted.ParseFromString(record.payload());
      break;
    }
    return counted.result();
  }

  const std::map<std::string, int> numbers_;
};

int Main(int argc, char** argv) {
  std::vector<Vote> votes;
  if (argc != 2 || !Read(absl::StrCat(argv[1], "/votes.csv"), votes)) {
    std::fprintf(stderr, "usage: replay_polls FOLDER, with a votes.csv in it\n");
    return 2;
  }
  Replay(NumbersOf(votes)).Hold(votes);
  return 0;
}

}  // namespace
}  // namespace sanzhang::resolution

int main(int argc, char** argv) { return sanzhang::resolution::Main(argc, argv); }
