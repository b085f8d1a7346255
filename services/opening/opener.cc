#include "services/opening/opener.h"

#include <map>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "proto/wire/names.h"
#include "proto/wire/time.h"
#include "sanzhang/privacy/v1/opening_events.pb.h"
#include "services/keyring/text_cipher.h"
#include "services/runtime/answers.h"

namespace sanzhang::opening {
namespace {

using keyring::SubjectState;
using opening::v1::OpenTextsRequest;
using opening::v1::OpenTextsResponse;
using type::v1::SealedPassage;

constexpr std::string_view kPersons = "persons/";
// Of the subjects in one record, which must fit the log.
constexpr std::size_t kSubjectBytesMax = 32 * 1024;

// A viewer, `persons/p1`, in a community; a service is the same in all.
std::string ViewerIn(std::string_view community, std::string_view viewer) {
  if (!viewer.starts_with(kPersons)) return std::string(viewer);
  return wire::Child(community, "persons", viewer.substr(kPersons.size()));
}

std::string StreamOf(std::string_view community, std::string_view viewer) {
  const bool person = viewer.starts_with(kPersons);
  const std::string id(viewer.substr(viewer.find('/') + 1));
  return wire::Child(community, "viewers", absl::StrCat(person ? "person-" : "service-", id));
}

bool IsOwn(const SealedPassage& passage, std::string_view viewer) {
  return passage.text().subject() == ViewerIn(wire::CommunityOf(passage.stream()), viewer);
}

log::v1::Record Envelope(std::string_view community, const OpenTextsRequest& request,
                         absl::Time now) {
  const std::string_view viewer = request.viewer();
  log::v1::Record record;
  record.set_community(std::string(community));
  record.set_stream(StreamOf(community, viewer));
  record.set_type(privacy::v1::PersonalTextsOpened::descriptor()->full_name());
  *record.mutable_occurred_at() = wire::ToStamp(now);
  record.mutable_actor()->set_kind(viewer.starts_with(kPersons) ? log::v1::Actor::KIND_PERSON
                                                                : log::v1::Actor::KIND_SERVICE);
  record.mutable_actor()->set_subject(ViewerIn(community, viewer));
  record.mutable_actor()->set_role(request.capacity());
  record.set_channel(type::v1::CHANNEL_API);
  return record;
}

}  // namespace

Opener::Opener(eventstore::EventStore& store, keyring::SubjectKeyring& keyring, Options options)
    : store_(store),
      keyring_(keyring),
      options_(std::move(options)),
      ids_(options_.now),
      looks_(options_.looks_max) {}

void Opener::Open(const OpenTextsRequest& request, absl::Time deadline, Done done) {
  OpenTextsResponse response;
  std::vector<const SealedPassage*> looked_at;
  for (const SealedPassage& passage : request.passages()) {
    const bool own = IsOwn(passage, request.viewer());
    absl::StatusOr<views::v1::Words> words = OpenOne(passage, own);
    if (!words.ok()) return done(words.status());
    if (words->state() == views::v1::WORDS_STATE_SHOWN && !own) looked_at.push_back(&passage);
    *response.add_words() = *std::move(words);
  }
  eventstore::Append append;
  append.writes = Records(request, looked_at);
  append.deadline = deadline;
  if (append.writes.empty()) return done(std::move(response));

  std::vector<std::string> subjects;
  for (const SealedPassage* passage : looked_at) subjects.push_back(passage->text().subject());
  store_.Append(std::move(append),
                [this, done = std::move(done), response = std::move(response),
                 subjects = std::move(subjects), viewer = request.viewer(),
                 method = request.method()](eventstore::AppendResult result) mutable {
                  if (result.kind != eventstore::AppendResult::Kind::kCommitted) {
                    return done(runtime::RefusalOf(result, ""));
                  }
                  for (const std::string& subject : subjects) {
                    looks_.Remember(viewer, method, subject, options_.now());
                  }
                  done(std::move(response));
                });
}

absl::StatusOr<views::v1::Words> Opener::OpenOne(const SealedPassage& passage, bool own) {
  views::v1::Words words;
  if (passage.text().subject().empty()) {
    words.set_state(views::v1::WORDS_STATE_UNREADABLE);
    options_.on_unreadable(passage);
    return words;
  }
  const absl::StatusOr<keyring::SubjectKey> key = keyring_.Find(passage.text().subject());
  if (!key.ok()) return key.status();
  if (key->state == SubjectState::kDestroyed) {
    words.set_state(views::v1::WORDS_STATE_ERASED);
    return words;
  }
  if (key->state == SubjectState::kRestricted && !own) {
    words.set_state(views::v1::WORDS_STATE_RESTRICTED);
    return words;
  }
  const std::string event_id = absl::HexStringToBytes(passage.event_id());
  std::optional<std::string> text =
      keyring::OpenText(*key,
                        {.community = wire::CommunityOf(passage.stream()),
                         .stream = passage.stream(),
                         .event_id = event_id,
                         .type = passage.fact_type(),
                         .field = passage.field(),
                         .subject = passage.text().subject()},
                        passage.text().sealed());
  words.set_state(text ? views::v1::WORDS_STATE_SHOWN : views::v1::WORDS_STATE_UNREADABLE);
  if (text) words.set_text(*std::move(text));
  if (!text) options_.on_unreadable(passage);
  return words;
}

std::vector<eventstore::StreamWrite> Opener::Records(
    const OpenTextsRequest& request, const std::vector<const SealedPassage*>& looked_at) {
  const absl::Time now = options_.now();
  std::map<std::string, std::set<std::string>> news;  // Subjects by community.
  for (const SealedPassage* passage : looked_at) {
    const std::string& subject = passage->text().subject();
    if (looks_.Recorded(request.viewer(), request.method(), subject, now)) continue;
    news[std::string(wire::CommunityOf(passage->stream()))].insert(subject);
  }
  std::vector<eventstore::StreamWrite> writes;
  for (const auto& [community, subjects] : news) {
    const log::v1::Record envelope = Envelope(community, request, now);
    eventstore::StreamWrite write{.stream = envelope.stream(), .expected = {}, .records = {}};
    privacy::v1::PersonalTextsOpened opened;
    const auto add = [&] {
      log::v1::Record& record = write.records.emplace_back(envelope);
      record.set_event_id(ids_.EventId());
      opened.set_viewer(envelope.actor().subject());
      opened.set_capacity(request.capacity());
      opened.set_method(request.method());
      opened.SerializeToString(record.mutable_payload());
      opened.Clear();
    };
    std::size_t bytes = 0;
    for (const std::string& subject : subjects) {
      if (bytes + subject.size() > kSubjectBytesMax) {
        add();
        bytes = 0;
      }
      bytes += subject.size();
      opened.add_subjects(subject);
    }
    add();
    writes.push_back(std::move(write));
  }
  return writes;
}

}  // namespace sanzhang::opening
