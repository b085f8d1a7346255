// Tables of rules: given these events in the stream, when this is asked by that actor, then these
// events, or that refusal. `~` stands for `communities/c1/`. All rows see the same neighbourhood.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "gtest/gtest.h"
#include "services/runtime/decider.h"
#include "tests/support/text_proto.h"

namespace sanzhang::registry {

struct Row {
  std::string name;
  std::vector<std::string> given;  // Events of the stream, as text.
  std::string when;                // The request, as text.
  // Events and claims (`+` taken, `-` given up), or a refusal; empty: nothing happened.
  std::string then;
  std::string by = "OPERATOR";  // `ROLE` or `ROLE of ~bodies/...`.
  std::string at = "2026-05-01T00:00:00+08:00";
};

std::string Expand(std::string_view text);   // `~` to the name.
std::string Shorten(std::string_view text);  // And back.

runtime::Acting ActingAs(std::string_view by);
absl::Time TimeOf(std::string_view text);

// Places, people, bodies and terms of `communities/c1`, good ones and bad ones.
runtime::Facts Neighbourhood();

// The state after the events.
template <class A>
typename A::State FoldText(const std::vector<std::string>& events) {
  typename A::State state;
  const log::v1::Actor actor;
  for (const std::string& text : events) {
    A::Evolve(state, support::Text<typename A::Event>(Expand(text)),
              runtime::Happened{absl::UnixEpoch(), actor});
  }
  return state;
}

std::string ShowClaims(const std::vector<runtime::Claim>& claims);

// What the rules say to one row; `name` is the resource that the command is about.
template <class A, class Request>
std::string Play(const Row& row, std::string_view name) {
  runtime::Context context;
  context.now = TimeOf(row.at);
  context.name = Expand(name);
  context.community = "communities/c1";
  context.acting = ActingAs(row.by);
  context.facts = Neighbourhood();
  const auto decision =
      A::Decide(FoldText<A>(row.given), support::Text<Request>(Expand(row.when)), context);
  std::string shown = support::Show(decision);
  if (const auto* decided = std::get_if<runtime::Decided<typename A::Event>>(&decision)) {
    shown += ShowClaims(decided->claims);
  }
  return Shorten(shown);
}

template <class A, class Request>
void PlayAll(std::string_view name, const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ((Play<A, Request>(row, name)), row.then);
  }
}

}  // namespace sanzhang::registry
