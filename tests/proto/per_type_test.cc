#include "proto/wire/per_type.h"

#include <atomic>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "google/protobuf/timestamp.pb.h"
#include "sanzhang/type/v1/place.pb.h"

namespace sanzhang::wire {
namespace {

std::atomic<int> made = 0;

std::string NameOf(const google::protobuf::Descriptor& type) {
  ++made;
  return type.name();
}

TEST(PerTypeTest, MakesItOnceForEachTypeAndKeepsIt) {
  made = 0;
  PerType<std::string> names(NameOf);
  const std::string& place = names.Of(*type::v1::Place::descriptor());
  EXPECT_EQ(names.Of(*google::protobuf::Timestamp::descriptor()), "Timestamp");
  EXPECT_EQ(&names.Of(*type::v1::Place::descriptor()), &place);
  EXPECT_EQ(place, "Place");
  EXPECT_EQ(made, 2);
}

TEST(PerTypeTest, ThreadsThatComeAtOnceGetTheSame) {
  PerType<std::string> names(NameOf);
  std::vector<const std::string*> got(8);
  std::vector<std::thread> threads;
  for (const std::string*& mine : got) {
    threads.emplace_back([&] { mine = &names.Of(*type::v1::Place::descriptor()); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(std::set<const std::string*>(got.begin(), got.end()), testing::SizeIs(1));
  EXPECT_EQ(*got[0], "Place");
}

}  // namespace
}  // namespace sanzhang::wire
