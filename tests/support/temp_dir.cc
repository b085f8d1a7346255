#include "tests/support/temp_dir.h"

#include <cstdio>
#include <cstdlib>
#include <system_error>

namespace sanzhang::support {

TempDir::TempDir() {
  std::string made = std::filesystem::temp_directory_path() / "sanzhang-XXXXXX";
  if (mkdtemp(made.data()) == nullptr) {
    std::perror("mkdtemp");
    std::abort();
  }
  path_ = made;
}

TempDir::~TempDir() {
  std::error_code ignored;  // What stays behind is the system's to clean.
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace sanzhang::support
