// Where the runtime says what became of each call; the binary plugs its metrics and logs in here.
#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace sanzhang::runtime {

class Observer {
 public:
  virtual ~Observer() = default;

  // A call was answered; OK or why not. `method` is its path, and lives for ever: it may be kept,
  // and told apart by its address. Called from any thread, and must not block.
  virtual void Answered(std::string_view method, const absl::Status& status,
                        absl::Duration took) = 0;
};

}  // namespace sanzhang::runtime
