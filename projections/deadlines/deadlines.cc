#include "projections/deadlines/deadlines.h"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"
#include "proto/wire/time.h"
#include "sanzhang/complaint/v1/events.pb.h"
#include "sanzhang/notice/v1/events.pb.h"
#include "sanzhang/privacy/v1/events.pb.h"
#include "sanzhang/rating/v1/events.pb.h"
#include "sanzhang/registry/v1/events.pb.h"
#include "sanzhang/resolution/v1/events.pb.h"

namespace sanzhang::projections {
namespace {

using complaint::v1::ComplaintEvent;
using notice::v1::NoticeEvent;

constexpr std::string_view kSchema = R"sql(
CREATE TABLE deadline (
  stream TEXT NOT NULL,
  kind TEXT NOT NULL,
  due INTEGER NOT NULL,
  fires INTEGER NOT NULL,
  gone INTEGER,           -- From then on nobody is to act on it; null: it stays due.
  PRIMARY KEY (stream, kind)
) STRICT, WITHOUT ROWID;
CREATE INDEX deadline_fires ON deadline (fires, stream, kind);

-- Complaints that are waiting for somebody: what the next event needs to know of the earlier ones.
CREATE TABLE waiting (
  stream TEXT PRIMARY KEY NOT NULL,
  ack_noted INTEGER,      -- The acknowledge deadline whose breach was noted last.
  answer_noted INTEGER,   -- The same of the answer.
  silence_until INTEGER   -- Set while the complaint is answered.
) STRICT, WITHOUT ROWID;

-- Votes that have not opened: what their opening waits for.
CREATE TABLE unopened (
  stream TEXT PRIMARY KEY NOT NULL,
  opens INTEGER,            -- Begin of the window; null: not announced, or a meeting.
  closes INTEGER,           -- Its end.
  roll_from INTEGER,        -- The roll is public for long enough from then on; null: not frozen.
  candidates_from INTEGER   -- The same of candidates; null: there are none.
) STRICT, WITHOUT ROWID;
)sql";

// Runs statements for one event until one of them fails.
class Change {
 public:
  Change(const Envelope& envelope, Rows& rows)
      : stream_(envelope.record.stream()),
        now_(envelope.at()),
        earliest_(envelope.record.channel() == type::v1::CHANNEL_IMPORT
                      ? wire::ToTime(envelope.record.recorded_at()) + kImportGrace
                      : absl::InfinitePast()),
        rows_(rows) {}

  absl::Time now() const { return now_; }
  absl::Status status() const { return status_; }

  void Run(std::string_view sql, std::initializer_list<Value> values) {
    if (status_.ok()) status_ = rows_.Run(sql, values);
  }
  // A deadline passes when its last moment is over (Civil Code Art. 1259).
  void SetPassing(std::string_view kind, absl::Time due) {
    Set(kind, due, due + absl::Microseconds(1));
  }
  void SetAt(std::string_view kind, absl::Time due) { Set(kind, due, due); }
  void Clear(std::initializer_list<std::string_view> kinds) {
    for (const std::string_view kind : kinds) {
      Run("DELETE FROM deadline WHERE stream = ?1 AND kind = ?2", {stream(), kind});
    }
  }
  void Begin() { Run("INSERT OR REPLACE INTO waiting (stream) VALUES (?1)", {stream()}); }
  void End() {
    Run("DELETE FROM deadline WHERE stream = ?1", {stream()});
    Run("DELETE FROM waiting WHERE stream = ?1", {stream()});
  }
  // The clock runs, unless its breach at that very deadline was noted already.
  void RunClock(std::string_view kind, std::string_view noted_column, bool runs,
                const google::protobuf::Timestamp& due) {
    if (!runs) return Clear({kind});
    const absl::Time at = wire::ToTime(due);
    Run(absl::StrCat("INSERT OR REPLACE INTO deadline SELECT ?1, ?2, ?3, ?4, NULL FROM waiting "
                     "WHERE stream = ?1 AND ",
                     std::string(noted_column), " IS NOT ?3"),
        {stream(), kind, TimeValue(at),
         TimeValue(std::max(at + absl::Microseconds(1), earliest_))});
  }
  template <class Fact>
  void RunClocks(const Fact& fact) {
    RunClock("ACKNOWLEDGE_BREACH", "ack_noted", fact.has_ack_due(), fact.ack_due());
    RunClock("ANSWER_BREACH", "answer_noted", fact.has_answer_due(), fact.answer_due());
  }
  // Sets a row from the end of the silence, if the complaint is answered.
  void SetClosing(std::string_view kind) {
    Run("INSERT OR REPLACE INTO deadline SELECT stream, ?2, silence_until, "
        "max(silence_until + 1, ?3), NULL FROM waiting "
        "WHERE stream = ?1 AND silence_until IS NOT NULL",
        {stream(), kind, TimeValue(std::max(earliest_, absl::UnixEpoch()))});
  }
  // Sets a row at `due`, if the complaint is answered.
  void SetIfAnswered(std::string_view kind, absl::Time due) {
    Run("INSERT OR REPLACE INTO deadline SELECT stream, ?2, ?3, ?4, NULL FROM waiting "
        "WHERE stream = ?1 AND silence_until IS NOT NULL",
        {stream(), kind, TimeValue(due), TimeValue(std::max(due, earliest_))});
  }
  // Remembers one thing of a vote that has not opened, in a column of `unopened`.
  void Await(std::string_view column, Value value) {
    Run(absl::StrCat("INSERT INTO unopened (stream, ", std::string(column),
                     ") VALUES (?1, ?2) ON CONFLICT (stream) DO UPDATE SET ", std::string(column),
                     " = ?2"),
        {stream(), value});
  }
  // Sets the opening by what is remembered.
  void SetOpening() {
    Clear({"OPEN_VOTE"});
    Run("INSERT INTO deadline SELECT stream, 'OPEN_VOTE', opens, "
        "max(opens, roll_from, ifnull(candidates_from, opens), ?2), closes FROM unopened "
        "WHERE stream = ?1 AND opens IS NOT NULL AND roll_from IS NOT NULL",
        {stream(), TimeValue(std::max(earliest_, absl::UnixEpoch()))});
  }
  void EndOpening() {
    Clear({"OPEN_VOTE"});
    Run("DELETE FROM unopened WHERE stream = ?1", {stream()});
  }
  std::string_view stream() const { return stream_; }

 private:
  void Set(std::string_view kind, absl::Time due, absl::Time fires) {
    Run("INSERT OR REPLACE INTO deadline VALUES (?1, ?2, ?3, ?4, NULL)",
        {stream(), kind, TimeValue(due), TimeValue(std::max(fires, earliest_))});
  }

  const std::string stream_;
  const absl::Time now_;
  const absl::Time earliest_;
  Rows& rows_;
  absl::Status status_;
};

void NoteBreach(const complaint::v1::ComplaintDeadlineBreached& breached, Change& change) {
  const Value due = TimeValue(wire::ToTime(breached.due()));
  switch (breached.clock()) {
    case complaint::v1::CLOCK_INTAKE:
      return change.Clear({"INTAKE_BREACH"});
    case complaint::v1::CLOCK_ACKNOWLEDGE:
      change.Run("UPDATE waiting SET ack_noted = ?2 WHERE stream = ?1", {change.stream(), due});
      return change.Clear({"ACKNOWLEDGE_BREACH"});
    default:
      change.Run("UPDATE waiting SET answer_noted = ?2 WHERE stream = ?1", {change.stream(), due});
      return change.Clear({"ANSWER_BREACH"});
  }
}

void OnAnswered(const complaint::v1::ComplaintAnswered& answered, Change& change) {
  change.Clear({"ACKNOWLEDGE_BREACH", "ANSWER_BREACH"});
  if (!answered.has_silence_until()) return;
  const absl::Time until = wire::ToTime(answered.silence_until());
  change.Run("UPDATE waiting SET silence_until = ?2 WHERE stream = ?1",
             {change.stream(), TimeValue(until)});
  change.SetPassing("CLOSE_SILENT", until);
}

void OnReopened(const complaint::v1::ComplaintReopened& reopened, Change& change) {
  change.End();
  change.Begin();
  change.RunClocks(reopened);
}

absl::Status ApplyComplaint(const Envelope& envelope, Rows& rows) {
  ComplaintEvent event;
  if (auto status = envelope.Read(event); !status.ok()) return status;
  Change change(envelope, rows);
  switch (event.kind_case()) {  // No default: a new event must be answered here.
    case ComplaintEvent::kFiled:
      change.Begin();
      change.SetPassing("INTAKE_BREACH", wire::ToTime(event.filed().intake_due()));
      break;
    case ComplaintEvent::kAccepted:
      change.Clear({"INTAKE_BREACH"});
      change.RunClocks(event.accepted());
      break;
    case ComplaintEvent::kNotAccepted:
    case ComplaintEvent::kLinked:
    case ComplaintEvent::kClosed:
    case ComplaintEvent::kWithdrawn:
      change.End();
      break;
    case ComplaintEvent::kAcknowledged:
      change.Clear({"ACKNOWLEDGE_BREACH"});
      break;
    case ComplaintEvent::kSuspended:
      change.Clear({"ACKNOWLEDGE_BREACH", "ANSWER_BREACH"});
      change.SetAt("RESUME", wire::ToTime(event.suspended().until()));
      break;
    case ComplaintEvent::kResumed:
      change.Clear({"RESUME"});
      change.RunClocks(event.resumed());
      break;
    case ComplaintEvent::kDeadlineExtended:
      change.RunClock("ANSWER_BREACH", "answer_noted", true,
                      event.deadline_extended().answer_due());
      break;
    case ComplaintEvent::kAnswered:
      OnAnswered(event.answered(), change);
      break;
    case ComplaintEvent::kConfirmed:
      change.Clear({"CLOSE_SILENT"});
      change.SetClosing("CLOSE_CONFIRMED");
      break;
    case ComplaintEvent::kDisputed:
      change.Clear({"CLOSE_SILENT", "CLOSE_CONFIRMED"});
      change.SetIfAnswered("REOPEN", change.now() + kReviewTime);
      break;
    case ComplaintEvent::kReopened:
      OnReopened(event.reopened(), change);
      break;
    case ComplaintEvent::kDeadlineBreached:
      NoteBreach(event.deadline_breached(), change);
      break;
    case ComplaintEvent::kSupported:
    case ComplaintEvent::kAssigned:
    case ComplaintEvent::kDispatchDisputed:
    case ComplaintEvent::kDispatchDisputeRuled:
    case ComplaintEvent::kProgressNoted:
    case ComplaintEvent::kSuspensionRequested:
    case ComplaintEvent::kSuspensionRefused:
    case ComplaintEvent::kEscalated:
    case ComplaintEvent::kDepartmentsWhistled:
    case ComplaintEvent::kDepartmentReportedIn:
    case ComplaintEvent::kAppealed:
    case ComplaintEvent::kAppealRuled:
    case ComplaintEvent::kComplainantCalledBack:
    case ComplaintEvent::kTextRedacted:
    case ComplaintEvent::kScoreExclusionProposed:
    case ComplaintEvent::kScoreExclusionApproved:
    case ComplaintEvent::kScoreExclusionRejected:
      break;  // They move no deadline.
    case ComplaintEvent::KIND_NOT_SET:
      return absl::DataLossError(absl::StrCat("no fact at ", envelope.position()));
  }
  return change.status();
}

// Of a notice the period of the version that is up comes due.
absl::Status ApplyNotice(const Envelope& envelope, Rows& rows) {
  NoticeEvent event;
  if (auto status = envelope.Read(event); !status.ok()) return status;
  Change change(envelope, rows);
  switch (event.kind_case()) {  // No default: a new event must be answered here.
    case NoticeEvent::kPublished:
      change.SetPassing("NOTICE_ELAPSED", wire::ToTime(event.published().duty().min_until()));
      break;
    case NoticeEvent::kCorrected:
      change.SetPassing("NOTICE_ELAPSED", wire::ToTime(event.corrected().duty().min_until()));
      break;
    case NoticeEvent::kTakenDown:
    case NoticeEvent::kPeriodElapsed:
      change.Clear({"NOTICE_ELAPSED"});
      break;
    case NoticeEvent::kObjected:
    case NoticeEvent::kObjectionAnswered:
    case NoticeEvent::kInquiryAsked:
    case NoticeEvent::kInquiryAnswered:
      break;  // They move no deadline.
    case NoticeEvent::KIND_NOT_SET:
      return absl::DataLossError(absl::StrCat("no fact at ", envelope.position()));
  }
  return change.status();
}

template <class Fact>
bool Is(const Envelope& envelope) {
  return envelope.record.type() == Fact::descriptor()->full_name();
}

// A fact of a package in which little comes due: one that this program does not know may be more.
absl::Status MustBeKnown(const Envelope& envelope) {
  const std::string& type = envelope.record.type();
  const auto* pool = google::protobuf::DescriptorPool::generated_pool();
  if (pool->FindMessageTypeByName(type) != nullptr) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat("unknown event ", type, " at ", envelope.position()));
}

// Of personal data the answers to requests come due.
absl::Status ApplyPrivacy(const Envelope& envelope, Rows& rows) {
  Change change(envelope, rows);
  if (Is<privacy::v1::SubjectRequestReceived>(envelope)) {
    privacy::v1::SubjectRightsEvent event;
    if (auto status = envelope.Read(event); !status.ok()) return status;
    change.SetPassing("SUBJECT_REQUEST_BREACH", wire::ToTime(event.received().answer_due()));
  } else if (Is<privacy::v1::SubjectRequestFulfilled>(envelope) ||
             Is<privacy::v1::SubjectRequestRefused>(envelope) ||
             Is<privacy::v1::SubjectRequestWithdrawn>(envelope) ||
             Is<privacy::v1::SubjectRequestDeadlineBreached>(envelope)) {
    change.Clear({"SUBJECT_REQUEST_BREACH"});
  } else {
    return MustBeKnown(envelope);
  }
  return change.status();
}

// Of ratings the windows of campaigns and appraisals come due, and offices that an appraisal ended:
// those of seats, which are streams of the register.
absl::Status ApplyRating(const Envelope& envelope, Rows& rows) {
  rating::v1::RatingCampaignEvent campaign;
  rating::v1::AppraisalEvent appraisal;
  Change change(envelope, rows);
  if (Is<rating::v1::RatingCampaignAnnounced>(envelope)) {
    if (auto status = envelope.Read(campaign); !status.ok()) return status;
    change.SetAt("OPEN_CAMPAIGN", wire::ToTime(campaign.announced().opens()));
    change.SetAt("CLOSE_CAMPAIGN", wire::ToTime(campaign.announced().closes()));
  } else if (Is<rating::v1::RatingCampaignOpened>(envelope)) {
    change.Clear({"OPEN_CAMPAIGN"});
  } else if (Is<rating::v1::RatingCampaignExtended>(envelope)) {
    if (auto status = envelope.Read(campaign); !status.ok()) return status;
    change.SetAt("CLOSE_CAMPAIGN", wire::ToTime(campaign.extended().closes()));
  } else if (Is<rating::v1::RatingCampaignClosed>(envelope)) {
    change.Clear({"OPEN_CAMPAIGN", "CLOSE_CAMPAIGN"});
  } else if (Is<rating::v1::AppraisalAnnounced>(envelope)) {
    if (auto status = envelope.Read(appraisal); !status.ok()) return status;
    change.SetAt("OPEN_APPRAISAL", wire::ToTime(appraisal.appraisal_announced().opens()));
    change.SetAt("CLOSE_APPRAISAL", wire::ToTime(appraisal.appraisal_announced().closes()));
  } else if (Is<rating::v1::AppraisalOpened>(envelope)) {
    change.Clear({"OPEN_APPRAISAL"});
  } else if (Is<rating::v1::AppraisalClosed>(envelope)) {
    change.Clear({"OPEN_APPRAISAL", "CLOSE_APPRAISAL"});
  } else if (Is<rating::v1::OfficeEndedByAppraisal>(envelope)) {
    if (auto status = envelope.Read(appraisal); !status.ok()) return status;
    const Value now = TimeValue(change.now());
    change.Run("INSERT OR REPLACE INTO deadline VALUES (?1, 'END_OFFICE', ?2, ?2, NULL)",
               {appraisal.office_ended().membership(), now});
  } else {
    return MustBeKnown(envelope);
  }
  return change.status();
}

// An announcement replaces the one before it, and asks for a roll of its own.
void OnNoticed(const resolution::v1::VoteNoticed& noticed, Change& change) {
  const bool meeting = noticed.mode() == resolution::v1::VOTE_MODE_MEETING;
  change.Await("opens", meeting ? Value() : TimeValue(wire::ToTime(noticed.opens())));
  change.Await("closes", TimeValue(wire::ToTime(noticed.closes())));
  change.Await("roll_from", Value());
  change.SetOpening();
}

void OnFrozen(const resolution::v1::ElectorateFrozen& frozen, Change& change) {
  change.Await("roll_from", TimeValue(std::max(wire::ToTime(frozen.votes_from()),
                                               wire::ToTime(frozen.objections_until()))));
  change.SetOpening();
}

// Of votes their windows come due, and the counts after them.
absl::Status ApplyResolution(const Envelope& envelope, Rows& rows) {
  resolution::v1::ResolutionEvent event;
  Change change(envelope, rows);
  if (Is<resolution::v1::VoteNoticed>(envelope)) {
    if (auto status = envelope.Read(event); !status.ok()) return status;
    OnNoticed(event.noticed(), change);
  } else if (Is<resolution::v1::ElectorateFrozen>(envelope)) {
    if (auto status = envelope.Read(event); !status.ok()) return status;
    OnFrozen(event.electorate_frozen(), change);
  } else if (Is<resolution::v1::CandidateListPublished>(envelope)) {
    if (auto status = envelope.Read(event); !status.ok()) return status;
    const absl::Time from = wire::ToTime(event.candidate_list_published().votes_from());
    change.Await("candidates_from", TimeValue(from));
    change.SetOpening();
  } else if (Is<resolution::v1::MotionWithdrawn>(envelope)) {
    change.EndOpening();
  } else if (Is<resolution::v1::VoteOpened>(envelope)) {
    if (auto status = envelope.Read(event); !status.ok()) return status;
    change.EndOpening();
    change.SetAt("CLOSE_VOTE", wire::ToTime(event.opened().closes()));
  } else if (Is<resolution::v1::VotingPeriodExtended>(envelope)) {
    if (auto status = envelope.Read(event); !status.ok()) return status;
    change.SetAt("CLOSE_VOTE", wire::ToTime(event.period_extended().closes()));
  } else if (Is<resolution::v1::VoteClosed>(envelope)) {
    change.Clear({"CLOSE_VOTE"});
    change.SetAt("COMPUTE_TALLY", change.now());
  } else if (Is<resolution::v1::ProvisionalTallyComputed>(envelope)) {
    change.Clear({"COMPUTE_TALLY"});
  } else {
    return MustBeKnown(envelope);
  }
  return change.status();
}

// Of the register only terms come due; an event of it that this program does not know may be one
// more.
absl::Status ApplyRegistry(const Envelope& envelope, Rows& rows) {
  const std::string& type = envelope.record.type();
  const bool started = type == registry::v1::TermStarted::descriptor()->full_name();
  const bool expiring = type == registry::v1::TermExpiring::descriptor()->full_name();
  const bool expired = type == registry::v1::TermExpired::descriptor()->full_name();
  if (Is<registry::v1::MemberEnded>(envelope)) {
    Change change(envelope, rows);
    change.Clear({"END_OFFICE"});
    return change.status();
  }
  if (!started && !expiring && !expired) {
    return MustBeKnown(envelope);
  }
  registry::v1::TermEvent event;
  if (auto status = envelope.Read(event); !status.ok()) return status;
  Change change(envelope, rows);
  if (expiring) change.Clear({"NOTE_TERM_EXPIRING"});
  if (expired) change.Clear({"NOTE_TERM_EXPIRING", "EXPIRE_TERM"});
  if (started && event.term_started().has_ends()) {
    const absl::Time ends = wire::ToTime(event.term_started().ends());
    change.SetAt("NOTE_TERM_EXPIRING", ends - kExpiringNotice);
    change.SetAt("EXPIRE_TERM", ends);
  }
  return change.status();
}

}  // namespace

std::string_view Deadlines::schema() const { return kSchema; }

absl::Status Deadlines::Apply(const Envelope& envelope, Rows& rows) {
  const std::string& type = envelope.record.type();
  if (type.starts_with("sanzhang.registry.v1.")) return ApplyRegistry(envelope, rows);
  if (type.starts_with("sanzhang.notice.v1.")) return ApplyNotice(envelope, rows);
  if (type.starts_with("sanzhang.privacy.v1.")) return ApplyPrivacy(envelope, rows);
  if (type.starts_with("sanzhang.rating.v1.")) return ApplyRating(envelope, rows);
  if (type.starts_with("sanzhang.resolution.v1.")) return ApplyResolution(envelope, rows);
  return ApplyComplaint(envelope, rows);
}

absl::StatusOr<std::vector<Deadline>> ReadDue(Rows& rows, absl::Time now, const Deadline& after,
                                              int items_max) {
  std::vector<Deadline> due;
  const Value values[] = {TimeValue(now), TimeValue(std::max(after.fires, absl::UnixEpoch())),
                          std::string_view(after.stream), std::string_view(after.kind),
                          std::int64_t{items_max}};
  const absl::Status status = rows.Query(
      "SELECT stream, kind, due, fires FROM deadline "
      "WHERE fires <= ?1 AND (gone IS NULL OR gone > ?1) AND (fires, stream, kind) > (?2, ?3, ?4) "
      "ORDER BY fires, stream, kind LIMIT ?5",
      values, [&due](const Row& row) {
        due.push_back(
            {std::string(row.Text(0)), std::string(row.Text(1)), row.Time(2), row.Time(3)});
      });
  if (!status.ok()) return status;
  return due;
}

}  // namespace sanzhang::projections
