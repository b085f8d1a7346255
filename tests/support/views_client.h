// What a test asks a server about its log and its views, over gRPC on loopback.
//
// Every call fails the test program if the server refuses it.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace sanzhang::support {

// Last position of the log.
std::uint64_t HeadOf(const std::string& address);

// View → digest of its rows, once every view of the server has reached the position. The log must
// not grow meanwhile.
std::map<std::string, std::string> DigestsAt(const std::string& address, std::uint64_t position);

// Builds every view of the server anew, and waits until queries are answered from the new rows.
void RebuildViews(const std::string& address);

}  // namespace sanzhang::support
