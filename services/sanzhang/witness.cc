// `sanzhang witness`: cosigns the checkpoints of logs that it is told of, if each goes on from the
// last. To be run by somebody else than who runs the log.
#include "eventstore/transparency/witness.h"

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "eventstore/transparency/files.h"
#include "eventstore/transparency/limits.h"
#include "services/sanzhang/commands.h"
#include "services/sanzhang/http.h"
#include "services/sanzhang/json_log.h"
#include "services/sanzhang/server.h"

namespace sanzhang::app {
namespace {

using transparency::SigningKey;
using transparency::VerifierKey;

constexpr char kKeyFile[] = "witness.key";

struct WitnessFlags {
  std::string folder = "witness";
  std::string name;
  std::string listen = "127.0.0.1:7310";
  std::vector<std::string> logs;
};

// The key in the folder, made at first; it keeps the name that it has.
absl::StatusOr<SigningKey> KeyIn(const WitnessFlags& flags) {
  const std::string file = absl::StrCat(flags.folder, "/", kKeyFile);
  const auto text = transparency::GetFile(file, transparency::kNoteBytesMax);
  if (!text.ok()) return text.status();
  if (text->has_value()) {
    absl::StatusOr<SigningKey> key =
        SigningKey::Parse(std::string(absl::StripAsciiWhitespace(**text)));
    if (!key.ok()) return absl::DataLossError(absl::StrCat(file, ": not a key"));
    if (flags.name.empty() || flags.name == key->verifier().name) return key;
    return absl::InvalidArgumentError(
        absl::StrCat("--name=", flags.name, ", but this witness is called ", key->verifier().name));
  }
  if (flags.name.empty()) {
    return absl::InvalidArgumentError("a new witness needs a name: --name=witness.example.org");
  }
  absl::StatusOr<SigningKey> key =
      SigningKey::Make(flags.name, transparency::KeyKind::kCosignature);
  if (!key.ok()) return key;
  absl::Status kept = transparency::MakeFolder(flags.folder, 0700);
  if (kept.ok()) {
    kept = transparency::PutFile(file, key->Encode() + "\n", transparency::Durable::kYes, 0600);
  }
  if (!kept.ok()) return kept;
  return key;
}

absl::StatusOr<std::unique_ptr<transparency::Witness>> OpenWitness(const WitnessFlags& flags) {
  transparency::Witness::Options options;
  options.folder = absl::StrCat(flags.folder, "/seen");
  for (const std::string& text : flags.logs) {
    absl::StatusOr<VerifierKey> log = VerifierKey::Parse(text);
    if (!log.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat("--log=", text, ": ", std::string(log.status().message())));
    }
    options.logs.push_back(*std::move(log));
  }
  absl::StatusOr<SigningKey> key = KeyIn(flags);
  if (!key.ok()) return key.status();
  return transparency::Witness::Open(*std::move(key), std::move(options));
}

HttpAnswer Taken(transparency::Witness& witness, const std::string& body) {
  const transparency::Witness::Answer answer = witness.Add(body);
  if (answer.code != 200) {
    Log(Level::kWarn, "a checkpoint was not cosigned",
        {{"code", answer.code}, {"why", std::string(absl::StripAsciiWhitespace(answer.body))}});
  }
  return {.code = answer.code, .content_type = answer.content_type, .body = answer.body};
}

int RunWitness(const WitnessFlags& flags) {
  StopSignals signals;
  StartLog("info");
  int code = 0;
  auto witness = OpenWitness(flags);
  if (!witness.ok()) {
    code = witness.status().code() == absl::StatusCode::kDataLoss ? kExitDamage : kExitConfig;
    Log(Level::kError, "the witness can't start",
        {{"error", std::string(witness.status().message())}});
  } else {
    HttpPages pages;
    pages.add_checkpoint = [&witness](const std::string& body) { return Taken(**witness, body); };
    const auto http = HttpServer::Start(flags.listen, std::move(pages));
    if (http.ok()) {
      Log(Level::kInfo, "ready",
          {{"http", (*http)->address()}, {"verifier_key", (*witness)->verifier().Encode()}});
      code = signals.Wait(absl::Seconds(10));
    } else {
      Log(Level::kError, "can't listen", {{"error", std::string(http.status().message())}});
      code = kExitStopped;
    }
  }
  StopLog();
  return code;
}

}  // namespace

void AddWitness(CLI::App& program, int& exit_code) {
  auto flags = std::make_shared<WitnessFlags>();
  CLI::App* witness = program.add_subcommand(
      "witness",
      "Cosigns other logs' checkpoints, if each goes on from the last (C2SP tlog-witness)");
  witness->add_option("--folder", flags->folder, "Where its key is, and what it has seen")
      ->capture_default_str();
  witness->add_option("--name", flags->name,
                      "What a new witness is called, as in witness.example.org");
  witness->add_option("--listen", flags->listen, "Where add-checkpoint is served: HOST:PORT")
      ->capture_default_str();
  witness
      ->add_option("--log", flags->logs, "The public key of a log that it cosigns; may be repeated")
      ->allow_extra_args(false)
      ->required();
  witness->callback([flags, &exit_code] { exit_code = RunWitness(*flags); });
}

}  // namespace sanzhang::app
