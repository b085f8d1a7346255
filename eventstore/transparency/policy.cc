#include "eventstore/transparency/policy.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "eventstore/transparency/limits.h"

namespace sanzhang::transparency {
namespace {

constexpr char kNone[] = "none";

absl::Status Invalid(std::string_view why) {
  return absl::InvalidArgumentError(absl::string_view(why.data(), why.size()));
}

bool HasKey(const std::vector<VerifierKey>& keys, const VerifierKey& key) {
  return std::any_of(keys.begin(), keys.end(),
                     [&](const VerifierKey& k) { return k.public_key == key.public_key; });
}

}  // namespace

absl::StatusOr<Policy> Policy::Parse(std::string_view text) {
  if (text.size() > kPolicyBytesMax) return Invalid("the policy is too large");
  Policy policy;
  std::size_t number = 0;
  for (const std::string& line :
       std::vector<std::string>(absl::StrSplit(std::string(text), '\n'))) {
    if (++number > kPolicyLinesMax) return Invalid("the policy has too many lines");
    const std::vector<std::string> words =
        absl::StrSplit(line, absl::ByAnyChar(" \t"), absl::SkipEmpty());
    if (words.empty() || words[0].starts_with('#')) continue;
    if (absl::Status added = policy.AddLine(words); !added.ok()) {
      return Invalid(absl::StrCat("line ", number, ": ", std::string(added.message())));
    }
  }
  if (!policy.quorum_) return Invalid("the policy has no quorum line");
  return policy;
}

Policy Policy::OfLog(VerifierKey key) {
  Policy policy;
  policy.logs_.push_back(std::move(key));
  policy.quorum_ = kNone;
  return policy;
}

absl::Status Policy::AddLine(const std::vector<std::string>& words) {
  if (words[0] == "log") return AddLogLine(words);
  if (words[0] == "witness") return AddWitness(words);
  if (words[0] == "group") return AddGroup(words);
  if (words[0] == "quorum") return SetQuorum(words);
  return Invalid(absl::StrCat("\"", words[0], "\" is not known"));
}

absl::Status Policy::AddLogLine(const std::vector<std::string>& words) {
  if (words.size() < 2 || words.size() > 3) return Invalid("log <vkey> [<url>] is wanted");
  absl::StatusOr<VerifierKey> key = VerifierKey::Parse(words[1]);
  if (!key.ok()) return key.status();
  if (key->kind != KeyKind::kEd25519) return Invalid("not the key of a log");
  if (HasKey(logs_, *key)) return Invalid("this log is there already");
  logs_.push_back(*std::move(key));
  return absl::OkStatus();
}

absl::Status Policy::AddWitness(const std::vector<std::string>& words) {
  if (words.size() < 3 || words.size() > 4)
    return Invalid("witness <name> <vkey> [<url>] is wanted");
  absl::StatusOr<VerifierKey> key = VerifierKey::Parse(words[2]);
  if (!key.ok()) return key.status();
  if (key->kind != KeyKind::kCosignature) return Invalid("not the key of a witness");
  if (words[1] == kNone || Knows(words[1])) return Invalid("this name is taken");
  for (const auto& [_, known] : witnesses_) {
    if (known.public_key == key->public_key) return Invalid("this witness is there already");
  }
  witnesses_.emplace(words[1], *std::move(key));
  return absl::OkStatus();
}

absl::Status Policy::AddGroup(const std::vector<std::string>& words) {
  if (words.size() < 4) return Invalid("group <name> all|any|<k> <name>... is wanted");
  if (words[1] == kNone || Knows(words[1])) return Invalid("this name is taken");
  Group group{0, {words.begin() + 3, words.end()}};
  for (const std::string& member : group.members) {
    if (!Knows(member)) return Invalid(absl::StrCat(member, " is not known yet"));
    if (!members_.insert(member).second)
      return Invalid(absl::StrCat(member, " is in a group already"));
  }
  const absl::StatusOr<std::uint64_t> needed = ParseDecimal(words[2]);
  group.needed = words[2] == "all"   ? group.members.size()
                 : words[2] == "any" ? 1
                                     : static_cast<std::size_t>(needed.value_or(0));
  if (group.needed < 1 || group.needed > group.members.size()) {
    return Invalid(absl::StrCat("\"", words[2], "\" is not all, any or a number of its members"));
  }
  groups_.emplace(words[1], std::move(group));
  return absl::OkStatus();
}

absl::Status Policy::SetQuorum(const std::vector<std::string>& words) {
  if (words.size() != 2) return Invalid("quorum <name> is wanted");
  if (quorum_) return Invalid("there is a quorum already");
  if (words[1] != kNone && !Knows(words[1])) {
    return Invalid(absl::StrCat(words[1], " is not known yet"));
  }
  quorum_ = words[1];
  return absl::OkStatus();
}

bool Policy::Knows(const std::string& name) const {
  return witnesses_.contains(name) || groups_.contains(name);
}

bool Policy::Satisfied(const std::string& name, const std::set<std::string>& witnesses) const {
  const auto group = groups_.find(name);
  if (group == groups_.end()) return name == kNone || witnesses.contains(name);
  const auto& members = group->second.members;
  const auto satisfied = std::count_if(members.begin(), members.end(), [&](const std::string& m) {
    return Satisfied(m, witnesses);
  });
  return static_cast<std::size_t>(satisfied) >= group->second.needed;
}

absl::Status Policy::NobodyTrusted(const SignedNote& note) const {
  const auto named = [](const std::string& name, std::uint32_t id) {
    return absl::StrCat(name, "+", absl::StrFormat("%08x", id));
  };
  std::vector<std::string> signers;
  for (const NoteSignature& signature : note.signatures) {
    signers.push_back(named(signature.name, signature.id));
  }
  std::vector<std::string> trusted;
  for (const VerifierKey& log : logs_) trusted.push_back(named(log.name, log.id));
  return absl::NotFoundError(
      absl::StrCat("no log that is trusted has signed the checkpoint: it is of the log ",
                   note.text.substr(0, note.text.find('\n')), ", signed by ",
                   absl::StrJoin(signers, ", "), "; trusted is ", absl::StrJoin(trusted, ", ")));
}

absl::StatusOr<Policy::Verdict> Policy::Check(const SignedNote& note) const {
  std::optional<Verdict> verdict;
  for (const VerifierKey& log : logs_) {
    absl::StatusOr<Checkpoint> checkpoint = OpenCheckpoint(note, log);
    if (absl::IsNotFound(checkpoint.status())) continue;
    if (!checkpoint.ok()) return checkpoint.status();
    if (!verdict) verdict = Verdict{*std::move(checkpoint), log, {}};
  }
  if (!verdict) return NobodyTrusted(note);
  std::set<std::string> witnesses;
  for (const auto& [name, key] : witnesses_) {
    const absl::StatusOr<std::int64_t> time = VerifyCosignature(note, key);
    if (absl::IsNotFound(time.status())) continue;
    if (!time.ok()) return time.status();
    witnesses.insert(name);
    verdict->witnesses.push_back({name, *time});
  }
  if (!Satisfied(*quorum_, witnesses)) {
    return absl::NotFoundError(absl::StrCat(
        "too few witnesses have cosigned the checkpoint: the policy asks for ", *quorum_,
        ", there ",
        witnesses.empty() ? "is none" : absl::StrCat("are ", absl::StrJoin(witnesses, ", "))));
  }
  return *std::move(verdict);
}

}  // namespace sanzhang::transparency
