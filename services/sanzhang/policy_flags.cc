#include "services/sanzhang/policy_flags.h"

#include <optional>
#include <utility>

#include "CLI/CLI.hpp"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "eventstore/transparency/files.h"
#include "eventstore/transparency/limits.h"

namespace sanzhang::app {

using transparency::Policy;

absl::Status In(const std::string& what, const absl::Status& status) {
  return absl::Status(status.code(), absl::StrCat(what, ": ", std::string(status.message())));
}

absl::StatusOr<std::string> ReadText(const std::string& path, std::size_t bytes_max) {
  auto text = transparency::GetFile(path, bytes_max);
  if (!text.ok()) return text.status();
  if (!text->has_value()) return absl::NotFoundError(absl::StrCat(path, ": not there"));
  return **std::move(text);
}

namespace {

// A verifier key, or the file that holds one.
absl::StatusOr<transparency::VerifierKey> KeyOf(const std::string& text) {
  if (auto key = transparency::VerifierKey::Parse(text); key.ok()) return key;
  const auto file = ReadText(text, transparency::kNoteBytesMax);
  if (!file.ok()) {
    return absl::InvalidArgumentError(absl::StrCat("--key=", text, ": neither a key nor a file"));
  }
  auto key = transparency::VerifierKey::Parse(std::string(absl::StripAsciiWhitespace(*file)));
  if (!key.ok()) return In(text, key.status());
  return key;
}

}  // namespace

absl::StatusOr<Policy> PolicyOf(const PolicyFlags& flags) {
  std::optional<Policy> policy;
  if (!flags.policy.empty()) {
    const auto text = ReadText(flags.policy, transparency::kPolicyBytesMax);
    if (!text.ok()) return text.status();
    absl::StatusOr<Policy> parsed = Policy::Parse(*text);
    if (!parsed.ok()) return In(flags.policy, parsed.status());
    policy = *std::move(parsed);
  }
  for (const std::string& text : flags.keys) {
    auto key = KeyOf(text);
    if (!key.ok()) return key.status();
    if (policy)
      policy->AddLog(*std::move(key));
    else
      policy = Policy::OfLog(*std::move(key));
  }
  if (!policy || policy->logs().empty()) {
    return absl::InvalidArgumentError(
        "whose log is it? --key=KEY is its public key, --policy=FILE the keys of log and "
        "witnesses");
  }
  return *std::move(policy);
}

void AddPolicyFlags(CLI::App& command, PolicyFlags& flags) {
  command
      .add_option("--key", flags.keys, "The log's public key, or a file with it; may be repeated")
      ->allow_extra_args(false);
  command.add_option("--policy", flags.policy,
                     "Whose word to take: a tlog-policy with log, witnesses and quorum");
}

}  // namespace sanzhang::app
