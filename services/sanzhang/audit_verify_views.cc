#include "services/sanzhang/audit_verify_views.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <system_error>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "projections/engine/database.h"
#include "projections/engine/dump.h"
#include "projections/engine/positions.h"
#include "sanzhang/views/v1/projection_service.grpc.pb.h"
#include "services/audit/view_diff.h"
#include "services/audit/view_replay.h"
#include "services/sanzhang/client_flags.h"
#include "services/sanzhang/commands.h"
#include "services/sanzhang/progress.h"
#include "services/sanzhang/query_side.h"
#include "services/sanzhang/views.h"

namespace sanzhang::app {
namespace {

using projections::Projection;
using projections::TableDigest;
using projections::ViewDigest;
using views::v1::ProjectionService;

// A view as it was found somewhere, and what is needed to compare it.
struct Found {
  std::string view;
  int version = 0;
  std::uint64_t position = 0;
  ViewDigest digest = {};
  std::filesystem::path file = {};  // A copy of its rows; empty: it was asked of a server.
  std::unique_ptr<Projection> projection = {};
};

bool Wants(const std::vector<std::string>& views, const std::string& name) {
  return views.empty() || std::find(views.begin(), views.end(), name) != views.end();
}

std::unique_ptr<Projection> MakeView(const std::string& name) {
  for (const View& view : AllViews()) {
    if (view.name == name) return view.projection();
  }
  return nullptr;
}

// Those that a process answers from.
class Server {
 public:
  Server(const ClientFlags& flags, Metadata metadata)
      : stub_(ProjectionService::NewStub(OpenChannel(flags.address))),
        metadata_(std::move(metadata)),
        timeout_(absl::Seconds(flags.timeout_s)) {}

  absl::StatusOr<std::vector<Found>> Find(const std::vector<std::string>& views) {
    views::v1::ListProjectionsResponse list;
    const auto context = NewContext();
    if (const grpc::Status status = stub_->ListProjections(context.get(), {}, &list);
        !status.ok()) {
      return absl::UnavailableError(ShowError(status));
    }
    std::vector<Found> found;
    for (const views::v1::Projection& view : list.projections()) {
      if (!Wants(views, view.name())) continue;
      absl::StatusOr<Found> digest = Digest(view.name());
      if (!digest.ok()) return digest.status();
      found.push_back(*std::move(digest));
    }
    return found;
  }

 private:
  std::unique_ptr<grpc::ClientContext> NewContext() const {
    auto context = std::make_unique<grpc::ClientContext>();
    for (const auto& [key, value] : metadata_) context->AddMetadata(key, value);
    context->set_deadline(absl::ToChronoTime(absl::Now() + timeout_));
    return context;
  }

  absl::StatusOr<Found> Digest(const std::string& view) {
    views::v1::GetProjectionDigestRequest request;
    request.set_name(view);
    views::v1::GetProjectionDigestResponse answer;
    const auto context = NewContext();
    if (const grpc::Status status = stub_->GetProjectionDigest(context.get(), request, &answer);
        !status.ok()) {
      return absl::UnavailableError(ShowError(status));
    }
    Found found{.view = view,
                .version = answer.version(),
                .position = answer.as_of_position(),
                .digest = {.sha256 = answer.sha256(), .tables = {}}};
    for (const views::v1::TableDigest& table : answer.tables()) {
      found.digest.tables.push_back({table.name(), table.rows(), table.sha256()});
    }
    return found;
  }

  const std::unique_ptr<ProjectionService::Stub> stub_;
  const Metadata metadata_;
  const absl::Duration timeout_;
};

// Copies a view's file and reads it there: not a byte beside the original changes.
absl::StatusOr<Found> ReadFile(const std::filesystem::path& file, const std::string& view,
                               const std::filesystem::path& scratch) {
  Found found{.view = view, .file = scratch / (view + ".found.sqlite")};
  std::error_code error;
  for (const char* suffix : {"", "-wal"}) {
    const std::filesystem::path from = file.string() + suffix;
    if (!std::filesystem::exists(from)) continue;
    std::filesystem::copy_file(from, found.file.string() + suffix, error);
    if (error) return absl::InternalError(from.string() + ": " + error.message());
  }
  const auto database = projections::Database::OpenOld(found.file, 1);
  if (!database.ok()) {
    return absl::DataLossError(
        absl::StrCat(file.string(), ": ", std::string(database.status().message())));
  }
  auto read = (*database)->BeginRead();
  if (!read.ok()) return read.status();
  found.version = (*database)->version();
  found.position = read->checkpoint.position;
  absl::StatusOr<ViewDigest> digest = projections::DigestTables(read->lease->rows());
  if (!digest.ok()) {
    return absl::DataLossError(
        absl::StrCat(file.string(), ": ", std::string(digest.status().message())));
  }
  found.digest = *std::move(digest);
  return found;
}

// Those whose files a folder has.
absl::StatusOr<std::vector<Found>> FindIn(const std::filesystem::path& folder,
                                          const std::vector<std::string>& views,
                                          const std::filesystem::path& scratch) {
  std::vector<Found> all;
  std::error_code error;
  std::map<std::string, std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename();
    if (entry.path().extension() != ".sqlite") continue;
    const std::string view = name.substr(0, name.find(".v"));
    if (Wants(views, view) && MakeView(view) != nullptr) files[view] = entry.path();
  }
  if (error) return absl::NotFoundError(folder.string() + ": " + error.message());
  for (const auto& [view, file] : files) {
    absl::StatusOr<Found> found = ReadFile(file, view, scratch);
    if (!found.ok()) return found.status();
    all.push_back(*std::move(found));
  }
  return all;
}

const char* SignOf(audit::RowChange::Kind kind) {
  switch (kind) {
    case audit::RowChange::Kind::kAdded:
      return "should be there";
    case audit::RowChange::Kind::kRemoved:
      return "should not be there";
    case audit::RowChange::Kind::kChanged:
      return "differs";
  }
  return "";
}

std::string Show(const audit::RowChange& change) {
  std::vector<std::string> key;
  for (const auto& [name, value] : change.key) key.push_back(absl::StrCat(name, "=", value));
  std::string text = absl::StrCat("row ", absl::StrJoin(key, " "), " ", SignOf(change.kind));
  if (change.kind == audit::RowChange::Kind::kChanged) {
    const auto& [column, is] = change.before.front();
    absl::StrAppend(&text, ": ", column, " is ", is, " and should be ",
                    change.after.front().second);
  }
  return text;
}

// The first table whose digests differ.
std::string FirstTable(const ViewDigest& found, const ViewDigest& made) {
  for (std::size_t i = 0; i < std::max(found.tables.size(), made.tables.size()); ++i) {
    if (i >= found.tables.size()) return made.tables[i].table;
    if (i >= made.tables.size() || !(found.tables[i] == made.tables[i])) {
      return found.tables[i].table;
    }
  }
  return "";
}

// Prints how a view was found to be; whether it is the log's.
absl::StatusOr<bool> Compare(const Found& found, projections::Replay& made,
                             const std::filesystem::path& made_file) {
  absl::StatusOr<projections::Database::Read> read = made.Read();
  if (!read.ok()) return read.status();
  const absl::StatusOr<ViewDigest> digest = projections::DigestTables(read->lease->rows());
  if (!digest.ok()) return digest.status();
  const auto position = static_cast<unsigned long long>(found.position);
  if (digest->sha256 == found.digest.sha256) {
    std::printf("%-22s v%d  position %llu  same\n", found.view.c_str(), found.version, position);
    return true;
  }
  std::string where = absl::StrCat("table ", FirstTable(found.digest, *digest));
  if (!found.file.empty()) {
    const absl::Status differs =
        audit::DiffViews(found.file, made_file, [&](const audit::RowChange& change) {
          where = absl::StrCat("table ", change.table, ", ", Show(change));
          return false;
        });
    if (!differs.ok()) where = std::string(differs.message());
  }
  std::printf("%-22s v%d  position %llu  DIFFERS: %s\n", found.view.c_str(), found.version,
              position, where.c_str());
  return false;
}

absl::StatusOr<bool> CompareAll(audit::RecordSource& source, std::vector<Found>& all,
                                const std::filesystem::path& scratch) {
  bool same = true;
  std::vector<audit::Wanted> wanted;
  std::vector<const Found*> compared;
  for (Found& found : all) {
    found.projection = MakeView(found.view);
    if (found.projection == nullptr || found.projection->version() != found.version) {
      std::printf("%-22s v%d  not compared: this program makes another version\n",
                  found.view.c_str(), found.version);
      same = false;
      continue;
    }
    if (found.position == 0) continue;  // Holds nothing yet.
    wanted.push_back({found.projection.get(), scratch / (found.view + ".sqlite"), found.position});
    compared.push_back(&found);
  }
  Progress progress("records");
  const auto replays = audit::ReplayViews(
      source, wanted, [&](std::uint64_t done, std::uint64_t total) { progress.Show(done, total); });
  if (!replays.ok()) return replays.status();
  for (std::size_t i = 0; i < compared.size(); ++i) {
    const absl::StatusOr<bool> one = Compare(*compared[i], *(*replays)[i], wanted[i].file);
    if (!one.ok()) return one.status();
    same = same && *one;
  }
  return same;
}

absl::StatusOr<bool> Verify(SourceFlags flags, const std::string& folder,
                            const std::vector<std::string>& views) {
  for (const std::string& view : views) {
    if (MakeView(view) == nullptr) {
      return absl::NotFoundError(
          absl::StrCat("no view \"", view, "\"; there are: ", absl::StrJoin(ViewNames(), ", ")));
    }
  }
  if (flags.client.person.empty() && flags.client.service.empty()) flags.client.service = "auditor";
  const auto metadata = MetadataOf(flags.client);
  if (!metadata.ok()) return metadata.status();
  const auto source = OpenSource(flags);
  if (!source.ok()) return source.status();
  const auto scratch = audit::ScratchFolder::Make();
  if (!scratch.ok()) return scratch.status();
  std::string files = folder;
  if (files.empty() && !flags.data.empty()) files = flags.data + "/views";
  absl::StatusOr<std::vector<Found>> found = files.empty()
                                                 ? Server(flags.client, *metadata).Find(views)
                                                 : FindIn(files, views, (*scratch)->path());
  if (!found.ok()) return found.status();
  if (found->empty()) return absl::NotFoundError("there is no such view to compare");
  return CompareAll(**source, *found, (*scratch)->path());
}

}  // namespace

int VerifyViews(const SourceFlags& flags, const std::string& folder,
                const std::vector<std::string>& views) {
  const absl::StatusOr<bool> same = Verify(flags, folder, views);
  if (!same.ok()) return Fail(std::string(same.status().message()));
  std::printf(*same ? "VERIFIED: the views are what the log makes of them.\n"
                    : "NOT VERIFIED: see above.\n");
  return *same ? 0 : kExitRefused;
}

}  // namespace sanzhang::app
