#include "services/runtime/sealing.h"

#include <sodium.h>

#include <functional>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"
#include "proto/wire/per_type.h"
#include "proto/wire/personal_texts.h"

namespace sanzhang::runtime {
namespace {

namespace pb = google::protobuf;
using Fields = std::vector<const pb::FieldDescriptor*>;

// What a box is padded to, so that the length of what is in it tells nothing.
constexpr std::size_t kPaddingBytes = 256;

// Whether something to be sealed can be reached; `seen` keeps types that hold themselves from
// being endless.
bool Leads(const pb::Descriptor* type, absl::flat_hash_set<const pb::Descriptor*>& seen) {
  if (type == type::v1::PersonalText::descriptor()) return true;
  if (type == type::v1::SealedBox::descriptor()) return true;
  if (!seen.insert(type).second) return false;
  for (int i = 0; i < type->field_count(); ++i) {
    const pb::Descriptor* inner = type->field(i)->message_type();
    if (inner != nullptr && Leads(inner, seen)) return true;
  }
  return false;
}

// Which fields of a message lead to something to be sealed.
Fields FindWays(const pb::Descriptor& type) {
  Fields fields;
  for (int i = 0; i < type.field_count(); ++i) {
    const pb::Descriptor* inner = type.field(i)->message_type();
    absl::flat_hash_set<const pb::Descriptor*> seen;
    if (inner != nullptr && Leads(inner, seen)) fields.push_back(type.field(i));
  }
  return fields;
}

const Fields& WaysOf(const pb::Descriptor& type) {
  static auto* const ways = new wire::PerType<Fields>(FindWays);
  return ways->Of(type);
}

// What is done with each personal text and each box; null: such things are passed over.
struct Visit {
  std::function<absl::Status(type::v1::PersonalText&, const std::string& path)> text;
  std::function<absl::Status(type::v1::SealedBox&)> box;
};

absl::Status Walk(pb::Message& message, const std::string& path, const Visit& visit);

absl::Status WalkField(pb::Message& message, const pb::FieldDescriptor& field,
                       const std::string& path, const Visit& visit) {
  const pb::Reflection& reflection = *message.GetReflection();
  const std::string inner = path.empty() ? field.name() : absl::StrCat(path, ".", field.name());
  if (!field.is_repeated()) {
    if (!reflection.HasField(message, &field)) return absl::OkStatus();
    return Walk(*reflection.MutableMessage(&message, &field), inner, visit);
  }
  for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
    absl::Status walked = Walk(*reflection.MutableRepeatedMessage(&message, &field, i),
                               absl::StrCat(inner, "[", i, "]"), visit);
    if (!walked.ok()) return walked;
  }
  return absl::OkStatus();
}

absl::Status Walk(pb::Message& message, const std::string& path, const Visit& visit) {
  const pb::Descriptor* type = message.GetDescriptor();
  if (type == type::v1::PersonalText::descriptor()) {
    return visit.text(static_cast<type::v1::PersonalText&>(message), path);
  }
  if (type == type::v1::SealedBox::descriptor()) {
    if (visit.box == nullptr) return absl::OkStatus();
    return visit.box(static_cast<type::v1::SealedBox&>(message));
  }
  for (const pb::FieldDescriptor* field : WaysOf(*type)) {
    absl::Status walked = WalkField(message, *field, path, visit);
    if (!walked.ok()) return walked;
  }
  return absl::OkStatus();
}

class PlainSealer : public Sealer {
 public:
  absl::Status Seal(const Standpoint&, type::v1::PersonalText&) const override {
    return absl::OkStatus();
  }
  std::string TagOf(std::string_view words) const override {
    std::string tag = "in clear";
    unsigned char digest[16];
    crypto_generichash(digest, sizeof digest, reinterpret_cast<const unsigned char*>(words.data()),
                       words.size(), nullptr, 0);
    return tag.append(reinterpret_cast<const char*>(digest), sizeof digest);
  }
};

}  // namespace

absl::Status SealBox(type::v1::SealedBox& box) {
  std::string padded = std::move(*box.mutable_open());
  box.clear_open();
  const std::size_t size = padded.size();
  padded.resize((size / kPaddingBytes + 1) * kPaddingBytes);
  std::size_t padded_size = 0;
  auto* plain = reinterpret_cast<unsigned char*>(padded.data());
  if (sodium_init() < 0 || box.sealed_to().size() != crypto_box_PUBLICKEYBYTES ||
      sodium_pad(&padded_size, plain, size, kPaddingBytes, padded.size()) != 0) {
    return absl::InternalError("a box that can't be sealed");
  }
  std::string& sealed = *box.mutable_sealed();
  sealed.resize(padded_size + crypto_box_SEALBYTES);
  const int done =
      crypto_box_seal(reinterpret_cast<unsigned char*>(sealed.data()), plain, padded_size,
                      reinterpret_cast<const unsigned char*>(box.sealed_to().data()));
  sodium_memzero(padded.data(), padded.size());
  return done == 0 ? absl::OkStatus() : absl::InternalError("a box that can't be sealed");
}

std::unique_ptr<Sealer> MakePlainSealer() { return std::make_unique<PlainSealer>(); }

absl::Status SealFact(Standpoint where, std::string_view subject, const Sealer& sealer,
                      pb::Message& fact) {
  return Walk(fact, "",
              {.text =
                   [&](type::v1::PersonalText& text, const std::string& path) {
                     if (text.subject().empty()) text.set_subject(std::string(subject));
                     where.field = path;
                     return sealer.Seal(where, text);
                   },
               .box = SealBox});
}

std::string TakeWords(pb::Message& message) {
  std::string words;
  const auto take = [&words](type::v1::PersonalText& text, const std::string&) {
    absl::StrAppend(&words, text.content().size(), ":", text.content());
    text.clear_content();
    return absl::OkStatus();
  };
  Walk(message, "", {.text = take, .box = nullptr}).IgnoreError();  // Taking never fails.
  return words;
}

std::vector<std::string> SealedIn(const pb::Message& message) {
  std::vector<std::string> paths;
  wire::VisitTexts(message, [&paths](const std::string& path, const type::v1::PersonalText& text) {
    if (text.has_sealed()) paths.push_back(path);
  });
  return paths;
}

}  // namespace sanzhang::runtime
