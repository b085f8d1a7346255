// `sanzhang audit explain`: the story of a complaint, a vote or a survey, in Chinese or English.
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "google/protobuf/message.h"
#include "services/audit/story.h"
#include "services/policy/policy_book.h"
#include "services/sanzhang/client_flags.h"
#include "services/sanzhang/commands.h"
#include "services/sanzhang/progress.h"
#include "services/sanzhang/source_flags.h"

namespace sanzhang::app {
namespace {

struct ExplainFlags {
  SourceFlags source;
  std::string name;
  std::string language = "zh";
  std::string policy = "deploy/policy";
};

// Every kind of policy has them (services/policy/policy_kind.h).
std::vector<std::string> CitationsOf(const google::protobuf::Message& policy) {
  const auto* field = policy.GetDescriptor()->FindFieldByName("citations");
  const google::protobuf::Reflection& reflection = *policy.GetReflection();
  std::vector<std::string> all;
  for (int i = 0; field != nullptr && i < reflection.FieldSize(policy, field); ++i) {
    all.push_back(reflection.GetRepeatedString(policy, field, i));
  }
  return all;
}

int Explain(const ExplainFlags& flags) {
  const auto source = OpenSource(flags.source);
  if (!source.ok()) return Fail(std::string(source.status().message()));
  // Without the folder policies are named, and not cited.
  const auto book = policy::PolicyBook::Load(flags.policy);
  Progress progress("records");
  audit::StoryOptions options;
  audit::ParseLanguage(flags.language, options.language);  // Checked by the flag.
  options.on_progress = [&progress](std::uint64_t done, std::uint64_t total) {
    progress.Show(done, total);
  };
  if (book.ok()) {
    options.citations = [&book](std::string_view policy) {
      const google::protobuf::Message* found = (*book)->Named(policy);
      return found == nullptr ? std::vector<std::string>() : CitationsOf(*found);
    };
  }
  const absl::Status told =
      audit::TellStory(**source, flags.name, options, [](std::string_view line) {
        std::printf("%.*s\n", static_cast<int>(line.size()), line.data());
      });
  return told.ok() ? 0 : Fail(std::string(told.message()));
}

}  // namespace

void AddAuditExplain(CLI::App& audit, int& exit_code) {
  auto flags = std::make_shared<ExplainFlags>();
  CLI::App* explain = audit.add_subcommand(
      "explain",
      "Tells what happened to a complaint, a resolution or a rating campaign: who, when, "
      "which clock ran, which rule applied");
  explain->add_option("name", flags->name, "As in communities/heping/complaints/k1")->required();
  explain->add_option("--lang", flags->language, "zh or en")
      ->check(CLI::IsMember({"zh", "en"}))
      ->capture_default_str();
  explain->add_option("--policy", flags->policy, "The folder that has the rules, for citations");
  AddSourceFlags(*explain, flags->source);
  explain->callback([flags, &exit_code] { exit_code = Explain(*flags); });
}

}  // namespace sanzhang::app
