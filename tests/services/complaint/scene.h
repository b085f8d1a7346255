// A small community in which the tests of complaints play, and a short way to write what happens
// there.
//
//   Story story = Assigned();                                  // Events up to that state.
//   Try(story, "staff", "AcknowledgeComplaint", "+3h")         // Who asks what, when.
//
// In all texts `@rc` is a body, `%zhang` a person, `#m1` a membership, `~k2` a complaint, and
// `$+2h$` a timestamp counted from kStart.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "services/complaint/complaint.h"
#include "services/runtime/decider.h"

namespace sanzhang::complaint::scene {

// 2026-03-02 10:00 in Shanghai, a Monday.
inline const absl::Time kStart = absl::FromUnixSeconds(1772416800);

// `who at event`, as in `zhang +0h filed { ... }`. Who is one of the cast.
using Story = std::vector<std::string>;
Story operator+(Story story, std::string more);

std::string Expand(std::string_view text);
absl::Time At(std::string_view offset);

// zhang complains; li is another resident; grid, building, entrance are chiefs; committee and
// committee2 sit in @rc, staff and manager in @pc (area a1), subdistrict in @gov, supervision in
// @sup, water in
// @water (a department), owners in @oc; hotline, importer, timer, privacy.
runtime::Acting Cast(std::string_view who);

// One period is as long as it says: policies/sla@1, from +1000h on policies/sla@2.
const runtime::Policies& TestPolicies();

// The bodies of the community but for those in `without`, its places and people.
runtime::Facts TestFacts(std::string_view without = "");

Complaint::State Fold(const Story& story);
void Play(Complaint::State& state, std::string_view line);

struct Scene {
  Complaint::State state;
  std::string without;  // Bodies that the community has not, as in `@rc @gov`.
  std::map<std::string, Complaint::State, std::less<>> peers = {};
};
// `command` is as in `AssignComplaint { assignee_body: "@pc" }`.
Complaint::Decision Try(const Scene& scene, std::string_view who, std::string_view command,
                        std::string_view when);
Complaint::Decision Try(const Story& story, std::string_view who, std::string_view command,
                        std::string_view when);

// The names of all commands.
std::vector<std::string> Commands();

// Stories that end in the state of their name.
Story Filed();
Story Accepted();
Story NotAccepted();
Story Linked();
Story Assigned();
Story DispatchDisputed();
Story Acknowledged();
Story InProgress();
Story Suspended();
Story Answered();
Story Confirmed();
Story AnswerDisputed();
Story Reopened();
Story Closed();
Story Appealed();
Story Withdrawn();

// One row of a table: after the story the one asks, and that is the answer: a reason, events, or
// nothing.
struct Case {
  std::string name;
  Story story;
  std::string who;
  std::string command;
  std::string then;
  std::string when = "+20h";
  std::string without = "";
};
void PrintTo(const Case& c, std::ostream* out);
void Expect(const Case& c);

}  // namespace sanzhang::complaint::scene
