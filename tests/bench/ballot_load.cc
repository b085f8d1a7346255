// Casts ballots of an owners' vote at a number of calls in flight, and prints one line of JSON like
// command_load: calls, refused, seconds, calls_per_second, p50_us, p99_us.
//
//   ballot_load register --address=127.0.0.1:7300 --owners=10000    once for a server
//   ballot_load cast --address=127.0.0.1:7300 --vote=v1 --in_flight=64 --ballots=5000
//
// Nobody may vote twice: each run opens a vote of its own, of all owners, and casts so many of
// their ballots.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/time/clock.h"
#include "tests/bench/load_tally.h"
#include "tests/support/owners_vote.h"

namespace sanzhang::bench {
namespace {

using Steady = std::chrono::steady_clock;

struct Flags {
  std::string address;
  int owners = 10'000;
  std::string vote;
  int in_flight = 64;
  std::size_t ballots = 5000;
};

void Cast(const Flags& flags) {
  support::OwnersVote vote(flags.address);
  const std::vector<support::Elector> roll =
      vote.Open(flags.vote, absl::Now() + absl::Hours(24 * 5));
  const std::size_t ballots = std::min(flags.ballots, roll.size());
  LoadTally tally;
  const Steady::time_point begin = Steady::now();
  for (std::size_t i = 0; i < ballots; ++i) {
    tally.Begin(flags.in_flight);
    const Steady::time_point begun = Steady::now();
    vote.Cast(roll[i], vote.RequestId(), resolution::v1::CHOICE_FOR,
              [&tally, begun](const grpc::Status& status, const auto&) {
                const auto took = Steady::now() - begun;
                if (!status.ok()) {
                  std::fprintf(stderr, "%s\n", support::OutcomeOf(status).c_str());
                }
                tally.End(status.ok(),
                          std::chrono::duration_cast<std::chrono::microseconds>(took).count());
              });
  }
  tally.WaitForAll();
  tally.Print(std::chrono::duration<double>(Steady::now() - begin).count());
}

}  // namespace
}  // namespace sanzhang::bench

int main(int argc, char** argv) {
  sanzhang::bench::Flags flags;
  CLI::App app("Casts ballots, measures.");
  app.require_subcommand(1);
  CLI::App* const enrol = app.add_subcommand("register");
  enrol->add_option("--address", flags.address)->required();
  enrol->add_option("--owners", flags.owners)->check(CLI::Range(1, 100'000));
  CLI::App* const cast = app.add_subcommand("cast");
  cast->add_option("--address", flags.address)->required();
  cast->add_option("--vote", flags.vote)->required();
  cast->add_option("--in_flight", flags.in_flight)->check(CLI::Range(1, 4096));
  cast->add_option("--ballots", flags.ballots);
  CLI11_PARSE(app, argc, argv);
  if (enrol->parsed()) sanzhang::support::OwnersVote(flags.address).Register(flags.owners);
  if (cast->parsed()) sanzhang::bench::Cast(flags);
}
