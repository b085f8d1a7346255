// A large register, and an electorate frozen from it: one line of JSON a figure.
//
//   register_bench [--data=FOLDER] [--dwellings=60000] [--folder=FOLDER] [--turns=3]
//   register_bench --folder=FOLDER --community=communities/made-up     # as it was loaded before
//
// With --data, the register is that of Singapore's housing blocks: property_information.csv and
// resale_2015_2016.csv of data.gov.sg. A town is a community, a block a building, each unit a
// dwelling; its area is the first that was sold of its type in the block, else in the country.
// Units for rent are the housing board's, which is the developer of them all; a block without
// units is one shop. Without --data it is one community of made-up blocks of 100 dwellings, in
// which every tenth dwelling has two owners and every twentieth owner has two dwellings.
//
// Facts are appended as an import would: each resource's in one append, through the log in RocksDB.
// The largest community is then frozen: as a whole, one building of it, and ten (freezing.h).
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/synchronization/blocking_counter.h"
#include "eventstore/event_store.h"
#include "eventstore/rocks_commit_log.h"
#include "proto/wire/time.h"
#include "sanzhang/registry/v1/events.pb.h"
#include "services/registry/register_watch.h"
#include "tests/bench/freezing.h"
#include "tests/support/temp_dir.h"

namespace sanzhang::bench {
namespace {

using Steady = std::chrono::steady_clock;
using google::protobuf::Message;

double SecondsSince(Steady::time_point begun) {
  return std::chrono::duration<double>(Steady::now() - begun).count();
}

[[noreturn]] void Fail(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  std::exit(1);
}

void Check(const absl::Status& status) {
  if (!status.ok()) Fail(status.ToString());
}

// Appends facts, a batch of resources at a time.
class Loader {
 public:
  explicit Loader(eventstore::EventStore& store) : store_(store) {}
  ~Loader() { Flush(); }

  void Add(const std::string& community, const std::string& stream,
           const std::vector<const Message*>& facts) {
    eventstore::Append append;
    append.subject = stream;
    append.writes.push_back({stream, eventstore::NoStream(), {}});
    for (const Message* fact : facts) {
      log::v1::Record& record = append.writes[0].records.emplace_back();
      record.set_stream(stream);
      record.set_type(fact->GetTypeName());
      record.set_payload(fact->SerializeAsString());
      record.set_event_id(absl::StrFormat("%016d", ++events_));
      record.set_community(community);
      *record.mutable_occurred_at() = wire::ToStamp(absl::UnixEpoch());
      record.mutable_actor()->set_kind(log::v1::Actor::KIND_IMPORT);
      record.mutable_actor()->set_subject("services/importer");
    }
    waiting_.push_back(std::move(append));
    if (waiting_.size() == kBatch) Flush();
  }

  void Flush() {
    absl::BlockingCounter left(static_cast<int>(waiting_.size()));
    for (eventstore::Append& append : waiting_) {
      store_.Append(std::move(append), [&left](const eventstore::AppendResult& result) {
        if (result.kind != eventstore::AppendResult::Kind::kCommitted) Fail(result.message);
        left.DecrementCount();
      });
    }
    left.Wait();
    waiting_.clear();
  }

  std::uint64_t events() const { return events_; }

 private:
  static constexpr std::size_t kBatch = 1000;
  eventstore::EventStore& store_;
  std::vector<eventstore::Append> waiting_;
  std::uint64_t events_ = 0;
};

// Writes the resources of a register.
class Register {
 public:
  explicit Register(Loader& loader) : loader_(loader) {}

  void Community(const std::string& community) {
    registry::v1::CommunityRegistered fact;
    fact.set_display_name(community);
    loader_.Add(community, community, {&fact});
  }
  void Building(const std::string& community, const std::string& name) {
    registry::v1::BuildingRegistered fact;
    fact.set_display_name(name);
    loader_.Add(community, name, {&fact});
  }
  void Person(const std::string& community, const std::string& name) {
    registry::v1::PersonRegistered fact;
    loader_.Add(community, name, {&fact});
  }
  void Dwelling(const std::string& community, const std::string& name, const std::string& building,
                std::int64_t area_dm2, type::v1::DwellingKind kind,
                const std::vector<std::string>& owners, const std::string& developer) {
    registry::v1::DwellingRegistered registered;
    registered.set_display_name(name.substr(name.rfind('/') + 1));
    registered.mutable_place()->set_building(building);
    registered.set_area_dm2(area_dm2);
    registered.set_area_source(registry::v1::AREA_SOURCE_REGISTER);
    registered.set_kind(kind);
    registry::v1::OwnershipRecorded owned;
    for (const std::string& owner : owners) owned.add_owners()->set_person(owner);
    registry::v1::DwellingSaleRecorded sale;
    sale.set_sale(type::v1::SALE_STATE_UNSOLD);
    sale.set_developer(developer);
    std::vector<const Message*> facts = {&registered};
    if (!owners.empty()) facts.push_back(&owned);
    if (!developer.empty()) facts.push_back(&sale);
    loader_.Add(community, name, facts);
    ++sizes_[community];
  }

  // The community with the most dwellings.
  std::string Largest() const {
    std::string largest;
    for (const auto& [community, size] : sizes_) {
      if (largest.empty() || size > sizes_.at(largest)) largest = community;
    }
    return largest;
  }
  std::size_t communities() const { return sizes_.size(); }
  std::size_t dwellings() const {
    std::size_t all = 0;
    for (const auto& [community, size] : sizes_) all += size;
    return all;
  }

 private:
  Loader& loader_;
  std::map<std::string, std::size_t> sizes_;
};

void MakeUp(int dwellings, Register& made) {
  const std::string community = "communities/made-up";
  made.Community(community);
  std::string building;
  for (int i = 0; i < dwellings; ++i) {
    if (i % 100 == 0) {
      building = absl::StrFormat("%s/buildings/b%04d", community, i / 100);
      made.Building(community, building);
    }
    const auto person = [&](int number) {
      return absl::StrFormat("%s/persons/p%06d", community, number);
    };
    made.Person(community, person(i));
    std::vector<std::string> owners = {person(i % 20 == 19 ? i - 1 : i)};
    if (i % 10 == 5) owners.push_back(person(i - 1));
    made.Dwelling(community, absl::StrFormat("%s/dwellings/d%06d", community, i), building,
                  6000 + i % 7000, type::v1::DWELLING_KIND_HOME, owners, "");
  }
}

// Rows of a CSV file without quotes, each as its values by column.
class Table {
 public:
  explicit Table(const std::string& path) : file_(path) {
    if (!file_.good()) Fail("can't read " + path);
    std::string line;
    std::getline(file_, line);
    columns_ = absl::StrSplit(line, ',');
  }
  bool Next(std::map<std::string, std::string>& row) {
    std::string line;
    if (!std::getline(file_, line) || line.empty()) return false;
    const std::vector<std::string> values = absl::StrSplit(line, ',');
    row.clear();
    for (std::size_t i = 0; i < columns_.size() && i < values.size(); ++i) {
      row[columns_[i]] = values[i];
    }
    return true;
  }

 private:
  std::ifstream file_;
  std::vector<std::string> columns_;
};

struct UnitType {
  const char* column;
  const char* flat_type;  // Of the sales.
  bool rented;
};

constexpr UnitType kUnitTypes[] = {
    {"1room_sold", "1 ROOM", false},
    {"2room_sold", "2 ROOM", false},
    {"3room_sold", "3 ROOM", false},
    {"4room_sold", "4 ROOM", false},
    {"5room_sold", "5 ROOM", false},
    {"exec_sold", "EXECUTIVE", false},
    {"multigen_sold", "MULTI-GENERATION", false},
    {"studio_apartment_sold", "1 ROOM", false},
    {"1room_rental", "1 ROOM", true},
    {"2room_rental", "2 ROOM", true},
    {"3room_rental", "3 ROOM", true},
    {"other_room_rental", "4 ROOM", true},
};

// Areas by `type` and by `type/block/street`; the first one sold counts.
std::map<std::string, std::int64_t> ReadAreas(const std::string& path) {
  std::map<std::string, std::int64_t> areas;
  Table sales(path);
  for (std::map<std::string, std::string> row; sales.Next(row);) {
    const auto area = static_cast<std::int64_t>(std::atof(row["floor_area_sqm"].c_str()) * 100);
    const std::string type = row["flat_type"];
    areas.try_emplace(type, area);
    areas.try_emplace(absl::StrCat(type, "/", row["block"], "/", row["street_name"]), area);
  }
  return areas;
}

void ReadBlocks(const std::string& folder, Register& made) {
  const std::map<std::string, std::int64_t> areas = ReadAreas(folder + "/resale_2015_2016.csv");
  Table blocks(folder + "/property_information.csv");
  std::map<std::string, int> towns;  // Blocks by town.
  for (std::map<std::string, std::string> row; blocks.Next(row);) {
    std::string town = row["bldg_contract_town"];
    for (char& c : town) c = static_cast<char>(std::tolower(c));
    const std::string community = "communities/" + town;
    const std::string board = community + "/persons/board";
    const int number = ++towns[town];
    if (number == 1) {
      made.Community(community);
      made.Person(community, board);
    }
    const std::string building = absl::StrFormat("%s/buildings/b%04d", community, number);
    made.Building(community, building);
    int units = 0;
    for (const UnitType& type : kUnitTypes) {
      const auto own =
          areas.find(absl::StrCat(type.flat_type, "/", row["blk_no"], "/", row["street"]));
      const std::int64_t area = own != areas.end() ? own->second : areas.at(type.flat_type);
      for (int left = std::atoi(row[type.column].c_str()); left > 0; --left) {
        const std::string id = absl::StrFormat("%04d-%03d", number, ++units);
        const std::string owner = community + "/persons/p" + id;
        if (!type.rented) made.Person(community, owner);
        made.Dwelling(community, community + "/dwellings/d" + id, building, area,
                      type::v1::DWELLING_KIND_HOME,
                      type.rented ? std::vector<std::string>() : std::vector<std::string>{owner},
                      type.rented ? board : "");
      }
    }
    if (units > 0) continue;
    made.Dwelling(community, absl::StrFormat("%s/dwellings/s%04d", community, number), building, 0,
                  type::v1::DWELLING_KIND_SHOP, {board}, "");
  }
}

// In MiB: of this process now, and at most so far.
std::int64_t MemoryMib(const char* field) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(field)) return std::atoll(line.c_str() + line.find(':') + 1) / 1024;
  }
  return -1;
}

std::int64_t FolderMib(const std::string& folder) {
  std::uintmax_t bytes = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) bytes += entry.file_size();
  }
  return static_cast<std::int64_t>(bytes >> 20);
}

// The community as a whole, one of its buildings, and ten.
std::vector<FreezingScope> ScopesIn(const eventstore::EventStore& store,
                                    const std::string& community) {
  const auto page =
      store.ReadStreams(community + "/buildings/", "", store.head().position, {.records_max = 10});
  Check(page.status());
  std::vector<std::string> buildings;
  for (const eventstore::Stored& stored : page->records) {
    log::v1::Record record;
    if (!record.ParseFromString(stored.bytes)) Fail("an unreadable record");
    buildings.push_back(record.stream());
  }
  return {{"community", {}}, {"one building", {buildings.at(0)}}, {"ten buildings", buildings}};
}

int Main(int argc, char** argv) {
  CLI::App app("A large register, and an electorate frozen from it");
  std::string data;
  std::string folder;
  std::string community;
  int dwellings = 60'000;
  int turns = 3;
  app.add_option("--data", data, "Folder with the CSV files of the housing blocks");
  app.add_option("--dwellings", dwellings, "How many to make up, without --data")
      ->capture_default_str();
  app.add_option("--folder", folder, "Where the log is to lie; empty: a temporary folder");
  app.add_option("--community", community,
                 "Loads nothing, and freezes from this one of a register that --folder has");
  app.add_option("--turns", turns, "How often the electorate is frozen")->capture_default_str();
  CLI11_PARSE(app, argc, argv);

  const support::TempDir scratch;
  eventstore::RocksOptions rocks;
  const std::string path = folder.empty() ? scratch.File("log") : folder;
  rocks.path = path;
  rocks.create_if_missing = true;
  auto log = eventstore::OpenRocksCommitLog(std::move(rocks));
  Check(log.status());
  registry::RegisterWatch watch;
  eventstore::EventStore::Options options;
  options.derive = [&watch](const log::v1::Record& record) { return watch.Derive(record); };
  auto store = eventstore::EventStore::Open(*std::move(log), std::move(options));
  Check(store.status());
  const auto begun = Steady::now();
  if (community.empty()) {
    Loader loader(**store);
    Register made(loader);
    data.empty() ? MakeUp(dwellings, made) : ReadBlocks(data, made);
    loader.Flush();
    const double seconds = SecondsSince(begun);
    std::printf(
        "{\"bench\": \"register\", \"communities\": %zu, \"dwellings\": %zu, \"events\": %llu, "
        "\"seconds\": %.1f, \"events_per_second\": %.0f, \"memory_mib\": %lld, "
        "\"disk_mib\": %lld, \"largest\": \"%s\"}\n",
        made.communities(), made.dwellings(), static_cast<unsigned long long>(loader.events()),
        seconds, static_cast<double>(loader.events()) / seconds,
        static_cast<long long>(MemoryMib("VmRSS")), static_cast<long long>(FolderMib(path)),
        made.Largest().c_str());
    std::fflush(stdout);
    community = made.Largest();
  }
  MeasureFreezing(**store, community, ScopesIn(**store, community), turns);
  std::printf("{\"bench\": \"memory\", \"at_most_mib\": %lld}\n",
              static_cast<long long>(MemoryMib("VmHWM")));
  return 0;
}

}  // namespace
}  // namespace sanzhang::bench

int main(int argc, char** argv) { return sanzhang::bench::Main(argc, argv); }
