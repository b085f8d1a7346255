#include "services/registry/person.h"

#include "tests/services/registry/rules_table.h"

namespace sanzhang::registry {
namespace {

constexpr char kKnown[] = "person_registered { }";
constexpr char kEnrolled[] = "resident_enrolled { place { building: '~buildings/b2' } }";
constexpr char kConfirmed[] = "resident_confirmed { }";
constexpr char kMovedOut[] = "resident_moved_out { }";
constexpr char kDied[] = "resident_deceased { }";
constexpr char kNotFound[] = "ERROR_REASON_RESOURCE_NOT_FOUND {resource=~persons/p1}";
constexpr char kNotActive[] = "ERROR_REASON_RESOURCE_NOT_ACTIVE {resource=~persons/p1}";

TEST(RegisterPerson, Rules) {
  PlayAll<Person, v1::RegisterPersonRequest>(
      "~persons/p1",
      {{"Exists",
        {kKnown},
        "full_name { content: '张三' }",
        "ERROR_REASON_RESOURCE_ALREADY_EXISTS {resource=~persons/p1}"},
       {"TextIsThePersonsOwn",
        {},
        "full_name { content: 'Zhang' } phone { subject: '~persons/p2' content: '139' }",
        "person_registered { full_name { subject: \"~persons/p1\" content: \"Zhang\" } phone { "
        "subject: \"~persons/p1\" content: \"139\" } }; "},
       {"UnderAPseudonymOnly", {}, "", "person_registered { }; "}});
}

TEST(RegisterPerson, IsDoneByWhoeverCoversAPart) {
  EXPECT_TRUE(Person::Anywhere(v1::RegisterPersonRequest()));
}

TEST(EnrollResident, Rules) {
  PlayAll<Person, v1::EnrollResidentRequest>(
      "~persons/p1",
      {{"NotFound", {}, "place { building: '~buildings/none' }", kNotFound},
       {"Dead", {kKnown, kDied}, "place { building: '~buildings/none' }", kNotActive},
       {"NoSuchPlace",
        {kKnown},
        "place { building: '~buildings/none' }",
        "ERROR_REASON_RESOURCE_NOT_FOUND {resource=~buildings/none}"},
       {"PlaceRetired",
        {kKnown},
        "place { building: '~buildings/old' }",
        "ERROR_REASON_RESOURCE_NOT_ACTIVE {resource=~buildings/old}"},
       {"PlaceInconsistent",
        {kKnown},
        "place { building: '~buildings/b2' dwelling: '~dwellings/d1' }",
        "ERROR_REASON_PLACE_INCONSISTENT {resource=~dwellings/d1}"},
       {"Nowhere", {kKnown}, "place { }", "ERROR_REASON_INVALID_REQUEST {field=place}"},
       {"IsCompleted",
        {kKnown},
        "place { dwelling: '~dwellings/d1' }",
        "resident_enrolled { place { property_area: \"~propertyAreas/a1\" grid: \"~grids/g1\" "
        "building: \"~buildings/b1\" entrance: \"~entrances/e1\" dwelling: \"~dwellings/d1\" } "
        "}; "},
       {"AlreadySo", {kKnown, kEnrolled}, "place { building: '~buildings/b2' }", ""},
       {"ConfirmedAlready",
        {kKnown, kEnrolled, kConfirmed},
        "place { building: '~buildings/b2' }",
        ""},
       {"Elsewhere",
        {kKnown, kEnrolled, kConfirmed},
        "place { grid: '~grids/g2' }",
        "resident_enrolled { place { grid: \"~grids/g2\" } }; "},
       {"BackAgain",
        {kKnown, kEnrolled, kMovedOut},
        "place { building: '~buildings/b2' }",
        "resident_enrolled { place { building: \"~buildings/b2\" } }; "}});
}

TEST(EnrollResident, LiesInTheCompletePlace) {
  const auto request =
      support::Text<v1::EnrollResidentRequest>(Expand("place { dwelling: '~dwellings/d1' }"));
  EXPECT_EQ(Person::PlaceOf({}, request, Neighbourhood()).grid(), "communities/c1/grids/g1");
}

TEST(ConfirmResident, Rules) {
  PlayAll<Person, v1::ConfirmResidentRequest>(
      "~persons/p1",
      {{"NotFound", {}, "", kNotFound},
       {"Dead", {kKnown, kEnrolled, kDied}, "", kNotActive},
       {"NotEnrolled", {kKnown}, "", "ERROR_REASON_STATE_FORBIDS"},
       {"MovedOut", {kKnown, kEnrolled, kMovedOut}, "", "ERROR_REASON_STATE_FORBIDS"},
       {"Enrolled", {kKnown, kEnrolled}, "", "resident_confirmed { }; "},
       {"AlreadySo", {kKnown, kEnrolled, kConfirmed}, "", ""}});
}

TEST(MoveOutResident, Rules) {
  PlayAll<Person, v1::MoveOutResidentRequest>(
      "~persons/p1",
      {{"NotFound", {}, "", kNotFound},
       {"Dead", {kKnown, kEnrolled, kDied}, "", kNotActive},
       {"NotEnrolled", {kKnown}, "", "ERROR_REASON_STATE_FORBIDS"},
       {"Enrolled", {kKnown, kEnrolled}, "", "resident_moved_out { }; "},
       {"Confirmed", {kKnown, kEnrolled, kConfirmed}, "", "resident_moved_out { }; "},
       {"AlreadySo", {kKnown, kEnrolled, kMovedOut}, "", ""}});
}

TEST(RecordDeath, Rules) {
  PlayAll<Person, v1::RecordDeathRequest>(
      "~persons/p1", {{"NotFound", {}, "", kNotFound},
                      {"NotAResident", {kKnown}, "", "resident_deceased { }; "},
                      {"Resident", {kKnown, kEnrolled, kConfirmed}, "", "resident_deceased { }; "},
                      {"AlreadySo", {kKnown, kDied}, "", ""}});
}

}  // namespace
}  // namespace sanzhang::registry
