#include "tests/town/town.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "google/protobuf/text_format.h"
#include "proto/wire/names.h"
#include "sanzhang/complaint/v1/events.pb.h"
#include "sanzhang/log/v1/event_log_service.grpc.pb.h"
#include "sanzhang/notice/v1/events.pb.h"
#include "sanzhang/rating/v1/events.pb.h"
#include "sanzhang/registry/v1/events.pb.h"
#include "sanzhang/resolution/v1/events.pb.h"
#include "services/runtime/access.h"
#include "services/sanzhang/config.h"

namespace sanzhang::town {
namespace {

using google::protobuf::MethodDescriptor;

constexpr char kTimerSecret[] = "secret";
constexpr absl::Duration kPatience = absl::Seconds(120);

[[noreturn]] void Fail(std::string_view what, const std::string& why) {
  std::fprintf(stderr, "%.*s: %s\n", static_cast<int>(what.size()), what.data(), why.c_str());
  std::abort();
}

std::unique_ptr<google::protobuf::Message> Make(const google::protobuf::Descriptor& type) {
  return std::unique_ptr<google::protobuf::Message>(
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(&type)->New());
}

bool IsService(const std::string& who) {
  for (const char* service : {"operator", "timekeeper", "integration", "importer", "auditor"}) {
    if (who == service || absl::StartsWith(who, absl::StrCat(service, "-2"))) return true;
  }
  return false;
}

app::Metadata As(const std::string& who) {
  if (who == "timekeeper") {
    return {{"sanzhang-service", who}, {"sanzhang-timer-secret", kTimerSecret}};
  }
  return {{IsService(who) ? "sanzhang-service" : "sanzhang-person", who}};
}

// What a lower-level line is indented by.
std::size_t IndentOf(const std::string& line) { return line.find_first_not_of(' '); }

// Lines without comments; those that go on are joined to what they belong to.
std::vector<std::string> LinesOf(const std::string& file) {
  std::ifstream in(file);
  if (!in) Fail(file, "can't be read");
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) {
    if (IndentOf(line) == std::string::npos || line[IndentOf(line)] == '#') continue;
    const bool goes_on = !lines.empty() && IndentOf(line) > IndentOf(lines.back()) &&
                         !absl::StartsWith(lines.back(), "let ");
    if (goes_on) {
      absl::StrAppend(&lines.back(), " ", std::string(absl::StripAsciiWhitespace(line)));
    } else {
      lines.push_back(line);
    }
  }
  return lines;
}

std::string Stamp(const google::protobuf::Timestamp& time) {
  return absl::StrCat("{ seconds: ", time.seconds(), " nanos: ", time.nanos(), " }");
}

std::string Fill(const std::string& line, const std::vector<std::string>& arguments) {
  std::string filled = line;
  for (std::size_t i = arguments.size(); i > 0; --i) {
    const std::string& argument = arguments[i - 1];
    filled = absl::StrReplaceAll(filled, {{absl::StrCat("$", i), argument == "_" ? "" : argument}});
  }
  return filled;
}

}  // namespace

const std::map<std::string, const MethodDescriptor*, std::less<>>& Commands() {
  static const auto* const commands = [] {
    auto* all = new std::map<std::string, const MethodDescriptor*, std::less<>>();
    for (const auto* service : runtime::LinkedServices()) {
      for (int i = 0; i < service->method_count(); ++i) {
        const MethodDescriptor& method = *service->method(i);
        // What has a request id is a command; all else asks, or opens.
        if (method.input_type()->FindFieldByName("request_id") == nullptr) continue;
        (*all)[method.name()] = &method;
      }
    }
    return all;
  }();
  return *commands;
}

absl::Duration Offset(std::string_view text) {
  absl::Duration sum;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t next = std::min(text.find_first_of("+-", at + 1), text.size());
    const std::string part(text.substr(at, next - at));
    int number = 0;
    const bool days = part.ends_with('d');
    absl::Duration duration;
    if (days && absl::SimpleAtoi(part.substr(0, part.size() - 1), &number)) {
      sum += absl::Hours(24) * number;
    } else if (!days && absl::ParseDuration(part, &duration)) {
      sum += duration;
    } else {
      Fail(text, "is no time");
    }
    at = next;
  }
  return sum;
}

std::string Reply::Show() const {
  if (status.ok()) return "OK";
  const std::string reason = app::ReasonOf(status);
  const std::string code = app::NameOf(status.error_code());
  return reason.empty() ? absl::StrCat(code, " (", status.error_message(), ")")
                        : absl::StrCat(code, " ", reason);
}

Town::Town(const std::string& data)
    : now_us_(absl::ToUnixMicros(kMoment)),
      authenticator_(runtime::MakeDevelopmentAuthenticator(kTimerSecret)) {
  auto side = app::CommandSide::Open({.data = data,
                                      .keys = app::KeysBeside(data),
                                      .policy = SANZHANG_SOURCE_DIR "/deploy/policy",
                                      .authenticator = authenticator_.get(),
                                      .metrics = &metrics_,
                                      .now = [this] { return absl::FromUnixMicros(now_us_); },
                                      .on_stopped = [](const absl::Status&) {}});
  if (!side.ok()) Fail("command side", side.status().ToString());
  side_ = *std::move(side);
  auto server = app::RpcServer::Start("127.0.0.1:0", side_->services(), metrics_);
  if (!server.ok()) Fail("server", server.status().ToString());
  server_ = *std::move(server);
  client_ = std::make_unique<app::RpcClient>(app::OpenChannel(server_->address()));
  Read(SANZHANG_SOURCE_DIR "/tests/town/settle.txt");
}

Town::~Town() {
  side_->Drain(absl::Now() + kPatience);
  server_->Shutdown(absl::Now() + kPatience);
  side_->Close();
}

void Town::Read(const std::string& file) {
  std::vector<std::string> lines;
  std::vector<std::string>* story = nullptr;
  for (const std::string& line : LinesOf(file)) {
    if (absl::StartsWith(line, "let ")) {
      story = &stories_[line.substr(4)];
      story->clear();
    } else if (IndentOf(line) > 0 && story != nullptr) {
      story->push_back(line);
    } else {
      lines.push_back(line);
    }
  }
  Tell(lines, {});
  rule_.clear();
}

void Town::Tell(const std::vector<std::string>& lines, const std::vector<std::string>& arguments) {
  for (const std::string& line : lines) {
    const std::string filled(absl::StripAsciiWhitespace(Fill(line, arguments)));
    if (absl::StartsWith(filled, "rule ")) {
      rule_ = filled.substr(5);
      rules_.push_back(rule_);
      continue;
    }
    if (!absl::StartsWith(filled, "play ")) {
      AddStep(filled);
      continue;
    }
    // An argument that is left empty still has its place.
    std::vector<std::string> words =
        absl::StrSplit(absl::StripAsciiWhitespace(Fill(line, arguments)), ' ');
    const auto story = stories_.find(words[1]);
    if (story == stories_.end()) Fail(filled, "is no story");
    words.erase(words.begin(), words.begin() + 2);
    for (std::string& word : words) word = word.empty() ? "_" : word;
    Tell(story->second, words);
  }
}

void Town::AddStep(const std::string& line) {
  std::vector<std::string> words = absl::StrSplit(line, absl::MaxSplits(' ', 4));
  Step step;
  step.at = kMoment + Offset(words[0]);
  step.rule = rule_;
  if (words.size() > 3 && !Commands().contains(words[2])) {
    step.told = words[2];
    words.erase(words.begin() + 2);
  } else {
    words = absl::StrSplit(line, absl::MaxSplits(' ', 3));
  }
  if (words.size() < 4 || !Commands().contains(words[2])) Fail(line, "is no step");
  step.who = words[1];
  step.rpc = words[2];
  step.request = words[3];
  steps_.push_back(std::move(step));
}

std::vector<Wrong> Town::Play() {
  std::stable_sort(steps_.begin(), steps_.end(),
                   [](const Step& a, const Step& b) { return a.at < b.at; });
  std::vector<Wrong> wrong;
  for (const Step& step : steps_) {
    set_now(step.at);
    const Reply reply = Do(step.who, step.rpc, step.request, step.told == "OK");
    const std::string told = reply.status.ok() ? "OK" : app::ReasonOf(reply.status);
    if (told == (step.told.empty() ? "OK" : step.told)) continue;
    const std::string what = absl::StrCat(
        absl::FormatTime(step.at), " ", step.who, " ", step.rpc, " ", step.request, "\n  wanted ",
        step.told.empty() ? "OK" : step.told, "; ", app::ShowError(reply.status));
    if (step.rule.empty()) Fail("a script", what);
    wrong.push_back({step.rule, what});
  }
  steps_.clear();
  set_now(kMoment);
  return wrong;
}

void Town::Send(const std::string& who, const std::string& rpc, const std::string& text,
                bool validate_only, std::function<void(Reply)> done) {
  const MethodDescriptor& method = *Commands().at(rpc);
  const auto request = Make(*method.input_type());
  const std::string expanded = Expand(text);
  if (!google::protobuf::TextFormat::ParseFromString(expanded, request.get())) Fail(rpc, expanded);
  char id[40];
  std::snprintf(id, sizeof id, "00000000-0000-4000-8000-%012lld",
                static_cast<long long>(++requests_));
  const auto& fields = *request->GetDescriptor();
  const auto& reflection = *request->GetReflection();
  reflection.SetString(request.get(), fields.FindFieldByName("request_id"), id);
  reflection.SetBool(request.get(), fields.FindFieldByName("validate_only"), validate_only);
  client_->Start(
      absl::StrCat("/", method.service()->full_name(), "/", rpc), request->SerializeAsString(),
      As(who), absl::Now() + kPatience,
      [&method, done = std::move(done)](const grpc::Status& status, const std::string& bytes) {
        Reply reply{status};
        const auto response = Make(*method.output_type());
        if (status.ok() && response->ParseFromString(bytes)) {
          reply.position = response->GetReflection()->GetUInt64(
              *response, response->GetDescriptor()->FindFieldByName("position"));
        }
        done(std::move(reply));
      });
}

Reply Town::Do(const std::string& who, const std::string& rpc, const std::string& request,
               bool validate_only) {
  Reply reply;
  absl::Notification done;
  Send(who, rpc, request, validate_only, [&](Reply answered) {
    reply = std::move(answered);
    done.Notify();
  });
  done.WaitForNotification();
  if (reply.status.ok() && !validate_only) carried_out_.insert(rpc);
  return reply;
}

std::string Town::Expand(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char mark = text[i];
    const char close = mark == '<' ? '>' : '@';
    const std::size_t end = text.find(close, i + 1);
    if (mark == '~') {
      out += "communities/c1/";
    } else if (mark == '@' && (text.substr(i + 1, 1) == "+" || text.substr(i + 1, 1) == "-")) {
      const absl::Time time = kMoment + Offset(text.substr(i + 1, end - i - 1));
      absl::StrAppend(&out, "{ seconds: ", absl::ToUnixSeconds(time), " }");
      i = end;
    } else if (mark == '<') {
      out += Find(text.substr(i + 1, end - i - 1));
      i = end;
    } else {
      out.push_back(mark);
    }
  }
  return out;
}

std::string Town::Find(std::string_view what) {
  const std::string key(what);
  if (!known_as_.contains(key)) CatchUp();
  const auto found = known_as_.find(key);
  if (found == known_as_.end()) Fail(what, "is not in the log");
  return found->second;
}

// Reads what was recorded since, as any auditor of the log.
void Town::CatchUp() {
  const auto stub = log::v1::EventLogService::NewStub(app::OpenChannel(server_->address()));
  while (known_ < head()) {
    grpc::ClientContext context;
    context.AddMetadata("sanzhang-service", "auditor");
    log::v1::ReadLogRequest request;
    request.set_from_position(known_ + 1);
    request.set_page_size(1000);
    log::v1::ReadLogResponse page;
    const grpc::Status status = stub->ReadLog(&context, request, &page);
    if (!status.ok()) Fail("ReadLog", app::ShowError(status));
    for (const std::string& bytes : page.records()) {
      log::v1::Record record;
      if (!record.ParseFromString(bytes)) Fail("ReadLog", "an unreadable record");
      Learn(record);
    }
    known_ = page.next_position() - 1;
  }
}

void Town::Learn(const log::v1::Record& record) {
  const std::vector<std::string> parts = absl::StrSplit(record.stream(), '/');
  if (parts.size() < 4) return;
  const std::string& id = parts[3];
  resolution::v1::VoterEnrolled enrolled;
  resolution::v1::ProvisionalTallyComputed counted;
  complaint::v1::ComplaintFiled filed;
  notice::v1::NoticePublished notice;
  if (record.type() == enrolled.GetTypeName() && enrolled.ParseFromString(record.payload())) {
    for (const std::string& person : enrolled.entry().persons()) {
      known_as_[absl::StrCat("voter ", id, " ", std::string(wire::IdOf(person)))] = record.stream();
    }
  } else if (record.type() == counted.GetTypeName() && counted.ParseFromString(record.payload())) {
    known_as_[absl::StrCat("count ", id)] = counted.result().hashes().input();
  } else if (record.type() == rating::v1::RatingSubmitted::descriptor()->full_name()) {
    known_as_.try_emplace(absl::StrCat("rating ", id), record.stream());
  } else if (record.type() == filed.GetTypeName() && filed.ParseFromString(record.payload())) {
    known_as_[absl::StrCat("due ", id)] = Stamp(filed.intake_due());
  } else if (record.type() == registry::v1::PersonRegistered::descriptor()->full_name()) {
    known_as_[absl::StrCat("registration ", id)] = absl::BytesToHexString(record.event_id());
  } else if (record.type() == notice.GetTypeName() && notice.ParseFromString(record.payload())) {
    known_as_[absl::StrCat("until ", id)] = Stamp(notice.duty().min_until());
  }
}

}  // namespace sanzhang::town
