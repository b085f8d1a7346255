#include "services/runtime/claims.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

#include "proto/wire/refusal.h"
#include "sanzhang/type/v1/claim.pb.h"

namespace sanzhang::runtime {
namespace {

struct Holding {
  std::uint64_t revision = 0;
  std::string owner;  // Empty: the name is free.
};

absl::Status Corrupt(const std::string& name) {
  return wire::Refuse(type::v1::ERROR_REASON_LOG_CORRUPT, {}, "no claims in " + name);
}

absl::StatusOr<Holding> HoldingOf(const eventstore::EventStore& store, const std::string& name) {
  absl::StatusOr<eventstore::StreamPage> page =
      store.ReadStream(name, 0, eventstore::Direction::kBackwards, {.records_max = 1});
  if (!page.ok()) return page.status();
  Holding holding{.revision = page->head_revision, .owner = {}};
  if (holding.revision == 0) return holding;
  log::v1::Record record;
  if (page->records.empty() || !record.ParseFromString(page->records.front().bytes)) {
    return Corrupt(name);
  }
  holding.revision = record.revision();
  if (record.type() == type::v1::NameReleased::descriptor()->full_name()) return holding;
  type::v1::NameClaimed claimed;
  if (record.type() != claimed.GetDescriptor()->full_name() ||
      !claimed.ParseFromString(record.payload())) {
    return Corrupt(name);
  }
  holding.owner = claimed.owner();
  return holding;
}

absl::Status AddWrite(const std::string& name, std::uint64_t revision,
                      google::protobuf::Message& fact, Recorder& recorder,
                      eventstore::Append& append) {
  absl::StatusOr<log::v1::Record> record = recorder.Record(name, fact);
  if (!record.ok()) return record.status();
  eventstore::StreamWrite& write = append.writes.emplace_back();
  write.stream = name;
  write.expected = revision == 0 ? eventstore::Expectation(eventstore::NoStream())
                                 : eventstore::Expectation(revision);
  write.records.push_back(*std::move(record));
  return absl::OkStatus();
}

// The names that a claim is about, with who has them.
using Holdings = std::vector<std::pair<std::string, Holding>>;

absl::Status Take(const Holdings& holdings, std::string_view owner, type::v1::ErrorReason taken,
                  Recorder& recorder, eventstore::Append& append) {
  const auto held_by = [&holdings](std::string_view whom) {
    return std::find_if(holdings.begin(), holdings.end(),
                        [whom](const auto& held) { return held.second.owner == whom; });
  };
  if (held_by(owner) != holdings.end()) return absl::OkStatus();
  const auto free = held_by("");
  if (free != holdings.end()) {
    type::v1::NameClaimed claimed;
    claimed.set_owner(std::string(owner));
    return AddWrite(free->first, free->second.revision, claimed, recorder, append);
  }
  if (holdings.size() == 1) return wire::Refuse(taken, {{"resource", holdings[0].second.owner}});
  return wire::Refuse(taken, {{"items_max", std::to_string(holdings.size())}});
}

absl::Status GiveUp(const Holdings& holdings, std::string_view owner, Recorder& recorder,
                    eventstore::Append& append) {
  for (const auto& [name, holding] : holdings) {
    if (holding.owner != owner) continue;
    type::v1::NameReleased released;
    released.set_owner(std::string(owner));
    absl::Status added = AddWrite(name, holding.revision, released, recorder, append);
    if (!added.ok()) return added;
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status AddClaims(const eventstore::EventStore& store, std::string_view owner,
                       const std::vector<Claim>& claims, Recorder& recorder,
                       eventstore::Append& append) {
  for (const Claim& claim : claims) {
    std::vector<std::string> names = {claim.name};
    names.insert(names.end(), claim.or_else.begin(), claim.or_else.end());
    Holdings holdings;
    for (const std::string& name : names) {
      absl::StatusOr<Holding> holding = HoldingOf(store, name);
      if (!holding.ok()) return holding.status();
      holdings.emplace_back(name, *std::move(holding));
    }
    absl::Status added = claim.release ? GiveUp(holdings, owner, recorder, append)
                                       : Take(holdings, owner, claim.taken, recorder, append);
    if (!added.ok()) return added;
  }
  return absl::OkStatus();
}

}  // namespace sanzhang::runtime
