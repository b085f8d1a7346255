#include "services/rating/scheme.h"

#include "services/rating/notes.h"
#include "services/rating/service_rating.h"
#include "tests/services/rating/scene.h"

namespace sanzhang::rating {
namespace {

using scene::PlayAll;
using scene::Row;

constexpr char kDefined[] =
    "scheme_defined { version: 1 terms { target_kind: TARGET_KIND_PROPERTY_COMPANY eligibility: "
    "ELIGIBILITY_OWNER dimensions { code: 'a' display_name: 'A' weight_bp: 10000 } } }";
constexpr char kAdopted[] = "scheme_adopted { version: 1 }";
constexpr char kRetired[] = "scheme_retired { reason: 'x' }";
constexpr char kTerms[] =
    "terms { target_kind: TARGET_KIND_PROPERTY_COMPANY eligibility: ELIGIBILITY_OWNER dimensions { "
    "code: 'a' display_name: 'A' weight_bp: 10000 } }";

TEST(DefineRatingScheme, Rules) {
  PlayAll<RatingScheme, v1::DefineRatingSchemeRequest>(
      "~ratingSchemes/s1",
      {{"CodeTwice",
        {},
        "terms { dimensions { code: 'a' weight_bp: 1 } dimensions { code: 'a' weight_bp: 1 } }",
        "ERROR_REASON_INVALID_REQUEST {field=terms.dimensions.code}"},
       {"WeightsShort",
        {},
        "terms { dimensions { code: 'a' weight_bp: 9999 } }",
        "ERROR_REASON_INVALID_REQUEST {field=terms.dimensions.weight_bp}"},
       {"WeightsOver",
        {},
        "terms { dimensions { code: 'a' weight_bp: 9999 } dimensions { code: 'b' weight_bp: 2 } }",
        "ERROR_REASON_INVALID_REQUEST {field=terms.dimensions.weight_bp}"},
       {"First",
        {},
        std::string("display_name: 'S' basis: 'b' ") + kTerms,
        "scheme_defined { version: 1 display_name: \"S\" terms { target_kind: "
        "TARGET_KIND_PROPERTY_COMPANY dimensions { code: \"a\" display_name: \"A\" weight_bp: "
        "10000 } eligibility: ELIGIBILITY_OWNER } basis: \"b\" }; "},
       {"SameAgain", {kDefined, kAdopted}, kTerms, ""},
       {"Next",
        {kDefined, kAdopted},
        "terms { dimensions { code: 'b' weight_bp: 10000 } }",
        "scheme_defined { version: 2 terms { dimensions { code: \"b\" weight_bp: 10000 } } }; "},
       {"TooMany", scene::Story(100, kDefined),
        "terms { dimensions { code: 'b' weight_bp: 10000 } }",
        "ERROR_REASON_TOO_MANY {items_max=100}"}});
}

TEST(AdoptRatingScheme, Rules) {
  PlayAll<RatingScheme, v1::AdoptRatingSchemeRequest>(
      "~ratingSchemes/s1",
      {{"NoScheme",
        {},
        "version: 1",
        "ERROR_REASON_RESOURCE_NOT_FOUND {resource=~ratingSchemes/s1}"},
       {"NoVersion",
        {kDefined},
        "version: 2",
        "ERROR_REASON_RESOURCE_NOT_FOUND {resource=~ratingSchemes/s1@2}"},
       {"Adopted",
        {kDefined},
        "version: 1 decision: 'd'",
        "scheme_adopted { version: 1 decision: \"d\" }; "},
       {"AlreadySo", {kDefined, kAdopted}, "version: 1", ""},
       {"Next", {kDefined, kAdopted, kDefined}, "version: 2", "scheme_adopted { version: 2 }; "},
       {"NotBack",
        {kDefined, kDefined, "scheme_adopted { version: 2 }"},
        "version: 1",
        "ERROR_REASON_STATE_FORBIDS"},
       {"NotAfterRetirement",
        {kDefined, kAdopted, kRetired},
        "version: 1",
        "ERROR_REASON_STATE_FORBIDS"}});
}

TEST(RetireRatingScheme, Rules) {
  PlayAll<RatingScheme, v1::RetireRatingSchemeRequest>(
      "~ratingSchemes/s1",
      {{"NoScheme", {}, "", "ERROR_REASON_RESOURCE_NOT_FOUND {resource=~ratingSchemes/s1}"},
       {"NeverInForce", {kDefined}, "", "ERROR_REASON_STATE_FORBIDS"},
       {"Retired", {kDefined, kAdopted}, "reason: 'x'", "scheme_retired { reason: \"x\" }; "},
       {"AlreadySo", {kDefined, kAdopted, kRetired}, "reason: 'y'", ""}});
}

Gathered Used(bool exists, bool over, std::string user) {
  Gathered gathered;
  gathered.service = {exists, over, std::move(user), "communities/c1/bodies/co"};
  return gathered;
}

TEST(RateService, Rules) {
  const std::string ask =
      "service: '~complaints/k1' score: 4 tags: 'on-time' comment { content: '谢谢' }";
  const std::string zhang = "communities/c1/persons/zhang";
  PlayAll<ServiceRating, v1::RateServiceRequest>(
      "~serviceRatings/s1",
      {{"Exists",
        {"service_rated { score: 1 }"},
        ask,
        "ERROR_REASON_RESOURCE_ALREADY_EXISTS {resource=~serviceRatings/s1}",
        "zhang"},
       {"NoService",
        {},
        ask,
        "ERROR_REASON_RESOURCE_NOT_FOUND {resource=~complaints/k1}",
        "zhang",
        12,
        {},
        Used(false, false, "")},
       {"OfAnother",
        {},
        ask,
        "ERROR_REASON_NOT_SERVICE_USER",
        "li",
        12,
        {},
        Used(true, false, zhang)},
       {"OfNobodyKnown",
        {},
        ask,
        "ERROR_REASON_NOT_SERVICE_USER",
        "zhang",
        12,
        {},
        Used(true, true, "")},
       {"NotOver",
        {},
        ask,
        "ERROR_REASON_SERVICE_NOT_OVER {resource=~complaints/k1}",
        "zhang",
        12,
        {},
        Used(true, false, zhang)},
       {"Rated",
        {},
        ask,
        "service_rated { service: \"~complaints/k1\" body: \"~bodies/co\" score: 4 tags: "
        "\"on-time\" comment { subject: \"~persons/zhang\" content: "
        "\"\\350\\260\\242\\350\\260\\242\" "
        "} }; +~references/service-ratings/complaints/k1 else SERVICE_RATED_BEFORE; ",
        "zhang",
        12,
        {},
        Used(true, true, zhang)}});
}

TEST(RecordAssessment, Rules) {
  const std::string sha(32, 'h');
  const std::string period = "period_begins $-48$ period_ends $-24$ ";
  const auto scores = [](int points) {
    return "scores { code: 'c' points_milli: " + std::to_string(points) +
           " points_milli_max: 100 } ";
  };
  PlayAll<Assessment, v1::RecordAssessmentRequest>(
      "~assessments/x1",
      {{"Exists",
        {"assessment_recorded { }"},
        "target: '~bodies/co'",
        "ERROR_REASON_RESOURCE_ALREADY_EXISTS {resource=~assessments/x1}"},
       {"ByTheAssessed", {}, "target: '~bodies/rc'", "ERROR_REASON_RATED_BODY {body=~bodies/rc}"},
       {"NoBody",
        {},
        "target: '~bodies/none'",
        "ERROR_REASON_RESOURCE_NOT_FOUND {resource=~bodies/none}"},
       {"HashShort",
        {},
        "target: '~bodies/co' report_sha256: 'x'",
        "ERROR_REASON_INVALID_REQUEST {field=report_sha256}"},
       {"PeriodBackwards",
        {},
        "target: '~bodies/co' period_begins $2$ period_ends $1$ report_sha256: '" + sha + "'",
        "ERROR_REASON_INVALID_REQUEST {field=period_ends}"},
       {"MoreThanFullMarks",
        {},
        "target: '~bodies/co' " + scores(101) + period + "report_sha256: '" + sha + "'",
        "ERROR_REASON_INVALID_REQUEST {field=scores.points_milli}"},
       {"OfABodyThatIsNoMore",
        {},
        "target: '~bodies/gone' assessor: 'A' " + scores(100) + period + "report_sha256: '" + sha +
            "'",
        "assessment_recorded { target: \"~bodies/gone\" assessor: \"A\" report_sha256: \"" + sha +
            "\" scores { code: \"c\" points_milli: 100 points_milli_max: 100 } period_begins { "
            "seconds: 1777392000 } period_ends { seconds: 1777478400 } body: \"~bodies/rc\" }; "}});
}

TEST(RecordCredit, Rules) {
  const std::string rest = " points: -3 reason: 'r' authority_ref: 'a'";
  PlayAll<CreditNote, v1::RecordCreditRequest>(
      "~creditNotes/n1",
      {{"Exists",
        {"credit_record_noted { }"},
        "target: '~bodies/co'",
        "ERROR_REASON_RESOURCE_ALREADY_EXISTS {resource=~creditNotes/n1}",
        "gov"},
       {"OfTheOwn",
        {},
        "target: '~bodies/gov'",
        "ERROR_REASON_RATED_BODY {body=~bodies/gov}",
        "gov"},
       {"NoBody",
        {},
        "target: '~bodies/none'",
        "ERROR_REASON_RESOURCE_NOT_FOUND {resource=~bodies/none}",
        "gov"},
       {"NoSeat",
        {},
        "target: '~bodies/co' manager: '~memberships/none'",
        "ERROR_REASON_RESOURCE_NOT_FOUND {resource=~memberships/none}",
        "gov"},
       {"SeatElsewhere",
        {},
        "target: '~bodies/co' manager: '~memberships/m1'",
        "ERROR_REASON_INVALID_REQUEST {field=manager}",
        "gov"},
       {"Noted",
        {},
        "target: '~bodies/co' manager: '~memberships/manager'" + rest,
        "credit_record_noted { target: \"~bodies/co\" manager: \"~memberships/manager\" points: -3 "
        "reason: \"r\" authority_ref: \"a\" }; ",
        "dep"}});
}

}  // namespace
}  // namespace sanzhang::rating
