// A community of owners, and votes of theirs, on a server that listens on loopback.
//
// Everything is a command over gRPC, the register with many in flight. What the law wants to be
// announced weeks before the vote was done on paper, with a witness: those steps are told with the
// day on which they happened, so that the vote is open at once, by its own rules, and ends when the
// test likes.
//
// Every call but for ballots ends the program if the server refuses it.
// Threads: one at a time; the answers to ballots come from others.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "grpcpp/grpcpp.h"
#include "sanzhang/log/v1/record.pb.h"
#include "sanzhang/resolution/v1/ballot_service.pb.h"
#include "tests/support/in_flight.h"

namespace sanzhang::support {

// One owner of the frozen roll.
struct Elector {
  std::string voter;   // As in `communities/c1/resolutions/r1/voters/v1`.
  std::string person;  // The id, as in `p1`.
  std::int64_t area_dm2 = 0;
};

class OwnersVote {
 public:
  // By reference: it is the caller's to keep, and is there until the end of the callback.
  using Answered =
      std::function<void(const grpc::Status&, const resolution::v1::CastBallotResponse&)>;

  explicit OwnersVote(const std::string& address);
  ~OwnersVote();

  // A community with a committee of owners, and so many who own a dwelling each, all of another
  // area. Once for each server.
  void Register(int owners);
  // Opens a vote on one item, `a`, until then. The roll, in the order of its names.
  std::vector<Elector> Open(const std::string& id, absl::Time closes);

  // Casts a ballot. Does not wait.
  void Cast(const Elector& elector, std::string_view request_id, resolution::v1::Choice choice,
            Answered answered);
  std::string RequestId();

  // All records of the type in streams whose names begin so; waits until there are `least`, for as
  // long as a page waits.
  std::vector<log::v1::Record> Read(const std::string& prefix, const std::string& type,
                                    std::size_t least = 0);

  static std::string NameOf(const std::string& id);

 private:
  struct Stubs;

  template <class Request, class Response, class Start>
  void Do(std::string_view who, std::string_view text, Start start);
  void SetUpBodies();

  std::vector<std::unique_ptr<Stubs>> stubs_;  // Of a connection each.
  std::size_t sent_ = 0;
  std::mt19937_64 random_{std::random_device{}()};
  InFlight in_flight_;  // Commands of the set-up.
};

// The refusal's reason, as in VOTE_CLOSED; the code and the message where it has none of ours; OK.
std::string OutcomeOf(const grpc::Status& status);

}  // namespace sanzhang::support
