#include "services/policy/policy_book.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "google/protobuf/message.h"
#include "services/policy/limits.h"
#include "services/policy/policy_file.h"

namespace sanzhang::policy {
namespace {

namespace pb = google::protobuf;

std::string NamesOfKinds() {
  return absl::StrJoin(PolicyKinds(), ", ", [](std::string* out, const PolicyKind& kind) {
    out->append(kind.type->full_name());
  });
}

}  // namespace

// Puts a book together, file by file, and notes every mistake on the way.
class PolicyBookMaker {
 public:
  void Read(const PolicyFile& file);
  absl::StatusOr<std::unique_ptr<PolicyBook>> Finish() &&;

 private:
  using Entry = PolicyBook::Entry;

  // Whether two policies may not both be in force.
  static bool TakeTurns(const Entry& one, const Entry& other) {
    if (one.kind != other.kind) return one.head.id == other.head.id;
    const bool rivals = one.kind->rivals != nullptr && one.kind->rivals(*one.policy, *other.policy);
    return one.kind->turn == PolicyKind::Turn::kKind || one.head.id == other.head.id || rivals;
  }
  void Take(Entry entry, Report wrong);
  void TakeDays(const v1::CalendarVersion& calendar, Report wrong);

  std::unique_ptr<PolicyBook> book_{new PolicyBook};
  Mistakes mistakes_;
};

void PolicyBookMaker::Read(const PolicyFile& file) {
  if (file.text.size() > kFileBytesMax) {
    return mistakes_.Add(file.name, 1, absl::StrCat("larger than ", kFileBytesMax, " bytes"));
  }
  PolicyText text(file.name, file.text, mistakes_);
  Entry entry;
  entry.kind = KindNamed(text.MessageName());
  if (entry.kind == nullptr) {
    return mistakes_.Add(
        file.name, 1, absl::StrCat("a line `# proto-message: ` must name one of ", NamesOfKinds()));
  }
  entry.policy.reset(
      pb::MessageFactory::generated_factory()->GetPrototype(entry.kind->type)->New());
  const pb::Message& policy = *entry.policy;
  if (!text.Parse(*entry.policy)) return;
  const auto wrong = [&](std::string_view field, int index, std::string_view reason) {
    text.Wrong(policy, field, index, reason);
  };
  std::optional<PolicyHead> head = ReadHead(*entry.kind, policy, wrong);
  entry.kind->check(policy, wrong);
  if (!head) return;
  entry.head = *std::move(head);
  Take(std::move(entry), wrong);
}

void PolicyBookMaker::Take(Entry entry, Report wrong) {
  for (const auto& [name, other] : book_->entries_) {
    if (name == entry.head.name) return wrong("name", -1, "another file has that name");
    const bool both = entry.head.first <= other.head.last && other.head.first <= entry.head.last;
    const bool dated = entry.kind->turn != PolicyKind::Turn::kAlways;
    if (dated && both && TakeTurns(entry, other)) {
      wrong("effective_from", -1, absl::StrCat("overlaps ", name));
    }
  }
  if (const auto* calendar = dynamic_cast<const v1::CalendarVersion*>(entry.policy.get())) {
    TakeDays(*calendar, wrong);
  }
  const std::string name = entry.head.name;
  book_->entries_.emplace(name, std::move(entry));
}

// A day that is none was reported with the rest of the calendar.
void PolicyBookMaker::TakeDays(const v1::CalendarVersion& calendar, Report wrong) {
  const Calendar before = book_->calendar_;
  Calendar& days = book_->calendar_;
  const auto take = [&](const char* field, int index, const std::string& text, bool holiday) {
    const std::optional<absl::CivilDay> day = ParseDay(text);
    if (!day) return;
    if (before.IsHoliday(*day) || before.IsMakeUpDay(*day)) {
      return wrong(field, index, "another file has that day");
    }
    holiday ? days.AddHoliday(*day) : days.AddMakeUpDay(*day);
  };
  for (int i = 0; i < calendar.holidays_size(); ++i) {
    take("holidays", i, calendar.holidays(i), true);
  }
  for (int i = 0; i < calendar.make_up_days_size(); ++i) {
    take("make_up_days", i, calendar.make_up_days(i), false);
  }
}

absl::StatusOr<std::unique_ptr<PolicyBook>> PolicyBookMaker::Finish() && {
  if (!mistakes_.none()) return absl::InvalidArgumentError(mistakes_.Text());
  for (const auto& [name, entry] : book_->entries_) {
    if (entry.kind->turn == PolicyKind::Turn::kAlways) continue;
    book_->by_id_[entry.head.id][entry.head.first] = &entry;
    if (const auto* sla = dynamic_cast<const v1::SlaPolicy*>(entry.policy.get())) {
      book_->slas_by_first_day_[entry.head.first] = sla;
    }
  }
  if (book_->slas_by_first_day_.empty()) {
    return absl::InvalidArgumentError("no sanzhang.policy.v1.SlaPolicy among the policy files");
  }
  return std::move(book_);
}

absl::StatusOr<std::unique_ptr<PolicyBook>> PolicyBook::Make(const std::vector<PolicyFile>& files) {
  PolicyBookMaker maker;
  for (const PolicyFile& file : files) maker.Read(file);
  return std::move(maker).Finish();
}

absl::StatusOr<std::unique_ptr<PolicyBook>> PolicyBook::Load(const std::filesystem::path& folder) {
  std::error_code error;
  std::vector<std::filesystem::path> paths;
  for (auto entry = std::filesystem::directory_iterator(folder, error);
       !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (name.starts_with('.') || entry->path().extension() != ".textproto") continue;
    paths.push_back(entry->path());
  }
  if (error) {
    return absl::NotFoundError(
        absl::StrCat("policy folder ", folder.string(), ": ", error.message()));
  }
  if (paths.size() > kFilesMax) {
    return absl::InvalidArgumentError(
        absl::StrCat("policy folder ", folder.string(), ": more than ", kFilesMax, " files"));
  }
  std::sort(paths.begin(), paths.end());
  std::vector<PolicyFile> files;
  for (const auto& path : paths) {
    std::ifstream stream(path, std::ios::binary);
    std::string text(std::istreambuf_iterator<char>(stream), {});
    if (!stream.good() && !stream.eof()) {
      return absl::InvalidArgumentError(absl::StrCat(path.string(), ": can't be read"));
    }
    files.push_back({path.string(), std::move(text)});
  }
  return Make(files);
}

const v1::SlaPolicy* PolicyBook::SlaInForce(absl::Time at) const {
  const auto next = slas_by_first_day_.upper_bound(absl::ToCivilDay(at, Shanghai()));
  return next == slas_by_first_day_.begin() ? next->second : std::prev(next)->second;
}

const v1::SlaPolicy* PolicyBook::Sla(std::string_view name) const {
  return dynamic_cast<const v1::SlaPolicy*>(Named(name));
}

const pb::Message* PolicyBook::Named(std::string_view name) const {
  const auto found = entries_.find(name);
  return found == entries_.end() ? nullptr : found->second.policy.get();
}

std::vector<const pb::Message*> PolicyBook::AllShipped(absl::Time at) const {
  std::vector<const pb::Message*> all;
  for (const auto& [name, entry] : entries_) {
    if (entry.Counts(absl::ToCivilDay(at, Shanghai()))) all.push_back(entry.policy.get());
  }
  return all;
}

const pb::Message* PolicyBook::Shipped(std::string_view id, absl::Time at) const {
  const auto versions = by_id_.find(id);
  if (versions == by_id_.end()) return nullptr;
  const absl::CivilDay day = absl::ToCivilDay(at, Shanghai());
  const auto next = versions->second.upper_bound(day);
  if (next == versions->second.begin()) return nullptr;
  const Entry& entry = *std::prev(next)->second;
  return entry.Counts(day) ? entry.policy.get() : nullptr;
}

absl::Time PolicyBook::DueAfter(const v1::Period& period, absl::Time from) const {
  return policy::DueAfter(period, from, calendar_);
}

}  // namespace sanzhang::policy
