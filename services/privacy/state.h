// What is remembered of requests, of persons' data and of exports between commands.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "sanzhang/privacy/v1/privacy.pb.h"

namespace sanzhang::privacy {

// One request of a person. A time that is not set is InfinitePast.
struct RequestState {
  enum class Phase { kNone, kReceived, kVerified, kFulfilled, kRefused, kWithdrawn };
  Phase phase = Phase::kNone;
  v1::SubjectRequestKind kind = v1::SUBJECT_REQUEST_KIND_UNSPECIFIED;
  std::string subject;
  std::string asker;
  std::set<std::string> purposes;
  std::string rule;
  absl::Time answer_due = absl::InfinitePast();
  bool breached = false;
  std::size_t corrections = 0;
  std::string proposer;  // Of the erasure; empty: not proposed.
  int ground = 0;

  bool open() const { return phase == Phase::kReceived || phase == Phase::kVerified; }
  bool operator==(const RequestState&) const = default;
};

// What holds for one person's data.
struct SubjectState {
  struct LegalHold {
    absl::Time until = absl::InfiniteFuture();
    bool lifted = false;
    bool operator==(const LegalHold&) const = default;
  };
  bool restricted = false;
  bool erased = false;
  std::map<std::string, bool, std::less<>> consents;  // By purpose: whether it stands.
  std::map<std::string, LegalHold, std::less<>> legal_holds;
  bool operator==(const SubjectState&) const = default;
};

// One export.
struct ExportState {
  enum class Phase { kNone, kRequested, kApproved, kRefused, kProduced };
  Phase phase = Phase::kNone;
  std::string requester;
  std::uint64_t from_position = 0;
  std::uint64_t to_position = 0;
  std::vector<std::string> types;
  bool pseudonymous = false;
  absl::Time expires = absl::InfinitePast();
  std::string manifest_sha256;
  bool operator==(const ExportState&) const = default;
};

}  // namespace sanzhang::privacy
