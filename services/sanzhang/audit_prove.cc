// `sanzhang audit prove`: a vote as a package that a stranger can count again and check.
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "eventstore/transparency/checkpoint.h"
#include "sanzhang/log/v1/transparency_service.grpc.pb.h"
#include "services/audit/output_files.h"
#include "services/sanzhang/client_flags.h"
#include "services/sanzhang/commands.h"
#include "services/sanzhang/descriptors.h"
#include "services/sanzhang/source_flags.h"
#include "services/sanzhang/vote_proof.h"

namespace sanzhang::app {
namespace {

struct ProveFlags {
  SourceFlags source;
  std::string resolution;
  std::string out;
  std::string policy = "deploy/policy";
};

// Proofs from a server that has a tree: it need not be read whole.
absl::StatusOr<ProofTree> AskForTree(const SourceFlags& flags, const std::string& note) {
  const auto checkpoint = transparency::Checkpoint::Unverified(note);
  if (!checkpoint.ok()) return checkpoint.status();
  auto metadata = SourceMetadata(flags);
  if (!metadata.ok()) return metadata.status();
  const std::shared_ptr<log::v1::TransparencyService::Stub> stub =
      log::v1::TransparencyService::NewStub(OpenChannel(flags.client.address));
  ProofTree tree;
  tree.checkpoint = note;
  tree.size = checkpoint->head.size;
  tree.path = [stub, metadata = *std::move(metadata), size = checkpoint->head.size,
               timeout = absl::Seconds(flags.client.timeout_s)](
                  std::uint64_t position) -> absl::StatusOr<std::vector<std::string>> {
    grpc::ClientContext context;
    for (const auto& [key, value] : metadata) context.AddMetadata(key, value);
    context.set_deadline(absl::ToChronoTime(absl::Now() + timeout));
    log::v1::GetInclusionProofRequest request;
    request.set_position(position);
    request.set_tree_size(size);
    log::v1::GetInclusionProofResponse answer;
    const grpc::Status status = stub->GetInclusionProof(&context, request, &answer);
    if (!status.ok()) {
      return absl::Status(static_cast<absl::StatusCode>(status.error_code()), ShowError(status));
    }
    return std::vector<std::string>(answer.hashes().begin(), answer.hashes().end());
  };
  return tree;
}

absl::StatusOr<ProofTree> TreeOf(const SourceFlags& flags, audit::RecordSource& source) {
  if (flags.offline()) return BuildProofTree(source);
  const auto note = source.Checkpoint();
  if (!note.ok()) return note.status();
  return note->has_value() ? AskForTree(flags, **note) : BuildProofTree(source);
}

absl::Status Write(const std::string& folder, const std::map<std::string, std::string>& files) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return absl::UnavailableError(absl::StrCat(folder, ": ", error.message()));
  if (!std::filesystem::is_empty(folder, error) || error) {
    return absl::FailedPreconditionError(absl::StrCat(folder, ": is not empty"));
  }
  for (const auto& [name, text] : files) {
    if (absl::Status written = audit::ReplaceFile(folder, name, text); !written.ok())
      return written;
  }
  return absl::OkStatus();
}

int Prove(const ProveFlags& flags) {
  const auto fail = [](const absl::Status& status) {
    Fail(std::string(status.message()));
    return absl::IsDataLoss(status) ? kExitDamage : kExitRefused;
  };
  const auto book = policy::PolicyBook::Load(flags.policy);
  if (!book.ok()) return fail(book.status());
  const auto schema = audit::Schema::Make(DescriptorSet());
  if (!schema.ok()) return fail(schema.status());
  const auto source = OpenSource(flags.source);
  if (!source.ok()) return fail(source.status());
  const auto tree = TreeOf(flags.source, **source);
  if (!tree.ok()) return fail(tree.status());
  const auto files = MakeVoteProof(flags.resolution, **source, *tree, **book, **schema);
  if (!files.ok()) return fail(files.status());
  if (absl::Status written = Write(flags.out, *files); !written.ok()) return fail(written);
  std::printf("%s: %zu files in %s. Whoever gets them runs `python3 recompute.py` there.\n",
              flags.resolution.c_str(), files->size(), flags.out.c_str());
  return 0;
}

}  // namespace

void AddAuditProve(CLI::App& audit, int& exit_code) {
  auto flags = std::make_shared<ProveFlags>();
  CLI::App* command = audit.add_subcommand("prove",
                                           "Writes a vote's proof package: records, proofs, what "
                                           "was counted, and a script that counts again");
  command->add_option("resolution", flags->resolution, "As in communities/heping/resolutions/lift")
      ->required();
  command->add_option("--out", flags->out, "The folder; new, or empty")->required();
  command->add_option("--policy", flags->policy, "The folder that has the rules")
      ->capture_default_str();
  AddSourceFlags(*command, flags->source);
  command->callback([flags, &exit_code] { exit_code = Prove(*flags); });
}

}  // namespace sanzhang::app
