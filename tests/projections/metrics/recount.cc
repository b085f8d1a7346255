#include "tests/projections/metrics/recount.h"

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <map>

#include "proto/wire/fact.h"
#include "proto/wire/time.h"
#include "sanzhang/complaint/v1/events.pb.h"

namespace sanzhang::projections::bench {
namespace {

namespace v1 = complaint::v1;
using enum views::v1::MetricId;

constexpr absl::Duration kDay = absl::Hours(24);

absl::Time Unset() { return absl::InfinitePast(); }
bool Set(absl::Time time) { return time != absl::InfinitePast(); }

Round NewRound(absl::Time opened, std::string body) {
  Round round;
  round.body = std::move(body);
  round.opened = opened;
  for (absl::Time* time : {&round.ack_due, &round.answer_due, &round.answer_due_first, &round.acked,
                           &round.answered, &round.replied, &round.ended, &round.reopened}) {
    *time = Unset();
  }
  return round;
}

void EndRound(Round& round, absl::Time at, v1::State as) {
  if (round.paused) round.paused_ms += absl::ToInt64Milliseconds(at - round.paused_at);
  round.paused = false;
  round.ended = at;
  round.ended_as = as;
}

template <class Fact>
void StartClocks(const Fact& fact, Round& round) {
  round.ack_due = wire::ToTime(fact.ack_due());
  round.answer_due = round.answer_due_first = wire::ToTime(fact.answer_due());
}

template <class Fact>
void Reply(const Fact& fact, absl::Time at, Round& round) {
  if (fact.result_score() == 0) return;
  round.replied = at;
  round.response = fact.response_score();
  round.result = fact.result_score();
  round.attitude = fact.attitude_score();
}

void Resume(const v1::ComplaintResumed& fact, Round& round) {
  round.paused = false;
  round.paused_ms += fact.paused_ms();
  if (fact.has_ack_due()) round.ack_due = wire::ToTime(fact.ack_due());
  const absl::Time due = wire::ToTime(fact.answer_due());
  round.answer_due_first += due - round.answer_due;
  round.answer_due = due;
}

void Reopen(const v1::ComplaintReopened& fact, absl::Time at, Life& life) {
  Round& old = life.rounds.back();
  if (!Set(old.ended)) EndRound(old, at, v1::STATE_REOPENED);
  old.reopened = at;
  life.refusal_reversed = life.refusal_reversed || life.in_refusal;
  life.in_refusal = false;
  Round round = NewRound(at, fact.responsible_body());
  round.paused_ms = old.paused_ms;
  round.hops = old.hops;
  StartClocks(fact, round);
  life.rounds.push_back(round);
}

void File(const v1::ComplaintFiled& fact, absl::Time at, Life& life) {
  life.category = fact.category();
  const auto& place = fact.place();
  life.building = place.building();
  life.area = place.property_area();
  life.spot = !place.entrance().empty()   ? place.entrance()
              : !place.building().empty() ? place.building()
                                          : "communities/c1";
  life.filed = at;
  life.intake_due = wire::ToTime(fact.intake_due());
  life.intake_done = Unset();
  life.rounds.push_back(NewRound(at, fact.first_receiver()));
}

void Add(const v1::ComplaintEvent& event, absl::Time at, Life& life) {
  if (event.has_filed()) return File(event.filed(), at, life);
  Round& round = life.rounds.back();
  if (event.has_accepted()) {
    life.intake_done = at;
    round.body = event.accepted().responsible_body();
    StartClocks(event.accepted(), round);
  } else if (event.has_not_accepted()) {
    life.intake_done = at;
    life.refused = life.in_refusal = true;
    life.reason = event.not_accepted().reason();
    EndRound(round, at, v1::STATE_NOT_ACCEPTED);
  } else if (event.has_linked()) {
    EndRound(round, at, v1::STATE_LINKED);
  } else if (event.has_withdrawn()) {
    EndRound(round, at, v1::STATE_WITHDRAWN);
  } else if (event.has_assigned()) {
    round.body = event.assigned().assignee_body();
    round.hops = event.assigned().hop();
  } else if (event.has_dispatch_dispute_ruled()) {
    round.hops = event.dispatch_dispute_ruled().hop();
    if (event.dispatch_dispute_ruled().upheld()) {
      round.body = event.dispatch_dispute_ruled().new_body();
    }
  } else if (event.has_acknowledged()) {
    if (!Set(round.acked)) round.acked = at;
  } else if (event.has_suspended()) {
    round.paused = true;
    round.paused_at = at;
  } else if (event.has_resumed()) {
    Resume(event.resumed(), round);
  } else if (event.has_deadline_extended()) {
    round.answer_due = wire::ToTime(event.deadline_extended().answer_due());
  } else if (event.has_answered()) {
    round.answered = at;
    round.outcome = event.answered().outcome();
  } else if (event.has_confirmed()) {
    Reply(event.confirmed(), at, round);
  } else if (event.has_disputed()) {
    Reply(event.disputed(), at, round);
  } else if (event.has_complainant_called_back()) {
    const int score = event.complainant_called_back().score();
    if (score == 0 || Set(round.replied)) return;
    round.replied = at;
    round.result = score;
  } else if (event.has_closed()) {
    round.outcome = event.closed().outcome();
    round.confirmation = event.closed().confirmation();
    EndRound(round, at, v1::STATE_CLOSED);
  } else if (event.has_appealed()) {
    life.refusal_appealed = life.refusal_appealed || life.in_refusal;
  } else if (event.has_reopened()) {
    Reopen(event.reopened(), at, life);
  } else if (event.has_score_exclusion_approved()) {
    life.excluded = true;
  }
}

bool In(absl::Time time, const Which& which) {
  return Set(time) && which.from <= time && time < which.to;
}

bool Wanted(const Life& life, const Which& which) {
  return (which.category == 0 || life.category == which.category) &&
         (which.building.empty() || life.building == which.building);
}

bool Wanted(const Life& life, const Round& round, const Which& which) {
  return Wanted(life, which) && (which.body.empty() || round.body == which.body);
}

// Calls for each round that is wanted.
void EachRound(const std::vector<Life>& lives, const Which& which,
               const std::function<void(const Life&, const Round&)>& call) {
  for (const Life& life : lives) {
    for (const Round& round : life.rounds) {
      if (Wanted(life, round, which)) call(life, round);
    }
  }
}

// Calls for each complaint's last closing in the window.
void EachClosed(const std::vector<Life>& lives, const Which& which,
                const std::function<void(const Life&, const Round&)>& call) {
  for (const Life& life : lives) {
    const Round* last = nullptr;
    for (const Round& round : life.rounds) {
      if (round.ended_as == v1::STATE_CLOSED && In(round.ended, which)) last = &round;
    }
    if (last != nullptr && Wanted(life, *last, which)) call(life, *last);
  }
}

// The round's clock counts: it was not withdrawn or linked before, and is not paused.
bool Runs(const Round& round, absl::Time due, absl::Time met) {
  const bool left = round.ended_as == v1::STATE_WITHDRAWN || round.ended_as == v1::STATE_LINKED;
  return !(left && round.ended < due) && (!round.paused || Set(met));
}

Numbers OnTime(const std::vector<Life>& lives, const Which& which, absl::Time Round::*due,
               absl::Time Round::*met) {
  Numbers numbers;
  EachRound(lives, which, [&](const Life& life, const Round& round) {
    if (!In(round.*due, which)) return;
    ++numbers.c;
    if (life.excluded || !Runs(round, round.*due, round.*met)) return;
    ++numbers.b;
    if (Set(round.*met) && round.*met <= round.*due) ++numbers.a;
  });
  return numbers;
}

Numbers Satisfied(const std::vector<Life>& lives, const Which& which, bool lower) {
  Numbers numbers;
  EachRound(lives, which, [&](const Life&, const Round& round) {
    const bool replied = In(round.replied, which);
    const bool waits =
        In(round.answered, which) && (!Set(round.replied) || round.replied >= which.to);
    if (!replied && !waits) return;
    ++numbers.c;
    if (replied || lower) ++numbers.b;
    if (replied && round.result >= 4) ++numbers.a;
  });
  return numbers;
}

Numbers AverageScore(const std::vector<Life>& lives, const Which& which) {
  std::int64_t sum[3] = {}, n[3] = {};
  EachRound(lives, which, [&](const Life&, const Round& round) {
    if (!In(round.replied, which)) return;
    const int scores[3] = {round.response, round.result, round.attitude};
    for (int i = 0; i < 3; ++i) {
      sum[i] += scores[i];
      n[i] += scores[i] > 0;
    }
  });
  std::int64_t weighted = 0;
  const std::int64_t weights[3] = {3333, 3334, 3333};
  for (int i = 0; i < 3; ++i) {
    if (n[i] < 5) return {};
    weighted += weights[i] * (sum[i] * 1000 / n[i]);
  }
  return {weighted, 10000, 10000};
}

bool Repeats(const std::vector<Life>& lives, const Life& life) {
  for (const Life& other : lives) {
    if (other.spot != life.spot || other.category != life.category) continue;
    for (const Round& round : other.rounds) {
      if (round.ended_as == v1::STATE_CLOSED && round.ended < life.filed &&
          round.ended >= life.filed - 90 * kDay) {
        return true;
      }
    }
  }
  return false;
}

bool ReopenedSoon(const Life& life, const Which& which) {
  return std::any_of(life.rounds.begin(), life.rounds.end(), [&](const Round& round) {
    return round.ended_as == v1::STATE_CLOSED && In(round.ended, which) && Set(round.reopened) &&
           round.reopened - round.ended <= 30 * kDay;
  });
}

Numbers CycleTime(const std::vector<Life>& lives, const Which& which, bool raw) {
  std::vector<std::int64_t> ms;
  EachClosed(lives, which, [&](const Life& life, const Round& round) {
    ms.push_back(absl::ToInt64Milliseconds(round.ended - life.filed) - (raw ? 0 : round.paused_ms));
  });
  if (ms.empty()) return {};
  std::sort(ms.begin(), ms.end());
  const std::size_t n = ms.size();
  const std::int64_t median = n % 2 == 1 ? ms[n / 2] : (ms[n / 2 - 1] + ms[n / 2]) / 2;
  std::size_t rank = 1;  // The least rank with at least nine tenths at or below it.
  while (rank * 10 < n * 9) ++rank;
  return {static_cast<std::int64_t>(n), median, ms[rank - 1]};
}

// Over complaints rather than rounds, the last round's body counting.
Numbers OverLives(const std::vector<Life>& lives, const Which& which,
                  const std::function<void(const Life&, Numbers&)>& count) {
  Numbers numbers;
  for (const Life& life : lives) {
    if (Wanted(life, life.rounds.back(), which)) count(life, numbers);
  }
  return numbers;
}

Numbers OverFiled(const std::vector<Life>& lives, const Which& which,
                  const std::function<bool(const Life&)>& counts) {
  return OverLives(lives, which, [&](const Life& life, Numbers& numbers) {
    if (!In(life.filed, which)) return;
    numbers.a += counts(life);
    ++numbers.b;
    ++numbers.c;
  });
}

}  // namespace

std::vector<Life> LivesOf(const std::vector<log::v1::Record>& records) {
  std::map<std::string, Life> lives;
  for (const log::v1::Record& record : records) {
    v1::ComplaintEvent event;
    if (!wire::ReadFact(record.type(), record.payload(), event).ok()) continue;
    Life& life = lives[record.stream()];
    life.name = record.stream();
    Add(event, wire::ToTime(record.occurred_at()), life);
  }
  std::vector<Life> all;
  for (auto& [name, life] : lives) all.push_back(std::move(life));
  return all;
}

Numbers RecountStock(const std::vector<Life>& lives, absl::Time at, const Which& which) {
  Numbers numbers;
  const auto before = [&](absl::Time time) { return Set(time) && time < at; };
  EachRound(lives, which, [&](const Life& life, const Round& round) {
    if (round.opened >= at || before(round.ended)) return;
    ++numbers.a;
    if ((round.paused && round.paused_at < at) || before(round.answered)) return;
    if (!before(life.intake_done)) {
      numbers.b += life.intake_due < at;
    } else {
      numbers.b += before(round.answer_due) || (before(round.ack_due) && !before(round.acked));
    }
  });
  return numbers;
}

Numbers Recount(const std::vector<Life>& lives, views::v1::MetricId id, const Which& which) {
  Numbers n;
  switch (id) {
    case METRIC_ID_ACKNOWLEDGED_ON_TIME:
      return OnTime(lives, which, &Round::ack_due, &Round::acked);
    case METRIC_ID_ANSWERED_ON_TIME:
      return OnTime(lives, which, &Round::answer_due, &Round::answered);
    case METRIC_ID_ANSWERED_ON_TIME_UNEXTENDED:
      return OnTime(lives, which, &Round::answer_due_first, &Round::answered);
    case METRIC_ID_RESOLVED:
    case METRIC_ID_RESOLVED_CONFIRMED:
      EachClosed(lives, which, [&](const Life& life, const Round& round) {
        ++n.c;
        if (life.excluded) return;
        ++n.b;
        const bool confirmed = round.confirmation == v1::CONFIRMATION_CONFIRMED;
        const bool silent = round.confirmation == v1::CONFIRMATION_NO_REPLY;
        n.a += round.outcome == v1::OUTCOME_SOLVED &&
               (confirmed || (silent && id == METRIC_ID_RESOLVED));
      });
      return n;
    case METRIC_ID_SATISFIED:
      return Satisfied(lives, which, false);
    case METRIC_ID_SATISFIED_LOWER_BOUND:
      return Satisfied(lives, which, true);
    case METRIC_ID_AVERAGE_SCORE:
      return AverageScore(lives, which);
    case METRIC_ID_REOPENED:
    case METRIC_ID_FIRST_TIME_FIX:
      EachClosed(lives, which, [&](const Life& life, const Round& round) {
        n.a += id == METRIC_ID_REOPENED ? ReopenedSoon(life, which)
                                        : life.rounds.size() == 1 && round.hops == 1;
        n.c = ++n.b;
      });
      return n;
    case METRIC_ID_REPEATED:
      return OverFiled(lives, which, [&](const Life& life) { return Repeats(lives, life); });
    case METRIC_ID_CYCLE_TIME:
      return CycleTime(lives, which, false);
    case METRIC_ID_CYCLE_TIME_RAW:
      return CycleTime(lives, which, true);
    case METRIC_ID_OVERDUE_STOCK: {
      const Numbers stock = RecountStock(lives, which.to, which);
      return {stock.b, stock.a, stock.a};
    }
    case METRIC_ID_EXCLUDED:
      EachRound(lives, which, [&](const Life& life, const Round& round) {
        if (!In(round.ack_due, which) || !Runs(round, round.ack_due, round.acked)) return;
        ++(life.excluded ? n.a : n.b);
        ++n.c;
      });
      return n;
    case METRIC_ID_REFUSED:
      return OverFiled(lives, which, [](const Life& life) { return life.refused; });
    case METRIC_ID_REFUSALS_REVERSED:
      return OverLives(lives, which, [&](const Life& life, Numbers& numbers) {
        if (!In(life.filed, which)) return;
        numbers.a += life.refusal_reversed;
        numbers.b += life.refusal_appealed;
        numbers.c += life.refused;
      });
    case METRIC_ID_INTAKE_ON_TIME:
      return OverLives(lives, which, [&](const Life& life, Numbers& numbers) {
        if (!In(life.intake_due, which)) return;
        numbers.a += Set(life.intake_done) && life.intake_done <= life.intake_due;
        numbers.c = ++numbers.b;
      });
    default:
      std::abort();
  }
}

}  // namespace sanzhang::projections::bench
