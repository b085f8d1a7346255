// Every view at moments gone by, of the demonstration's log and of the town's stories: what a
// server answers as of then, what `sanzhang audit replay` makes and what a projector holds that has
// stopped there is the same, row for row. So it is in another folder, and after a rebuild.
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "grpcpp/grpcpp.h"
#include "projections/engine/database.h"
#include "projections/engine/dump.h"
#include "projections/engine/projector.h"
#include "sanzhang/views/v1/projection_service.grpc.pb.h"
#include "services/audit/record_source.h"
#include "services/audit/view_replay.h"
#include "services/sanzhang/views.h"
#include "tests/projections/engine/fake_log.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"
#include "tests/support/views_client.h"
#include "tests/town/town.h"

namespace sanzhang {
namespace {

using support::Process;

constexpr absl::Duration kPatience = absl::Seconds(120);
constexpr int kMoments = 20;

// View → digest of its rows, in hex.
using Digests = std::map<std::string, std::string>;

std::string Loopback() { return "127.0.0.1:" + std::to_string(support::FreePort()); }

class AsOfTest : public testing::Test {
 protected:
  std::unique_ptr<Process> Start(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), std::getenv("SANZHANG_BINARY"));
    auto process = Process::Start(arguments);
    EXPECT_TRUE(process.ok()) << process.status();
    return process.ok() ? *std::move(process) : nullptr;
  }
  std::unique_ptr<Process> StartServer(std::vector<std::string> arguments) {
    arguments.push_back("--http-listen=" + Loopback());
    auto server = Start(arguments);
    EXPECT_TRUE(server->WaitForLine("ready", kPatience).has_value()) << server->Output();
    return server;
  }
  std::string Run(const std::vector<std::string>& arguments, int code = 0) {
    const auto process = Start(arguments);
    EXPECT_EQ(process->WaitForExit(kPatience), code) << process->Output();
    return process->Output();
  }

  // Over gRPC.
  static Digests Asked(const std::string& address, std::uint64_t position) {
    const auto stub = views::v1::ProjectionService::NewStub(
        grpc::CreateChannel(address, grpc::InsecureChannelCredentials()));
    Digests digests;
    for (const app::View& view : app::AllViews()) {
      grpc::ClientContext context;
      context.AddMetadata("sanzhang-service", "auditor");
      context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(20)));
      views::v1::GetProjectionDigestRequest request;
      request.set_name(std::string(view.name));
      request.set_as_of_position(position);
      views::v1::GetProjectionDigestResponse answer;
      const grpc::Status status = stub->GetProjectionDigest(&context, request, &answer);
      EXPECT_TRUE(status.ok()) << view.name << ": " << status.error_message();
      EXPECT_EQ(answer.as_of_position(), position);
      digests[request.name()] = absl::BytesToHexString(answer.sha256());
    }
    return digests;
  }

  // Asks for moment after moment, until nobody answers.
  static void KeepAsking(const std::string& address, std::uint64_t head, unsigned seed) {
    const auto stub = views::v1::ProjectionService::NewStub(
        grpc::CreateChannel(address, grpc::InsecureChannelCredentials()));
    std::mt19937 random(seed);
    grpc::Status status;
    while (status.error_code() != grpc::StatusCode::UNAVAILABLE) {
      grpc::ClientContext context;
      context.AddMetadata("sanzhang-service", "auditor");
      context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(20)));
      views::v1::GetProjectionDigestRequest request;
      request.set_name(std::string(app::AllViews()[random() % app::AllViews().size()].name));
      request.set_as_of_position(1 + random() % head);
      views::v1::GetProjectionDigestResponse answer;
      status = stub->GetProjectionDigest(&context, request, &answer);
    }
  }

  // From the records, in a folder of its own.
  static Digests Replayed(audit::RecordSource& source, std::uint64_t position) {
    const support::TempDir scratch;
    std::vector<std::unique_ptr<projections::Projection>> views;
    std::vector<audit::Wanted> wanted;
    for (const app::View& view : app::AllViews()) {
      views.push_back(view.projection());
      wanted.push_back({views.back().get(), scratch.path() / view.name, position});
    }
    auto replays = audit::ReplayViews(source, wanted, nullptr);
    EXPECT_TRUE(replays.ok()) << replays.status();
    Digests digests;
    for (std::size_t i = 0; i < views.size(); ++i) {
      auto read = (*replays)[i]->Read();
      digests[std::string(views[i]->name())] =
          absl::BytesToHexString(*projections::DumpDigest(read->lease->rows()));
    }
    return digests;
  }

  // Of projectors whose log has come no further.
  static Digests Stopped(const std::vector<std::string>& records, std::uint64_t position) {
    const support::TempDir scratch;
    projections::FakeLog log;
    log.SetPage(50);
    log.Replace({records.begin(), records.begin() + static_cast<std::ptrdiff_t>(position)});
    log.Serve(scratch.path().string());
    Digests digests;
    for (const app::View& view : app::AllViews()) {
      projections::Projector::Options options;
      options.folder = scratch.path() / "views";
      options.log = log.Channel();
      auto projector = projections::Projector::Open(view.projection(), options);
      EXPECT_TRUE(projector.ok()) << projector.status();
      (*projector)->Start();
      EXPECT_TRUE((*projector)->WaitFor(position, absl::Now() + kPatience).ok());
      auto snapshot = (*projector)->Read();
      EXPECT_EQ(snapshot->position(), position);
      digests[std::string(view.name)] =
          absl::BytesToHexString(*projections::DumpDigest(snapshot->rows()));
      (*projector)->Stop();
    }
    return digests;
  }

  // What the tool says.
  std::string Tool(const std::string& view, std::uint64_t position, const std::string& address) {
    const std::string out =
        Run({"audit", "replay", "--view=" + view, absl::StrCat("--as-of=", position),
             "--address=" + address, "--out=" + scratch_.File("dump")});
    const std::size_t at = out.find("sha256   ");
    return at == std::string::npos ? out : out.substr(at + 9, 64);
  }

  // `log` has the records, `views` answers for the views.
  void Compare(const std::string& log, const std::string& views) {
    const unsigned seed = std::random_device{}();
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::printf("seed %u\n", seed);
    std::mt19937 random(seed);
    const auto source =
        audit::MakeServerSource(grpc::CreateChannel(log, grpc::InsecureChannelCredentials()),
                                {.address = log, .metadata = {{"sanzhang-service", "auditor"}}});
    std::vector<std::string> records;
    ASSERT_TRUE(source
                    ->Read({},
                           [&](std::uint64_t, std::string_view bytes) {
                             records.emplace_back(bytes);
                             return true;
                           })
                    .ok());
    ASSERT_GT(records.size(), 100u);
    for (int i = 0; i < kMoments; ++i) {
      const std::uint64_t position = i == 0 ? records.size() : 1 + random() % records.size();
      SCOPED_TRACE(position);
      const Digests asked = Asked(views, position);
      EXPECT_EQ(asked, Replayed(*source, position));
      EXPECT_EQ(asked, Stopped(records, position));
      const std::string view(
          app::AllViews()[static_cast<std::size_t>(i) % app::AllViews().size()].name);
      EXPECT_EQ(asked.at(view), Tool(view, position, log));
    }
  }

  support::TempDir scratch_;
};

TEST_F(AsOfTest, TheDemonstrationsViews) {
  Run({"demo", "--data=" + scratch_.File("data")});
  const std::string address = Loopback();
  const auto serve =
      StartServer({"serve", "--data=" + scratch_.File("data"), "--listen=" + address});
  const std::uint64_t head = support::HeadOf(address);
  support::DigestsAt(address, head);
  Compare(address, address);
  const Digests before = Asked(address, head / 2);
  support::RebuildViews(address);
  EXPECT_EQ(Asked(address, head / 2), before);
  serve->Signal(SIGTERM);
  EXPECT_EQ(serve->WaitForExit(kPatience), 0) << serve->Output();

  // Without a server, from the folder that it has left.
  const std::string data = "--data=" + scratch_.File("data");
  const std::string replayed =
      Run({"audit", "replay", "--view=resident", absl::StrCat("--as-of=", head / 2), data,
           "--out=" + scratch_.File("dump")});
  EXPECT_NE(replayed.find(before.at("resident")), std::string::npos) << replayed;
  EXPECT_NE(Run({"audit", "diff", "--view=resident", absl::StrCat("--from-position=", head / 2),
                 absl::StrCat("--to-position=", head / 2), data})
                .find("changes  0 rows"),
            std::string::npos);
  const std::string changed =
      Run({"audit", "diff", "--view=residents-committee", "--from-position=1", data, "--json"});
  EXPECT_NE(changed.find(R"({"change":"added","table":"complaint","key":{"name":)"),
            std::string::npos)
      << changed;
  Run({"audit", "replay", "--view=resident", absl::StrCat("--as-of=", head + 1), data}, 1);
  Run({"audit", "replay", "--view=nothing", data}, 1);
  EXPECT_NE(Run({"audit", "explain", "communities/heping/complaints/closed", "--lang=zh", data,
                 "--policy=" SANZHANG_SOURCE_DIR "/deploy/policy"})
                .find("受理时限起算"),
            std::string::npos);
}

// A view that is not what the log makes of it is named, with the table and, of files, the row.
TEST_F(AsOfTest, VerifiesViewsAgainstTheLog) {
  Run({"demo", "--data=" + scratch_.File("data")});
  const std::string address = Loopback();
  const std::string data = "--data=" + scratch_.File("data");
  {
    const auto serve = StartServer({"serve", data, "--listen=" + address});
    support::DigestsAt(address, support::HeadOf(address));
    const std::string verified = Run({"audit", "verify", "--views", "--address=" + address});
    EXPECT_NE(verified.find("VERIFIED: the views are what the log makes of them."),
              std::string::npos);
    for (const app::View& view : app::AllViews()) {
      EXPECT_NE(verified.find(std::string(view.name)), std::string::npos) << verified;
    }
    serve->Signal(SIGTERM);
    EXPECT_EQ(serve->WaitForExit(kPatience), 0) << serve->Output();
  }
  EXPECT_NE(Run({"audit", "verify", "--views", data}).find("\nVERIFIED"), std::string::npos);

  // Somebody changes a row, where SQLite finds nothing wrong.
  std::string file;
  for (const auto& entry :
       std::filesystem::directory_iterator(scratch_.path() / "data" / "views")) {
    const std::string name = entry.path().filename();
    if (name.starts_with("resident.v") && name.ends_with(".sqlite")) file = entry.path();
  }
  ASSERT_NE(file, "");
  {
    const auto connection = projections::Connection::Open(file, false);
    ASSERT_TRUE((*connection)
                    ->Execute("UPDATE complaint SET state = 1 WHERE name = "
                              "'communities/heping/complaints/closed'")
                    .ok());
  }
  const std::string differs = Run({"audit", "verify", "--views", data}, 1);
  EXPECT_NE(differs.find("DIFFERS: table complaint, row "
                         "name='communities/heping/complaints/closed' differs: state is 1 and "
                         "should be "),
            std::string::npos)
      << differs;
  EXPECT_NE(differs.find("NOT VERIFIED"), std::string::npos);
  EXPECT_NE(Run({"audit", "verify", "--views", "--view=public-board", data}).find("\nVERIFIED"),
            std::string::npos);

  // Over gRPC the view and the table are named.
  const auto serve = StartServer({"serve", data, "--listen=" + address});
  support::DigestsAt(address, support::HeadOf(address));
  const std::string asked = Run({"audit", "verify", "--views", "--address=" + address}, 1);
  EXPECT_NE(asked.find("DIFFERS: table complaint"), std::string::npos) << asked;
  serve->Signal(SIGTERM);
  EXPECT_EQ(serve->WaitForExit(kPatience), 0) << serve->Output();
}

// Killed while moments are being made: the next start is clean, and makes the same.
TEST_F(AsOfTest, KilledInTheMidst) {
  Run({"demo", "--data=" + scratch_.File("data")});
  const std::string address = Loopback();
  const std::vector<std::string> command = {"serve", "--data=" + scratch_.File("data"),
                                            "--listen=" + address};
  const std::filesystem::path past = scratch_.path() / "data" / "views" / "past";
  Digests before;
  {
    const auto serve = StartServer(command);
    const std::uint64_t head = support::HeadOf(address);
    support::DigestsAt(address, head);
    before = Asked(address, head / 2);
    std::vector<std::jthread> askers;
    for (int i = 0; i < 3; ++i) {
      askers.emplace_back([&, i] { KeepAsking(address, head, static_cast<unsigned>(i)); });
    }
    while (std::distance(std::filesystem::directory_iterator(past), {}) < 20) {
      std::this_thread::yield();
    }
    serve->Signal(SIGKILL);
    EXPECT_EQ(serve->WaitForExit(kPatience), 128 + SIGKILL);
  }
  EXPECT_FALSE(std::filesystem::is_empty(past));
  const auto serve = StartServer(command);
  for (const auto& entry : std::filesystem::directory_iterator(past)) {
    EXPECT_EQ(entry.path().extension(), ".base") << entry.path();
  }
  const std::uint64_t head = support::HeadOf(address);
  support::DigestsAt(address, head);
  EXPECT_EQ(Asked(address, head / 2), before);
  serve->Signal(SIGTERM);
  EXPECT_EQ(serve->WaitForExit(kPatience), 0) << serve->Output();
}

TEST_F(AsOfTest, TheTownsViews) {
  town::Town town(scratch_.File("data"));
  town.Read(SANZHANG_SOURCE_DIR "/tests/town/scenes.txt");
  town.Read(SANZHANG_SOURCE_DIR "/tests/town/edge_cases.txt");
  town.Play();
  const std::string address = Loopback();
  const auto projector = StartServer({"projector", "--log=" + town.address(),
                                      "--data=" + scratch_.File("views"), "--listen=" + address});
  Compare(town.address(), address);
  projector->Signal(SIGTERM);
  EXPECT_EQ(projector->WaitForExit(kPatience), 0) << projector->Output();
}

}  // namespace
}  // namespace sanzhang
