// Stops the process when something that only a bug of ours can break is broken. What the world can
// break (files, clients, clocks) is answered with a status instead.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace sanzhang::eventstore {

[[noreturn]] inline void CheckFailed(const char* what, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: check failed: %s\n", file, line, what);
  std::abort();
}

}  // namespace sanzhang::eventstore

#define SANZHANG_CHECK(condition) \
  ((condition) ? (void)0 : ::sanzhang::eventstore::CheckFailed(#condition, __FILE__, __LINE__))
