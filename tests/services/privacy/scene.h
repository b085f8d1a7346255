// A small community with two privacy officers, and a short way to write what happens to one
// person's data:
//
//   zhang  03-02  ok  ReceiveSubjectRequest kind: ... subject: '%zhang'
//
// is a line of a story: who, when in 2026 at 10:00 in Shanghai, what is answered (`ok`, `=` where
// it is so already, else a reason), and the command. In all texts `%zhang` is a person; a command
// has its resource filled in. A story has one request, one person's data, one export, one breach.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "services/privacy/data_breach.h"
#include "services/privacy/data_subject.h"
#include "services/privacy/export.h"
#include "services/privacy/gathered.h"
#include "services/privacy/subject_request.h"

namespace sanzhang::privacy::scene {

absl::Time At(std::string_view when);
std::string Expand(std::string_view text);

// zhang and wang live here; li is the guardian of xiao; grandpa is dead, and zhang his near
// relative; dpo and dpo2 are privacy officers; committee sits in the residents' committee; auditor,
// importer and timer are services; stranger is not in the register.
const std::vector<std::string>& Everyone();

class Story {
 public:
  // Answers the command, and what follows from it is true from then on.
  std::string Do(std::string_view who, absl::Time now, std::string_view command);
  // The same, and nothing follows.
  std::string Try(std::string_view who, absl::Time now, std::string_view command);

  // Every line of a script, empty ones and those after `#` excepted; a failure where an answer is
  // another.
  void Play(std::string_view script);

  RequestState request;
  SubjectState data;
  ExportState exported;
  DataBreach::State breach;
  // What the companion brings; looked: whether there was one.
  Gathered gathered;
  bool looked = true;
  // Whose data a command about data is about.
  std::string data_of = "zhang";

  // Everything that the last command decided, in its order, one fact a line.
  std::string shown;
  // The refusal of the last one.
  runtime::Refusal refusal;
  std::vector<runtime::Claim> claims;
  std::vector<v1::SubjectRightsEvent> last;

 private:
  template <class A, class Request>
  std::string Run(typename A::State& state, const std::string& name, std::string_view text,
                  bool keep);
  std::string Dispatch(const std::string& verb, std::string_view text, bool keep);
  std::string Ask(std::string_view who, absl::Time now, std::string_view command, bool keep);
  std::string request_subject() const { return request.subject; }

  runtime::Context context_;
};

}  // namespace sanzhang::privacy::scene
