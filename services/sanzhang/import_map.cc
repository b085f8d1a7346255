#include "services/sanzhang/import_map.h"

#include <algorithm>
#include <set>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "google/protobuf/descriptor.h"
#include "proto/wire/time.h"
#include "services/sanzhang/descriptors.h"
#include "services/sanzhang/uuid.h"

namespace sanzhang::app {
namespace {

using google::protobuf::Message;

constexpr int kRepeatsMax = 10'000;  // Of one step in one row.

// The map while it is read.
class Reader {
 public:
  Reader(const std::string& path, const toml::table& root, const std::vector<std::string>& columns,
         ImportMap& map)
      : path_(path), root_(root), map_(map) {
    for (std::size_t i = 0; i < columns.size(); ++i) map_.names.columns[columns[i]] = i;
    map_.names.columns.emplace("#", columns.size());  // Beside the row: the number of a repeat.
  }

  std::vector<std::string> Read() {
    CheckKeys(root_,
              {"source", "community", "key", "service", "time_zone", "tables", "prepare", "story"});
    map_.source = Text(root_, "source", true);
    map_.names.constants["community"] = Text(root_, "community", true);
    map_.key = Column(root_, "key", true).value_or(0);
    service_ = Text(root_, "service", true);
    const std::string zone = Text(root_, "time_zone", true);
    if (!zone.empty() && !absl::LoadTimeZone(zone, &map_.zone)) {
      Mistake(*root_.get("time_zone"), absl::StrCat("\"", zone, "\" is no time zone"));
    }
    ReadTables();
    ReadSteps("prepare", {"name", "method", "as", "once_per", "request"}, map_.prepare);
    ReadSteps("story", {"name", "method", "as", "when", "repeat", "date", "time", "request"},
              map_.story);
    if (map_.story.empty()) Mistake(root_, "the story is missing");
    return std::move(mistakes_);
  }

 private:
  void Mistake(const toml::node& node, std::string_view what) {
    mistakes_.push_back(absl::StrCat(WhereIs(path_, node), ": ", std::string(what)));
  }

  void CheckKeys(const toml::table& table, const std::set<std::string_view>& known) {
    for (const auto& [name, node] : table) {
      if (!known.contains(name.str())) {
        Mistake(node, absl::StrCat("unknown key \"", std::string(name.str()), "\""));
      }
    }
  }

  std::string Text(const toml::table& table, std::string_view name, bool required) {
    const toml::node* node = table.get(name);
    if (node == nullptr) {
      if (required) Mistake(table, absl::StrCat(std::string(name), " is missing"));
      return "";
    }
    const auto text = node->value_exact<std::string>();
    if (!text || text->empty()) {
      Mistake(*node, absl::StrCat(std::string(name), " must be a text"));
      return "";
    }
    return *text;
  }

  std::optional<std::size_t> Column(const toml::table& table, std::string_view name,
                                    bool required) {
    const std::string text = Text(table, name, required);
    if (text.empty()) return std::nullopt;
    const auto column = map_.names.columns.find(text);
    if (column != map_.names.columns.end()) return column->second;
    Mistake(*table.get(name), absl::StrCat("no column \"", text, "\""));
    return std::nullopt;
  }

  void ReadTables() {
    const toml::node* node = root_.get("tables");
    if (node == nullptr) return;
    if (!node->is_table()) return Mistake(*node, "tables must be a table of tables");
    for (const auto& [name, table] : *node->as_table()) {
      if (!table.is_table()) {
        Mistake(table, absl::StrCat(std::string(name.str()), " must be a table"));
        continue;
      }
      ValueTable& values = map_.names.tables[std::string(name.str())];
      for (const auto& [from, to] : *table.as_table()) {
        const auto text = to.value_exact<std::string>();
        if (!text) Mistake(to, "must be a text");
        values[std::string(from.str())] = text.value_or("");
      }
    }
  }

  void ReadSteps(std::string_view name, const std::set<std::string_view>& keys,
                 std::vector<ImportStep>& steps) {
    const toml::node* node = root_.get(name);
    if (node == nullptr) return;
    if (!node->is_array_of_tables()) {
      return Mistake(*node,
                     absl::StrCat(std::string(name), " must be [[", std::string(name), "]]"));
    }
    std::set<std::string> names;
    for (const toml::node& item : *node->as_array()) {
      const toml::table& table = *item.as_table();
      CheckKeys(table, keys);
      steps.push_back(ReadStep(table));
      if (!steps.back().name.empty() && !names.insert(steps.back().name).second) {
        Mistake(table, absl::StrCat("a step named ", steps.back().name, " came before"));
      }
    }
    CheckOrder(node->as_array(), steps);
  }

  ImportStep ReadStep(const toml::table& table) {
    ImportStep step;
    step.name = Text(table, "name", true);
    step.service = table.contains("as") ? Text(table, "as", false) : service_;
    step.once_per = Column(table, "once_per", false);
    step.when = Column(table, "when", false);
    step.repeat = Column(table, "repeat", false);
    step.date = Column(table, "date", false);
    ReadTime(table, step);
    const std::string method = Text(table, "method", true);
    if (method.empty()) return step;
    const auto found = FindMethod(method);
    if (!found.ok()) {
      Mistake(*table.get("method"), std::string(found.status().message()));
      return step;
    }
    step.method = *found;
    const toml::node* request = table.get("request");
    if (request == nullptr || !request->is_table()) {
      Mistake(table, "request must be a table");
      return step;
    }
    step.request = std::make_unique<RequestTemplate>(
        *step.method->input_type(), *request->as_table(), path_, map_.names, mistakes_);
    return step;
  }

  void ReadTime(const toml::table& table, ImportStep& step) {
    if (table.contains("time") != table.contains("date")) {
      Mistake(table, "date and time go together");
    }
    const std::string text = Text(table, "time", false);
    if (text.empty()) return;
    absl::CivilMinute minute;
    if (!absl::ParseCivilTime(absl::StrCat("1970-01-01T", text), &minute) || text.size() != 5) {
      return Mistake(*table.get("time"), absl::StrCat("\"", text, "\" is not HH:MM"));
    }
    step.time_of_day = absl::Minutes(minute - absl::CivilMinute(1970));
  }

  // Steps of the same day must follow one another.
  void CheckOrder(const toml::array* nodes, const std::vector<ImportStep>& steps) {
    for (std::size_t i = 1; i < steps.size(); ++i) {
      const ImportStep& before = steps[i - 1];
      if (before.date && before.date == steps[i].date &&
          steps[i].time_of_day < before.time_of_day) {
        Mistake(*nodes->get(i), absl::StrCat(steps[i].name, " comes before ", before.name));
      }
    }
  }

  const std::string& path_;
  const toml::table& root_;
  ImportMap& map_;
  std::string service_;
  std::vector<std::string> mistakes_;
};

void SetRequestId(Message& message, const std::string& name) {
  const auto* field = message.GetDescriptor()->FindFieldByName("request_id");
  if (field != nullptr) message.GetReflection()->SetString(&message, field, NamedUuid(name));
}

// `origin` = CHANNEL_IMPORT and, where there is one, the time of the fact.
absl::Status SetOrigin(Message& message, absl::Time occurred_at) {
  const auto* origin_field = message.GetDescriptor()->FindFieldByName("origin");
  if (origin_field == nullptr) return absl::OkStatus();
  Message& origin = *message.GetReflection()->MutableMessage(&message, origin_field);
  const auto& type = *origin.GetDescriptor();
  absl::Status set = SetFromText(origin, *type.FindFieldByName("channel"), "CHANNEL_IMPORT");
  if (occurred_at == absl::InfinitePast()) return set;
  Message& stamp =
      *origin.GetReflection()->MutableMessage(&origin, type.FindFieldByName("occurred_at"));
  const auto time = wire::ToStamp(occurred_at);
  stamp.GetReflection()->SetInt64(&stamp, stamp.GetDescriptor()->FindFieldByName("seconds"),
                                  time.seconds());
  stamp.GetReflection()->SetInt32(&stamp, stamp.GetDescriptor()->FindFieldByName("nanos"),
                                  time.nanos());
  return set;
}

absl::StatusOr<absl::Time> TimeOf(const ImportMap& map, const ImportStep& step,
                                  const std::vector<std::string>& row) {
  if (!step.date) return absl::InfinitePast();
  absl::CivilDay day;
  const std::string& text = row[*step.date];
  if (!absl::ParseCivilTime(text, &day)) {
    return absl::InvalidArgumentError(
        absl::StrCat(step.name, ": \"", text, "\" is not YYYY-MM-DD"));
  }
  return absl::FromCivil(absl::CivilMinute(day) + absl::ToInt64Minutes(step.time_of_day), map.zone);
}

// How often the step is taken: once, or as the row says.
absl::StatusOr<int> TimesOf(const ImportStep& step, const std::vector<std::string>& row) {
  if (!step.repeat) return 1;
  const std::string& text = row[*step.repeat];
  int times = 0;
  if (text.empty()) return 0;
  if (!absl::SimpleAtoi(text, &times) || times < 0 || times > kRepeatsMax) {
    return absl::InvalidArgumentError(
        absl::StrCat(step.name, ": \"", text, "\" is no number up to ", kRepeatsMax));
  }
  return times;
}

absl::StatusOr<ImportCommand> Tell(const ImportStep& step, const std::vector<std::string>& row,
                                   absl::Time time, const std::string& id) {
  auto message = step.request->Fill(row);
  if (!message.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat(step.name, ".", std::string(message.status().message())));
  }
  SetRequestId(**message, id);
  if (absl::Status set = SetOrigin(**message, time); !set.ok()) return set;
  return ImportCommand{&step, (*message)->SerializeAsString()};
}

}  // namespace

absl::StatusOr<std::unique_ptr<ImportMap>> ReadImportMap(const std::string& path,
                                                         const std::vector<std::string>& columns) {
  const absl::StatusOr<toml::table> root = ReadTomlFile(path);
  if (!root.ok()) return root.status();
  auto map = std::make_unique<ImportMap>();
  const std::vector<std::string> mistakes = Reader(path, *root, columns, *map).Read();
  if (!mistakes.empty()) return absl::InvalidArgumentError(absl::StrJoin(mistakes, "\n"));
  return map;
}

absl::StatusOr<std::vector<ImportCommand>> TellStory(const ImportMap& map,
                                                     const std::vector<std::string>& row,
                                                     std::size_t occurrence) {
  if (row[map.key].empty()) return absl::InvalidArgumentError("the key is empty");
  std::vector<ImportCommand> story;
  absl::Time last = absl::InfinitePast();
  for (const ImportStep& step : map.story) {
    if (step.when && row[*step.when].empty()) continue;
    const absl::StatusOr<absl::Time> time = TimeOf(map, step, row);
    if (!time.ok()) return time.status();
    if (*time < last && step.date) {
      return absl::InvalidArgumentError(
          absl::StrCat(step.name, ": comes before the step before it"));
    }
    last = std::max(last, *time);
    const std::string id =
        absl::StrCat("import/", map.source, "/", row[map.key], "/", occurrence, "/", step.name);
    const absl::StatusOr<int> times = TimesOf(step, row);
    if (!times.ok()) return times.status();
    std::vector<std::string> numbered = row;
    numbered.emplace_back();
    for (int number = 1; number <= *times; ++number) {
      if (step.repeat) numbered.back() = absl::StrCat(number);
      auto command = Tell(step, numbered, *time, step.repeat ? absl::StrCat(id, "/", number) : id);
      if (!command.ok()) return command.status();
      story.push_back(*std::move(command));
    }
  }
  return story;
}

absl::StatusOr<ImportCommand> Prepare(const ImportMap& map, const ImportStep& step,
                                      const std::vector<std::string>& row) {
  auto message = step.request->Fill(row);
  if (!message.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat(step.name, ".", std::string(message.status().message())));
  }
  SetRequestId(**message, absl::StrCat("prepare/", map.source, "/", step.name, "/",
                                       step.once_per ? row[*step.once_per] : ""));
  return ImportCommand{&step, (*message)->SerializeAsString()};
}

}  // namespace sanzhang::app
