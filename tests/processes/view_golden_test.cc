// One small log, and what each view makes of it: a machine or a version that makes other rows says
// so here. Both lie in tests/golden/views; the log is never written again, and a digest is added
// where a view's version is raised (SANZHANG_WRITE_GOLDEN=1), never edited.
#include <zlib.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "projections/engine/database.h"
#include "projections/engine/dump.h"
#include "projections/engine/replay.h"
#include "services/audit/record_source.h"
#include "services/sanzhang/views.h"
#include "tests/support/temp_dir.h"
#include "tests/town/town.h"

namespace sanzhang {
namespace {

using projections::Connection;
using projections::Projection;
using projections::Replay;

constexpr char kLog[] = SANZHANG_SOURCE_DIR "/tests/golden/views/log.gz";
constexpr char kDigests[] = SANZHANG_SOURCE_DIR "/tests/golden/views/digests.tsv";

bool Writes() { return std::getenv("SANZHANG_WRITE_GOLDEN") != nullptr; }

struct CloseGz {
  void operator()(gzFile file) const { gzclose(file); }
};
using GzFile = std::unique_ptr<gzFile_s, CloseGz>;

// Each record with its length before it, four bytes, the least first.
std::vector<std::string> ReadRecords() {
  const GzFile file(gzopen(kLog, "rb"));
  std::vector<std::string> records;
  unsigned char head[4];
  while (file != nullptr && gzread(file.get(), head, sizeof head) == sizeof head) {
    const unsigned size = head[0] | head[1] << 8 | head[2] << 16;
    std::string record(size, '\0');
    EXPECT_EQ(gzread(file.get(), record.data(), size), static_cast<int>(size));
    records.push_back(std::move(record));
  }
  return records;
}

// The log of the town's scenes, as it was when this was written first.
void WriteRecords() {
  const support::TempDir scratch;
  town::Town town(scratch.File("data"));
  town.Read(SANZHANG_SOURCE_DIR "/tests/town/scenes.txt");
  town.Play();
  const auto source = audit::MakeServerSource(
      grpc::CreateChannel(town.address(), grpc::InsecureChannelCredentials()),
      {.address = town.address(), .metadata = {{"sanzhang-service", "auditor"}}});
  const GzFile file(gzopen(kLog, "wb9"));
  const absl::Status read = source->Read({}, [&](std::uint64_t, std::string_view bytes) {
    const auto size = static_cast<unsigned>(bytes.size());
    const unsigned char head[4] = {static_cast<unsigned char>(size),
                                   static_cast<unsigned char>(size >> 8),
                                   static_cast<unsigned char>(size >> 16), 0};
    return gzwrite(file.get(), head, sizeof head) == sizeof head &&
           gzwrite(file.get(), bytes.data(), size) == static_cast<int>(size);
  });
  ASSERT_TRUE(read.ok()) << read;
}

// `view.version` → digest.
std::map<std::string, std::string> ReadDigests() {
  std::map<std::string, std::string> digests;
  std::ifstream in(kDigests);
  for (std::string line; std::getline(in, line);) {
    const std::vector<std::string> cells = absl::StrSplit(line, '\t');
    if (cells.size() == 2) digests[cells[0]] = cells[1];
  }
  return digests;
}

std::string DigestOf(Projection& view, const std::vector<std::string>& records,
                     const std::string& file, bool one_by_one) {
  auto replay = Replay::Open(view, file);
  if (!replay.ok()) return replay.status().ToString();
  for (const std::string& record : records) {
    absl::Status added = (*replay)->Add(record);
    if (added.ok() && one_by_one) added = (*replay)->Finish();
    if (!added.ok()) return added.ToString();
  }
  if (absl::Status finished = (*replay)->Finish(); !finished.ok()) return finished.ToString();
  auto read = (*replay)->Read();
  return absl::BytesToHexString(*projections::DumpDigest(read->lease->rows()));
}

TEST(ViewGolden, EachViewMakesOfTheLogWhatItsVersionAlwaysMade) {
  if (Writes() && !std::ifstream(kLog)) WriteRecords();
  const std::vector<std::string> records = ReadRecords();
  ASSERT_GT(records.size(), 200u);
  std::map<std::string, std::string> golden = ReadDigests();
  const support::TempDir scratch;
  for (const app::View& listed : app::AllViews()) {
    const auto view = listed.projection();
    const std::string key = absl::StrCat(std::string(view->name()), ".v", view->version());
    const std::string digest =
        DigestOf(*view, records, scratch.File(std::string(view->name())), false);
    EXPECT_EQ(digest.size(), 64u) << digest;
    if (Writes()) golden.emplace(key, digest);
    EXPECT_EQ(golden[key], digest)
        << key << ": other rows under the same version. If they are right, raise the version; its "
        << "digest is added with SANZHANG_WRITE_GOLDEN=1";
  }
  if (!Writes()) return;
  std::ofstream out(kDigests, std::ios::trunc);
  for (const auto& [key, digest] : golden) out << key << '\t' << digest << '\n';
}

// Another folder, small pages, one transaction for each record.
TEST(ViewGolden, HowTheFileIsMadeDoesNotMatter) {
  const std::vector<std::string> records = ReadRecords();
  const std::map<std::string, std::string> golden = ReadDigests();
  const support::TempDir scratch;
  for (const app::View& listed : app::AllViews()) {
    const auto view = listed.projection();
    const std::string file = scratch.File(std::string(view->name()));
    {
      auto connection = Connection::OpenScratch(file);
      ASSERT_TRUE((*connection)->Execute("PRAGMA page_size = 1024; VACUUM").ok());
    }
    const std::string key = absl::StrCat(std::string(view->name()), ".v", view->version());
    EXPECT_EQ(DigestOf(*view, records, file, true), golden.at(key));
  }
}

// `audit diff` tells rows apart by their keys.
TEST(ViewGolden, EveryTableHasAKey) {
  const support::TempDir scratch;
  for (const app::View& listed : app::AllViews()) {
    const auto view = listed.projection();
    auto replay = Replay::Open(*view, scratch.File(std::string(view->name())));
    ASSERT_TRUE(replay.ok());
    auto read = (*replay)->Read();
    std::string without;
    ASSERT_TRUE(read->lease->rows()
                    .Query("SELECT name FROM sqlite_schema s WHERE type = 'table' AND NOT EXISTS "
                           "(SELECT 1 FROM pragma_table_info(s.name) WHERE pk > 0)",
                           {},
                           [&](const projections::Row& row) {
                             absl::StrAppend(&without, std::string(row.Text(0)), " ");
                           })
                    .ok());
    EXPECT_EQ(without, "") << view->name();
  }
}

}  // namespace
}  // namespace sanzhang
