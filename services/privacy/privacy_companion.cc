#include "services/privacy/privacy_companion.h"

#include <optional>
#include <span>
#include <utility>

#include "absl/strings/escaping.h"
#include "eventstore/limits.h"
#include "proto/wire/names.h"
#include "proto/wire/personal_texts.h"
#include "proto/wire/refusal.h"
#include "sanzhang/privacy/v1/privacy_service.pb.h"
#include "services/privacy/cases.h"
#include "services/privacy/data_subject.h"
#include "services/privacy/limits.h"
#include "services/privacy/privacy_index.h"
#include "services/privacy/rules.h"
#include "services/privacy/subject_request.h"
#include "services/runtime/command_type.h"

namespace sanzhang::privacy {
namespace {

using google::protobuf::DynamicCastToGenerated;
using Then = Gathered::Then;

// What is read at once is not kept: it is read once.
constexpr std::size_t kStatesCachedMax = 16;

static_assert(2 * kCasesRestedOnMax <= eventstore::kAppendConditionsMax, "others need room too");

const RequestState& RequestOf(const runtime::Gathering& gathering) {
  return *static_cast<const RequestState*>(gathering.state);
}

// Whether the record holds such words of the person.
bool HoldsWords(const log::v1::Record& record, std::string_view person, std::string_view field) {
  const auto* type =
      google::protobuf::DescriptorPool::generated_pool()->FindMessageTypeByName(record.type());
  if (type == nullptr || !wire::HoldsTexts(*type)) return false;
  const std::unique_ptr<google::protobuf::Message> fact(
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(type)->New());
  if (!fact->ParseFromString(record.payload())) return false;
  bool found = false;
  wire::VisitTexts(*fact, [&](const std::string& path, const type::v1::PersonalText& text) {
    found = found || (path == field && text.subject() == person);
  });
  return found;
}

void RestOn(const std::string& name, std::uint64_t revision, const runtime::Gathering& gathering,
            Gathered& gathered) {
  if (++gathered.rested_on <= kCasesRestedOnMax) gathering.rest_on(name, revision);
}

}  // namespace

PrivacyCompanion::PrivacyCompanion(const eventstore::EventStore& store,
                                   keyring::SubjectKeyring& keyring, AtStep at_step)
    : store_(store),
      keyring_(keyring),
      at_step_(at_step),
      cache_(kStatesCachedMax),
      loader_(store, cache_) {}

absl::Status PrivacyCompanion::AddComplaint(const std::string& name, int retention_years,
                                            const runtime::Gathering& gathering,
                                            Gathered& gathered) {
  const auto folded = loader_.Load(runtime::AggregateTypeOf<ComplaintCase>(), name);
  if (!folded.ok()) return folded.status();
  RestOn(name, folded->revision, gathering, gathered);
  const auto& complaint = *static_cast<const ComplaintCase::State*>(folded->state.get());
  absl::StatusOr<runtime::Folded> main;
  const ComplaintCase::State* main_state = nullptr;
  if (!complaint.main.empty()) {
    main = loader_.Load(runtime::AggregateTypeOf<ComplaintCase>(), complaint.main);
    if (!main.ok()) return main.status();
    RestOn(complaint.main, main->revision, gathering, gathered);
    main_state = static_cast<const ComplaintCase::State*>(main->state.get());
  }
  for (v1::Hold& hold :
       HoldsOf(name, complaint, main_state, retention_years, gathering.context.now)) {
    gathered.holds.push_back(std::move(hold));
  }
  return absl::OkStatus();
}

absl::Status PrivacyCompanion::AddVote(const std::string& name, const runtime::Gathering& gathering,
                                       Gathered& gathered) {
  const auto folded = loader_.Load(runtime::AggregateTypeOf<VoteCase>(), name);
  if (!folded.ok()) return folded.status();
  RestOn(name, folded->revision, gathering, gathered);
  const auto& vote = *static_cast<const VoteCase::State*>(folded->state.get());
  for (v1::Hold& hold : HoldsOf(name, vote)) gathered.holds.push_back(std::move(hold));
  return absl::OkStatus();
}

absl::Status PrivacyCompanion::FindHolds(std::string_view person,
                                         const runtime::Gathering& gathering, Gathered& gathered) {
  const auto entries = store_.ReadIndex(CasesOf(person), kCasesMax + 1);
  if (!entries.ok()) return entries.status();
  if (entries->size() > kCasesMax) {
    return wire::Refuse(type::v1::ERROR_REASON_TOO_MANY,
                        {{"items_max", std::to_string(kCasesMax)}});
  }
  const policy::v1::SubjectRightsRule* rule = rules::RuleInForce(gathering.context);
  if (rule == nullptr) {
    runtime::Refusal refusal = rules::NoRule();
    return wire::Refuse(refusal.reason, std::move(refusal.metadata));
  }
  // The newest first: ids are in the order of time.
  for (auto found = entries->rbegin(); found != entries->rend(); ++found) {
    const eventstore::IndexEntry& entry = *found;
    const bool complaint = wire::CollectionOf(entry.value) == "complaints";
    absl::Status added =
        complaint ? AddComplaint(entry.value, rule->retention_years(), gathering, gathered)
                  : AddVote(entry.value, gathering, gathered);
    if (!added.ok()) return added;
  }
  return absl::OkStatus();
}

absl::Status PrivacyCompanion::FindWords(std::string_view person, const v1::FactField& words,
                                         Gathered& gathered) {
  const std::string event_id = absl::HexStringToBytes(words.event_id());
  std::uint64_t from = 1;
  std::size_t searched = 0;
  while (from != 0 && searched < kSearchedMax) {
    const auto page = store_.ReadStream(words.stream(), from, eventstore::Direction::kForwards, {});
    if (!page.ok()) return page.status();
    for (const eventstore::Stored& stored : page->records) {
      ++searched;
      log::v1::Record record;
      if (!record.ParseFromString(stored.bytes) || record.event_id() != event_id) continue;
      gathered.words_found = HoldsWords(record, person, words.field());
      return absl::OkStatus();
    }
    from = page->next_revision;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<const void>> PrivacyCompanion::Gather(
    const runtime::Gathering& gathering) {
  const google::protobuf::Message* request = &gathering.request;
  auto gathered = std::make_shared<Gathered>();
  absl::Status status;
  if (DynamicCastToGenerated<v1::ProposeErasureRequest>(request)) {
    status = FindHolds(RequestOf(gathering).subject, gathering, *gathered);
  } else if (DynamicCastToGenerated<v1::ApproveErasureRequest>(request)) {
    gathered->subject = RequestOf(gathering).subject;
    gathered->then = Then::kDestroy;
    status = FindHolds(gathered->subject, gathering, *gathered);
  } else if (auto* correct = DynamicCastToGenerated<v1::CorrectPersonalDataRequest>(request)) {
    // Another community's stream is not looked into.
    if (wire::CommunityOf(correct->corrects().stream()) == gathering.context.community) {
      status = FindWords(RequestOf(gathering).subject, correct->corrects(), *gathered);
    }
  } else if (DynamicCastToGenerated<v1::RestrictProcessingRequest>(request)) {
    gathered->subject = RequestOf(gathering).subject;
    gathered->then = Then::kRestrict;
  } else if (auto* lift = DynamicCastToGenerated<v1::LiftRestrictionRequest>(request)) {
    gathered->subject = PersonOf(lift->name());
    gathered->then = Then::kLift;
  }
  if (!status.ok()) return status;
  return gathered;
}

void PrivacyCompanion::Settle(const std::shared_ptr<const void>& gathered,
                              runtime::Settled settled) {
  const Gathered& found = *static_cast<const Gathered*>(gathered.get());
  if (settled != runtime::Settled::kCommitted || found.subject.empty()) return;
  if (at_step_ != nullptr) at_step_("recorded");
  // One that fails now has stopped the keyring: it is done at the restart.
  switch (found.then) {
    case Then::kNothing:
      break;
    case Then::kDestroy:
      keyring_.Destroy(std::span(&found.subject, 1)).IgnoreError();
      break;
    case Then::kRestrict:
      keyring_.Restrict(found.subject).IgnoreError();
      break;
    case Then::kLift:
      keyring_.Lift(found.subject).IgnoreError();
      break;
  }
  if (at_step_ != nullptr) at_step_("obeyed");
}

}  // namespace sanzhang::privacy
