// What is remembered of a notice between commands.
#pragma once

#include <map>
#include <string>

#include "absl/time/time.h"
#include "sanzhang/notice/v1/notice.pb.h"
#include "sanzhang/policy/v1/publication_rule.pb.h"
#include "sanzhang/type/v1/place.pb.h"

namespace sanzhang::notice {

// Something that somebody said, and that waits for an answer.
struct Said {
  std::string person;
  bool answered = false;
  bool upheld = false;
  std::string answer_sha256;
  bool operator==(const Said&) const = default;
};

// Only what the rules need. A time that is not set is InfinitePast.
struct NoticeState {
  v1::State phase = v1::STATE_UNSPECIFIED;  // UNSPECIFIED: nothing was published.
  int version = 0;
  policy::v1::PublicationKind kind = policy::v1::PUBLICATION_KIND_UNSPECIFIED;
  policy::v1::Audience audience = policy::v1::AUDIENCE_UNSPECIFIED;
  std::string about;
  type::v1::Place place;
  bool masked = false;
  std::string publisher;
  std::string content_sha256;
  absl::Time published_at = absl::InfinitePast();  // The present version.
  absl::Time fact_at = absl::InfinitePast();
  absl::Time min_until = absl::InfinitePast();
  absl::Time objections_until = absl::InfinitePast();
  absl::Time earliest_event = absl::InfinitePast();  // Not set: announces nothing.
  std::map<int, Said> objections;
  std::map<int, Said> inquiries;

  // Whether people can see it.
  bool is_up() const { return phase == v1::STATE_PUBLISHED || phase == v1::STATE_PERIOD_ELAPSED; }
};

}  // namespace sanzhang::notice
