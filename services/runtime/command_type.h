// A decider and its commands without their types, so that the pipeline is compiled once and a
// handler is one line. The tables are made by AggregateTypeOf and CommandTypeOf, one per type, and
// live for ever; everything in them is a pure function of the decider's.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/types/optional.h"
#include "google/protobuf/message.h"
#include "sanzhang/type/v1/origin.pb.h"
#include "services/runtime/access.h"
#include "services/runtime/decider.h"

namespace sanzhang::runtime {

// Folds a stream.
struct AggregateType {
  using Message = google::protobuf::Message;
  std::shared_ptr<void> (*new_state)();
  std::shared_ptr<void> (*copy_state)(const void* state);
  std::unique_ptr<Message> (*new_event)();
  void (*evolve)(void* state, const Message& event, const Happened& happened);
  // Null: nobody is related to such a resource.
  bool (*related)(const void* state, type::v1::Relation, const Standing&, std::string_view subject);
};

// What all commands say. Views into the request.
struct CommandHead {
  std::string_view name;  // Empty if the command creates.
  std::string_view request_id;
  std::string_view etag;
  bool validate_only = false;
  const type::v1::Origin* origin = nullptr;
};

// A Decision without its type.
struct Verdict {
  std::unique_ptr<Refusal> refusal;  // Null: the rest counts.
  std::vector<std::unique_ptr<google::protobuf::Message>> events;
  std::vector<Claim> claims;
  std::vector<std::string> policy_refs;
  std::vector<Elsewhere<std::unique_ptr<google::protobuf::Message>>> elsewhere;
};

// What a command answers.
struct Answer {
  std::string name;
  std::string etag;
  std::uint64_t position = 0;
  bool operator==(const Answer&) const = default;
};

struct CommandType {
  using Message = google::protobuf::Message;
  const Method* method;
  const AggregateType* aggregate;
  CommandHead (*head)(const Message& request);
  // Null: the command names an existing resource.
  std::string (*new_name)(const Message& request, std::string_view fresh_id);
  // Null: what changes is the resource that the request names.
  std::string (*name)(const Message& request);
  // Null: it needs nothing.
  Needs (*needs)(const void* state, const Message& request);
  // It lies nowhere yet: capacities for a part of the community may do it too.
  bool anywhere;
  // The records name nobody (decider.h).
  bool veiled;
  // Null: it lies nowhere in particular; only capacities for the whole community may do it.
  type::v1::Place (*place)(const void* state, const Message& request, const Facts& facts);
  Verdict (*decide)(const void* state, const Message& request, const Context& context);
  void (*render)(const Answer& answer, Message& response);
};

namespace internal {

template <class A, class Request>
concept Creates = requires(const Request& request, std::string_view fresh_id) {
  { A::NewName(request, fresh_id) } -> std::convertible_to<std::string>;
};
template <class A, class Request>
concept NamesAnother = requires(const Request& request) {
  { A::NameOf(request) } -> std::convertible_to<std::string>;
};
template <class A, class Request>
concept Asks = requires(const typename A::State& state, const Request& request) {
  { A::NeedsOf(state, request) } -> std::same_as<Needs>;
};
template <class A, class Request>
concept Lies = requires(const typename A::State& state, const Request& request,
                        const Facts& facts) {
  { A::PlaceOf(state, request, facts) } -> std::convertible_to<type::v1::Place>;
};
template <class A, class Request>
concept LiesAnywhere = requires(const Request& request) {
  { A::Anywhere(request) } -> std::same_as<bool>;
};
template <class A, class Request>
concept Veils = requires(const Request& request) {
  { A::Veiled(request) } -> std::same_as<bool>;
};
template <class A>
concept Relates = requires(const typename A::State& state, type::v1::Relation relation,
                           const Standing& standing, std::string_view subject) {
  { A::Related(state, relation, standing, subject) } -> std::same_as<bool>;
};

template <class A>
const typename A::State& As(const void* state) {
  return *static_cast<const typename A::State*>(state);
}

template <class Event>
Verdict Erase(Decision<Event> decision) {
  Verdict verdict;
  if (auto* refusal = std::get_if<Refusal>(&decision)) {
    verdict.refusal = std::make_unique<Refusal>(std::move(*refusal));
    return verdict;
  }
  auto& decided = std::get<Decided<Event>>(decision);
  for (Event& event : decided.events) {
    verdict.events.push_back(std::make_unique<Event>(std::move(event)));
  }
  verdict.claims = std::move(decided.claims);
  verdict.policy_refs = std::move(decided.policy_refs);
  for (Elsewhere<Event>& other : decided.elsewhere) {
    verdict.elsewhere.push_back(
        {std::move(other.name), std::make_unique<Event>(std::move(other.event))});
  }
  return verdict;
}

template <class Request>
CommandHead HeadOf(const google::protobuf::Message& message) {
  const auto& request = static_cast<const Request&>(message);
  CommandHead head;
  if constexpr (requires { request.name(); }) head.name = request.name();
  if constexpr (requires { request.etag(); }) head.etag = request.etag();
  head.request_id = request.request_id();
  head.validate_only = request.validate_only();
  head.origin = &request.origin();
  return head;
}

}  // namespace internal

template <Aggregate A>
const AggregateType& AggregateTypeOf() {
  using google::protobuf::Message;
  using State = typename A::State;
  using Event = typename A::Event;
  static constexpr AggregateType kType = {
      .new_state = []() -> std::shared_ptr<void> { return std::make_shared<State>(); },
      .copy_state = [](const void* state) -> std::shared_ptr<void> {
        return std::make_shared<State>(internal::As<A>(state));
      },
      .new_event = []() -> std::unique_ptr<Message> { return std::make_unique<Event>(); },
      .evolve =
          [](void* state, const Message& event, const Happened& happened) {
            A::Evolve(*static_cast<State*>(state), static_cast<const Event&>(event), happened);
          },
      .related =
          [] {
            bool (*related)(const void*, type::v1::Relation, const Standing&, std::string_view) =
                nullptr;
            if constexpr (internal::Relates<A>) {
              related = [](const void* state, type::v1::Relation relation, const Standing& standing,
                           std::string_view subject) {
                return A::Related(internal::As<A>(state), relation, standing, subject);
              };
            }
            return related;
          }(),
  };
  return kType;
}

template <class A, class Request, class Response>
requires Decides<A, Request>
const CommandType& CommandTypeOf() {
  using google::protobuf::Message;
  static const CommandType type = [] {
    CommandType made = {};
    made.method = &MethodOf(*Request::descriptor());
    made.aggregate = &AggregateTypeOf<A>();
    made.head = internal::HeadOf<Request>;
    if constexpr (internal::Creates<A, Request>) {
      made.new_name = [](const Message& request, std::string_view fresh_id) -> std::string {
        return A::NewName(static_cast<const Request&>(request), fresh_id);
      };
    } else {
      static_assert(
          requires(const Request& request) { request.name(); },
          "a command names its resource, or its decider makes a NewName for it");
    }
    if constexpr (internal::NamesAnother<A, Request>) {
      made.name = [](const Message& request) -> std::string {
        return A::NameOf(static_cast<const Request&>(request));
      };
    }
    if constexpr (internal::Asks<A, Request>) {
      made.needs = [](const void* state, const Message& request) {
        return A::NeedsOf(internal::As<A>(state), static_cast<const Request&>(request));
      };
    }
    if constexpr (internal::Lies<A, Request>) {
      made.place = [](const void* state, const Message& request,
                      const Facts& facts) -> type::v1::Place {
        return A::PlaceOf(internal::As<A>(state), static_cast<const Request&>(request), facts);
      };
    }
    if constexpr (internal::LiesAnywhere<A, Request>) made.anywhere = A::Anywhere(Request());
    if constexpr (internal::Veils<A, Request>) made.veiled = A::Veiled(Request());
    made.decide = [](const void* state, const Message& request, const Context& context) {
      return internal::Erase(
          A::Decide(internal::As<A>(state), static_cast<const Request&>(request), context));
    };
    made.render = [](const Answer& answer, Message& message) {
      auto& response = static_cast<Response&>(message);
      response.set_name(answer.name);
      response.set_etag(answer.etag);
      response.set_position(answer.position);
    };
    return made;
  }();
  return type;
}

}  // namespace sanzhang::runtime
