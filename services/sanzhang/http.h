// The operator's pages: /metrics, /livez and /readyz, over plain HTTP.
//
// /livez and /readyz answer 200 `ok`, or 503 and what is wrong. Threads: the pages are called from
// several threads at once.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace sanzhang::app {

struct HttpPages {
  std::function<std::string()> metrics;
  std::function<absl::Status()> live;
  std::function<absl::Status()> ready;
};

class HttpServer {
 public:
  // UNAVAILABLE if the address can't be had. Port 0 takes a free one.
  static absl::StatusOr<std::unique_ptr<HttpServer>> Start(const std::string& address,
                                                           HttpPages pages);
  // Waits for the requests that are being answered.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  // HOST:PORT with the real port.
  const std::string& address() const { return address_; }

 private:
  struct Impl;
  HttpServer();

  std::unique_ptr<Impl> impl_;
  std::string address_;
};

}  // namespace sanzhang::app
