// V-R3 and V-R4: a property company's scorecard, and the survey console
// (views/v1/residents_committee_service.proto), each as a function of caller, snapshot and request.
// Errors: PERMISSION_DENIED, INVALID_REQUEST for a window that does not end after it begins, and
// those of the query kit.
//
// Committee, sub-district officers, Party organisation, supervision committee and auditors see all
// surveys of the community, whoever asks in them; chiefs none. There is nothing here about scores
// before a result is public.
#pragma once

#include "absl/status/status.h"
#include "projections/engine/query.h"
#include "sanzhang/views/v1/residents_committee_service.pb.h"

namespace sanzhang::projections::residents_committee {

absl::Status GetPropertyScorecard(const QueryContext& context,
                                  const views::v1::GetPropertyScorecardRequest& request,
                                  views::v1::GetPropertyScorecardResponse& response);
absl::Status ListSurveys(const QueryContext& context, const views::v1::ListSurveysRequest& request,
                         views::v1::ListSurveysResponse& response);
absl::Status GetSurvey(const QueryContext& context, const views::v1::GetSurveyRequest& request,
                       views::v1::GetSurveyResponse& response);
absl::Status WatchSurveys(const QueryContext& context,
                          const views::v1::WatchSurveysRequest& request,
                          views::v1::WatchSurveysResponse& response);

}  // namespace sanzhang::projections::residents_committee
