#include "projections/engine/words.h"

#include <algorithm>
#include <chrono>
#include <map>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/escaping.h"
#include "google/protobuf/descriptor.h"
#include "grpcpp/client_context.h"
#include "projections/engine/limits.h"
#include "proto/wire/per_type.h"
#include "proto/wire/refusal.h"
#include "sanzhang/opening/v1/opening_service.grpc.pb.h"

namespace sanzhang::projections {
namespace {

namespace pb = google::protobuf;
using opening::v1::OpenTextsRequest;
using opening::v1::OpenTextsResponse;
using views::v1::Words;

constexpr std::string_view kBlackSquare = "■";
// Of one request: what OpenTexts takes, and far below what gRPC takes.
constexpr int kPassagesMax = 1000;
constexpr std::size_t kPassageBytesMax = 1 << 20;

// Where each code point begins, and the end.
std::vector<std::size_t> CodePoints(std::string_view text) {
  std::vector<std::size_t> starts;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80) starts.push_back(i);
  }
  starts.push_back(text.size());
  return starts;
}

using Fields = std::vector<const pb::FieldDescriptor*>;

// Whether words can be reached; `seen` keeps types that hold themselves from being endless.
bool Leads(const pb::Descriptor* type, absl::flat_hash_set<const pb::Descriptor*>& seen) {
  if (type == Words::descriptor()) return true;
  if (!seen.insert(type).second) return false;
  for (int i = 0; i < type->field_count(); ++i) {
    const pb::Descriptor* inner = type->field(i)->message_type();
    if (inner != nullptr && Leads(inner, seen)) return true;
  }
  return false;
}

Fields FindWays(const pb::Descriptor& type) {
  Fields fields;
  for (int i = 0; i < type.field_count(); ++i) {
    const pb::Descriptor* inner = type.field(i)->message_type();
    absl::flat_hash_set<const pb::Descriptor*> seen;
    if (inner != nullptr && Leads(inner, seen)) fields.push_back(type.field(i));
  }
  return fields;
}

// Finds the words of an answer that are sealed.
void Collect(pb::Message& message, std::vector<Words*>& sealed) {
  static auto* const ways = new wire::PerType<Fields>(FindWays);
  if (message.GetDescriptor() == Words::descriptor()) {
    auto& words = static_cast<Words&>(message);
    if (words.has_sealed()) sealed.push_back(&words);
    return;
  }
  const pb::Reflection& reflection = *message.GetReflection();
  for (const pb::FieldDescriptor* field : ways->Of(*message.GetDescriptor())) {
    if (field->is_repeated()) {
      for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
        Collect(*reflection.MutableRepeatedMessage(&message, field, i), sealed);
      }
    } else if (reflection.HasField(message, field)) {
      Collect(*reflection.MutableMessage(&message, field), sealed);
    }
  }
}

// Full name of the RPC that takes this request. A request and its RPC stand in the same file.
std::string MethodOf(const pb::Descriptor& request) {
  const pb::FileDescriptor& file = *request.file();
  for (int i = 0; i < file.service_count(); ++i) {
    for (int j = 0; j < file.service(i)->method_count(); ++j) {
      const pb::MethodDescriptor& rpc = *file.service(i)->method(j);
      if (rpc.input_type() == &request) return rpc.full_name();
    }
  }
  return request.full_name();
}

absl::Status Unavailable() {
  return wire::RefuseForNow(type::v1::ERROR_REASON_KEYRING_UNAVAILABLE, kRetryDelay);
}

// The opening of one answer, as many requests as it takes, one after the other.
class Opening : public std::enable_shared_from_this<Opening> {
 public:
  Opening(WordsOpener* opener, OpenTextsRequest frame, absl::Time deadline, pb::Message& answer,
          std::function<void(absl::Status)> done)
      : opener_(opener),
        frame_(std::move(frame)),
        deadline_(deadline),
        answer_(answer),
        done_(std::move(done)) {
    Collect(answer_, sealed_);
  }

  void Next() {
    if (next_ == sealed_.size()) return done_(absl::OkStatus());
    if (opener_ == nullptr) return Fail(Unavailable());
    OpenTextsRequest request = frame_;
    const std::size_t from = next_;
    std::size_t bytes = 0;
    while (next_ < sealed_.size() && request.passages_size() < kPassagesMax &&
           bytes < kPassageBytesMax) {
      auto& passage = *request.add_passages();
      passage.Swap(sealed_[next_++]->mutable_sealed()->mutable_passage());
      bytes += passage.ByteSizeLong();
    }
    opener_->Open(std::move(request), deadline_,
                  [self = shared_from_this(), from](absl::StatusOr<OpenTextsResponse> opened) {
                    self->Opened(from, std::move(opened));
                  });
  }

 private:
  void Opened(std::size_t from, absl::StatusOr<OpenTextsResponse> opened) {
    if (!opened.ok()) return Fail(opened.status());
    if (opened->words_size() != static_cast<int>(next_ - from)) return Fail(Unavailable());
    for (std::size_t i = from; i < next_; ++i) {
      Words& words = *sealed_[i];
      const Words& open = opened->words(static_cast<int>(i - from));
      words.set_state(open.state());
      if (open.state() == views::v1::WORDS_STATE_SHOWN) {
        words.set_text(TextShown(words.sealed(), open.text()));
      }
      words.clear_sealed();
    }
    Next();
  }

  void Fail(absl::Status why) {
    answer_.Clear();
    done_(std::move(why));
  }

  WordsOpener* const opener_;
  const OpenTextsRequest frame_;
  const absl::Time deadline_;
  pb::Message& answer_;
  const std::function<void(absl::Status)> done_;
  std::vector<Words*> sealed_;  // In `answer_`, which nobody changes meanwhile.
  std::size_t next_ = 0;
};

class GrpcOpener final : public WordsOpener {
 public:
  GrpcOpener(std::shared_ptr<grpc::Channel> channel,
             std::vector<std::pair<std::string, std::string>> metadata)
      : stub_(opening::v1::OpeningService::NewStub(channel)), metadata_(std::move(metadata)) {}

  void Open(OpenTextsRequest request, absl::Time deadline, Done done) override {
    struct Call {
      grpc::ClientContext context;
      OpenTextsRequest request;
      OpenTextsResponse response;
      Done done;
    };
    auto call = std::make_shared<Call>();
    call->request = std::move(request);
    call->done = std::move(done);
    for (const auto& [key, value] : metadata_) call->context.AddMetadata(key, value);
    call->context.set_deadline(absl::ToChronoTime(deadline));
    stub_->async()->OpenTexts(&call->context, &call->request, &call->response,
                              [call](const grpc::Status& status) {
                                // Whatever it is that the command side lacks, words can't be opened
                                // now.
                                if (!status.ok()) return call->done(Unavailable());
                                call->done(std::move(call->response));
                              });
  }

 private:
  const std::unique_ptr<opening::v1::OpeningService::Stub> stub_;
  const std::vector<std::pair<std::string, std::string>> metadata_;
};

}  // namespace

std::string PassageOf(const log::v1::Record& record, std::string_view field,
                      const type::v1::PersonalText& text) {
  if (!text.has_sealed() && text.content().empty()) return {};
  type::v1::SealedPassage passage;
  *passage.mutable_text() = text;
  passage.set_stream(record.stream());
  passage.set_event_id(absl::BytesToHexString(record.event_id()));
  passage.set_fact_type(record.type());
  passage.set_field(std::string(field));
  return passage.SerializeAsString();
}

Words WordsOf(std::string_view passage) {
  Words words;
  if (passage.empty()) return words;
  const bool read = words.mutable_sealed()->mutable_passage()->ParseFromArray(
      passage.data(), static_cast<int>(passage.size()));
  if (!read) {
    words.clear_sealed();
    words.set_state(views::v1::WORDS_STATE_UNREADABLE);
  }
  return words;
}

Words Withheld(std::string_view passage) {
  Words words;
  if (!passage.empty()) words.set_state(views::v1::WORDS_STATE_WITHHELD);
  return words;
}

Words MaskedWordsOf(std::string_view passage) {
  Words words = WordsOf(passage);
  if (words.has_sealed()) words.mutable_sealed()->set_masked(true);
  return words;
}

Words OpenWordsOf(std::string text) {
  Words words;
  if (text.empty()) return words;
  words.set_text(std::move(text));
  words.set_state(views::v1::WORDS_STATE_SHOWN);
  return words;
}

std::string TextShown(const views::v1::SealedWords& how, std::string_view text) {
  const std::vector<std::size_t> starts = CodePoints(text);
  const std::size_t length = starts.size() - 1;
  std::vector<bool> black(length, false);
  for (const auto& span : how.hidden()) {
    const auto last = static_cast<std::int64_t>(length);
    const std::int64_t end =
        std::min<std::int64_t>(last, std::int64_t{span.start()} + span.length());
    for (std::int64_t i = std::max(0, span.start()); i < end; ++i) {
      black[static_cast<std::size_t>(i)] = true;
    }
  }
  const bool whole =
      how.code_points_max() <= 0 || length <= static_cast<std::size_t>(how.code_points_max());
  const std::size_t shown_length = whole ? length : static_cast<std::size_t>(how.code_points_max());
  std::string shown;
  for (std::size_t i = 0; i < shown_length; ++i) {
    if (how.masked() && i > 0) {
      shown.push_back('*');
    } else if (black[i]) {
      shown.append(kBlackSquare);
    } else {
      shown.append(text.substr(starts[i], starts[i + 1] - starts[i]));
    }
  }
  if (!whole) shown.append("…");
  return shown;
}

std::unique_ptr<WordsOpener> MakeWordsOpener(
    std::shared_ptr<grpc::Channel> channel,
    std::vector<std::pair<std::string, std::string>> metadata) {
  return std::make_unique<GrpcOpener>(std::move(channel), std::move(metadata));
}

void OpenWords(WordsOpener* opener, const Looker& looker, const pb::Message& request,
               absl::Time deadline, pb::Message& answer, std::function<void(absl::Status)> done) {
  OpenTextsRequest frame;
  frame.set_viewer((looker.caller.kind == log::v1::Actor::KIND_PERSON ? "persons/" : "services/") +
                   looker.caller.id);
  frame.set_capacity(looker.capacity);
  frame.set_method(MethodOf(*request.GetDescriptor()));
  std::make_shared<Opening>(opener, std::move(frame), deadline, answer, std::move(done))->Next();
}

}  // namespace sanzhang::projections
