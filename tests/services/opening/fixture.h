// A keyring on disk, a log in memory, and facts that are sealed into it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "eventstore/event_store.h"
#include "eventstore/memory_commit_log.h"
#include "gtest/gtest.h"
#include "services/keyring/subject_keyring.h"
#include "services/opening/subject_sealer.h"
#include "tests/support/temp_dir.h"

namespace sanzhang::opening {

inline constexpr char kLi[] = "communities/c1/persons/p-li";
inline constexpr char kWu[] = "communities/c1/persons/p-wu";

class OpeningTest : public testing::Test {
 protected:
  OpeningTest()
      : keyring_(*keyring::SubjectKeyring::Open(dir_.File("persons"))), sealer_(*keyring_) {
    store_ = *eventstore::EventStore::Open(eventstore::MakeMemoryCommitLog(),
                                           {.now = [this] { return now_; }});
  }

  static runtime::Standpoint Where(std::string_view event_id = "e-1") {
    return {.community = "communities/c1",
            .stream = "communities/c1/complaints/k1",
            .event_id = event_id,
            .type = "sanzhang.complaint.v1.ComplaintFiled",
            .field = "text"};
  }

  static type::v1::PersonalText Text(std::string_view subject, std::string_view words) {
    type::v1::PersonalText text;
    text.set_subject(std::string(subject));
    text.set_content(std::string(words));
    return text;
  }

  // The words as they lie in a row.
  type::v1::SealedPassage Sealed(std::string_view subject, std::string_view words,
                                 std::string_view event_id = "e-1") {
    return SealedAt(Where(event_id), subject, words);
  }
  type::v1::SealedPassage SealedAt(const runtime::Standpoint& where, std::string_view subject,
                                   std::string_view words) {
    type::v1::SealedPassage passage;
    *passage.mutable_text() = Text(subject, words);
    EXPECT_TRUE(sealer_.Seal(where, *passage.mutable_text()).ok());
    passage.set_stream(std::string(where.stream));
    passage.set_event_id(
        absl::BytesToHexString(absl::string_view(where.event_id.data(), where.event_id.size())));
    passage.set_fact_type(std::string(where.type));
    passage.set_field(std::string(where.field));
    return passage;
  }

  const support::TempDir dir_;
  absl::Time now_ = absl::FromCivil(absl::CivilHour(2026, 3, 1, 2), absl::UTCTimeZone());
  std::unique_ptr<keyring::SubjectKeyring> keyring_;
  std::unique_ptr<eventstore::EventStore> store_;
  SubjectSealer sealer_;
};

}  // namespace sanzhang::opening
