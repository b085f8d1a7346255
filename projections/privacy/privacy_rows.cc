#include "projections/privacy/privacy_rows.h"

#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"
#include "projections/engine/cells.h"
#include "proto/wire/names.h"
#include "sanzhang/privacy/v1/events.pb.h"
#include "sanzhang/views/v1/privacy_view.pb.h"

namespace sanzhang::projections {
namespace {

namespace v1 = privacy::v1;
using Event = v1::SubjectRightsEvent;

constexpr std::string_view kSchema = R"(
CREATE TABLE subject_request (
  name TEXT PRIMARY KEY, community TEXT NOT NULL, revision INTEGER NOT NULL,
  position INTEGER NOT NULL, kind INTEGER NOT NULL, subject TEXT NOT NULL, asker TEXT NOT NULL,
  asked_as INTEGER NOT NULL, state INTEGER NOT NULL, received_us INTEGER NOT NULL,
  due_us INTEGER NOT NULL, breached INTEGER NOT NULL, ended_us INTEGER, answer TEXT NOT NULL,
  files BLOB NOT NULL, reason INTEGER NOT NULL, law_ref TEXT NOT NULL, explanation TEXT NOT NULL,
  remedy TEXT NOT NULL, proposed INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX subject_request_by_due ON subject_request (community, due_us);
CREATE INDEX subject_request_by_asker ON subject_request (asker, received_us);
CREATE INDEX subject_request_by_subject ON subject_request (subject, received_us);
CREATE TABLE data_subject (
  person TEXT PRIMARY KEY, restricted_us INTEGER, erased_us INTEGER) STRICT, WITHOUT ROWID;
CREATE TABLE consent (
  person TEXT NOT NULL, purpose TEXT NOT NULL, separate INTEGER NOT NULL, given_us INTEGER NOT NULL,
  withdrawn_us INTEGER, PRIMARY KEY (person, purpose)) STRICT, WITHOUT ROWID;
CREATE TABLE legal_hold (
  person TEXT NOT NULL, hold TEXT NOT NULL, law_ref TEXT NOT NULL, placed_us INTEGER NOT NULL,
  until_us INTEGER, lifted_us INTEGER, PRIMARY KEY (person, hold)) STRICT, WITHOUT ROWID;
)";

// One fact's change to the rows of its stream.
class Change {
 public:
  Change(const Envelope& envelope, Rows& rows)
      : record_(envelope.record), at_(TimeValue(envelope.at())), rows_(rows) {}

  absl::Status Receive(const v1::SubjectRequestReceived& e) {
    return rows_.Run(
        "INSERT INTO subject_request VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, 0, "
        "NULL, '', x'', 0, '', '', '', 0)",
        {name(), wire::CommunityOf(name()), Int(record_.revision()), Int(record_.position()),
         Int(e.kind()), e.subject(), e.asker(), Int(e.asked_as()),
         Int(views::v1::SUBJECT_REQUEST_STATE_RECEIVED), at_,
         TimeValue(wire::ToTime(e.answer_due()))});
  }
  absl::Status Move(views::v1::SubjectRequestState state) { return Set("state = ?4", Int(state)); }
  absl::Status Fulfil(const v1::SubjectRequestFulfilled& e) {
    v1::SubjectRequestFulfilled files;
    *files.mutable_files() = e.files();
    const std::string bytes = files.SerializeAsString();
    return rows_.Run(
        "UPDATE subject_request SET revision = ?2, position = ?3, state = ?4, ended_us = ?5, "
        "answer = ?6, files = ?7, breached = breached OR ?8 WHERE name = ?1",
        {name(), Int(record_.revision()), Int(record_.position()),
         Int(views::v1::SUBJECT_REQUEST_STATE_FULFILLED), at_, e.answer(), Blob{bytes},
         Int(e.late())});
  }
  absl::Status Refuse(const v1::SubjectRequestRefused& e) {
    return rows_.Run(
        "UPDATE subject_request SET revision = ?2, position = ?3, state = ?4, ended_us = ?5, "
        "reason = ?6, law_ref = ?7, explanation = ?8, remedy = ?9, breached = breached OR ?10 "
        "WHERE name = ?1",
        {name(), Int(record_.revision()), Int(record_.position()),
         Int(views::v1::SUBJECT_REQUEST_STATE_REFUSED), at_, Int(e.reason()), e.law_ref(),
         e.explanation(), e.remedy(), Int(e.late())});
  }
  absl::Status Withdraw() {
    return rows_.Run(
        "UPDATE subject_request SET revision = ?2, position = ?3, state = ?4, ended_us = ?5 "
        "WHERE name = ?1",
        {name(), Int(record_.revision()), Int(record_.position()),
         Int(views::v1::SUBJECT_REQUEST_STATE_WITHDRAWN), at_});
  }
  absl::Status Breach() { return Set("breached = ?4", Int(1)); }
  absl::Status Propose() { return Set("proposed = ?4", Int(1)); }
  absl::Status Touch() { return Set("proposed = proposed OR ?4", Int(0)); }

  absl::Status Restrict(bool restricted) {
    return rows_.Run(
        "INSERT INTO data_subject VALUES (?1, ?2, NULL) "
        "ON CONFLICT (person) DO UPDATE SET restricted_us = ?2",
        {person(), restricted ? at_ : Value(Null{})});
  }
  absl::Status Erase() {
    return rows_.Run(
        "INSERT INTO data_subject VALUES (?1, NULL, ?2) "
        "ON CONFLICT (person) DO UPDATE SET restricted_us = NULL, erased_us = ?2",
        {person(), at_});
  }
  absl::Status Consent(const v1::ConsentGiven& e) {
    return rows_.Run("INSERT OR REPLACE INTO consent VALUES (?1, ?2, ?3, ?4, NULL)",
                     {person(), e.purpose(), Int(e.separate()), at_});
  }
  absl::Status EndConsent(const v1::ConsentWithdrawn& e) {
    return rows_.Run("UPDATE consent SET withdrawn_us = ?3 WHERE person = ?1 AND purpose = ?2",
                     {person(), e.purpose(), at_});
  }
  absl::Status Hold(const v1::LegalHoldPlaced& e) {
    return rows_.Run("INSERT INTO legal_hold VALUES (?1, ?2, ?3, ?4, ?5, NULL)",
                     {person(), e.hold(), e.law_ref(), at_, StampValue(e.until(), e.has_until())});
  }
  absl::Status EndHold(const v1::LegalHoldLifted& e) {
    return rows_.Run("UPDATE legal_hold SET lifted_us = ?3 WHERE person = ?1 AND hold = ?2",
                     {person(), e.hold(), at_});
  }

 private:
  template <class Number>
  static std::int64_t Int(Number number) {
    return static_cast<std::int64_t>(number);
  }
  std::string_view name() const { return record_.stream(); }
  std::string person() const {
    return wire::Child(wire::CommunityOf(name()), "persons", wire::IdOf(name()));
  }
  absl::Status Set(std::string_view what, std::int64_t value) {
    return rows_.Run(absl::StrCat("UPDATE subject_request SET revision = ?2, position = ?3, ",
                                  std::string(what), " WHERE name = ?1"),
                     {name(), Int(record_.revision()), Int(record_.position()), value});
  }

  const log::v1::Record& record_;
  const Value at_;
  Rows& rows_;
};

absl::Status ApplyRights(const Envelope& envelope, const Event& event, Rows& rows) {
  Change change(envelope, rows);
  switch (event.kind_case()) {  // No default: a new event must be answered here.
    case Event::kReceived:
      return change.Receive(event.received());
    case Event::kVerified:
      return change.Move(views::v1::SUBJECT_REQUEST_STATE_VERIFIED);
    case Event::kFulfilled:
      return change.Fulfil(event.fulfilled());
    case Event::kRefused:
      return change.Refuse(event.refused());
    case Event::kWithdrawn:
      return change.Withdraw();
    case Event::kDeadlineBreached:
      return change.Breach();
    case Event::kErasureProposed:
      return change.Propose();
    case Event::kCorrected:
    case Event::kErasureApproved:
      return change.Touch();
    case Event::kKeyDestroyed:
      return change.Erase();
    case Event::kRestricted:
      return change.Restrict(true);
    case Event::kRestrictionLifted:
      return change.Restrict(false);
    case Event::kConsentGiven:
      return change.Consent(event.consent_given());
    case Event::kConsentWithdrawn:
      return change.EndConsent(event.consent_withdrawn());
    case Event::kLegalHoldPlaced:
      return change.Hold(event.legal_hold_placed());
    case Event::kLegalHoldLifted:
      return change.EndHold(event.legal_hold_lifted());
    case Event::KIND_NOT_SET:
      break;
  }
  return absl::DataLossError(absl::StrCat("no fact at ", envelope.position()));
}

}  // namespace

std::string_view PrivacyRows::schema() const { return kSchema; }

absl::Status PrivacyRows::Apply(const Envelope& envelope, Rows& rows) const {
  const std::string_view collection = wire::CollectionOf(envelope.record.stream());
  if (collection != "subjectRequests" && collection != "dataSubjects") {
    // Breaches, exports and who looked are kept elsewhere, or not at all; one that this program
    // does not know may be more.
    const auto* pool = google::protobuf::DescriptorPool::generated_pool();
    if (pool->FindMessageTypeByName(envelope.record.type()) != nullptr) return absl::OkStatus();
    return absl::DataLossError(
        absl::StrCat("unknown fact ", envelope.record.type(), " at ", envelope.position()));
  }
  Event event;
  if (absl::Status read = envelope.Read(event); !read.ok()) return read;
  return ApplyRights(envelope, event, rows);
}

}  // namespace sanzhang::projections
