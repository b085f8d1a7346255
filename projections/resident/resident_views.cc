#include "projections/resident/resident_views.h"

#include "absl/strings/str_cat.h"
#include "projections/complaints/complaint_rows.h"
#include "projections/complaints/side_rows.h"
#include "projections/directory/directory_rows.h"
#include "projections/engine/parts_projection.h"
#include "projections/notices/notice_rows.h"
#include "projections/privacy/look_rows.h"
#include "projections/privacy/privacy_rows.h"
#include "projections/privacy/text_rows.h"
#include "projections/ratings/campaign_rows.h"
#include "projections/resolutions/resolution_rows.h"
#include "projections/resolutions/voter_rows.h"

namespace sanzhang::projections {

namespace {

TextRows Texts(std::string_view context, TextRows::Table table = TextRows::Table::kShares) {
  return TextRows(absl::StrCat("sanzhang.", std::string(context), ".v1"), table);
}

}  // namespace

std::unique_ptr<Projection> MakeResidentViews() {
  return MakeView(
      "resident", 7,
      Parts(DirectoryRows(DirectoryRows::People::kPseudonyms),
            Complaints(ComplaintRows({.words = true, .complainants = true}), SupporterRows()),
            Resolutions(ResolutionRows({.persons = true}), VoterRows({.persons = true})),
            Ratings(CampaignRows({.intake = false})),
            NoticeRows({.body = false, .words = false, .persons = true}), PrivacyRows(), LookRows(),
            Texts("complaint", TextRows::Table::kMakes), Texts("resolution"), Texts("notice"),
            Texts("rating"), Texts("registry"), Texts("privacy")),
      "CREATE INDEX complaint_by_complainant ON complaint (complainant, filed_us);"
      "CREATE INDEX notice_by_objections_end ON notice (community, objections_until_us);"
      "CREATE INDEX notice_objection_by_person ON notice_objection (person, notice);");
}

}  // namespace sanzhang::projections
