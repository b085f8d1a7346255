// A view on the bench: a projection over an in-memory file, fed with facts in text format, and
// queries asked of it as anyone, at any time. Whatever should not go wrong ends the test program.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "google/protobuf/text_format.h"
#include "projections/engine/database.h"
#include "projections/engine/page_token.h"
#include "projections/engine/projection.h"
#include "projections/engine/query.h"
#include "sanzhang/log/v1/record.pb.h"
#include "tests/projections/support/plain_words.h"

namespace sanzhang::projections::bench {

// `2026-01-05 10:00` in Asia/Shanghai.
absl::Time At(std::string_view time);
Caller Person(std::string_view id);
Caller Service(std::string_view id, std::vector<type::v1::Role> roles = {});
std::string StampText(std::string_view time);

// Facts in the order of the log. Streams are named without `communities/c1/`; `@` stands for that
// prefix in payloads, and `T(2026-01-05 10:00)` for a Timestamp.
class History {
 public:
  template <class Fact>
  log::v1::Record& Add(std::string_view time, std::string_view stream, std::string_view payload) {
    Fact fact;
    Parse(payload, fact);
    return Append(time, stream, fact);
  }
  log::v1::Record& Append(std::string_view time, std::string_view stream,
                          const google::protobuf::Message& fact);

  const std::vector<log::v1::Record>& records() const { return records_; }

  static std::string Expand(std::string_view text);

 private:
  static void Parse(std::string_view text, google::protobuf::Message& message);
  std::vector<log::v1::Record> records_;
  std::map<std::string, std::uint64_t> revisions_;  // Of each stream.
};

// A community `c1` with two property areas, a grid, two buildings, bodies of every kind that
// handles complaints, and somebody in each seat: p-rc, p-party, p-sup, p-gov, p-dep, p-pc1, p-pc2
// (another company), chiefs p-grid, p-b1, p-b2, p-e1, residents p-zhang, p-li, and p-out in
// community c2 only.
History Community();

class ViewBench {
 public:
  explicit ViewBench(std::unique_ptr<Projection> projection);

  void Apply(const History& history);
  absl::Status Apply(const log::v1::Record& record);
  Rows& rows() { return connection_->rows(); }
  std::string Dump();
  // What the last Ask had opened: by whom, as what.
  const opening::v1::OpenTextsRequest& opened() const { return opened_; }
  // Rows of a SELECT with that many columns, separated by ` | `, one line each; NULL as `-`.
  std::string Select(std::string_view sql, int columns);

  template <class Request, class Response>
  absl::Status Ask(absl::Status (*query)(const QueryContext&, const Request&, Response&),
                   const Caller& caller, std::string_view now, std::string_view request,
                   Response& response) {
    Request message;
    Parse(request, message);
    response.Clear();
    const std::unique_ptr<Snapshot> snapshot = Take();
    type::v1::Role capacity = type::v1::ROLE_UNSPECIFIED;
    absl::Status status =
        query({caller, *snapshot, tokens_, At(now), nullptr, &capacity}, message, response);
    if (!status.ok()) return status;
    PlainWords opener;
    OpenWords(&opener, {caller, capacity}, message, At(now), response,
              [&](absl::Status opened) { status = std::move(opened); });
    opened_ = std::move(opener.asked);
    return status;
  }
  // Asks of what `then` holds, as of a moment gone by, while this view holds the rows of today.
  template <class Request, class Response>
  absl::Status AskAsOf(ViewBench& then, std::string_view time,
                       absl::Status (*query)(const QueryContext&, const Request&, Response&),
                       const Caller& caller, std::string_view now, std::string_view request,
                       Response& response) {
    Request message;
    Parse(request, message);
    response.Clear();
    const std::unique_ptr<Snapshot> past = then.Take();
    const std::unique_ptr<Snapshot> snapshot = Take();
    const Present present{*snapshot, At(now)};
    return query({caller, *past, tokens_, At(time), &present}, message, response);
  }

 private:
  static void Parse(std::string_view text, google::protobuf::Message& message);
  std::unique_ptr<Snapshot> Take();

  std::unique_ptr<Projection> projection_;
  std::unique_ptr<Connection> connection_;
  PageTokens tokens_;
  std::uint64_t position_ = 0;
  opening::v1::OpenTextsRequest opened_;
};

}  // namespace sanzhang::projections::bench
