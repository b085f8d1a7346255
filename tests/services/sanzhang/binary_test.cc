// The program itself, as a process: how it starts, serves, ends, and what its tools say.
#include <csignal>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "gmock/gmock.h"
#include "nlohmann/json.hpp"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace sanzhang {
namespace {

using support::Ended;
using support::Process;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr absl::Duration kPatience = absl::Seconds(60);

class BinaryTest : public testing::Test {
 protected:
  struct Running {
    std::unique_ptr<Process> process;
    std::string address;
    std::string http;
  };

  static std::unique_ptr<Process> Start(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), SANZHANG_BINARY);
    auto process = Process::Start(std::move(arguments));
    EXPECT_TRUE(process.ok()) << process.status();
    return process.ok() ? *std::move(process) : nullptr;
  }

  static Ended Run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), SANZHANG_BINARY);
    return support::RunToEnd(std::move(arguments), kPatience);
  }

  // Serves on ports that it finds itself.
  Running Serve(const std::string& command = "serve", std::vector<std::string> more = {}) {
    std::vector<std::string> arguments = {command, "--listen=127.0.0.1:0",
                                          "--http-listen=127.0.0.1:0",
                                          "--policy=" SANZHANG_SOURCE_DIR "/deploy/policy"};
    if (command != "projector") more.push_back("--data=" + folder_.File("data"));
    arguments.insert(arguments.end(), more.begin(), more.end());
    Running running{Start(std::move(arguments)), "", ""};
    const auto line = running.process->WaitForLine("\"message\":\"ready\"", kPatience);
    EXPECT_TRUE(line.has_value()) << running.process->Output();
    if (!line.has_value()) return running;
    const auto json = nlohmann::json::parse(*line);
    running.address = json["address"];
    running.http = json["http"];
    return running;
  }

  static void Stop(Running& running) {
    running.process->Signal(SIGTERM);
    EXPECT_EQ(running.process->WaitForExit(kPatience), 0) << running.process->Output();
    running.process->WaitForLine("\x01", kPatience);
    EXPECT_THAT(running.process->Output(), HasSubstr("\"message\":\"stopped\""));
  }

  Ended Demo() {
    return Run({"demo", "--data=" + folder_.File("data"),
                "--policy=" SANZHANG_SOURCE_DIR "/deploy/policy",
                "--file=" SANZHANG_SOURCE_DIR "/deploy/demo/heping.json"});
  }

  static Ended Call(const Running& server, const std::string& method, const std::string& json,
                    const std::string& who) {
    return Run({"call", method, json, "--address=" + server.address, who});
  }

  static std::uint64_t Head(const Running& server) {
    const Ended answer = Call(server, "GetHead", "{}", "--service=auditor");
    return std::stoull(nlohmann::json::parse(answer.output).value("position", "0"));
  }

  // The list, once the view holds the log as it is now.
  nlohmann::json Complaints(const Running& server, std::uint64_t head) {
    const Ended answer = Call(server, "ResidentsCommitteeService/ListComplaints",
                              R"({"parent":"communities/heping","page_size":500,"min_position":")" +
                                  std::to_string(head) + "\"}",
                              "--person=p-li");
    EXPECT_EQ(answer.code, 0) << answer.output;
    return nlohmann::json::parse(answer.output)["complaints"];
  }

  support::TempDir folder_;
};

TEST_F(BinaryTest, ADemonstrationIsServedKeptAndNeverDoubled) {
  Ended demo = Demo();
  ASSERT_EQ(demo.code, 0) << demo.output;
  Running server = Serve();
  const std::uint64_t head = Head(server);
  EXPECT_GT(head, 150u);
  const nlohmann::json complaints = Complaints(server, head);
  std::set<std::string> states;
  for (const auto& complaint : complaints) states.insert(complaint["state"]);
  // Every state that there is.
  EXPECT_EQ(states.size(), 14u) << complaints.dump(1);

  const std::uint64_t kept = Head(server);  // That words were looked at is a fact too.

  Stop(server);
  demo = Demo();
  EXPECT_EQ(demo.code, 0) << demo.output;
  EXPECT_THAT(demo.output, HasSubstr("is kept as it is"));

  Running again = Serve();
  EXPECT_EQ(Head(again), kept);
  EXPECT_EQ(Complaints(again, head).size(), complaints.size());
  Stop(again);
}

TEST_F(BinaryTest, ADemonstrationThatWasCutOffIsBegunAnewAndTakesNoOthersFolder) {
  namespace fs = std::filesystem;
  const std::string data = folder_.File("data");
  fs::create_directories(data + ".making/log");
  fs::create_directories(data + ".making.keys");
  ASSERT_EQ(Demo().code, 0);
  EXPECT_FALSE(fs::exists(data + ".making"));
  EXPECT_TRUE(fs::exists(data + "/log"));

  fs::rename(data,
             data + ".making");  // Cut off between the two moves: the last one is made up for.
  ASSERT_EQ(Demo().code, 0);
  EXPECT_TRUE(fs::exists(data + "/log"));

  fs::rename(data, folder_.File("lost"));
  const Ended keyless = Demo();
  EXPECT_EQ(keyless.code, 1);
  EXPECT_THAT(keyless.output, HasSubstr("keys are there already, of data that are not"));
  fs::rename(folder_.File("lost"), data);

  fs::remove_all(data + "/log");
  const Ended refused = Demo();
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.output, HasSubstr("is not empty, and has no log"));
  EXPECT_TRUE(fs::exists(data + "/timekeeper"));
}

TEST_F(BinaryTest, ALogWithoutItsKeysIsNotOpened) {
  namespace fs = std::filesystem;
  const std::string keys = folder_.File("data.keys");
  ASSERT_EQ(Demo().code, 0);
  fs::rename(keys, folder_.File("elsewhere"));
  Ended refused =
      Run({"serve", "--listen=127.0.0.1:0", "--http-listen=127.0.0.1:0",
           "--data=" + folder_.File("data"), "--policy=" SANZHANG_SOURCE_DIR "/deploy/policy"});
  EXPECT_EQ(refused.code, 78) << refused.output;
  EXPECT_THAT(refused.output, HasSubstr("put them back from their backup"));
  EXPECT_FALSE(fs::exists(keys));
  refused = Run({"serve", "--listen=127.0.0.1:0", "--http-listen=127.0.0.1:0",
                 "--data=" + folder_.File("data"), "--keys=" + folder_.File("data/keys"),
                 "--policy=" SANZHANG_SOURCE_DIR "/deploy/policy"});
  EXPECT_EQ(refused.code, 78) << refused.output;
  EXPECT_THAT(refused.output, HasSubstr("must be a folder outside of"));
}

TEST_F(BinaryTest, WhatWasCommandedCanBeAskedAndRead) {
  ASSERT_EQ(Demo().code, 0);
  Running server = Serve();
  const std::string request =
      R"({"parent":"communities/heping","complaint_id":"mine","category":"CATEGORY_NOISE",)"
      R"("place":{"dwelling":"communities/heping/dwellings/b1-1-101"},"text":{"content":"楼上太吵"}})";
  const Ended filed = Call(server, "FileComplaint", request, "--person=p-xu");
  ASSERT_EQ(filed.code, 0) << filed.output;
  const auto answer = nlohmann::json::parse(filed.output);
  EXPECT_EQ(answer["name"], "communities/heping/complaints/mine");
  const Ended seen = Call(server, "ListMyComplaints",
                          R"({"parent":"communities/heping","min_position":")" +
                              answer["position"].get<std::string>() + "\"}",
                          "--person=p-xu");
  EXPECT_THAT(seen.output, HasSubstr("communities/heping/complaints/mine"));
  // Queries and commands mean the same by an etag.
  EXPECT_THAT(seen.output, HasSubstr("\"etag\": " + answer["etag"].dump()));

  const Ended twice = Call(server, "FileComplaint", request, "--person=p-xu");
  EXPECT_EQ(twice.code, 1);
  EXPECT_THAT(twice.output, AllOf(HasSubstr("ALREADY_EXISTS RESOURCE_ALREADY_EXISTS"),
                                  HasSubstr("resource = communities/heping/complaints/mine")));
  EXPECT_THAT(
      Call(server, "FileComplaint", "{}", "--person=p-xu").output,
      AllOf(HasSubstr("INVALID_REQUEST"), HasSubstr("\n  parent: "), HasSubstr("\n  text: ")));

  const Ended read = Run({"audit", "read", "--stream=communities/heping/complaints/mine", "--json",
                          "--address=" + server.address});
  EXPECT_EQ(read.code, 0) << read.output;
  EXPECT_EQ(nlohmann::json::parse(read.output)["fact"]["category"], "CATEGORY_NOISE");
  const Ended last =
      Run({"audit", "read", "--backwards", "--limit=1", "--address=" + server.address});
  EXPECT_THAT(last.output,
              HasSubstr("ComplaintFiled  by communities/heping/persons/p-xu as RESIDENT"));

  const Ended status = Run({"admin", "status", "--address=" + server.address});
  EXPECT_EQ(status.code, 0) << status.output;
  EXPECT_THAT(status.output, AllOf(HasSubstr("timekeeper"), HasSubstr("view residents-committee")));
  // Words of persons stay out of the process's log.
  EXPECT_THAT(server.process->Output(), Not(HasSubstr("楼上太吵")));
  Stop(server);
}

TEST_F(BinaryTest, ASecondProcessOnTheSameLogIsRefused) {
  Running server = Serve();
  const Ended second =
      Run({"serve", "--listen=127.0.0.1:0", "--http-listen=127.0.0.1:0",
           "--data=" + folder_.File("data"), "--policy=" SANZHANG_SOURCE_DIR "/deploy/policy"});
  EXPECT_EQ(second.code, 74) << second.output;
  EXPECT_THAT(second.output, HasSubstr("the log can't be opened"));
  Stop(server);
}

TEST_F(BinaryTest, ATakenPortIsRefused) {
  Running server = Serve();
  const Ended second =
      Run({"commandd", "--listen=" + server.address, "--http-listen=127.0.0.1:0",
           "--data=" + folder_.File("other"), "--policy=" SANZHANG_SOURCE_DIR "/deploy/policy"});
  EXPECT_EQ(second.code, 74) << second.output;
  EXPECT_THAT(second.output, HasSubstr("can't be listened on for gRPC"));
  Stop(server);
}

TEST_F(BinaryTest, WrongConfigurationsEndWith78) {
  const Ended outside = Run({"serve", "--listen=0.0.0.0:7300"});
  EXPECT_EQ(outside.code, 78);
  EXPECT_THAT(outside.output, HasSubstr("can be reached from outside"));
  const std::string file = folder_.File("sanzhang.toml");
  std::ofstream(file) << "lisen = \"127.0.0.1:1\"\nlog_level = \"loud\"\n";
  const Ended check = Run({"serve", "--config=" + file, "--check-config"});
  EXPECT_EQ(check.code, 78);
  EXPECT_THAT(check.output, AllOf(HasSubstr(file + ":1: unknown key \"lisen\""),
                                  HasSubstr(file + ":2: \"loud\" is not one of")));
  const Ended view = Run({"projector", "--view=nobody", "--listen=127.0.0.1:0",
                          "--http-listen=127.0.0.1:0", "--data=" + folder_.File("views")});
  EXPECT_EQ(view.code, 78);
  EXPECT_THAT(view.output, HasSubstr("residents-committee"));
  EXPECT_EQ(Run({"serve", "--check-config"}).code, 0);
  EXPECT_EQ(Run({"serve", "--no-such-flag"}).code, 64);
}

TEST_F(BinaryTest, APortAndAFolderOfItsOwnForAProjector) {
  ASSERT_EQ(Demo().code, 0);
  Running commandd = Serve("commandd");
  Running projector =
      Serve("projector", {"--view=residents-committee,resident", "--log=" + commandd.address,
                          "--data=" + folder_.File("views")});
  EXPECT_GT(Complaints(projector, Head(commandd)).size(), 14u);
  const Ended status = Run({"admin", "status", "--address=" + projector.address});
  EXPECT_THAT(status.output, AllOf(HasSubstr("view resident "), Not(HasSubstr("party-org"))));
  Stop(projector);
  Stop(commandd);
}

TEST_F(BinaryTest, ImportsOnceHoweverOftenItIsRun) {
  Running server = Serve();
  const std::string csv = folder_.File("cases.csv");
  std::ofstream(csv)
      << "unique_key,account,opendate,closedate,complaint_type,descriptor,zip,borough,city,"
         "council_dist,community_board\n"
         "K1,NYCC02,2018-12-31,2020-06-11,Parks,Tree,1,M,NY,NYCC04,06 Manhattan\n"
         "K2,NYCC48,2018-12-30,,Sanitation,,1,B,NY,NYCC48,\n"
         "K1,NYCC03,2018-12-31,2020-06-12,Parks,Tree,1,M,NY,NYCC04,06 Manhattan\n"
         "K3,NYCC02,2018-12-32,,Parks,,1,M,NY,NYCC04,\n"
         "K4,NYCC02\n";
  const std::string report = folder_.File("report.csv");
  const std::vector<std::string> import = {"import",
                                           "complaints",
                                           "--map=" SANZHANG_SOURCE_DIR
                                           "/deploy/import/nyc-council-cases.toml",
                                           csv,
                                           "--report=" + report,
                                           "--address=" + server.address};
  const Ended first = Run(import);
  EXPECT_EQ(first.code, 0) << first.output;
  EXPECT_THAT(first.output, HasSubstr("5 rows in"));
  EXPECT_THAT(first.output, HasSubstr("2 brought in whole, 3 refused"));
  std::stringstream refused;
  refused << std::ifstream(report).rdbuf();
  EXPECT_THAT(refused.str(),
              AllOf(HasSubstr("\r\n4,K1,file,ALREADY_EXISTS,RESOURCE_ALREADY_EXISTS,"),
                    HasSubstr("\r\n5,K3,,INVALID_ARGUMENT,,"), HasSubstr("2 fields where")));
  const std::uint64_t head = Head(server);
  const Ended closed = Run({"audit", "read", "--stream=communities/nyc-council/complaints/k1",
                            "--backwards", "--limit=1", "--json", "--address=" + server.address});
  EXPECT_EQ(nlohmann::json::parse(closed.output)["occurred_at"], "2020-06-11T09:00:00Z");

  EXPECT_EQ(Run(import).code, 0);
  EXPECT_EQ(Head(server), head);
  Stop(server);
}

TEST_F(BinaryTest, TellsWhatItCanDo) {
  EXPECT_THAT(Run({"call", "--list"}).output,
              AllOf(HasSubstr("sanzhang.complaint.v1.ComplaintService/FileComplaint\n"),
                    HasSubstr("EventLogService/Subscribe (stream)")));
  EXPECT_THAT(Run({"call", "CloseComplaint", "--describe"}).output,
              HasSubstr("CLOSE_MODE_NO_REPLY"));
  EXPECT_THAT(Run({"serve", "--print-config"}).output,
              HasSubstr("# --listen, SANZHANG_LISTEN; from: "));
}

}  // namespace
}  // namespace sanzhang
