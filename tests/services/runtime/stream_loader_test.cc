#include "services/runtime/stream_loader.h"

#include <memory>
#include <string>
#include <utility>

#include "gtest/gtest.h"
#include "proto/wire/refusal.h"
#include "tests/services/runtime/toy_runtime.h"

namespace sanzhang::toy {
namespace {

constexpr char kThing[] = "communities/c1/things/t1";
constexpr char kOther[] = "communities/c1/things/t2";

class StreamLoaderTest : public ::testing::Test {
 protected:
  absl::StatusOr<runtime::Folded> Load(std::string_view stream = kThing) {
    return loader_.Load(runtime::AggregateTypeOf<Thing>(), stream);
  }
  Thing::State StateOf(const runtime::Folded& folded) {
    return *static_cast<const Thing::State*>(folded.state.get());
  }
  // Makes the change, and forgets what was read for it.
  void Change(const std::string& value) {
    v1::ChangeThingRequest request;
    request.set_name(kThing);
    request.set_request_id(RequestId(++changed_));
    request.set_value(value);
    ASSERT_TRUE(toy_.Run("person p-rc", request).ok());
    store_.records_read = 0;
  }

  ToyRuntime toy_;
  WatchedStore& store_ = *toy_.store;
  runtime::StateCache cache_;
  runtime::StreamLoader loader_{store_, cache_};
  int changed_ = 0;
};

TEST_F(StreamLoaderTest, GivesAFreshStateForAStreamThatIsNotThere) {
  const auto folded = Load();
  ASSERT_TRUE(folded.ok()) << folded.status();
  EXPECT_EQ(folded->revision, 0u);
  EXPECT_EQ(StateOf(*folded), Thing::State());
  EXPECT_EQ(cache_.size(), 0u);  // Names that are only asked about cost nothing.
}

TEST_F(StreamLoaderTest, FoldsFactsWithTheirTimeAndActor) {
  const absl::Time made_at = toy_.now();
  toy_.Make("t1", "tag: 'a'");
  toy_.now_us += 1'000'000;
  Change("second");
  const auto folded = Load();
  ASSERT_TRUE(folded.ok()) << folded.status();
  EXPECT_EQ(folded->revision, 2u);
  EXPECT_EQ(StateOf(*folded).value, "second");
  EXPECT_EQ(StateOf(*folded).made_at, made_at);
  EXPECT_EQ(StateOf(*folded).made_by, "communities/c1/persons/p-res");
}

TEST_F(StreamLoaderTest, ReadsOnlyWhatCameSince) {
  toy_.Make("t1");
  for (int i = 0; i < 20; ++i) Change("v" + std::to_string(i));
  const auto before = Load();
  ASSERT_TRUE(before.ok());
  EXPECT_EQ(std::exchange(store_.records_read, 0), 21u);
  ASSERT_TRUE(Load().ok());
  EXPECT_EQ(std::exchange(store_.records_read, 0), 0u);
  Change("last");
  const auto after = Load();
  ASSERT_TRUE(after.ok());
  EXPECT_EQ(store_.records_read, 1u);
  EXPECT_EQ(after->revision, 22u);
  EXPECT_EQ(StateOf(*after).value, "last");
  EXPECT_EQ(StateOf(*before).value, "v19");  // What others hold does not change under them.
}

TEST_F(StreamLoaderTest, FoldsStreamsLongerThanAPage) {
  toy_.Make("t1");
  eventstore::Append append;
  for (std::size_t written = 0; written < runtime::kFoldRecordsMax + 10;) {
    append = {};
    auto& write = append.writes.emplace_back();
    write.stream = kThing;
    for (int i = 0; i < 200; ++i, ++written) {
      log::v1::Record& record = write.records.emplace_back();
      v1::ThingChanged changed;
      changed.set_value("v" + std::to_string(written));
      record.set_stream(kThing);
      record.set_community(kCommunity);
      record.set_type(changed.GetDescriptor()->full_name());
      record.set_payload(changed.SerializeAsString());
    }
    absl::Notification done;
    toy_.store->Append(std::move(append), [&](auto) { done.Notify(); });
    done.WaitForNotification();
  }
  const auto folded = Load();
  ASSERT_TRUE(folded.ok()) << folded.status();
  EXPECT_EQ(folded->revision, *toy_.store->RevisionOf(kThing));
  EXPECT_EQ(StateOf(*folded).value, "v" + std::to_string(folded->revision - 2));
}

TEST_F(StreamLoaderTest, StopsAtWhatItCannotRead) {
  toy_.Make("t1");
  Change("second");
  struct Case {
    std::string name;
    std::function<void(eventstore::StreamPage&)> spoil;
  };
  const auto respell = [](auto change) {
    return [change](eventstore::StreamPage& page) {
      log::v1::Record record;
      record.ParseFromString(page.records[1].bytes);
      change(record);
      page.records[1].bytes = record.SerializeAsString();
    };
  };
  for (const Case& row : {
           Case{"unreadable record", [](auto& page) { page.records[1].bytes = "\xFF\xFF"; }},
           Case{"unknown fact", respell([](auto& record) { record.set_type("sanzhang.X"); })},
           Case{"unreadable fact", respell([](auto& record) { record.set_payload("\xFF"); })},
           Case{"hole", [](auto& page) { page.records.erase(page.records.begin()); }},
           Case{"missing end", [](auto& page) { page.records.pop_back(); }},
       }) {
    store_.spoil = row.spoil;
    EXPECT_EQ(wire::ReasonOf(Load().status()), type::v1::ERROR_REASON_LOG_CORRUPT) << row.name;
    EXPECT_EQ(cache_.size(), 0u) << row.name;
  }
  store_.spoil = [](auto&) {};
  EXPECT_TRUE(Load().ok());
  EXPECT_TRUE(Load(kOther).ok());
}

}  // namespace
}  // namespace sanzhang::toy
