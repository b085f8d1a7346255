#include "services/resolution/vote_reader.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "proto/wire/fact.h"
#include "proto/wire/names.h"
#include "proto/wire/refusal.h"
#include "proto/wire/time.h"
#include "sanzhang/log/v1/record.pb.h"
#include "services/resolution/resolution.h"
#include "services/resolution/voter.h"

namespace sanzhang::resolution {
namespace {

absl::Status Corrupt(const log::v1::Record& record, std::string_view why) {
  return wire::Refuse(type::v1::ERROR_REASON_LOG_CORRUPT, {},
                      absl::StrCat("position ", record.position(), ": ", std::string(why)));
}

template <class A>
absl::StatusOr<typename A::Event> EventOf(const log::v1::Record& record) {
  typename A::Event event;
  const absl::Status read = wire::ReadFact(record.type(), record.payload(), event);
  if (!read.ok()) return Corrupt(record, std::string(read.message()));
  return event;
}

template <class A>
absl::Status Fold(const log::v1::Record& record, typename A::State& state) {
  const absl::StatusOr<typename A::Event> event = EventOf<A>(record);
  if (!event.ok()) return event.status();
  A::Evolve(state, *event, {wire::ToTime(record.occurred_at()), record.actor()});
  return absl::OkStatus();
}

absl::Status AddToVote(const log::v1::Record& record, VoteOnRecord& vote) {
  const auto event = EventOf<Resolution>(record);
  if (!event.ok()) return event.status();
  if (event->has_provisionally_tallied()) {
    vote.first_count = event->provisionally_tallied().result();
  }
  return Fold<Resolution>(record, vote.vote.vote);
}

absl::Status AddToBox(const log::v1::Record& record, VoteOnRecord& vote) {
  v1::BallotBoxEvent event;
  const absl::Status read = wire::ReadFact(record.type(), record.payload(), event);
  if (!read.ok()) return Corrupt(record, std::string(read.message()));
  for (const v1::BallotPaper& paper : event.emptied().papers()) vote.vote.box.push_back(paper);
  vote.box_emptied = event.emptied().page() == event.emptied().pages();
  return absl::OkStatus();
}

}  // namespace

absl::Status VoteFold::Add(const log::v1::Record& record) {
  std::string_view rest = record.stream();
  if (!rest.starts_with(resolution_)) return absl::OkStatus();
  rest.remove_prefix(resolution_.size());
  if (rest.empty()) return AddToVote(record, vote_);
  if (rest.front() != '/') return absl::OkStatus();  // Another resolution's, as r1 and r10.
  if (rest == "/box") return AddToBox(record, vote_);
  const std::string id(wire::IdOf(record.stream()));
  if (rest.starts_with("/voters/")) {
    vote_.voter_revisions[id] = record.revision();
    return Fold<Voter>(record, vote_.vote.voters[id]);
  }
  if (rest.starts_with("/ballots/")) return Fold<Ballot>(record, vote_.vote.ballots[id]);
  return Corrupt(record, "a stream that no vote has");
}

absl::StatusOr<VoteOnRecord> VoteReader::Read(std::string_view resolution) const {
  VoteFold fold{std::string(resolution)};
  const std::uint64_t as_of = store_.head().position;
  std::string from;
  do {
    absl::StatusOr<eventstore::StreamsPage> page =
        store_.ReadStreams(resolution, from, as_of, {.records_max = 10'000});
    if (!page.ok()) return page.status();
    for (const eventstore::Stored& stored : page->records) {
      log::v1::Record record;
      if (!record.ParseFromString(stored.bytes)) return Corrupt(record, "an unreadable record");
      if (absl::Status added = fold.Add(record); !added.ok()) return added;
    }
    from = page->next;
  } while (!from.empty());
  return std::move(fold).Take();
}

absl::StatusOr<std::string> VoteReader::SecretRequestOf(std::string_view voter) const {
  std::uint64_t from = 0;
  do {
    absl::StatusOr<eventstore::StreamPage> page =
        store_.ReadStream(voter, from, eventstore::Direction::kForwards, {});
    if (!page.ok()) return page.status();
    for (const eventstore::Stored& stored : page->records) {
      log::v1::Record record;
      if (!record.ParseFromString(stored.bytes)) return Corrupt(record, "an unreadable record");
      if (record.type() == v1::SecretBallotCast::descriptor()->full_name()) {
        return record.request_id();
      }
    }
    from = page->next_revision;
  } while (from != 0);
  return std::string();
}

}  // namespace sanzhang::resolution
