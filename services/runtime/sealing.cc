#include "services/runtime/sealing.h"

#include <sodium.h>

#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"
#include "proto/wire/per_type.h"

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

struct Walk {
  Standpoint where;
  std::string_view subject;
  const Sealer& sealer;

  absl::Status Message(pb::Message& message, const std::string& path) {
    const pb::Descriptor* type = message.GetDescriptor();
    if (type == type::v1::PersonalText::descriptor()) {
      auto& text = static_cast<type::v1::PersonalText&>(message);
      if (text.subject().empty()) text.set_subject(std::string(subject));
      where.field = path;
      return sealer.Seal(where, text);
    }
    if (type == type::v1::SealedBox::descriptor()) {
      return SealBox(static_cast<type::v1::SealedBox&>(message));
    }
    for (const pb::FieldDescriptor* field : WaysOf(*type)) {
      if (absl::Status sealed = Field(message, *field, path); !sealed.ok()) return sealed;
    }
    return absl::OkStatus();
  }

  absl::Status Field(pb::Message& message, const pb::FieldDescriptor& field,
                     const std::string& path) {
    const pb::Reflection& reflection = *message.GetReflection();
    const std::string inner = path.empty() ? field.name() : absl::StrCat(path, ".", field.name());
    if (!field.is_repeated()) {
      if (!reflection.HasField(message, &field)) return absl::OkStatus();
      return Message(*reflection.MutableMessage(&message, &field), inner);
    }
    for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
      absl::Status sealed = Message(*reflection.MutableRepeatedMessage(&message, &field, i),
                                    absl::StrCat(inner, "[", i, "]"));
      if (!sealed.ok()) return sealed;
    }
    return absl::OkStatus();
  }
};

class PlainSealer : public Sealer {
 public:
  absl::Status Seal(const Standpoint&, type::v1::PersonalText&) const override {
    return absl::OkStatus();
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
  return Walk{where, subject, sealer}.Message(fact, "");
}

}  // namespace sanzhang::runtime
