// What the processes are told: one table of keys, read from a TOML file, then the environment, then
// flags; the later wins. A key `http_listen` is `http_listen` in the file, SANZHANG_HTTP_LISTEN in
// the environment and --http-listen as a flag.
//
// Every mistake is found at once and says where it is: `sanzhang.toml:3: ...`, `SANZHANG_LISTEN:
// ...`,
// `--listen: ...`. Keys of the file that are not in the table are mistakes; variables are not,
// since other programs set variables that begin so.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sanzhang::app {

struct Config {
  std::string listen;
  std::string http_listen;
  std::string data;
  std::string keys;  // Never empty once loaded.
  std::string policy;
  std::string log_level;
  std::string identity;
  std::vector<std::string> view;
  std::string log;
  std::string origin;
  std::vector<std::string> witness;
  int drain_seconds = 0;
};

// One line of the table.
struct ConfigKey {
  enum class Kind { kText, kList, kInteger };
  std::string_view name;
  Kind kind;
  std::string_view standard;  // What it is if nobody says anything.
  std::string_view meaning;
};
const std::vector<ConfigKey>& ConfigKeys();

std::string FlagOf(const ConfigKey& key);      // `--http-listen`
std::string VariableOf(const ConfigKey& key);  // `SANZHANG_HTTP_LISTEN`

struct ConfigSources {
  std::string file;                                             // Path; empty: none.
  std::map<std::string, std::string, std::less<>> environment;  // SANZHANG_HTTP_LISTEN → value
  std::map<std::string, std::string, std::less<>> flags;        // http_listen → value
  // What a subcommand takes instead of the table's standard.
  std::map<std::string, std::string, std::less<>> standards;
};

struct LoadedConfig {
  Config config;
  std::map<std::string, std::string, std::less<>>
      origins;                        // Key → `sanzhang.toml:3`, `standard` ...
  std::vector<std::string> mistakes;  // Empty: `config` can be used.
};
LoadedConfig LoadConfig(const ConfigSources& sources);

// The table as a TOML file with its documentation, with the values as they are and where they are
// from.
std::string PrintConfig(const LoadedConfig& loaded);

// Where the keys of a data folder are if nobody says: beside it, as in `data.keys`.
std::string KeysBeside(const std::string& data);

// Whether only this machine can reach the address: `127.0.0.1:7300`, `[::1]:0`, `localhost:1`,
// `unix:/path`.
bool IsLoopback(std::string_view address);

}  // namespace sanzhang::app
