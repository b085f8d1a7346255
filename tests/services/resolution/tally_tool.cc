// Counts votes for programs of other languages: reads the text of inputs from standard input, each
// ended by a line `end`, and writes the text of each result, ended in the same way. An input that
// can't be counted is answered with one line `refused` and the reason. `tally_tool rules FILE`
// writes the text of a rule set's file, to be put before the rest of an input.
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>

#include "google/protobuf/text_format.h"
#include "services/resolution/tally.h"
#include "services/resolution/tally_input.h"

namespace sanzhang::resolution {
namespace {

std::string Answer(const std::string& text) {
  const auto parsed = ParseTallyText(text);
  if (!parsed.ok()) return "refused\t" + std::string(parsed.status().message()) + "\n";
  const auto result = Tally({parsed->rules, parsed->input});
  if (!result.ok()) return "refused\t" + std::string(result.status().message()) + "\n";
  return TallyResultText(*result);
}

int WriteRules(const char* path) {
  std::ifstream file(path);
  const std::string text(std::istreambuf_iterator<char>(file), {});
  policy::v1::VotingRuleSet rules;
  if (!file || !google::protobuf::TextFormat::ParseFromString(text, &rules)) {
    std::cerr << path << ": is no rule set\n";
    return 1;
  }
  std::cout << TallyPartText("rules", {rules, {}});
  return 0;
}

int Run() {
  std::ios::sync_with_stdio(false);
  std::string text;
  std::string line;
  while (std::getline(std::cin, line)) {
    if (line != "end") {
      text += line + "\n";
      continue;
    }
    std::cout << Answer(text) << "end\n" << std::flush;
    text.clear();
  }
  return text.empty() ? 0 : 1;
}

}  // namespace
}  // namespace sanzhang::resolution

int main(int argc, char** argv) {
  if (argc == 3 && std::string_view(argv[1]) == "rules") {
    return sanzhang::resolution::WriteRules(argv[2]);
  }
  return sanzhang::resolution::Run();
}
