#include "projections/complaints/personal_text.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "sanzhang/complaint/v1/events.pb.h"
#include "sanzhang/type/v1/personal_text.pb.h"

namespace sanzhang::projections {
namespace {

constexpr std::string_view kBlackSquare = "■";

// Where each code point begins, and the end.
std::vector<std::size_t> CodePoints(std::string_view text) {
  std::vector<std::size_t> starts;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80) starts.push_back(i);
  }
  starts.push_back(text.size());
  return starts;
}

}  // namespace

std::string OpenText(std::string_view sealed, std::string_view redacted) {
  type::v1::PersonalText text;
  if (!text.ParseFromArray(sealed.data(), static_cast<int>(sealed.size()))) return "";
  if (redacted.empty()) return text.content();
  complaint::v1::ComplaintTextRedacted spans;
  // What can't be read may have said that anything is to be hidden.
  if (!spans.ParseFromArray(redacted.data(), static_cast<int>(redacted.size()))) return "";
  const std::string& content = text.content();
  const std::vector<std::size_t> starts = CodePoints(content);
  std::vector<bool> black(starts.size() - 1, false);
  for (const auto& span : spans.spans()) {
    const auto last = static_cast<std::int64_t>(black.size());
    const std::int64_t end =
        std::min<std::int64_t>(last, std::int64_t{span.start()} + span.length());
    for (std::int64_t i = std::max(0, span.start()); i < end; ++i) {
      black[static_cast<std::size_t>(i)] = true;
    }
  }
  std::string shown;
  for (std::size_t i = 0; i < black.size(); ++i) {
    if (black[i]) {
      shown.append(kBlackSquare);
    } else {
      shown.append(content, starts[i], starts[i + 1] - starts[i]);
    }
  }
  return shown;
}

std::string FirstWords(std::string_view text, int code_points_max) {
  const std::vector<std::size_t> starts = CodePoints(text);
  const auto most = static_cast<std::size_t>(code_points_max);
  if (starts.size() - 1 <= most) return std::string(text);
  return std::string(text.substr(0, starts[most])) + "…";
}

std::string MaskName(std::string_view name) {
  const std::vector<std::size_t> starts = CodePoints(name);
  std::string masked(name.substr(0, starts.size() > 1 ? starts[1] : 0));
  for (std::size_t i = 2; i < starts.size(); ++i) masked.push_back('*');
  return masked;
}

}  // namespace sanzhang::projections
