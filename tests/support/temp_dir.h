// A folder of the test's own, gone with the object.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace sanzhang::support {

class TempDir {
 public:
  // Ends the test program if the folder can't be made.
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  const std::filesystem::path& path() const { return path_; }
  // Of something inside.
  std::string File(std::string_view name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

}  // namespace sanzhang::support
