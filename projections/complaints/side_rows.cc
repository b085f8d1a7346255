#include "projections/complaints/side_rows.h"

#include "proto/wire/names.h"

namespace sanzhang::projections {

namespace v1 = complaint::v1;

std::string_view SupporterRows::schema() const {
  // Columns as in the key: where its order is another one, SQLite 3.40's quick_check calls a file
  // damaged that is not.
  return R"(
CREATE TABLE supporter (
  person TEXT NOT NULL, complaint TEXT NOT NULL, PRIMARY KEY (person, complaint))
  STRICT, WITHOUT ROWID;
)";
}

absl::Status SupporterRows::Apply(const ComplaintFact& fact, Rows& rows) const {
  if (!fact.event.has_supported()) return absl::OkStatus();
  return rows.Run("INSERT OR IGNORE INTO supporter (complaint, person) VALUES (?1, ?2)",
                  {fact.complaint(), fact.event.supported().supporter()});
}

std::string_view WhistleRows::schema() const {
  return R"(
CREATE TABLE whistle (
  complaint TEXT NOT NULL, number INTEGER NOT NULL, matter TEXT NOT NULL,
  whistled_us INTEGER NOT NULL, report_in_due_us INTEGER,
  PRIMARY KEY (complaint, number)) STRICT, WITHOUT ROWID;
CREATE TABLE whistled (
  complaint TEXT NOT NULL, number INTEGER NOT NULL, department TEXT NOT NULL,
  reported_us INTEGER, result TEXT NOT NULL, joint_solved INTEGER NOT NULL,
  PRIMARY KEY (complaint, number, department)) STRICT, WITHOUT ROWID;
)";
}

absl::Status WhistleRows::Apply(const ComplaintFact& fact, Rows& rows) const {
  if (fact.event.has_department_reported_in()) {
    // To the last whistle that called it.
    const v1::DepartmentReportedIn& e = fact.event.department_reported_in();
    return rows.Run(
        "UPDATE whistled SET reported_us = ?3, result = ?4, joint_solved = ?5 WHERE complaint = ?1 "
        "AND department = ?2 AND number = (SELECT max(number) FROM whistled "
        "WHERE complaint = ?1 AND department = ?2)",
        {fact.complaint(), e.department(), TimeValue(fact.at()), e.result(),
         std::int64_t{e.joint_solved()}});
  }
  if (!fact.event.has_departments_whistled()) return absl::OkStatus();
  const v1::DepartmentsWhistled& e = fact.event.departments_whistled();
  absl::Status status = rows.Run(
      "INSERT INTO whistle SELECT ?1, count(*) + 1, ?2, ?3, ?4 FROM whistle WHERE complaint = ?1",
      {fact.complaint(), e.matter(), TimeValue(fact.at()),
       StampValue(e.report_in_due(), e.has_report_in_due())});
  for (const std::string& department : e.departments()) {
    if (!status.ok()) break;
    status = rows.Run(
        "INSERT OR IGNORE INTO whistled SELECT ?1, max(number), ?2, NULL, '', 0 FROM whistle "
        "WHERE complaint = ?1",
        {fact.complaint(), department});
  }
  return status;
}

std::string_view DisputeRows::schema() const {
  return R"(
CREATE TABLE dispute (
  complaint TEXT NOT NULL, number INTEGER NOT NULL, community TEXT NOT NULL,
  body TEXT NOT NULL, reason TEXT NOT NULL, disputed_us INTEGER NOT NULL,
  ruled_us INTEGER, upheld INTEGER NOT NULL, ruling TEXT NOT NULL,
  PRIMARY KEY (complaint, number)) STRICT, WITHOUT ROWID;
)";
}

absl::Status DisputeRows::Apply(const ComplaintFact& fact, Rows& rows) const {
  if (fact.event.has_dispatch_disputed()) {
    const v1::DispatchDisputed& e = fact.event.dispatch_disputed();
    return rows.Run(
        "INSERT INTO dispute SELECT ?1, count(*) + 1, ?2, ?3, ?4, ?5, NULL, 0, '' FROM dispute "
        "WHERE complaint = ?1",
        {fact.complaint(), fact.community(), e.body(), e.reason(), TimeValue(fact.at())});
  }
  if (!fact.event.has_dispatch_dispute_ruled()) return absl::OkStatus();
  const v1::DispatchDisputeRuled& e = fact.event.dispatch_dispute_ruled();
  return rows.Run(
      "UPDATE dispute SET ruled_us = ?2, upheld = ?3, ruling = ?4 "
      "WHERE complaint = ?1 AND ruled_us IS NULL",
      {fact.complaint(), TimeValue(fact.at()), std::int64_t{e.upheld()}, e.reason()});
}

std::string_view ExclusionRows::schema() const {
  return R"(
CREATE TABLE score_exclusion (
  complaint TEXT NOT NULL, number INTEGER NOT NULL, community TEXT NOT NULL,
  body TEXT NOT NULL, reason INTEGER NOT NULL, evidence TEXT NOT NULL,
  proposed_us INTEGER NOT NULL, ruled_us INTEGER, approved INTEGER NOT NULL,
  PRIMARY KEY (complaint, number)) STRICT, WITHOUT ROWID;
)";
}

absl::Status ExclusionRows::Apply(const ComplaintFact& fact, Rows& rows) const {
  if (fact.event.has_score_exclusion_proposed()) {
    const v1::ComplaintScoreExclusionProposed& e = fact.event.score_exclusion_proposed();
    return rows.Run(
        "INSERT INTO score_exclusion SELECT ?1, count(*) + 1, ?2, ?3, ?4, ?5, ?6, NULL, 0 "
        "FROM score_exclusion WHERE complaint = ?1",
        {fact.complaint(), fact.community(), e.body(), std::int64_t{e.reason()}, e.evidence(),
         TimeValue(fact.at())});
  }
  const bool approved = fact.event.has_score_exclusion_approved();
  if (!approved && !fact.event.has_score_exclusion_rejected()) return absl::OkStatus();
  return rows.Run(
      "UPDATE score_exclusion SET ruled_us = ?2, approved = ?3 "
      "WHERE complaint = ?1 AND ruled_us IS NULL",
      {fact.complaint(), TimeValue(fact.at()), std::int64_t{approved}});
}

std::string_view ChiefActionRows::schema() const {
  return R"(
CREATE TABLE chief_action (
  chief TEXT NOT NULL, at_us INTEGER NOT NULL, position INTEGER NOT NULL,
  complaint TEXT NOT NULL, PRIMARY KEY (chief, at_us, position)) STRICT, WITHOUT ROWID;
)";
}

absl::Status ChiefActionRows::Apply(const ComplaintFact& fact, Rows& rows) const {
  const std::string& appointment = fact.record.actor().membership();
  if (wire::CollectionOf(appointment) != "chiefs") return absl::OkStatus();
  return rows.Run("INSERT INTO chief_action VALUES (?1, ?2, ?3, ?4)",
                  {appointment, TimeValue(fact.at()),
                   static_cast<std::int64_t>(fact.record.position()), fact.complaint()});
}

}  // namespace sanzhang::projections
