#include "services/sanzhang/config.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <functional>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "eventstore/transparency/limits.h"
#include "services/sanzhang/cosigners.h"
#include "services/sanzhang/toml_file.h"

namespace sanzhang::app {
namespace {

using Kind = ConfigKey::Kind;

constexpr int kDrainSecondsMax = 300;

// A value as text, and where it was said.
struct Said {
  std::string text;
  std::string where;
};

// What is wrong with a value; empty: nothing.
std::string CheckAddress(const std::string& text) {
  if (text.starts_with("unix:")) return text.size() > 5 ? "" : "a path must follow unix:";
  const std::size_t colon = text.rfind(':');
  int port = -1;
  if (colon == std::string::npos || colon == 0 ||
      !absl::SimpleAtoi(text.substr(colon + 1), &port) || port < 0 || port > 65535) {
    return absl::StrCat("\"", text, "\" is not HOST:PORT");
  }
  return "";
}

std::string CheckOneOf(const std::string& text, const std::vector<std::string>& words) {
  if (std::find(words.begin(), words.end(), text) != words.end()) return "";
  return absl::StrCat("\"", text, "\" is not one of ", absl::StrJoin(words, ", "));
}

std::vector<std::string> SplitList(const std::string& text) {
  std::vector<std::string> items;
  for (absl::string_view item : absl::StrSplit(text, ',')) {
    item = absl::StripAsciiWhitespace(item);
    if (!item.empty()) items.emplace_back(item);
  }
  return items;
}

std::string CheckWitnesses(const std::vector<std::string>& witnesses) {
  if (witnesses.size() > transparency::kWitnessesMax) {
    return absl::StrCat("more than ", transparency::kWitnessesMax, " witnesses");
  }
  for (const std::string& witness : witnesses) {
    const absl::Status parsed = ParseWitness(witness).status();
    if (!parsed.ok()) return absl::StrCat("\"", witness, "\": ", std::string(parsed.message()));
  }
  return "";
}

// Puts the text of a key where it belongs; answers what is wrong with it.
std::string Put(std::string_view key, const std::string& text, Config& config) {
  if (key == "listen") {
    config.listen = text;
    return CheckAddress(text);
  }
  if (key == "http_listen") {
    config.http_listen = text;
    return text.empty() ? "" : CheckAddress(text);
  }
  if (key == "log") {
    config.log = text;
    return CheckAddress(text);
  }
  if (key == "data") {
    config.data = text;
    return text.empty() ? "a folder is needed" : "";
  }
  if (key == "keys") {
    config.keys = text;
    return "";
  }
  if (key == "policy") {
    config.policy = text;
    return text.empty() ? "a folder is needed" : "";
  }
  if (key == "log_level") {
    config.log_level = text;
    return CheckOneOf(text, {"debug", "info", "warn", "error"});
  }
  if (key == "identity") {
    config.identity = text;
    return CheckOneOf(text, {"development"});
  }
  if (key == "view") {
    config.view = SplitList(text);
    return "";
  }
  if (key == "origin") {
    config.origin = text;
    return "";
  }
  if (key == "witness") {
    config.witness = SplitList(text);
    return CheckWitnesses(config.witness);
  }
  if (!absl::SimpleAtoi(text, &config.drain_seconds) || config.drain_seconds < 1 ||
      config.drain_seconds > kDrainSecondsMax) {
    return absl::StrCat("\"", text, "\" is not a number from 1 to ", kDrainSecondsMax);
  }
  return "";
}

// The text of a node, if it is of the key's kind.
std::optional<std::string> TextOf(const toml::node& node, Kind kind) {
  if (kind == Kind::kInteger) {
    const auto number = node.value_exact<std::int64_t>();
    if (!number) return std::nullopt;
    return absl::StrCat(*number);
  }
  if (kind == Kind::kText) return node.value_exact<std::string>();
  const toml::array* array = node.as_array();
  if (array == nullptr) return std::nullopt;
  std::vector<std::string> items;
  for (const toml::node& item : *array) {
    const auto text = item.value_exact<std::string>();
    if (!text) return std::nullopt;
    items.push_back(*text);
  }
  return absl::StrJoin(items, ",");
}

std::string_view NameOf(Kind kind) {
  switch (kind) {
    case Kind::kText:
      return "a text";
    case Kind::kList:
      return "a list of texts";
    case Kind::kInteger:
      return "a whole number";
  }
  return "";
}

const ConfigKey* Find(std::string_view name) {
  for (const ConfigKey& key : ConfigKeys()) {
    if (key.name == name) return &key;
  }
  return nullptr;
}

void ReadFile(const std::string& path, std::map<std::string_view, Said>& said,
              std::vector<std::string>& mistakes) {
  const absl::StatusOr<toml::table> table = ReadTomlFile(path);
  if (!table.ok()) {
    mistakes.emplace_back(table.status().message());
    return;
  }
  // By line, so that the mistakes come in the order of the file.
  std::map<std::size_t, std::pair<std::string, const toml::node*>> nodes;
  for (const auto& [name, node] : *table) {
    nodes.emplace(name.source().begin.line * 1000 + name.source().begin.column,
                  std::make_pair(std::string(name.str()), &node));
  }
  for (const auto& [_, entry] : nodes) {
    const auto& [name, node] = entry;
    const std::string where = WhereIs(path, *node);
    const ConfigKey* key = Find(name);
    if (key == nullptr) {
      mistakes.push_back(absl::StrCat(where, ": unknown key \"", name, "\""));
      continue;
    }
    const std::optional<std::string> text = TextOf(*node, key->kind);
    if (!text) {
      mistakes.push_back(
          absl::StrCat(where, ": ", name, " must be ", std::string(NameOf(key->kind))));
      continue;
    }
    said[key->name] = {*text, where};
  }
}

}  // namespace

const std::vector<ConfigKey>& ConfigKeys() {
  static const auto& keys = *new std::vector<ConfigKey>{
      {"listen", Kind::kText, "127.0.0.1:7300",
       "Where gRPC is served: HOST:PORT, or unix:/path. Port 0 takes a free one."},
      {"http_listen", Kind::kText, "127.0.0.1:7301",
       "Where /metrics, /livez and /readyz are served. Empty: nowhere."},
      {"data", Kind::kText, "data", "The folder that holds the log and the views."},
      {"keys", Kind::kText, "",
       "The folder that holds all keys; not in the data folder, nor in its backup. Empty: beside "
       "the "
       "data folder, with .keys behind its name."},
      {"policy", Kind::kText, "deploy/policy", "The folder with the policies and the calendars."},
      {"log_level", Kind::kText, "info", "The least that is logged: debug, info, warn or error."},
      {"identity", Kind::kText, "development",
       "How callers are known. development: by what they say they are; for loopback only."},
      {"view", Kind::kList, "", "Which views to keep. Empty: all."},
      {"log", Kind::kText, "127.0.0.1:7300", "Where a projector finds the log that it follows."},
      {"origin", Kind::kText, "",
       "What the log is called in the checkpoints that it signs, as in example.cn/sanzhang; it "
       "stays "
       "what it was at first. Empty: a name by chance."},
      {"witness", Kind::kList, "",
       "Who cosigns the checkpoints, each as \"<verifier key> <URL>\". Empty: nobody."},
      {"drain_seconds", Kind::kInteger, "20",
       "How long calls may take to end when the process stops."},
  };
  return keys;
}

std::string FlagOf(const ConfigKey& key) {
  return absl::StrCat("--", absl::StrReplaceAll(std::string(key.name), {{"_", "-"}}));
}

std::string VariableOf(const ConfigKey& key) {
  return absl::StrCat("SANZHANG_", absl::AsciiStrToUpper(std::string(key.name)));
}

std::string KeysBeside(const std::string& data) {
  return (std::filesystem::path(data) / "").parent_path().string() + ".keys";
}

bool IsLoopback(std::string_view address) {
  if (address.starts_with("unix:")) return true;
  const std::string_view host = address.substr(0, address.rfind(':'));
  if (host == "localhost" || host == "[::1]") return true;
  const std::vector<std::string> parts = absl::StrSplit(std::string(host), '.');
  return parts.size() == 4 && parts[0] == "127" &&
         std::all_of(parts.begin(), parts.end(), [](const std::string& part) {
           int number = -1;
           return absl::SimpleAtoi(part, &number) && number >= 0 && number <= 255;
         });
}

LoadedConfig LoadConfig(const ConfigSources& sources) {
  LoadedConfig loaded;
  std::map<std::string_view, Said> said;
  for (const ConfigKey& key : ConfigKeys()) {
    const auto own = sources.standards.find(key.name);
    said[key.name] = {own != sources.standards.end() ? own->second : std::string(key.standard),
                      "standard"};
  }
  if (!sources.file.empty()) ReadFile(sources.file, said, loaded.mistakes);
  for (const ConfigKey& key : ConfigKeys()) {
    const auto variable = sources.environment.find(VariableOf(key));
    if (variable != sources.environment.end()) said[key.name] = {variable->second, variable->first};
    const auto flag = sources.flags.find(key.name);
    if (flag != sources.flags.end()) said[key.name] = {flag->second, FlagOf(key)};
  }
  for (const ConfigKey& key : ConfigKeys()) {
    const Said& value = said[key.name];
    const std::string wrong = Put(key.name, value.text, loaded.config);
    if (!wrong.empty()) loaded.mistakes.push_back(absl::StrCat(value.where, ": ", wrong));
    loaded.origins[std::string(key.name)] = value.where;
  }
  if (loaded.config.keys.empty()) loaded.config.keys = KeysBeside(loaded.config.data);
  if (loaded.config.identity == "development" && CheckAddress(loaded.config.listen).empty() &&
      !IsLoopback(loaded.config.listen)) {
    loaded.mistakes.push_back(absl::StrCat(
        said["listen"].where, ": \"", loaded.config.listen,
        "\" can be reached from outside, where identity = \"development\" would let anyone "
        "be anyone"));
  }
  return loaded;
}

std::string PrintConfig(const LoadedConfig& loaded) {
  const Config& config = loaded.config;
  const std::map<std::string_view, std::string> values = {
      {"listen", config.listen},     {"http_listen", config.http_listen},
      {"data", config.data},         {"keys", config.keys},
      {"policy", config.policy},     {"log_level", config.log_level},
      {"identity", config.identity}, {"log", config.log},
      {"origin", config.origin},
  };
  std::string text;
  for (const ConfigKey& key : ConfigKeys()) {
    std::ostringstream value;
    if (key.kind == Kind::kList) {
      toml::array array;
      for (const std::string& item : key.name == "view" ? config.view : config.witness) {
        array.push_back(item);
      }
      value << array;
    } else if (key.kind == Kind::kInteger) {
      value << config.drain_seconds;
    } else {
      value << toml::value<std::string>(values.at(key.name));
    }
    absl::StrAppend(&text, "# ", std::string(key.meaning), "\n# ", FlagOf(key), ", ",
                    VariableOf(key), "; from: ", loaded.origins.at(std::string(key.name)), "\n",
                    std::string(key.name), " = ", value.str(), "\n\n");
  }
  text.pop_back();
  return text;
}

}  // namespace sanzhang::app
