#include "services/sanzhang/http.h"

#include <vector>

#include "CivetServer.h"
#include "absl/strings/str_cat.h"

namespace sanzhang::app {
namespace {

class Page : public CivetHandler {
 public:
  // Answers the code and the text.
  using Make = std::function<std::pair<int, std::string>()>;
  explicit Page(Make make) : make_(std::move(make)) {}

  bool handleGet(CivetServer*, mg_connection* connection) override {
    const auto [code, text] = make_();
    mg_printf(connection,
              "HTTP/1.1 %d %s\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"
              "Content-Length: %zu\r\nConnection: close\r\n\r\n",
              code, code == 200 ? "OK" : "Service Unavailable", text.size());
    mg_write(connection, text.data(), text.size());
    return true;
  }

 private:
  const Make make_;
};

Page::Make Checked(std::function<absl::Status()> check) {
  return [check = std::move(check)]() -> std::pair<int, std::string> {
    const absl::Status status = check();
    if (status.ok()) return {200, "ok\n"};
    return {503, absl::StrCat(std::string(status.message()), "\n")};
  };
}

}  // namespace

struct HttpServer::Impl {
  Page metrics;
  Page live;
  Page ready;
  std::unique_ptr<CivetServer> server;
};

HttpServer::HttpServer() = default;
HttpServer::~HttpServer() = default;

absl::StatusOr<std::unique_ptr<HttpServer>> HttpServer::Start(const std::string& address,
                                                              HttpPages pages) {
  std::unique_ptr<HttpServer> http(new HttpServer);
  http->impl_.reset(new Impl{
      Page([metrics = std::move(pages.metrics)] { return std::make_pair(200, metrics()); }),
      Page(Checked(std::move(pages.live))), Page(Checked(std::move(pages.ready))), nullptr});
  const std::string host = address.substr(0, address.rfind(':'));
  const std::string listen =
      host == "localhost" ? absl::StrCat("127.0.0.1", address.substr(host.size())) : address;
  try {
    http->impl_->server = std::make_unique<CivetServer>(
        std::vector<std::string>{"listening_ports", listen, "num_threads", "2",
                                 "request_timeout_ms", "10000", "enable_directory_listing", "no"});
  } catch (const CivetException&) {
    return absl::UnavailableError(absl::StrCat(address, ": can't be listened on for HTTP"));
  }
  CivetServer& server = *http->impl_->server;
  server.addHandler("/metrics$", http->impl_->metrics);
  server.addHandler("/livez$", http->impl_->live);
  server.addHandler("/readyz$", http->impl_->ready);
  http->address_ = absl::StrCat(host, ":", server.getListeningPorts().at(0));
  return http;
}

}  // namespace sanzhang::app
