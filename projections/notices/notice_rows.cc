#include "projections/notices/notice_rows.h"

#include <initializer_list>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "projections/engine/cells.h"
#include "projections/engine/words.h"
#include "sanzhang/notice/v1/events.pb.h"
#include "sanzhang/views/v1/notice_view.pb.h"

namespace sanzhang::projections {
namespace {

namespace v1 = notice::v1;

constexpr std::string_view kSchema = R"(
CREATE TABLE notice (
  name TEXT PRIMARY KEY,
  community TEXT NOT NULL,
  kind INTEGER NOT NULL,  -- policy.v1.PublicationKind
  about TEXT NOT NULL,
  property_area TEXT NOT NULL, grid TEXT NOT NULL, building TEXT NOT NULL, entrance TEXT NOT NULL,
  audience INTEGER NOT NULL,  -- policy.v1.Audience
  publisher TEXT NOT NULL,
  fact_us INTEGER,            -- When what it tells of happened.
  publish_due_us INTEGER,     -- By when it had to be published first.
  first_published_us INTEGER NOT NULL,
  -- The version that counts now.
  version INTEGER NOT NULL, state INTEGER NOT NULL, masked INTEGER NOT NULL,
  title TEXT NOT NULL, body TEXT NOT NULL,
  attachments BLOB NOT NULL,  -- notice.v1.Content with nothing else in it.
  sha256 BLOB NOT NULL,
  rule TEXT NOT NULL, law_ref TEXT NOT NULL, days_min INTEGER NOT NULL,
  published_us INTEGER NOT NULL, min_until_us INTEGER NOT NULL,
  objections_until_us INTEGER NOT NULL, earliest_event_us INTEGER,
  elapsed_us INTEGER,         -- When its end was noted.
  taken_down_us INTEGER, taken_down_reason TEXT NOT NULL DEFAULT '',
  -- Over all versions; open: not answered.
  objections INTEGER NOT NULL DEFAULT 0, objections_open INTEGER NOT NULL DEFAULT 0,
  inquiries INTEGER NOT NULL DEFAULT 0, inquiries_open INTEGER NOT NULL DEFAULT 0,
  -- The last event.
  revision INTEGER NOT NULL, position INTEGER NOT NULL, event_id BLOB NOT NULL
) STRICT;
CREATE INDEX notice_by_publication ON notice (community, published_us);
CREATE INDEX notice_about ON notice (about, kind);
CREATE TABLE notice_version (
  notice TEXT NOT NULL, version INTEGER NOT NULL,
  cause INTEGER NOT NULL,     -- views.v1.NoticeVersionCause
  reason TEXT NOT NULL,       -- Of a correction.
  masked INTEGER NOT NULL, sha256 BLOB NOT NULL,
  rule TEXT NOT NULL, law_ref TEXT NOT NULL, days_min INTEGER NOT NULL,
  published_us INTEGER NOT NULL, min_until_us INTEGER NOT NULL,
  objections_until_us INTEGER NOT NULL,
  elapsed_us INTEGER,
  until_us INTEGER,           -- When it was replaced or taken down; NULL: it is up.
  taken_down INTEGER NOT NULL DEFAULT 0, early INTEGER NOT NULL DEFAULT 0,
  taken_down_reason TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (notice, version)) STRICT, WITHOUT ROWID;
CREATE TABLE notice_objection (
  notice TEXT NOT NULL, number INTEGER NOT NULL, version INTEGER NOT NULL,
  person TEXT NOT NULL, words BLOB,
  made_us INTEGER NOT NULL, answer_due_us INTEGER,
  answered_us INTEGER, upheld INTEGER NOT NULL DEFAULT 0, answer TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (notice, number)) STRICT, WITHOUT ROWID;
CREATE TABLE inquiry (
  notice TEXT NOT NULL, number INTEGER NOT NULL, version INTEGER NOT NULL,
  person TEXT NOT NULL, words BLOB,
  made_us INTEGER NOT NULL, answer_due_us INTEGER,
  answered_us INTEGER, answer TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (notice, number)) STRICT, WITHOUT ROWID;
)";

// Changes the notice's row, whose last event this is from now on. `assignments` number their
// parameters from ?5 on.
absl::Status Change(const Envelope& envelope, Rows& rows, std::string_view assignments,
                    std::initializer_list<Value> values) {
  const log::v1::Record& record = envelope.record;
  std::vector<Value> all = {record.stream(), static_cast<std::int64_t>(record.revision()),
                            static_cast<std::int64_t>(record.position()), Blob{record.event_id()}};
  all.insert(all.end(), values);
  return rows.Query(
      absl::StrCat("UPDATE notice SET revision = ?2, position = ?3, event_id = ?4, ",
                   absl::string_view(assignments.data(), assignments.size()), " WHERE name = ?1"),
      all, [](const Row&) {});
}

std::string AttachmentsOf(const v1::Content& content) {
  v1::Content papers;
  *papers.mutable_attachments() = content.attachments();
  return papers.SerializeAsString();
}

// What goes up, whatever the cause.
struct Version {
  int number = 0;
  views::v1::NoticeVersionCause cause{};
  std::string_view reason;
  bool masked = false;
  std::string_view sha256;
  const v1::Duty& duty;
};

absl::Status AddVersion(const Envelope& envelope, const Version& version, Rows& rows) {
  const Value notice = std::string_view(envelope.record.stream());
  const Value at = TimeValue(envelope.at());
  const v1::Duty& duty = version.duty;
  absl::Status status =
      rows.Run("UPDATE notice_version SET until_us = ?2 WHERE notice = ?1 AND until_us IS NULL",
               {notice, at});
  if (!status.ok()) return status;
  return rows.Run(
      "INSERT INTO notice_version (notice, version, cause, reason, masked, sha256, rule, law_ref, "
      "days_min, published_us, min_until_us, objections_until_us) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
      {notice, std::int64_t{version.number}, std::int64_t{version.cause}, version.reason,
       std::int64_t{version.masked}, Blob{version.sha256}, duty.rule(), duty.law_ref(),
       std::int64_t{duty.days_min()}, at, TimeValue(wire::ToTime(duty.min_until())),
       TimeValue(wire::ToTime(duty.objections_until()))});
}

// The notice is up in another version, and its period begins.
absl::Status GoUp(const Envelope& envelope, const Version& version, Rows& rows) {
  if (absl::Status added = AddVersion(envelope, version, rows); !added.ok()) return added;
  const v1::Duty& duty = version.duty;
  return Change(
      envelope, rows,
      "state = ?5, version = ?6, masked = ?7, sha256 = ?8, rule = ?9, law_ref = ?10, "
      "days_min = ?11, published_us = ?12, min_until_us = ?13, "
      "objections_until_us = ?14, earliest_event_us = ?15, elapsed_us = NULL, "
      "taken_down_us = NULL, taken_down_reason = ''",
      {std::int64_t{v1::STATE_PUBLISHED}, std::int64_t{version.number},
       std::int64_t{version.masked}, Blob{version.sha256}, duty.rule(), duty.law_ref(),
       std::int64_t{duty.days_min()}, TimeValue(envelope.at()),
       TimeValue(wire::ToTime(duty.min_until())), TimeValue(wire::ToTime(duty.objections_until())),
       StampValue(duty.earliest_event(), duty.has_earliest_event())});
}

absl::Status Insert(const Envelope& envelope, const v1::NoticePublished& e, bool body, Rows& rows) {
  const log::v1::Record& record = envelope.record;
  const type::v1::Place& place = e.place();
  const v1::Duty& duty = e.duty();
  const std::string attachments = body ? AttachmentsOf(e.content()) : "";
  const Value at = TimeValue(envelope.at());
  return rows.Run(
      "INSERT INTO notice (name, community, kind, about, property_area, grid, building, entrance, "
      "audience, publisher, fact_us, publish_due_us, first_published_us, version, state, masked, "
      "title, body, attachments, sha256, rule, law_ref, days_min, published_us, min_until_us, "
      "objections_until_us, earliest_event_us, revision, position, event_id) VALUES "
      "(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, "
      "?21, ?22, ?23, ?13, ?24, ?25, ?26, ?27, ?28, ?29)",
      {record.stream(),
       record.community(),
       std::int64_t{e.kind()},
       e.about(),
       place.property_area(),
       place.grid(),
       place.building(),
       place.entrance(),
       std::int64_t{e.audience()},
       e.publisher(),
       StampValue(e.fact_at(), e.has_fact_at()),
       StampValue(duty.publish_due(), duty.has_publish_due()),
       at,
       std::int64_t{e.version()},
       std::int64_t{v1::STATE_PUBLISHED},
       std::int64_t{e.masked()},
       e.content().title(),
       body ? std::string_view(e.content().body()) : std::string_view(),
       Blob{attachments},
       Blob{e.content_sha256()},
       duty.rule(),
       duty.law_ref(),
       std::int64_t{duty.days_min()},
       TimeValue(wire::ToTime(duty.min_until())),
       TimeValue(wire::ToTime(duty.objections_until())),
       StampValue(duty.earliest_event(), duty.has_earliest_event()),
       static_cast<std::int64_t>(record.revision()),
       static_cast<std::int64_t>(record.position()),
       Blob{record.event_id()}});
}

absl::Status OnPublished(const Envelope& envelope, const v1::NoticePublished& e, bool body,
                         Rows& rows) {
  const bool first = e.version() == 1;
  const Version version{.number = e.version(),
                        .cause = first ? views::v1::NOTICE_VERSION_CAUSE_PUBLISHED
                                       : views::v1::NOTICE_VERSION_CAUSE_REPUBLISHED,
                        .reason = "",
                        .masked = e.masked(),
                        .sha256 = e.content_sha256(),
                        .duty = e.duty()};
  if (!first) return GoUp(envelope, version, rows);  // With the words that it had.
  if (absl::Status added = AddVersion(envelope, version, rows); !added.ok()) return added;
  return Insert(envelope, e, body, rows);
}

absl::Status OnCorrected(const Envelope& envelope, const v1::NoticeCorrected& e, bool body,
                         Rows& rows) {
  const absl::Status status = GoUp(envelope,
                                   {.number = e.version(),
                                    .cause = views::v1::NOTICE_VERSION_CAUSE_CORRECTED,
                                    .reason = e.reason(),
                                    .masked = e.masked(),
                                    .sha256 = e.content_sha256(),
                                    .duty = e.duty()},
                                   rows);
  if (!status.ok()) return status;
  const std::string attachments = body ? AttachmentsOf(e.content()) : "";
  return Change(
      envelope, rows, "title = ?5, body = ?6, attachments = ?7",
      {e.content().title(), body ? std::string_view(e.content().body()) : std::string_view(),
       Blob{attachments}});
}

absl::Status OnTakenDown(const Envelope& envelope, const v1::NoticeTakenDown& e, Rows& rows) {
  const Value at = TimeValue(envelope.at());
  absl::Status status = rows.Run(
      "UPDATE notice_version SET until_us = ?3, taken_down = 1, early = ?4, taken_down_reason = ?5 "
      "WHERE notice = ?1 AND version = ?2",
      {envelope.record.stream(), std::int64_t{e.version()}, at, std::int64_t{e.early()},
       e.reason()});
  if (!status.ok()) return status;
  const v1::State state = e.early() ? v1::STATE_TAKEN_DOWN : v1::STATE_ARCHIVED;
  return Change(envelope, rows, "state = ?5, taken_down_us = ?6, taken_down_reason = ?7",
                {std::int64_t{state}, at, e.reason()});
}

absl::Status OnElapsed(const Envelope& envelope, const v1::NoticePeriodElapsed& e, Rows& rows) {
  const Value at = TimeValue(envelope.at());
  absl::Status status =
      rows.Run("UPDATE notice_version SET elapsed_us = ?3 WHERE notice = ?1 AND version = ?2",
               {envelope.record.stream(), std::int64_t{e.version()}, at});
  if (!status.ok()) return status;
  return Change(envelope, rows, "state = ?5, elapsed_us = ?6",
                {std::int64_t{v1::STATE_PERIOD_ELAPSED}, at});
}

// What somebody says about a notice: an objection or a question.
struct Said {
  std::string_view table;
  int number = 0;
  int version = 0;
  std::string_view person;
  std::string_view field;  // In which the words stand.
  const type::v1::PersonalText& words;
  Value answer_due;
};

absl::Status AddSaid(const Envelope& envelope, const Said& said, NoticeRows::Keeps keeps,
                     Rows& rows) {
  const std::string words = keeps.words ? PassageOf(envelope.record, said.field, said.words) : "";
  return rows.Run(
      absl::StrCat("INSERT INTO ", absl::string_view(said.table.data(), said.table.size()),
                   " (notice, number, version, person, words, made_us, answer_due_us) "
                   "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"),
      {envelope.record.stream(), std::int64_t{said.number}, std::int64_t{said.version},
       keeps.persons ? said.person : std::string_view(),
       keeps.words ? Value(Blob{words}) : Value(Null{}), TimeValue(envelope.at()),
       said.answer_due});
}

absl::Status OnObjected(const Envelope& envelope, const v1::NoticeObjected& e,
                        NoticeRows::Keeps keeps, Rows& rows) {
  const absl::Status status =
      AddSaid(envelope,
              {.table = "notice_objection",
               .number = e.objection(),
               .version = e.version(),
               .person = e.objector(),
               .field = "grounds",
               .words = e.grounds(),
               .answer_due = StampValue(e.answer_due(), e.has_answer_due())},
              keeps, rows);
  if (!status.ok()) return status;
  return Change(envelope, rows,
                "objections = objections + 1, objections_open = objections_open + 1", {});
}

absl::Status OnAsked(const Envelope& envelope, const v1::InquiryAsked& e, NoticeRows::Keeps keeps,
                     Rows& rows) {
  const absl::Status status =
      AddSaid(envelope,
              {.table = "inquiry",
               .number = e.inquiry(),
               .version = e.version(),
               .person = e.asker(),
               .field = "question",
               .words = e.question(),
               .answer_due = StampValue(e.answer_due(), e.has_answer_due())},
              keeps, rows);
  if (!status.ok()) return status;
  return Change(envelope, rows, "inquiries = inquiries + 1, inquiries_open = inquiries_open + 1",
                {});
}

absl::Status OnObjectionAnswered(const Envelope& envelope, const v1::NoticeObjectionAnswered& e,
                                 Rows& rows) {
  const absl::Status status = rows.Run(
      "UPDATE notice_objection SET answered_us = ?3, upheld = ?4, answer = ?5 "
      "WHERE notice = ?1 AND number = ?2",
      {envelope.record.stream(), std::int64_t{e.objection()}, TimeValue(envelope.at()),
       std::int64_t{e.upheld()}, e.answer()});
  if (!status.ok()) return status;
  return Change(envelope, rows, "objections_open = objections_open - 1", {});
}

absl::Status OnInquiryAnswered(const Envelope& envelope, const v1::InquiryAnswered& e, Rows& rows) {
  const absl::Status status = rows.Run(
      "UPDATE inquiry SET answered_us = ?3, answer = ?4 WHERE notice = ?1 AND number = ?2",
      {envelope.record.stream(), std::int64_t{e.inquiry()}, TimeValue(envelope.at()), e.answer()});
  if (!status.ok()) return status;
  return Change(envelope, rows, "inquiries_open = inquiries_open - 1", {});
}

}  // namespace

std::string_view NoticeRows::schema() const { return kSchema; }

absl::Status NoticeRows::Apply(const Envelope& envelope, Rows& rows) const {
  using Event = v1::NoticeEvent;
  Event event;
  if (absl::Status read = envelope.Read(event); !read.ok()) return read;
  switch (event.kind_case()) {  // No default: a new event must be answered here.
    case Event::kPublished:
      return OnPublished(envelope, event.published(), keeps_.body, rows);
    case Event::kCorrected:
      return OnCorrected(envelope, event.corrected(), keeps_.body, rows);
    case Event::kTakenDown:
      return OnTakenDown(envelope, event.taken_down(), rows);
    case Event::kPeriodElapsed:
      return OnElapsed(envelope, event.period_elapsed(), rows);
    case Event::kObjected:
      return OnObjected(envelope, event.objected(), keeps_, rows);
    case Event::kObjectionAnswered:
      return OnObjectionAnswered(envelope, event.objection_answered(), rows);
    case Event::kInquiryAsked:
      return OnAsked(envelope, event.inquiry_asked(), keeps_, rows);
    case Event::kInquiryAnswered:
      return OnInquiryAnswered(envelope, event.inquiry_answered(), rows);
    case Event::KIND_NOT_SET:
      break;
  }
  return absl::DataLossError(absl::StrCat("unknown fact ", envelope.record.type()));
}

}  // namespace sanzhang::projections
