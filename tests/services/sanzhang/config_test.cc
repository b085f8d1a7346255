#include "services/sanzhang/config.h"

#include <fstream>

#include "gmock/gmock.h"
#include "tests/support/temp_dir.h"

namespace sanzhang::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

ConfigSources FromFile(const std::string& path) {
  ConfigSources sources;
  sources.file = path;
  return sources;
}

ConfigSources FromFlag(const std::string& key, const std::string& value) {
  ConfigSources sources;
  sources.flags = {{key, value}};
  return sources;
}

class ConfigTest : public testing::Test {
 protected:
  std::string Write(const std::string& text) {
    const std::string path = folder_.File("sanzhang.toml");
    std::ofstream(path) << text;
    return path;
  }
  support::TempDir folder_;
};

TEST_F(ConfigTest, NobodySaysAnything) {
  const LoadedConfig loaded = LoadConfig({});
  EXPECT_THAT(loaded.mistakes, IsEmpty());
  EXPECT_EQ(loaded.config.listen, "127.0.0.1:7300");
  EXPECT_EQ(loaded.config.drain_seconds, 20);
  EXPECT_THAT(loaded.config.view, IsEmpty());
}

TEST_F(ConfigTest, TheLaterWins) {
  ConfigSources sources;
  sources.standards = {{"listen", "127.0.0.1:1"}, {"data", "own"}};
  sources.file =
      Write("listen = \"127.0.0.1:2\"\nhttp_listen = \"127.0.0.1:2\"\nlog_level = \"warn\"\n");
  sources.environment = {{"SANZHANG_LISTEN", "127.0.0.1:3"},
                         {"SANZHANG_HTTP_LISTEN", "127.0.0.1:3"},
                         {"SANZHANG_UNRELATED", "whatever"}};
  sources.flags = {{"listen", "127.0.0.1:4"}};
  const LoadedConfig loaded = LoadConfig(sources);
  EXPECT_THAT(loaded.mistakes, IsEmpty());
  EXPECT_EQ(loaded.config.data, "own");
  EXPECT_EQ(loaded.config.log_level, "warn");
  EXPECT_EQ(loaded.config.http_listen, "127.0.0.1:3");
  EXPECT_EQ(loaded.config.listen, "127.0.0.1:4");
  EXPECT_EQ(loaded.origins.at("listen"), "--listen");
  EXPECT_EQ(loaded.origins.at("http_listen"), "SANZHANG_HTTP_LISTEN");
  EXPECT_EQ(loaded.origins.at("log_level"), sources.file + ":3");
}

TEST_F(ConfigTest, ListsFromFileAndFlags) {
  EXPECT_THAT(LoadConfig(FromFile(Write("view = [\"resident\", \"party-org\"]"))).config.view,
              ElementsAre("resident", "party-org"));
  EXPECT_THAT(LoadConfig(FromFlag("view", "resident, party-org,")).config.view,
              ElementsAre("resident", "party-org"));
}

TEST_F(ConfigTest, KeysAreBesideTheDataIfNobodySays) {
  EXPECT_EQ(LoadConfig(FromFlag("data", "/srv/town/")).config.keys, "/srv/town.keys");
  EXPECT_EQ(LoadConfig(FromFlag("keys", "/srv/keys")).config.keys, "/srv/keys");
}

TEST_F(ConfigTest, WitnessesAreKeysOfWitnessesWithTheirUrls) {
  const std::string log =
      "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW http://localhost:1";
  const std::string witness =
      "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2 ";
  for (const std::string& wrong :
       {std::string("x"), log, witness, witness + "ftp://w.example", witness + "http://w a"}) {
    EXPECT_THAT(LoadConfig(FromFlag("witness", wrong)).mistakes,
                ElementsAre(HasSubstr("--witness: ")))
        << wrong;
  }
  const LoadedConfig loaded = LoadConfig(FromFlag("witness", witness + "https://w.example/"));
  EXPECT_THAT(loaded.mistakes, IsEmpty());
  EXPECT_THAT(loaded.config.witness, ElementsAre(witness + "https://w.example/"));
}

TEST_F(ConfigTest, EveryMistakeAtOnceWithItsPlace) {
  ConfigSources sources;
  sources.file =
      Write("listen = 7300\nlisten_address = \"x\"\nview = \"resident\"\ndrain_seconds = 0\n");
  sources.environment = {{"SANZHANG_LOG_LEVEL", "loud"}};
  sources.flags = {{"log", "nowhere"}, {"data", ""}};
  const std::string& file = sources.file;
  EXPECT_THAT(
      LoadConfig(sources).mistakes,
      ElementsAre(file + ":1: listen must be a text", file + ":2: unknown key \"listen_address\"",
                  file + ":3: view must be a list of texts", "--data: a folder is needed",
                  "SANZHANG_LOG_LEVEL: \"loud\" is not one of debug, info, warn, error",
                  "--log: \"nowhere\" is not HOST:PORT",
                  file + ":4: \"0\" is not a number from 1 to 300"));
}

TEST_F(ConfigTest, AFileThatIsNotTomlOrNotThere) {
  EXPECT_THAT(LoadConfig(FromFile(Write("listen = \n"))).mistakes,
              ElementsAre(HasSubstr("sanzhang.toml:1: ")));
  EXPECT_THAT(LoadConfig(FromFile(folder_.File("none.toml"))).mistakes,
              ElementsAre(HasSubstr("none.toml: can't be read")));
}

TEST_F(ConfigTest, DevelopmentIdentityOnLoopbackOnly) {
  EXPECT_THAT(LoadConfig(FromFlag("listen", "0.0.0.0:7300")).mistakes,
              ElementsAre(HasSubstr("--listen: \"0.0.0.0:7300\" can be reached from outside")));
}

TEST(IsLoopbackTest, TellsThem) {
  for (const char* address :
       {"127.0.0.1:0", "127.1.2.3:7300", "[::1]:7300", "localhost:1", "unix:/run/s"}) {
    EXPECT_TRUE(IsLoopback(address)) << address;
  }
  for (const char* address : {"0.0.0.0:7300", "[::]:7300", "10.0.0.1:1", "127.example.com:1",
                              "127.0.0.1.example.com:1", "localhost.example.com:1"}) {
    EXPECT_FALSE(IsLoopback(address)) << address;
  }
}

// What is printed is a file that says the same.
TEST_F(ConfigTest, PrintedConfigCanBeReadAgain) {
  ConfigSources sources = FromFlag("view", "resident");
  sources.flags["data"] = "a \"quoted\" folder";
  const LoadedConfig said = LoadConfig(sources);
  const LoadedConfig again = LoadConfig(FromFile(Write(PrintConfig(said))));
  EXPECT_THAT(again.mistakes, IsEmpty());
  EXPECT_EQ(again.config.data, "a \"quoted\" folder");
  EXPECT_THAT(again.config.view, ElementsAre("resident"));
  for (const ConfigKey& key : ConfigKeys()) {
    EXPECT_THAT(PrintConfig(said), HasSubstr(std::string(key.meaning)));
  }
}

}  // namespace
}  // namespace sanzhang::app
