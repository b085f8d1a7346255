// A small community with a notice board, and a short way to write what happens there. Days and
// rules are those that ship.
//
//   Story story = Published();                                    // What was done so far.
//   Try(story, "owner", "ObjectToNotice { grounds { content: 'g' } }", "06-16 23:59:59")
//
// In all texts `@oc` is a body and `%zhang` a person; times are of 2026 unless they name
// a year, in Shanghai. 1 June 2026
// is a Monday.
#pragma once

#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "services/notice/notice.h"
#include "services/runtime/decider.h"

namespace sanzhang::notice::scene {

absl::Time At(std::string_view when);
std::string Show(absl::Time time);
std::string Expand(std::string_view text);

// owner and owner2 own a dwelling, resident and rep live here; chief is of building b1; committee
// and committee2 sit in @rc, owners in @oc (area a1), manager in @pc (area a1), party in @party,
// supervision in @sup, subdistrict in @gov, department in @dep; importer, timer.
const std::vector<std::string>& Everyone();
runtime::Acting Cast(std::string_view who);

// The policies that ship.
const runtime::Policies& Shipped();

// What one of the cast did, and when; it must have been allowed.
struct Step {
  std::string who;
  std::string when;
  std::string command;
};
using Story = std::vector<Step>;
Story operator+(Story story, Step more);

// Asks for the command as the RPC's rule has it, and by the rules of notices. `own` is the
// community's own policy of the notice's kind, if any.
Notice::Decision Try(const Notice::State& state, std::string_view who, std::string_view command,
                     std::string_view when, const runtime::OwnPolicy* own = nullptr);
Notice::Decision Try(const Story& story, std::string_view who, std::string_view command,
                     std::string_view when);
Notice::State Fold(const Story& story, const runtime::OwnPolicy* own = nullptr);

// `ok`, `=` where it is so already, else the reason without its prefix.
std::string Word(const Notice::Decision& decision);
// The one event that was decided; the test fails if there is none.
v1::NoticeEvent Only(const Notice::Decision& decision);

// A vote is announced to the owners of a1 on 1 June at 10:00: 15 clear days.
inline constexpr char kPublish[] =
    "PublishNotice { kind: PUBLICATION_KIND_VOTE_NOTICE place { property_area: 'a1' } "
    "content { title: 't' body: 'b' } }";
Story Published();
Story Objected();
Story Asked();
Story Elapsed();
Story TakenDown();
Story Archived();

}  // namespace sanzhang::notice::scene
