// The operator's pages: /metrics, /livez and /readyz, over plain HTTP; and, where a log is signed,
// its checkpoint and tiles for everyone (C2SP tlog-tiles): /checkpoint and /tile/... A witness has
// /add-checkpoint instead (C2SP tlog-witness).
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

struct HttpAnswer {
  int code = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string cache_control = "no-store";
  std::string body = {};
};

struct HttpPages {
  std::function<std::string()> metrics;
  std::function<absl::Status()> live;
  std::function<absl::Status()> ready;
  // What is empty, is not served. By path, without its slash: `checkpoint`, `tile/0/000`.
  std::function<HttpAnswer(const std::string& path)> tree;
  // POST, by what is sent; larger than kNoteBytesMax is refused (413).
  std::function<HttpAnswer(const std::string& body)> add_checkpoint;
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
