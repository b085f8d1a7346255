#include "services/runtime/command_runner.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "proto/wire/etag.h"
#include "proto/wire/fact.h"
#include "proto/wire/names.h"
#include "proto/wire/refusal.h"
#include "proto/wire/time.h"
#include "services/runtime/answers.h"
#include "services/runtime/claims.h"
#include "services/runtime/origin.h"
#include "services/runtime/recorder.h"
#include "services/runtime/request_check.h"
#include "services/runtime/veil.h"

namespace sanzhang::runtime {
namespace {

using eventstore::AppendResult;
using eventstore::Condition;
using eventstore::Expectation;

// A client's word about how calls belong together; anything that is not plain and short is ignored.
std::string TraceOf(const Metadata& metadata, std::string_view key) {
  const std::string_view value = ValueOf(metadata, key);
  const bool plain =
      std::all_of(value.begin(), value.end(), [](char c) { return c > 0x20 && c < 0x7F; });
  return std::string(plain && value.size() <= kTraceBytesMax ? value : std::string_view());
}

Expectation At(std::uint64_t revision) {
  return revision == 0 ? Expectation(eventstore::NoStream()) : Expectation(revision);
}

bool Same(const Condition& a, const Condition& b) {
  return a.stream == b.stream && a.expected == b.expected;
}

void AddCondition(Condition condition, std::vector<Condition>& to) {
  const bool there = std::any_of(to.begin(), to.end(),
                                 [&](const Condition& other) { return Same(condition, other); });
  if (!there) to.push_back(std::move(condition));
}

// Adds the record of an event to what is written to its stream.
absl::Status AddFact(google::protobuf::Message& event, Recorder& recorder,
                     eventstore::StreamWrite& write) {
  google::protobuf::Message* fact = wire::MutableFactOf(event);
  if (fact == nullptr) return Bug("an event without a fact");
  absl::StatusOr<log::v1::Record> record = recorder.Record(write.stream, *fact);
  if (!record.ok()) return record.status();
  write.records.push_back(*std::move(record));
  return absl::OkStatus();
}

// What is written to a stream other than the command's. What was read of it, as a condition, is
// what the write expects; what was not found must not be there.
eventstore::StreamWrite& WriteTo(const std::string& stream, eventstore::Append& append) {
  for (eventstore::StreamWrite& write : append.writes) {
    if (write.stream == stream) return write;
  }
  eventstore::StreamWrite& write = append.writes.emplace_back();
  write.stream = stream;
  write.expected = eventstore::NoStream();
  const auto known = std::find_if(append.conditions.begin(), append.conditions.end(),
                                  [&](const Condition& other) { return other.stream == stream; });
  if (known != append.conditions.end()) {
    write.expected = known->expected;
    append.conditions.erase(known);
  }
  return write;
}

}  // namespace

// One command from arrival to answer.
struct CommandRunner::Command {
  Command(const CommandType& type_, const google::protobuf::Message& request_, Call call_,
          Done done_, Companion* companion_)
      : type(type_),
        request(request_),
        call(std::move(call_)),
        done(std::move(done_)),
        companion(companion_) {}

  const CommandType& type;
  const google::protobuf::Message& request;
  const Call call;
  const Done done;
  Companion* const companion;  // May be null.
  const absl::Time began = absl::Now();

  CommandHead head;
  Principal principal;
  std::string name;
  std::string community;
  bool fresh = false;  // The name was made here and now: nothing can be there.
  std::optional<eventstore::RequestKey>
      key;  // Once it is known who asks, and that it is a request.
  absl::Time deadline;

  int attempts = 0;
  std::uint64_t decided_on = 0;  // The revision that the last decision was made on.
  bool did_gather = false;       // In the last attempt.
  bool committed = false;        // The last attempt, not an earlier request.
  std::shared_ptr<const void> gathered;
};

// What one decision rests on.
struct CommandRunner::Scene {
  Folded subject;
  Context context;
  std::vector<GroundedStanding> standings;
  std::vector<Condition> conditions;
};

CommandRunner::CommandRunner(Parts parts) : CommandRunner(parts, Options()) {}

CommandRunner::CommandRunner(Parts parts, Options options)
    : parts_(parts),
      options_(std::move(options)),
      ids_(options_.now, options_.randomness),
      cache_(options_.states_cached_max),
      loader_(parts_.store, cache_) {}

CommandRunner::~CommandRunner() { Drain(absl::InfiniteFuture()); }

bool CommandRunner::Drain(absl::Time deadline) {
  absl::MutexLock lock(&mutex_);
  draining_ = true;
  const auto idle = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return in_flight_ == 0; };
  return mutex_.AwaitWithDeadline(absl::Condition(&idle), deadline);
}

absl::Status CommandRunner::Enter() {
  absl::MutexLock lock(&mutex_);
  ++in_flight_;
  if (draining_) return wire::RefuseForNow(type::v1::ERROR_REASON_DRAINING, kRetryDelay);
  if (in_flight_ > options_.in_flight_max) {
    return wire::RefuseForNow(type::v1::ERROR_REASON_OVERLOADED, kRetryDelay);
  }
  return absl::OkStatus();
}

void CommandRunner::Run(const CommandType& type, const google::protobuf::Message& request,
                        Call call, Done done, Companion* companion) {
  auto command =
      std::make_shared<Command>(type, request, std::move(call), std::move(done), companion);
  absl::Status ready = Enter();
  if (ready.ok()) ready = Prepare(*command);
  if (!ready.ok()) return Finish(command, std::move(ready));
  // What was answered before is answered again before a stream is read. A new name has no stream to
  // read, and the store itself sees the repeat.
  if (!command->fresh) {
    absl::StatusOr<std::optional<Answer>> first = FirstAnswer(*command);
    if (!first.ok()) return Finish(command, first.status());
    if (first->has_value()) return Finish(command, **std::move(first));
  }
  if (companion == nullptr) return Attempt(std::move(command));
  companion->worker().Run(
      [this, command = std::move(command)]() mutable { Attempt(std::move(command)); });
}

absl::Status CommandRunner::Prepare(Command& command) {
  absl::StatusOr<Principal> principal = parts_.authenticator.Authenticate(command.call.metadata);
  if (!principal.ok()) return principal.status();
  command.principal = *std::move(principal);
  if (absl::Status checked = CheckRequest(command.request); !checked.ok()) return checked;

  command.head = command.type.head(command.request);
  const auto time = TimeOfFact(*command.head.origin, options_.now());
  if (!time.ok()) return time.status();
  if (command.type.new_name != nullptr) {
    const std::string fresh_id = ids_.ResourceId();
    command.name = command.type.new_name(command.request, fresh_id);
    command.fresh = wire::IdOf(command.name) == fresh_id;
  } else {
    command.name = command.type.name != nullptr ? command.type.name(command.request)
                                                : std::string(command.head.name);
  }
  command.community = std::string(wire::CommunityOf(command.name));
  if (command.community.empty()) return Bug("a command about no community");
  command.key = eventstore::RequestKey{.principal = command.principal.key(),
                                       .request_id = std::string(command.head.request_id),
                                       .digest = DigestOf(command.request, parts_.sealer)};
  if (command.type.veiled) *command.key = VeiledKey(*command.key);
  const absl::Duration left = command.call.deadline == absl::InfiniteFuture()
                                  ? kDeadlineDefault
                                  : command.call.deadline - command.began;
  command.deadline = options_.now() + std::min(left, kDeadlineMax);
  return absl::OkStatus();
}

void CommandRunner::Attempt(CommandPtr command) {
  ++command->attempts;
  absl::StatusOr<eventstore::Append> append = Decide(*command);
  if (!append.ok()) return Finish(command, Repeated(*command, append.status()));
  if (command->head.validate_only) {
    Answer answer{command->fresh ? std::string() : command->name, wire::EtagOf(command->decided_on),
                  0};
    return Finish(command, Repeated(*command, std::move(answer)));
  }
  parts_.store.Append(*std::move(append), [this, command](AppendResult result) mutable {
    Settle(std::move(command), std::move(result));
  });
}

absl::StatusOr<eventstore::Append> CommandRunner::Decide(Command& command) {
  Scene scene;
  if (absl::Status set = SetScene(command, scene); !set.ok()) return set;
  command.decided_on = scene.subject.revision;
  if (absl::Status authorised = Authorise(command, scene); !authorised.ok()) return authorised;
  if (!command.head.etag.empty()) {
    const std::optional<std::uint64_t> expected = wire::RevisionOf(command.head.etag);
    if (expected != scene.subject.revision) {
      return Conflict(command.head.etag, scene.subject.revision);
    }
  }
  if (absl::Status gathered = Gather(command, scene); !gathered.ok()) return gathered;
  Verdict verdict = command.type.decide(scene.subject.state.get(), command.request, scene.context);
  if (verdict.refusal != nullptr) {
    return wire::Refuse(verdict.refusal->reason, std::move(verdict.refusal->metadata));
  }
  return Compose(command, scene, std::move(verdict));
}

absl::Status CommandRunner::SetScene(const Command& command, Scene& scene) {
  const AggregateType& aggregate = *command.type.aggregate;
  if (command.fresh) {
    scene.subject = {0, aggregate.new_state()};
  } else {
    absl::StatusOr<Folded> subject = loader_.Load(aggregate, command.name);
    if (!subject.ok()) return subject.status();
    scene.subject = *std::move(subject);
  }
  const absl::Time now = options_.now();
  const absl::StatusOr<absl::Time> time = TimeOfFact(*command.head.origin, now);
  if (!time.ok()) return time.status();
  absl::StatusOr<std::vector<GroundedStanding>> standings =
      parts_.directory.StandingsOf(command.community, command.principal, now);
  if (!standings.ok()) return standings.status();
  scene.standings = *std::move(standings);
  for (const type::v1::Role role : command.principal.installation_roles) {
    scene.standings.emplace_back().standing.role = role;
  }

  Context& context = scene.context;
  context.now = *time;
  context.name = command.name;
  context.community = command.community;
  context.acting.kind = command.head.origin->channel() == type::v1::CHANNEL_IMPORT
                            ? log::v1::Actor::KIND_IMPORT
                            : command.principal.kind;
  context.acting.subject = command.principal.SubjectIn(command.community);
  for (const GroundedStanding& grounded : scene.standings) {
    context.acting.all.push_back(grounded.standing);
  }
  return FindFacts(command, scene);
}

absl::Status CommandRunner::FindFacts(const Command& command, Scene& scene) {
  const type::v1::Origin& origin = *command.head.origin;
  Facts& facts = scene.context.facts;
  facts.policies = &parts_.policies;
  Needs needs;
  if (command.type.needs != nullptr) {
    needs = command.type.needs(scene.subject.state.get(), command.request);
  }
  if (!origin.witness().empty()) needs.persons.push_back(origin.witness());
  if (!origin.on_behalf_of().empty()) needs.persons.push_back(origin.on_behalf_of());
  if (needs.caller) {
    needs.persons.push_back(scene.context.acting.subject);
    needs.relatives_of.push_back(scene.context.acting.subject);
  }
  if (needs.peers.size() > kPeersPerCommandMax) return Bug("a command needs too many peers");
  for (const std::string& peer : needs.peers) {
    const auto kind = parts_.kinds.find(wire::CollectionOf(peer));
    const AggregateType& type =
        kind == parts_.kinds.end() ? *command.type.aggregate : *kind->second;
    absl::StatusOr<Folded> folded = loader_.Load(type, peer);
    if (!folded.ok()) return folded.status();
    if (folded->revision == 0) continue;
    AddCondition({peer, At(folded->revision)}, scene.conditions);
    facts.peers.insert_or_assign(peer, std::move(folded->state));
  }
  return parts_.directory.Resolve(command.community, needs, facts, scene.conditions);
}

absl::Status CommandRunner::Authorise(const Command& command, Scene& scene) {
  const void* state = scene.subject.state.get();
  const type::v1::Origin& origin = *command.head.origin;
  Context& context = scene.context;
  type::v1::Place place;
  if (command.type.place != nullptr) {
    place = command.type.place(state, command.request, context.facts);
  }
  const auto related = [&](type::v1::Relation relation, const Standing& standing) {
    // Nobody is anything to what is not there.
    return scene.subject.revision != 0 && command.type.aggregate->related != nullptr &&
           command.type.aggregate->related(state, relation, standing, context.acting.subject);
  };
  const GroundedStanding* chosen =
      ChooseCapacity(command.type.method->rule, scene.standings,
                     {.place = place,
                      .acting_as = origin.acting_as(),
                      .anywhere = command.type.anywhere,
                      .importing = origin.channel() == type::v1::CHANNEL_IMPORT,
                      .related = related});
  if (chosen == nullptr) return wire::Refuse(type::v1::ERROR_REASON_PERMISSION_DENIED);
  context.acting.as = chosen->standing;
  for (const Condition& ground : chosen->grounds) AddCondition(ground, scene.conditions);

  // A standing that the community gave proves that it exists; the installation's roles do not.
  const auto& installed = command.principal.installation_roles;
  const bool proven =
      std::find(installed.begin(), installed.end(), chosen->standing.role) == installed.end();
  if (!proven && scene.subject.revision == 0 && command.name != command.community) {
    const auto revision = parts_.store.RevisionOf(command.community);
    if (!revision.ok()) return revision.status();
    if (*revision == 0) {
      return wire::Refuse(type::v1::ERROR_REASON_RESOURCE_NOT_FOUND,
                          {{"resource", command.community}});
    }
  }
  for (const std::string* person : {&origin.witness(), &origin.on_behalf_of()}) {
    const auto found = context.facts.persons.find(*person);
    const bool known = found != context.facts.persons.end() && found->second.known;
    if (person->empty() || known) continue;
    return wire::Refuse(type::v1::ERROR_REASON_RESOURCE_NOT_FOUND, {{"resource", *person}});
  }
  return absl::OkStatus();
}

absl::Status CommandRunner::Gather(Command& command, Scene& scene) {
  command.did_gather = false;
  if (command.companion == nullptr) return absl::OkStatus();
  Recorder recorder = RecorderOf(command, scene.context, {});
  const Gathering gathering{
      .request = command.request,
      .state = scene.subject.state.get(),
      .context = scene.context,
      .record = [&recorder](
                    std::string_view stream,
                    google::protobuf::Message& fact) { return recorder.Record(stream, fact); },
      .rest_on =
          [&scene](std::string_view stream, std::uint64_t revision) {
            AddCondition({std::string(stream), At(revision)}, scene.conditions);
          }};
  absl::StatusOr<std::shared_ptr<const void>> gathered = command.companion->Gather(gathering);
  if (!gathered.ok()) return gathered.status();
  command.did_gather = true;
  command.gathered = *gathered;
  scene.context.facts.gathered = *std::move(gathered);
  return absl::OkStatus();
}

absl::StatusOr<eventstore::Append> CommandRunner::Compose(const Command& command, Scene& scene,
                                                          Verdict verdict) {
  if (verdict.events.size() > kEventsPerCommandMax ||
      verdict.claims.size() > kClaimsPerCommandMax ||
      verdict.elsewhere.size() > kElsewherePerCommandMax) {
    return Bug("a decision is too large");
  }
  Recorder recorder = RecorderOf(command, scene.context, std::move(verdict.policy_refs));
  eventstore::Append append;
  append.request = command.key;
  append.subject = command.name;
  append.deadline = command.deadline;
  append.conditions = std::move(scene.conditions);
  if (verdict.events.empty()) {
    // "Already so" must still be so when it is remembered.
    AddCondition({command.name, At(scene.subject.revision)}, append.conditions);
  } else {
    append.writes.push_back({command.name, At(scene.subject.revision), {}});
    for (const auto& event : verdict.events) {
      absl::Status added = AddFact(*event, recorder, append.writes.back());
      if (!added.ok()) return added;
    }
  }
  for (const auto& other : verdict.elsewhere) {
    absl::Status added = AddFact(*other.event, recorder, WriteTo(other.name, append));
    if (!added.ok()) return added;
  }
  absl::Status claimed = AddClaims(parts_.store, command.name, verdict.claims, recorder, append);
  if (!claimed.ok()) return claimed;
  return append;
}

Recorder CommandRunner::RecorderOf(const Command& command, const Context& context,
                                   std::vector<std::string> policy_refs) {
  const type::v1::Origin& origin = *command.head.origin;
  log::v1::Record envelope;
  envelope.set_community(command.community);
  *envelope.mutable_occurred_at() = wire::ToStamp(context.now);
  log::v1::Actor& actor = *envelope.mutable_actor();
  actor.set_kind(context.acting.kind);
  actor.set_subject(context.acting.subject);
  actor.set_membership(context.acting.as.membership);
  actor.set_body(context.acting.as.body);
  actor.set_role(context.acting.as.role);
  actor.set_on_behalf_of(origin.on_behalf_of());
  envelope.set_channel(origin.channel() == type::v1::CHANNEL_UNSPECIFIED ? type::v1::CHANNEL_API
                                                                         : origin.channel());
  envelope.set_identity_level(origin.identity_level());
  envelope.set_request_id(std::string(command.head.request_id));
  envelope.set_correlation_id(TraceOf(command.call.metadata, "sanzhang-correlation-id"));
  envelope.set_causation_id(TraceOf(command.call.metadata, "sanzhang-causation-id"));
  envelope.set_trace_parent(TraceOf(command.call.metadata, "traceparent"));
  for (std::string& ref : policy_refs) envelope.add_policy_refs(std::move(ref));
  if (command.type.veiled) {
    Veil(envelope);
    return Recorder(std::move(envelope), command.name, parts_.sealer, ids_);
  }

  // Personal text that names nobody: of the person that the command is about, else of the one for
  // whom it is given, else of the one who gives it; of nobody known, then it goes with the
  // resource.
  std::string subject = command.name;
  if (wire::CollectionOf(command.name) != "persons") {
    if (!origin.on_behalf_of().empty()) {
      subject = origin.on_behalf_of();
    } else if (command.principal.kind == log::v1::Actor::KIND_PERSON) {
      subject = context.acting.subject;
    }
  }
  return Recorder(std::move(envelope), std::move(subject), parts_.sealer, ids_);
}

absl::StatusOr<std::optional<Answer>> CommandRunner::FirstAnswer(const Command& command) const {
  const auto receipt = parts_.store.FindRequest(*command.key);
  if (absl::IsAlreadyExists(receipt.status())) return Reused(command.head.request_id);
  if (!receipt.ok()) return receipt.status();
  if (!receipt->has_value()) return std::nullopt;
  return AnswerOf(**receipt);
}

absl::StatusOr<Answer> CommandRunner::Repeated(const Command& command,
                                               absl::StatusOr<Answer> otherwise) const {
  absl::StatusOr<std::optional<Answer>> first = FirstAnswer(command);
  if (!first.ok()) return first.status();
  return first->has_value() ? **std::move(first) : std::move(otherwise);
}

void CommandRunner::Settle(CommandPtr command, AppendResult result) {
  switch (result.kind) {
    case AppendResult::Kind::kCommitted:
      command->committed = true;
      [[fallthrough]];
    case AppendResult::Kind::kReplayed:
      return Finish(command, AnswerOf(result.receipt));
    case AppendResult::Kind::kConflict:
      break;
    default:
      return Finish(command, RefusalOf(result, command->head.request_id));
  }
  if (command->attempts < options_.attempts_max) {
    Worker& worker = command->companion == nullptr ? again_ : command->companion->worker();
    worker.Run([this, command = std::move(command)]() mutable { Attempt(std::move(command)); });
    return;
  }
  std::uint64_t actual = command->decided_on;
  for (const eventstore::Conflict& conflict : result.conflicts) {
    if (conflict.stream == command->name) actual = conflict.actual;
  }
  Finish(command, Conflict(wire::EtagOf(command->decided_on), actual));
}

void CommandRunner::Finish(const CommandPtr& command, absl::StatusOr<Answer> answer) {
  if (!command->did_gather) return Answered(*command, std::move(answer));
  const bool unknown = !answer.ok() && wire::ReasonOf(answer.status()) ==
                                           type::v1::ERROR_REASON_COMMIT_OUTCOME_UNKNOWN;
  const Settled settled = command->committed ? Settled::kCommitted
                          : unknown          ? Settled::kUnknown
                                             : Settled::kNotCommitted;
  command->companion->worker().Run([this, command, settled, answer = std::move(answer)]() mutable {
    command->companion->Settle(command->gathered, settled);
    Answered(*command, std::move(answer));
  });
}

void CommandRunner::Answered(Command& command, absl::StatusOr<Answer> answer) {
  if (parts_.observer != nullptr) {
    parts_.observer->Answered(command.type.method->path, answer.status(),
                              absl::Now() - command.began);
  }
  // The request may be gone once this returns.
  command.done(std::move(answer));
  absl::MutexLock lock(&mutex_);
  --in_flight_;
}

}  // namespace sanzhang::runtime
