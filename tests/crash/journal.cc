#include "tests/crash/journal.h"

#include <set>
#include <utility>

namespace sanzhang::crash {
namespace {

// What keeps a command's records from being one append at the acknowledged place; empty: nothing.
std::string FaultOf(const std::vector<const log::v1::Record*>& records, const Entry& entry) {
  std::set<std::pair<std::string, std::string>> facts;
  bool about_the_resource = false;
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (records[i]->position() != records[0]->position() + i) return "is scattered";
    if (!facts.emplace(records[i]->stream(), records[i]->type()).second) return "is there twice";
    about_the_resource = about_the_resource || records[i]->stream() == entry.name;
  }
  if (records.back()->position() != entry.position) return "is elsewhere";
  if (!about_the_resource) return "has another name";
  return {};
}

}  // namespace

void Journal::Intend(const std::string& request_id, bool expect_refusal) {
  const absl::MutexLock lock(&mutex_);
  entries_[request_id].expect_refusal = expect_refusal;
}

void Journal::Acked(const std::string& request_id, std::string name, std::uint64_t position) {
  const absl::MutexLock lock(&mutex_);
  Entry& entry = entries_[request_id];
  entry.outcome = Outcome::kAcked;
  entry.name = std::move(name);
  entry.position = position;
}

void Journal::Refused(const std::string& request_id) {
  const absl::MutexLock lock(&mutex_);
  entries_[request_id].outcome = Outcome::kRefused;
}

std::vector<std::string> Journal::Unknown() const {
  const absl::MutexLock lock(&mutex_);
  std::vector<std::string> unknown;
  for (const auto& [id, entry] : entries_) {
    if (entry.outcome == Outcome::kUnknown) unknown.push_back(id);
  }
  return unknown;
}

std::map<std::string, Entry> Journal::Entries() const {
  const absl::MutexLock lock(&mutex_);
  return entries_;
}

std::vector<std::string> Verify(const Journal& journal, const std::vector<log::v1::Record>& log) {
  std::vector<std::string> wrong;
  std::map<std::string, std::uint64_t> revisions;
  std::map<std::string, std::vector<const log::v1::Record*>> by_request;
  std::uint64_t position = 0;
  for (const auto& record : log) {
    if (record.position() != ++position)
      wrong.push_back("hole before position " + std::to_string(record.position()));
    position = record.position();
    if (record.revision() != ++revisions[record.stream()])
      wrong.push_back("hole in " + record.stream());
    by_request[record.request_id()].push_back(&record);
  }
  const auto entries = journal.Entries();
  for (const auto& [id, entry] : entries) {
    const auto found = by_request.find(id);
    const std::size_t count = found == by_request.end() ? 0 : found->second.size();
    switch (entry.outcome) {
      case Outcome::kUnknown:
        wrong.push_back(id + " is still unknown");
        break;
      case Outcome::kRefused:
        if (count != 0) wrong.push_back(id + " was refused and is in the log");
        if (!entry.expect_refusal) wrong.push_back(id + " was refused against the rules");
        break;
      case Outcome::kAcked:
        if (entry.expect_refusal) wrong.push_back(id + " breaks a rule and was acknowledged");
        if (count == 0) {
          wrong.push_back(id + " was acknowledged and is not in the log");
        } else if (const std::string fault = FaultOf(found->second, entry); !fault.empty()) {
          wrong.push_back(id + " was acknowledged and " + fault);
        }
        break;
    }
  }
  for (const auto& [id, records] : by_request) {
    if (!entries.contains(id)) wrong.push_back("nobody sent " + id + " of " + records[0]->type());
  }
  return wrong;
}

}  // namespace sanzhang::crash
