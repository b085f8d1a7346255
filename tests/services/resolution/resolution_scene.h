// A small community in which the tests of resolutions play, and a short way to write what happens
// there.
//
//   Story story = Frozen(kOwners);                        // Events up to that phase.
//   Try(story, "oc1", "OpenVote", "+480h")                // Who asks what, when.
//
// In all texts `@rc` is a body, `%zhang` a person, `#m1` a membership, `~r2` a resolution, `^n1` a
// notice, `!v1` a voter of the resolution `r1`, and `$+2h$` a timestamp counted from kStart. What a
// command asks of other streams is answered with that and nothing else.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "services/resolution/gathered.h"
#include "services/resolution/resolution.h"
#include "services/runtime/decider.h"

namespace sanzhang::resolution::scene {

// 2026-03-02 10:00 in Shanghai, a Monday.
inline const absl::Time kStart = absl::FromUnixSeconds(1772416800);

// `who at event`, as in `oc1 +0h motion_drafted { ... }`. Who is one of the cast.
using Story = std::vector<std::string>;
Story operator+(Story story, std::string more);
Story operator+(Story story, const Story& more);

std::string Expand(std::string_view text);
absl::Time At(std::string_view offset);

// zhang and li own dwellings, wu lives there, rep1 and rep2 sit in @rep; oc1, oc2, oc3 in @oc (area
// a1), rc1 and rc2 in @rc (rc2 holds the seat #rc2), party in @party, sup in @sup, gov in @gov;
// grid is a chief under @rc; count1 and count2 are nothing but themselves; timer, importer,
// hotline.
runtime::Acting Cast(std::string_view who);

// The rules of the scene; from +1000h on owners must announce 30 days ahead.
const runtime::Policies& TestPolicies();

// What makes one kind of vote differ from another.
struct Kind {
  std::string drafted;    // Fields of MotionDrafted.
  std::string noticed;    // Of VoteNoticed.
  std::string result;     // Of TallyResult.
  std::string certified;  // Of ResolutionCertified.
  Story between;          // Between the draft and the notice.
};
extern const Kind kOwners;    // @oc asks the owners of a1 whether to hire a company.
extern const Kind kMeeting;   // @oc's own meeting.
extern const Kind kAssembly;  // @rc asks the representatives.
extern const Kind kElection;  // @rc has the residents elect three members of @rc, secretly.
extern const Kind kRecall;    // Of rc2.

// Stories that end in the phase of their name.
Story Drafted(const Kind& kind);
Story Noticed(const Kind& kind);
Story Frozen(const Kind& kind);  // Noticed, with counters and a roll.
Story Opened(const Kind& kind);
Story Closed(const Kind& kind);
Story Tallied(const Kind& kind);
Story Signed(const Kind& kind);  // By a counter.
Story Certified(const Kind& kind);
Story Published(const Kind& kind);
Story InExecution(const Kind& kind);
Story Executed(const Kind& kind);
Story ExecutionPublished(const Kind& kind);
Story Withdrawn(const Kind& kind);
Story Revoked(const Kind& kind);
Story Petition();  // zhang drafts for the owners.

void Play(ResolutionState& state, std::string_view line);
ResolutionState Fold(const Story& story);

struct Scene {
  ResolutionState state;
  std::map<std::string, ResolutionState, std::less<>> peers = {};
  // Policies that the community made for itself, by name.
  std::map<std::string, runtime::OwnPolicy, std::less<>> own = {};
  // What the companion brings; null: what fits the command.
  std::shared_ptr<const void> gathered = nullptr;
  std::string without = "";  // Bodies that the community has not, as in `@rc @gov`.
  absl::Time oc_until = kStart + absl::Hours(24 * 400);  // When the term of @oc ends.
};
// `command` is as in `CallItem { item: "a" }`.
Resolution::Decision Try(const Scene& scene, std::string_view who, std::string_view command,
                         std::string_view when);
Resolution::Decision Try(const Story& story, std::string_view who, std::string_view command,
                         std::string_view when);
// A count of the roll `s1` by the rules of the state.
std::shared_ptr<const void> Count(std::string_view rule_set, std::string_view result,
                                  std::string_view snapshot = "s1");

// The names of all commands.
std::vector<std::string> Commands();

// One row of a table: after the story the one asks, and that is the answer: a reason, events, or
// nothing. In `then` a trailing `...` stands for whatever follows.
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
std::string Said(const Resolution::Decision& decision);

}  // namespace sanzhang::resolution::scene
