// `sanzhang audit replay` and `diff`: any view as it stood, made from the log's records alone.
#include <cstdio>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "nlohmann/json.hpp"
#include "projections/engine/dump.h"
#include "services/audit/view_diff.h"
#include "services/audit/view_replay.h"
#include "services/sanzhang/client_flags.h"
#include "services/sanzhang/commands.h"
#include "services/sanzhang/progress.h"
#include "services/sanzhang/query_side.h"
#include "services/sanzhang/source_flags.h"
#include "services/sanzhang/views.h"

namespace sanzhang::app {
namespace {

using projections::Projection;
using projections::Replay;

struct ReplayFlags {
  SourceFlags source;
  std::string view;
  std::string as_of;
  std::string out;
  std::string from;
  std::string to;
  bool json = false;
};

absl::StatusOr<std::unique_ptr<Projection>> FindView(const std::string& name) {
  for (const View& view : AllViews()) {
    if (view.name == name) return view.projection();
  }
  return absl::NotFoundError(
      absl::StrCat("no view \"", name, "\"; there are: ", absl::StrJoin(ViewNames(), ", ")));
}

absl::StatusOr<std::uint64_t> Position(audit::RecordSource& source, const std::string& text) {
  const absl::StatusOr<audit::Moment> moment = audit::ParseMoment(text);
  if (!moment.ok()) return moment.status();
  return audit::PositionOf(source, *moment);
}

// Makes the one view up to a position.
absl::StatusOr<std::unique_ptr<Replay>> Make(audit::RecordSource& source, Projection& view,
                                             const std::filesystem::path& file,
                                             std::uint64_t position) {
  Progress progress("records");
  auto replays = audit::ReplayViews(
      source, {{&view, file, position}},
      [&](std::uint64_t done, std::uint64_t total) { progress.Show(done, total); });
  if (!replays.ok()) return replays.status();
  return std::move(replays->front());
}

// Writes the dump where it is wanted: lines, then on stderr what was made and its digest.
absl::Status Write(Replay& replay, const Projection& view, const std::string& out) {
  absl::StatusOr<projections::Database::Read> read = replay.Read();
  if (!read.ok()) return read.status();
  std::ofstream file;
  if (!out.empty()) file.open(out, std::ios::trunc);
  const absl::Status dumped = projections::Dump(read->lease->rows(), [&](std::string_view line) {
    if (out.empty()) {
      std::printf("%.*s\n", static_cast<int>(line.size()), line.data());
    } else {
      file << line << '\n';
    }
  });
  if (!dumped.ok()) return dumped;
  if (!out.empty() && !file.flush()) return absl::InternalError(out + ": can't be written");
  const absl::StatusOr<std::string> digest = projections::DumpDigest(read->lease->rows());
  if (!digest.ok()) return digest.status();
  std::fprintf(stderr, "view     %s, version %d\nposition %llu\nsha256   %s\n",
               std::string(view.name()).c_str(), view.version(),
               static_cast<unsigned long long>(replay.position()),
               absl::BytesToHexString(*digest).c_str());
  return absl::OkStatus();
}

absl::Status RunReplay(const ReplayFlags& flags) {
  const auto view = FindView(flags.view);
  if (!view.ok()) return view.status();
  const auto source = OpenSource(flags.source);
  if (!source.ok()) return source.status();
  const absl::StatusOr<std::uint64_t> position = Position(**source, flags.as_of);
  if (!position.ok()) return position.status();
  const auto scratch = audit::ScratchFolder::Make();
  if (!scratch.ok()) return scratch.status();
  const auto replay = Make(**source, **view, (*scratch)->path() / "view.sqlite", *position);
  if (!replay.ok()) return replay.status();
  return Write(**replay, **view, flags.out);
}

nlohmann::ordered_json JsonOf(const audit::RowChange::Cells& cells) {
  auto json = nlohmann::ordered_json::object();
  for (const auto& [name, value] : cells) json[name] = value;
  return json;
}

const char* NameOf(audit::RowChange::Kind kind) {
  switch (kind) {
    case audit::RowChange::Kind::kAdded:
      return "added";
    case audit::RowChange::Kind::kRemoved:
      return "removed";
    case audit::RowChange::Kind::kChanged:
      return "changed";
  }
  return "";
}

// `+ table key=… column=…`; of a row that has changed what was and what is.
std::string LineOf(const audit::RowChange& change) {
  using Kind = audit::RowChange::Kind;
  std::vector<std::string> parts;
  for (const auto& [name, value] : change.key) parts.push_back(absl::StrCat(name, "=", value));
  const bool changed = change.kind == Kind::kChanged;
  const auto& cells = change.kind == Kind::kAdded ? change.after : change.before;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    parts.push_back(absl::StrCat(cells[i].first, "=", cells[i].second));
    if (changed) absl::StrAppend(&parts.back(), " -> ", change.after[i].second);
  }
  const char* sign = changed ? "~ " : change.kind == Kind::kAdded ? "+ " : "- ";
  return absl::StrCat(sign, change.table, "  ", absl::StrJoin(parts, "  "));
}

std::string JsonLineOf(const audit::RowChange& change) {
  nlohmann::ordered_json json;
  json["change"] = NameOf(change.kind);
  json["table"] = change.table;
  json["key"] = JsonOf(change.key);
  if (!change.before.empty()) json["before"] = JsonOf(change.before);
  if (!change.after.empty()) json["after"] = JsonOf(change.after);
  return json.dump();
}

absl::Status RunDiff(const ReplayFlags& flags, std::uint64_t& changes) {
  const auto view = FindView(flags.view);
  if (!view.ok()) return view.status();
  const auto source = OpenSource(flags.source);
  if (!source.ok()) return source.status();
  const absl::StatusOr<std::uint64_t> from = Position(**source, flags.from);
  if (!from.ok()) return from.status();
  const absl::StatusOr<std::uint64_t> to = Position(**source, flags.to);
  if (!to.ok()) return to.status();
  if (*from > *to) return absl::InvalidArgumentError("the first moment lies after the second");
  const auto scratch = audit::ScratchFolder::Make();
  if (!scratch.ok()) return scratch.status();
  const std::filesystem::path before = (*scratch)->path() / "before.sqlite";
  const std::filesystem::path after = (*scratch)->path() / "after.sqlite";
  if (const auto made = Make(**source, **view, before, *from); !made.ok()) return made.status();
  std::error_code error;
  std::filesystem::copy_file(before, after, error);
  if (error) return absl::InternalError(after.string() + ": " + error.message());
  if (const auto made = Make(**source, **view, after, *to); !made.ok()) return made.status();
  const absl::Status differs = audit::DiffViews(before, after, [&](const audit::RowChange& change) {
    ++changes;
    std::printf("%s\n", (flags.json ? JsonLineOf(change) : LineOf(change)).c_str());
    return true;
  });
  if (!differs.ok()) return differs;
  std::fprintf(stderr,
               "view     %s, version %d\nfrom     position %llu\nto       position %llu\n"
               "changes  %llu rows\n",
               flags.view.c_str(), (*view)->version(), static_cast<unsigned long long>(*from),
               static_cast<unsigned long long>(*to), static_cast<unsigned long long>(changes));
  return absl::OkStatus();
}

int Told(const absl::Status& status) {
  return status.ok() ? 0 : Fail(std::string(status.message()));
}

}  // namespace

void AddAuditReplay(CLI::App& audit, int& exit_code) {
  auto flags = std::make_shared<ReplayFlags>();
  CLI::App* replay = audit.add_subcommand(
      "replay", "Shows any view as it stood, in canonical form, with its SHA-256 on stderr");
  replay->add_option("--view", flags->view, "As in residents-committee")->required();
  replay->add_option("--as-of", flags->as_of,
                     "A position of the log, or a time (RFC 3339): the last record by then; "
                     "without it, the log's end");
  replay->add_option("--out", flags->out, "Into this file instead of stdout");
  AddSourceFlags(*replay, flags->source);
  replay->callback([flags, &exit_code] { exit_code = Told(RunReplay(*flags)); });
}

void AddAuditDiff(CLI::App& audit, int& exit_code) {
  auto flags = std::make_shared<ReplayFlags>();
  CLI::App* diff = audit.add_subcommand(
      "diff", "Shows what changed in a view between two moments: rows added, removed, changed");
  diff->add_option("--view", flags->view, "As in residents-committee")->required();
  diff->add_option("--from-position,--from", flags->from, "The first moment: a position or a time")
      ->required();
  diff->add_option("--to-position,--to", flags->to,
                   "The second: a position or a time; without it, the log's end");
  diff->add_flag("--json", flags->json, "One JSON object per row");
  AddSourceFlags(*diff, flags->source);
  diff->callback([flags, &exit_code] {
    std::uint64_t changes = 0;
    exit_code = Told(RunDiff(*flags, changes));
  });
}

}  // namespace sanzhang::app
