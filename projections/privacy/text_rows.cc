#include "projections/privacy/text_rows.h"

#include <memory>

#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "projections/engine/words.h"
#include "proto/wire/names.h"
#include "proto/wire/personal_texts.h"

namespace sanzhang::projections {
namespace {

constexpr std::string_view kSchema = R"(
CREATE TABLE kept_text (
  person TEXT NOT NULL, position INTEGER NOT NULL, field TEXT NOT NULL, fact TEXT NOT NULL,
  at_us INTEGER NOT NULL, passage BLOB NOT NULL, PRIMARY KEY (person, position, field))
  STRICT, WITHOUT ROWID;
)";

}  // namespace

std::string_view TextRows::schema() const {
  return table_ == Table::kMakes ? kSchema : std::string_view();
}

absl::Status TextRows::Apply(const Envelope& envelope, Rows& rows) const {
  const log::v1::Record& record = envelope.record;
  const auto* type =
      google::protobuf::DescriptorPool::generated_pool()->FindMessageTypeByName(record.type());
  if (type == nullptr) {
    return absl::DataLossError(
        absl::StrCat("unknown fact ", record.type(), " at ", envelope.position()));
  }
  if (!wire::HoldsTexts(*type)) return absl::OkStatus();
  const std::unique_ptr<google::protobuf::Message> fact(
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(type)->New());
  if (!fact->ParseFromString(record.payload())) {
    return absl::DataLossError(absl::StrCat("an unreadable fact at ", envelope.position()));
  }
  absl::Status status;
  wire::VisitTexts(*fact, [&](const std::string& field, const type::v1::PersonalText& text) {
    if (!status.ok() || wire::CollectionOf(text.subject()) != "persons") return;
    const std::string passage = PassageOf(record, field, text);
    status = rows.Run("INSERT INTO kept_text VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                      {text.subject(), static_cast<std::int64_t>(record.position()), field,
                       record.type(), TimeValue(envelope.at()), Blob{passage}});
  });
  return status;
}

}  // namespace sanzhang::projections
