// Two communities with somebody in every role, behind the real command side over gRPC on loopback,
// with a clock that is set. What is done to them stands in scripts:
//
//   # A comment.
//   let filed                                     a story, for all scripts from here on; $1, $2 …
//     -3h complainant FileComplaint parent: '~'   when, who, what: the request as text, which goes
//     on
//       complaint_id: '$1'                        in lines that are indented further
//   play filed k1                                 `_` stands for nothing
//   rule A committee does not …                   what the steps from here on show
//   -1h rated RATED_BODY VoidRating name: …       a step that is refused, for that reason
//   -1h owner OK CastBallot name: …               one that may be done, and is only asked about
//
// Times are sums, as in `-60d+20d+3h`, from the moment that everything is asked about (kMoment).
// All steps of all scripts happen in the order of their times, those of one time as they stand.
// In requests `~` stands for `communities/c1/`, `@-3d@` for that time, `<voter r1 owner>` for the
// entry of ~persons/owner in the roll of ~resolutions/r1, `<count r1>` for the hash of the last
// count's input, `<rating g1>` for the first rating of ~ratingCampaigns/g1, `<due k1>` for the end
// of the intake period of ~complaints/k1, `<until n1>` for that of the least period of ~notices/n1.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "google/protobuf/descriptor.h"
#include "grpcpp/support/status.h"
#include "sanzhang/log/v1/record.pb.h"
#include "services/runtime/principal.h"
#include "services/sanzhang/command_side.h"
#include "services/sanzhang/metrics.h"
#include "services/sanzhang/rpc.h"
#include "services/sanzhang/server.h"

namespace sanzhang::town {

// A Monday, 10:00 in Shanghai.
inline const absl::Time kMoment = absl::FromUnixSeconds(1786932000);

struct Reply {
  grpc::Status status;
  std::uint64_t position = 0;  // Of what was recorded; 0: nothing was.
  // `OK`, or code and reason, as in `PERMISSION_DENIED PERMISSION_DENIED`.
  std::string Show() const;
};

struct Step {
  absl::Time at;
  std::string who;
  std::string rpc;
  std::string request;
  std::string
      told;  // The reason why it is refused; `OK`: it is only asked about; empty: it is done.
  std::string rule;  // That it shows; empty: none.
};

// A step that did not go as its script says.
struct Wrong {
  std::string rule;
  std::string what;
};

// All commands there are, by name.
const std::map<std::string, const google::protobuf::MethodDescriptor*, std::less<>>& Commands();

// `-60d+3h` as a duration. Ends the test program if it is none.
absl::Duration Offset(std::string_view text);

class Town {
 public:
  // `data`: an empty folder for the log and what goes with it.
  explicit Town(const std::string& data);
  ~Town();

  // Adds the steps of a script. Ends the test program if it can't be read.
  void Read(const std::string& file);
  // Carries out all steps that were read, and sets the clock to kMoment. Ends the test program
  // where a step that shows no rule goes wrong.
  std::vector<Wrong> Play();
  // The rules that were read, in their order.
  const std::vector<std::string>& rules() const { return rules_; }

  // `who`: the id of a person, or `operator`, `timekeeper`, or a service of a community. Fresh
  // request ids. `done` runs on a thread of gRPC's.
  void Send(const std::string& who, const std::string& rpc, const std::string& request,
            bool validate_only, std::function<void(Reply)> done);
  Reply Do(const std::string& who, const std::string& rpc, const std::string& request,
           bool validate_only = false);

  void set_now(absl::Time now) { now_us_ = absl::ToUnixMicros(now); }
  std::uint64_t head() const { return side_->head(); }
  // What was carried out for real.
  const std::set<std::string>& carried_out() const { return carried_out_; }
  const std::string& address() const { return server_->address(); }

 private:
  void Tell(const std::vector<std::string>& lines, const std::vector<std::string>& arguments);
  void AddStep(const std::string& line);
  std::string Expand(std::string_view text);
  std::string Find(std::string_view what);
  void CatchUp();
  void Learn(const log::v1::Record& record);

  std::atomic<std::int64_t> now_us_;
  std::atomic<std::int64_t> requests_ = 0;
  app::Metrics metrics_;
  const std::unique_ptr<runtime::Authenticator> authenticator_;
  std::unique_ptr<app::CommandSide> side_;
  std::unique_ptr<app::RpcServer> server_;
  std::unique_ptr<app::RpcClient> client_;
  std::map<std::string, std::vector<std::string>> stories_;
  std::vector<Step> steps_;
  std::vector<std::string> rules_;
  std::string rule_;  // That is being read.
  std::set<std::string> carried_out_;
  std::uint64_t known_ = 0;                      // Position.
  std::map<std::string, std::string> known_as_;  // `voter r1 owner`, `count r1`, `rating g1`.
};

}  // namespace sanzhang::town
