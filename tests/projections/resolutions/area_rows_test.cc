// Where areas are from, as the register tells it.
#include "projections/resolutions/area_rows.h"

#include "gtest/gtest.h"
#include "projections/engine/parts_projection.h"
#include "sanzhang/registry/v1/events.pb.h"
#include "tests/projections/support/view_bench.h"

namespace sanzhang::projections {
namespace {

namespace reg = registry::v1;
using bench::History;
using bench::ViewBench;

TEST(AreaRows, FollowTheRegister) {
  History h;
  constexpr std::string_view kT = "2026-01-01 00:00";
  for (const char* id : {"dwellings/a", "dwellings/b", "dwellings/c", "dwellings/d"}) {
    h.Add<reg::DwellingRegistered>(kT, id, "area_source: AREA_SOURCE_CONTRACT");
  }
  h.Add<reg::DwellingAreaCorrected>(kT, "dwellings/a", "area_source: AREA_SOURCE_REGISTER");
  h.Add<reg::DwellingSplit>(kT, "dwellings/b", "");
  h.Add<reg::PlaceRetired>(kT, "dwellings/c", "");
  h.Add<reg::PersonRegistered>(kT, "persons/p", "");
  ViewBench view(MakeView("areas", 1, Parts(AreaRows())));
  view.Apply(h);
  EXPECT_EQ(view.Select("SELECT dwelling, source FROM area_source ORDER BY 1", 2),
            "communities/c1/dwellings/a | 1\ncommunities/c1/dwellings/d | 3\n");
}

TEST(AreaRows, StopAtWhatTheyDoNotKnow) {
  const auto* kinds = reg::PlaceEvent::descriptor()->oneof_decl(0);
  for (int i = 0; i < kinds->field_count(); ++i) {
    reg::PlaceEvent event;
    const auto* fact = event.GetReflection()->MutableMessage(&event, kinds->field(i));
    History h;
    ViewBench view(MakeView("areas", 1, Parts(AreaRows())));
    const absl::Status status = view.Apply(h.Append("2026-01-01 00:00", "dwellings/a", *fact));
    EXPECT_TRUE(status.ok()) << kinds->field(i)->name() << ": " << status;
  }
  log::v1::Record unknown;
  unknown.set_stream("communities/c1/dwellings/a");
  unknown.set_type("sanzhang.registry.v1.DwellingPainted");
  ViewBench view(MakeView("areas", 1, Parts(AreaRows())));
  EXPECT_FALSE(view.Apply(unknown).ok());
}

}  // namespace
}  // namespace sanzhang::projections
