#include "services/policy/policy_book.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "proto/wire/names.h"
#include "services/policy/limits.h"
#include "services/policy/policy_file.h"

namespace sanzhang::policy {
namespace {

// `2026-02-29` and the like are no days.
std::optional<absl::CivilDay> ParseDay(const std::string& text) {
  constexpr std::size_t kLength = sizeof "2026-01-01" - 1;
  absl::CivilDay day;
  if (text.size() != kLength || !absl::ParseCivilTime(text, &day)) return std::nullopt;
  return day;
}

// `policies/{id}@{version}`.
bool IsPolicyName(const std::string& name) {
  const std::vector<std::string> parts = absl::StrSplit(name, '@');
  return parts.size() == 2 && wire::MatchesPattern(parts[0], "policies/*") && wire::IsId(parts[1]);
}

template <class Policy>
void CheckNaming(const Policy& policy, PolicyText& text) {
  if (!IsPolicyName(policy.name())) {
    text.Wrong(policy, "name", -1, "must be as in policies/complaint-sla@1");
  }
  if (policy.citations().empty()) {
    text.Wrong(policy, "citations", 0, "must say what the policy rests on");
  }
  for (int i = 0; i < policy.citations_size(); ++i) {
    if (policy.citations(i).empty()) text.Wrong(policy, "citations", i, "is empty");
  }
}

std::string WrongPeriod(const v1::Period& period) {
  const auto outside = [](std::int32_t length, std::int32_t max) {
    return length >= 1 && length <= max ? "" : absl::StrCat("must be from 1 to ", max);
  };
  switch (period.length_case()) {
    case v1::Period::kHours:
      return outside(period.hours(), kPeriodHoursMax);
    case v1::Period::kDays:
      return outside(period.days(), kPeriodDaysMax);
    case v1::Period::kWorkingDays:
      return outside(period.working_days(), kPeriodDaysMax);
    case v1::Period::LENGTH_NOT_SET:
      break;
  }
  return "must be so many hours, days or working_days";
}

void CheckPeriod(const v1::SlaPolicy& sla, std::string_view field, const v1::Period& period,
                 PolicyText& text) {
  const std::string wrong = WrongPeriod(period);
  if (!wrong.empty()) text.Wrong(sla, field, -1, wrong);
}

void CheckRules(const v1::SlaPolicy& sla, PolicyText& text) {
  if (sla.rules().empty()) return text.Wrong(sla, "rules", 0, "there must be one");
  const int last = sla.rules_size() - 1;
  for (int i = 0; i <= last; ++i) {
    const v1::SlaRule& rule = sla.rules(i);
    for (const auto& [name, period] :
         {std::pair("acknowledge", &rule.acknowledge()), std::pair("answer", &rule.answer())}) {
      const std::string wrong = WrongPeriod(*period);
      if (!wrong.empty()) text.Wrong(sla, "rules", i, absl::StrCat(name, " ", wrong));
    }
    const bool matches_all = rule.categories().empty() && rule.urgencies().empty();
    if (i == last && !matches_all) {
      text.Wrong(sla, "rules", i, "the last rule must match every category and urgency");
    }
    if (i != last && matches_all) {
      text.Wrong(sla, "rules", i, "matches all, so that the rules after it never count");
    }
  }
}

}  // namespace

// Puts a book together, file by file, and notes every mistake on the way.
class PolicyBookMaker {
 public:
  void Read(const PolicyFile& file);
  absl::StatusOr<std::unique_ptr<PolicyBook>> Finish() &&;

 private:
  struct Interval {
    absl::CivilDay first;
    absl::CivilDay last;
    std::string name;
  };

  template <class Policy>
  void TakeName(const Policy& policy, PolicyText& text) {
    if (!names_.insert(policy.name()).second) {
      text.Wrong(policy, "name", -1, "another file has that name");
    }
  }
  void ReadSla(PolicyText& text);
  void ReadCalendar(PolicyText& text);
  void TakeDays(const v1::SlaPolicy& sla, PolicyText& text);
  void TakeDay(const v1::CalendarVersion& calendar, bool holiday, int index, PolicyText& text);

  std::unique_ptr<PolicyBook> book_{new PolicyBook};
  Mistakes mistakes_;
  std::set<std::string> names_;
  std::vector<Interval> intervals_;
};

void PolicyBookMaker::Read(const PolicyFile& file) {
  if (file.text.size() > kFileBytesMax) {
    return mistakes_.Add(file.name, 1, absl::StrCat("larger than ", kFileBytesMax, " bytes"));
  }
  PolicyText text(file.name, file.text, mistakes_);
  const std::string message = text.MessageName();
  if (message == v1::SlaPolicy::descriptor()->full_name()) return ReadSla(text);
  if (message == v1::CalendarVersion::descriptor()->full_name()) return ReadCalendar(text);
  mistakes_.Add(file.name, 1,
                "a line `# proto-message: ` must name sanzhang.policy.v1.SlaPolicy or "
                "sanzhang.policy.v1.CalendarVersion");
}

void PolicyBookMaker::ReadSla(PolicyText& text) {
  v1::SlaPolicy sla;
  if (!text.Parse(sla)) return;
  CheckNaming(sla, text);
  TakeName(sla, text);
  CheckPeriod(sla, "intake", sla.intake(), text);
  CheckRules(sla, text);
  CheckPeriod(sla, "silence", sla.silence(), text);
  CheckPeriod(sla, "appeal", sla.appeal(), text);
  if (sla.extensions_max() < 0) text.Wrong(sla, "extensions_max", -1, "must not be negative");
  if (sla.extensions_max() > 0) CheckPeriod(sla, "extension_total", sla.extension_total(), text);
  CheckPeriod(sla, "report_in", sla.report_in(), text);
  TakeDays(sla, text);
}

void PolicyBookMaker::TakeDays(const v1::SlaPolicy& sla, PolicyText& text) {
  const auto first = ParseDay(sla.effective_from());
  if (!first) return text.Wrong(sla, "effective_from", -1, "must be a day as in 2026-01-01");
  const auto last =
      sla.effective_to().empty() ? absl::CivilDay::max() : ParseDay(sla.effective_to());
  if (!last) return text.Wrong(sla, "effective_to", -1, "must be a day as in 2026-12-31");
  if (*last < *first) return text.Wrong(sla, "effective_to", -1, "lies before effective_from");
  for (const Interval& other : intervals_) {
    if (*first <= other.last && other.first <= *last) {
      text.Wrong(sla, "effective_from", -1, absl::StrCat("overlaps ", other.name));
    }
  }
  intervals_.push_back({*first, *last, sla.name()});
  const v1::SlaPolicy& kept = book_->slas_[sla.name()] = sla;
  book_->slas_by_first_day_[*first] = &kept;
}

void PolicyBookMaker::ReadCalendar(PolicyText& text) {
  v1::CalendarVersion calendar;
  if (!text.Parse(calendar)) return;
  CheckNaming(calendar, text);
  TakeName(calendar, text);
  for (int i = 0; i < calendar.holidays_size(); ++i) TakeDay(calendar, true, i, text);
  for (int i = 0; i < calendar.make_up_days_size(); ++i) TakeDay(calendar, false, i, text);
}

void PolicyBookMaker::TakeDay(const v1::CalendarVersion& calendar, bool holiday, int index,
                              PolicyText& text) {
  const char* field = holiday ? "holidays" : "make_up_days";
  const auto wrong = [&](std::string_view reason) { text.Wrong(calendar, field, index, reason); };
  const auto day = ParseDay(holiday ? calendar.holidays(index) : calendar.make_up_days(index));
  if (!day) return wrong("must be a day as in 2026-01-01");
  Calendar& days = book_->calendar_;
  if (days.IsHoliday(*day) || days.IsMakeUpDay(*day)) return wrong("is given twice");
  if (holiday) return days.AddHoliday(*day);
  if (!IsWeekend(*day)) return wrong("is no weekend day");
  days.AddMakeUpDay(*day);
}

absl::StatusOr<std::unique_ptr<PolicyBook>> PolicyBookMaker::Finish() && {
  if (!mistakes_.none()) return absl::InvalidArgumentError(mistakes_.Text());
  if (book_->slas_.empty()) {
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
  const auto found = slas_.find(name);
  return found == slas_.end() ? nullptr : &found->second;
}

absl::Time PolicyBook::DueAfter(const v1::Period& period, absl::Time from) const {
  return policy::DueAfter(period, from, calendar_);
}

}  // namespace sanzhang::policy
