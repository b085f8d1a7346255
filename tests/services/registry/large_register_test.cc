// A register of a whole town in one community, read into electorates: the sums are what was put
// there, of all of it and of a part.
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/synchronization/notification.h"
#include "eventstore/event_store.h"
#include "eventstore/memory_commit_log.h"
#include "gtest/gtest.h"
#include "sanzhang/registry/v1/events.pb.h"
#include "services/registry/registry_electorates.h"

namespace sanzhang::registry {
namespace {

constexpr int kDwellings = 60'000;
constexpr int kPerBuilding = 100;
constexpr int kStreamsPerAppend = 200;

// Every tenth dwelling has two owners, every twentieth owner two dwellings.
class LargeRegister : public testing::Test {
 protected:
  LargeRegister() {
    store_ = eventstore::EventStore::Open(eventstore::MakeMemoryCommitLog(), {}).value();
    for (int i = 0; i < kDwellings; ++i) {
      if (i % kPerBuilding == 0) Add(Building(i), v1::BuildingRegistered());
      Add(Person(i), v1::PersonRegistered());
      v1::DwellingRegistered registered;
      registered.mutable_place()->set_building(Building(i));
      registered.set_area_dm2(Area(i));
      v1::OwnershipRecorded owned;
      owned.add_owners()->set_person(Person(i % 20 == 19 ? i - 1 : i));
      if (i % 10 == 5) owned.add_owners()->set_person(Person(i - 1));
      Add(absl::StrFormat("communities/c1/dwellings/d%05d", i), registered, owned);
    }
    Flush();
  }

  static std::string Building(int i) {
    return absl::StrFormat("communities/c1/buildings/b%03d", i / kPerBuilding);
  }
  static std::string Person(int i) { return absl::StrFormat("communities/c1/persons/p%05d", i); }
  static std::int64_t Area(int i) { return 6000 + i % 7000; }

  template <class... Facts>
  void Add(const std::string& stream, const Facts&... facts) {
    append_.writes.push_back({stream, eventstore::NoStream(), {RecordOf(stream, facts)...}});
    if (append_.writes.size() == kStreamsPerAppend) Flush();
  }

  std::unique_ptr<eventstore::EventStore> store_;

 private:
  static log::v1::Record RecordOf(const std::string& stream,
                                  const google::protobuf::Message& fact) {
    log::v1::Record record;
    record.set_stream(stream);
    record.set_community("communities/c1");
    record.set_type(fact.GetDescriptor()->full_name());
    record.set_payload(fact.SerializeAsString());
    return record;
  }
  void Flush() {
    if (append_.writes.empty()) return;
    absl::Notification done;
    store_->Append(std::exchange(append_, {}), [&done](const eventstore::AppendResult& result) {
      EXPECT_EQ(result.kind, eventstore::AppendResult::Kind::kCommitted) << result.message;
      done.Notify();
    });
    done.WaitForNotification();
  }

  eventstore::Append append_;
};

TEST_F(LargeRegister, IsReadAsAWholeAndInPart) {
  const RegistryElectorates electorates(*store_);
  const auto all = electorates.OwnersOf({.community = "communities/c1"}, {});
  ASSERT_TRUE(all.ok()) << all.status();
  std::int64_t area = 0;
  for (int i = 0; i < kDwellings; ++i) area += Area(i);
  EXPECT_EQ(all->dwellings.size(), static_cast<std::size_t>(kDwellings));
  EXPECT_EQ(all->area_dm2, area);
  EXPECT_EQ(all->heads, kDwellings - kDwellings / 20);
  EXPECT_EQ(all->voters.size(), static_cast<std::size_t>(kDwellings - kDwellings / 20));

  // A part is what the whole says of it: the same subjects, who own nowhere else here.
  const std::string building = Building(kDwellings / 2);
  const auto part =
      electorates.OwnersOf({.community = "communities/c1", .buildings = {building}}, {});
  ASSERT_TRUE(part.ok()) << part.status();
  EXPECT_EQ(part->dwellings.size(), static_cast<std::size_t>(kPerBuilding));
  EXPECT_EQ(part->voters.size(), static_cast<std::size_t>(kPerBuilding - kPerBuilding / 20));
  std::vector<runtime::OwnerSubject> there;
  for (const runtime::OwnerSubject& subject : all->subjects) {
    if (subject.building == building) there.push_back(subject);
  }
  EXPECT_EQ(part->subjects, there);
}

}  // namespace
}  // namespace sanzhang::registry
