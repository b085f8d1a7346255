// `sanzhang import complaints --map=FILE CSV`: existing records, through the same commands as
// everyone's.
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <memory>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "nlohmann/json.hpp"
#include "services/sanzhang/client_flags.h"
#include "services/sanzhang/commands.h"
#include "services/sanzhang/csv.h"
#include "services/sanzhang/import_map.h"
#include "services/sanzhang/importer.h"

namespace sanzhang::app {
namespace {

constexpr absl::Duration kLineEvery = absl::Seconds(5);

struct ImportFlags {
  std::string address = "127.0.0.1:7300";
  std::string map;
  std::string csv;
  std::string report = "import-report.csv";
  std::size_t in_flight = 64;
  double patience_s = 120;
};

// Every row that was refused, as CSV, or as NDJSON if the file's name says so.
class Report {
 public:
  explicit Report(const std::string& path)
      : file_(path, std::ios::trunc), json_(path.ends_with(".ndjson") || path.ends_with(".json")) {
    if (!json_) file_ << "line,key,step,code,reason,detail\r\n";
  }
  void Add(const ImportRefusal& refusal) {
    ++by_reason_[refusal.reason.empty() ? refusal.code : refusal.reason];
    if (json_) {
      const nlohmann::ordered_json line = {{"line", refusal.line},     {"key", refusal.key},
                                           {"step", refusal.step},     {"code", refusal.code},
                                           {"reason", refusal.reason}, {"detail", refusal.detail}};
      file_ << line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << "\n";
      return;
    }
    file_ << refusal.line << "," << Quoted(refusal.key) << "," << Quoted(refusal.step) << ","
          << refusal.code << "," << refusal.reason << "," << Quoted(refusal.detail) << "\r\n";
  }
  bool good() {
    file_.flush();
    return file_.good();
  }
  const std::map<std::string, std::uint64_t>& by_reason() const { return by_reason_; }

 private:
  static std::string Quoted(const std::string& text) {
    if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
    return absl::StrCat("\"", absl::StrReplaceAll(text, {{"\"", "\"\""}}), "\"");
  }

  std::ofstream file_;
  const bool json_;
  std::map<std::string, std::uint64_t> by_reason_;
};

// A bar on a terminal, a line now and then elsewhere.
class Progress {
 public:
  explicit Progress(const CsvReader& csv) : csv_(csv) {}
  void Show(const ImportProgress& progress) {
    const absl::Time now = absl::Now();
    if (!terminal_ && now < next_line_) return;
    next_line_ = now + kLineEvery;
    const double seconds = absl::ToDoubleSeconds(now - started_);
    const auto percent =
        csv_.bytes_total() == 0 ? 100 : 100 * csv_.bytes_read() / csv_.bytes_total();
    std::string bar;
    if (terminal_) {
      const std::size_t filled = std::min<std::size_t>(percent / 4, 25);
      bar = absl::StrCat("[", std::string(filled, '#'), std::string(25 - filled, ' '), "] ");
    }
    std::fprintf(stderr, "%s%s%3llu %%  %llu rows  %.0f rows/s  %llu refused%s",
                 terminal_ ? "\r" : "", bar.c_str(), static_cast<unsigned long long>(percent),
                 static_cast<unsigned long long>(progress.rows),
                 seconds > 0 ? static_cast<double>(progress.rows) / seconds : 0.0,
                 static_cast<unsigned long long>(progress.refused), terminal_ ? "" : "\n");
  }
  void End() const {
    if (terminal_) std::fprintf(stderr, "\n");
  }
  absl::Duration taken() const { return absl::Now() - started_; }

 private:
  const CsvReader& csv_;
  const bool terminal_ = isatty(STDERR_FILENO) == 1;
  const absl::Time started_ = absl::Now();
  absl::Time next_line_ = absl::Now() + kLineEvery;
};

int Import(const ImportFlags& flags) {
  const auto csv = CsvReader::Open(flags.csv);
  if (!csv.ok()) return Fail(std::string(csv.status().message()));
  const auto map = ReadImportMap(flags.map, (*csv)->columns());
  if (!map.ok()) return Fail(std::string(map.status().message()));
  Report report(flags.report);
  if (!report.good()) return Fail(absl::StrCat(flags.report, ": can't be written"));
  Progress progress(**csv);
  RpcClient client(OpenChannel(flags.address));
  Importer::Options options;
  options.rows_in_flight_max = flags.in_flight;
  options.patience = absl::Seconds(flags.patience_s);
  options.on_refused = [&report](const ImportRefusal& refusal) { report.Add(refusal); };
  options.on_progress = [&progress](const ImportProgress& now) { progress.Show(now); };
  Importer importer(client, **map, options);
  const absl::Status status = importer.Run(**csv);
  progress.End();
  const ImportProgress done = importer.progress();
  std::printf(
      "%llu rows in %s: %llu brought in whole, %llu refused; %llu commands, %llu sent again\n",
      static_cast<unsigned long long>(done.rows),
      absl::FormatDuration(absl::Trunc(progress.taken(), absl::Milliseconds(100))).c_str(),
      static_cast<unsigned long long>(done.whole), static_cast<unsigned long long>(done.refused),
      static_cast<unsigned long long>(done.commands),
      static_cast<unsigned long long>(done.retries));
  for (const auto& [reason, count] : report.by_reason()) {
    std::printf("  %-32s %llu\n", reason.c_str(), static_cast<unsigned long long>(count));
  }
  if (done.refused > 0) std::printf("Every refusal: %s\n", flags.report.c_str());
  if (!report.good()) return Fail(absl::StrCat(flags.report, ": can't be written"));
  if (!status.ok()) {
    return Fail(absl::StrCat(std::string(status.message()), "\nRun it again to go on."));
  }
  return 0;
}

}  // namespace

void AddImport(CLI::App& program, int& exit_code) {
  auto flags = std::make_shared<ImportFlags>();
  CLI::App* command = program.add_subcommand("import", "Brings existing records in");
  command->require_subcommand(1);
  CLI::App* complaints = command->add_subcommand(
      "complaints", "Complaints from a CSV file, each with its true times; again changes nothing");
  complaints->alias("register");  // Whatever the map makes of the rows.
  complaints->add_option("CSV", flags->csv, "The file, plain or .gz")->required();
  complaints
      ->add_option("--map", flags->map, "How rows become commands, as in deploy/import/*.toml")
      ->required();
  complaints->add_option("-a,--address", flags->address, "The server, HOST:PORT or unix:/path")
      ->envname("SANZHANG_ADDRESS")
      ->capture_default_str();
  complaints
      ->add_option("--report", flags->report, "Where every refusal is listed: .csv or .ndjson")
      ->capture_default_str();
  complaints->add_option("--in-flight", flags->in_flight, "Rows under way at a time")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  complaints
      ->add_option("--patience", flags->patience_s, "Seconds to wait for a server that is away")
      ->check(CheckPositive)
      ->capture_default_str();
  complaints->callback([flags, &exit_code] { exit_code = Import(*flags); });
}

}  // namespace sanzhang::app
