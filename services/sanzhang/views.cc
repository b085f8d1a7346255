#include "services/sanzhang/views.h"

#include "projections/analyst/analyst_service.h"
#include "projections/analyst/analyst_views.h"
#include "projections/owners_committee/owners_committee_service.h"
#include "projections/owners_committee/owners_committee_views.h"
#include "projections/party_org/party_org_service.h"
#include "projections/party_org/party_org_views.h"
#include "projections/property_company/property_company_service.h"
#include "projections/property_company/property_company_views.h"
#include "projections/public_board/public_board_service.h"
#include "projections/public_board/public_board_views.h"
#include "projections/rep_assembly/rep_assembly_service.h"
#include "projections/rep_assembly/rep_assembly_views.h"
#include "projections/resident/resident_service.h"
#include "projections/resident/resident_views.h"
#include "projections/residents_committee/residents_committee_service.h"
#include "projections/residents_committee/residents_committee_views.h"
#include "projections/subdistrict/subdistrict_service.h"
#include "projections/subdistrict/subdistrict_views.h"
#include "projections/supervision_committee/supervision_committee_service.h"
#include "projections/supervision_committee/supervision_committee_views.h"

namespace sanzhang::app {

const std::vector<View>& AllViews() {
  using namespace projections;
  static const auto& views = *new std::vector<View>{
      {"residents-committee", MakeResidentsCommitteeViews, MakeResidentsCommitteeService},
      {"property-company", MakePropertyCompanyViews, MakePropertyCompanyService},
      {"owners-committee", MakeOwnersCommitteeViews, MakeOwnersCommitteeService},
      {"party-org", MakePartyOrgViews, MakePartyOrgService},
      {"subdistrict", MakeSubdistrictViews, MakeSubdistrictService},
      {"supervision-committee", MakeSupervisionCommitteeViews, MakeSupervisionCommitteeService},
      {"rep-assembly", MakeRepAssemblyViews, MakeRepAssemblyService},
      {"resident", MakeResidentViews, MakeResidentService},
      {"public-board", MakePublicBoardViews, MakePublicBoardService},
      {"analyst", MakeAnalystViews, MakeAnalystService},
  };
  return views;
}

}  // namespace sanzhang::app
