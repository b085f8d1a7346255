// What the companion brings to a decision about personal data beside its streams. Pure data;
// runtime::Facts::Gathered<Gathered>().
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "sanzhang/privacy/v1/privacy.pb.h"

namespace sanzhang::privacy {

struct Gathered {
  // What keeps the person's data from being erased, but for the legal holds of their own stream.
  std::vector<v1::Hold> holds;
  // The fact that a correction names holds such words of the person.
  bool words_found = false;
  std::size_t rested_on = 0;  // Streams of cases.

  // For Settle: what becomes of the subject's key once the command is committed.
  enum class Then { kNothing, kDestroy, kRestrict, kLift } then = Then::kNothing;
  std::string subject;
};

}  // namespace sanzhang::privacy
