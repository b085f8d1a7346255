#include "services/sanzhang/http.h"

#include <utility>
#include <vector>

#include "CivetServer.h"
#include "absl/strings/str_cat.h"
#include "eventstore/transparency/limits.h"

namespace sanzhang::app {
namespace {

const char* PhraseOf(int code) {
  switch (code) {
    case 200:
      return "OK";
    case 404:
      return "Not Found";
    case 503:
      return "Service Unavailable";
    default:
      return code < 500 ? "Refused" : "Failed";
  }
}

void Write(mg_connection* connection, const HttpAnswer& answer) {
  mg_printf(connection,
            "HTTP/1.1 %d %s\r\nContent-Type: %s\r\nCache-Control: %s\r\n"
            "Content-Length: %zu\r\nConnection: close\r\n\r\n",
            answer.code, PhraseOf(answer.code), answer.content_type.c_str(),
            answer.cache_control.c_str(), answer.body.size());
  mg_write(connection, answer.body.data(), answer.body.size());
}

class Page : public CivetHandler {
 public:
  using Make = std::function<HttpAnswer(const std::string& path)>;
  explicit Page(Make make) : make_(std::move(make)) {}

  bool handleGet(CivetServer*, mg_connection* connection) override {
    const std::string path = mg_get_request_info(connection)->local_uri;
    Write(connection, make_(path.substr(1)));
    return true;
  }

 private:
  const Make make_;
};

// Takes what is posted.
class Form : public CivetHandler {
 public:
  using Make = std::function<HttpAnswer(const std::string& body)>;
  explicit Form(Make make) : make_(std::move(make)) {}

  bool handlePost(CivetServer*, mg_connection* connection) override {
    std::string body;
    char part[4096];
    for (int read = 1; read > 0 && body.size() <= transparency::kNoteBytesMax;) {
      read = mg_read(connection, part, sizeof part);
      if (read > 0) body.append(part, static_cast<std::size_t>(read));
    }
    Write(connection, body.size() > transparency::kNoteBytesMax
                          ? HttpAnswer{.code = 413, .body = "too large\n"}
                          : make_(body));
    return true;
  }

 private:
  const Make make_;
};

Page::Make Metered(std::function<std::string()> metrics) {
  return [metrics = std::move(metrics)](const std::string&) {
    return HttpAnswer{.content_type = "text/plain; version=0.0.4; charset=utf-8",
                      .body = metrics()};
  };
}

Page::Make Checked(std::function<absl::Status()> check) {
  return [check = std::move(check)](const std::string&) {
    const absl::Status status = check();
    if (status.ok()) return HttpAnswer{.body = "ok\n"};
    return HttpAnswer{.code = 503, .body = absl::StrCat(std::string(status.message()), "\n")};
  };
}

}  // namespace

struct HttpServer::Impl {
  // Those that are served, by their pattern; they outlive the server.
  std::vector<std::pair<std::string, std::unique_ptr<CivetHandler>>> handlers;
  std::unique_ptr<CivetServer> server;
};

HttpServer::HttpServer() = default;
HttpServer::~HttpServer() = default;

absl::StatusOr<std::unique_ptr<HttpServer>> HttpServer::Start(const std::string& address,
                                                              HttpPages pages) {
  std::unique_ptr<HttpServer> http(new HttpServer);
  http->impl_ = std::make_unique<Impl>();
  const auto serve = [&](const char* pattern, std::unique_ptr<CivetHandler> handler) {
    http->impl_->handlers.emplace_back(pattern, std::move(handler));
  };
  if (pages.metrics) {
    serve("/metrics$", std::make_unique<Page>(Metered(std::move(pages.metrics))));
  }
  if (pages.live) serve("/livez$", std::make_unique<Page>(Checked(std::move(pages.live))));
  if (pages.ready) serve("/readyz$", std::make_unique<Page>(Checked(std::move(pages.ready))));
  if (pages.tree) {
    serve("/checkpoint$", std::make_unique<Page>(pages.tree));
    serve("/tile/**$", std::make_unique<Page>(std::move(pages.tree)));
  }
  if (pages.add_checkpoint) {
    serve("/add-checkpoint$", std::make_unique<Form>(std::move(pages.add_checkpoint)));
  }
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
  for (const auto& [pattern, handler] : http->impl_->handlers) {
    server.addHandler(pattern, handler.get());
  }
  http->address_ = absl::StrCat(host, ":", server.getListeningPorts().at(0));
  return http;
}

}  // namespace sanzhang::app
