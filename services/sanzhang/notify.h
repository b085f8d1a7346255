// What systemd, or whoever else supervises the process, is told of it: sd_notify(3)'s protocol, so
// that a unit of Type=notify counts as started when calls are answered, not before.
#pragma once

#include <string_view>

namespace sanzhang::app {

inline constexpr std::string_view kReady = "READY=1";
inline constexpr std::string_view kStopping = "STOPPING=1";

// Sends one datagram to the socket in NOTIFY_SOCKET: a path, or `@` and an abstract name. Without
// that variable nobody wants to know. Never waits; what can't be sent is logged and left.
// Threads: any, as long as none changes the environment.
void Notify(std::string_view state);

}  // namespace sanzhang::app
