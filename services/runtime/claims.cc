#include "services/runtime/claims.h"

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

}  // namespace

absl::Status AddClaims(const eventstore::EventStore& store, std::string_view owner,
                       const std::vector<Claim>& claims, Recorder& recorder,
                       eventstore::Append& append) {
  for (const Claim& claim : claims) {
    absl::StatusOr<Holding> holding = HoldingOf(store, claim.name);
    if (!holding.ok()) return holding.status();
    const bool own = holding->owner == owner;
    if (claim.release ? !own : own) continue;
    if (!claim.release && !holding->owner.empty()) {
      return wire::Refuse(claim.taken, {{"resource", holding->owner}});
    }
    type::v1::NameClaimed claimed;
    type::v1::NameReleased released;
    claimed.set_owner(std::string(owner));
    released.set_owner(std::string(owner));
    google::protobuf::Message& fact = claim.release
                                          ? static_cast<google::protobuf::Message&>(released)
                                          : static_cast<google::protobuf::Message&>(claimed);
    absl::StatusOr<log::v1::Record> record = recorder.Record(claim.name, fact);
    if (!record.ok()) return record.status();
    eventstore::StreamWrite& write = append.writes.emplace_back();
    write.stream = claim.name;
    write.expected = holding->revision == 0 ? eventstore::Expectation(eventstore::NoStream())
                                            : eventstore::Expectation(holding->revision);
    write.records.push_back(*std::move(record));
  }
  return absl::OkStatus();
}

}  // namespace sanzhang::runtime
