#include "services/registry/community.h"

#include "services/registry/service_account.h"
#include "tests/services/registry/rules_table.h"

namespace sanzhang::registry {
namespace {

constexpr char kRegistered[] = "community_registered { display_name: '桂花苑社区' }";
constexpr char kScheme[] =
    "governance_scheme_adopted { scheme: GOVERNANCE_SCHEME_TRINITY decision: 'r1' }";

TEST(RegisterCommunity, Rules) {
  const std::string ask =
      "community_id: 'c1' display_name: 'Guihuayuan' subdistrict: 'subdistricts/nanhu' "
      "households: 1800";
  PlayAll<Community, v1::RegisterCommunityRequest>(
      "communities/c1", {{"Exists",
                          {kRegistered},
                          ask,
                          "ERROR_REASON_RESOURCE_ALREADY_EXISTS {resource=communities/c1}"},
                         {"New",
                          {},
                          ask,
                          "community_registered { display_name: \"Guihuayuan\" subdistrict: "
                          "\"subdistricts/nanhu\" households: 1800 }; "}});
}

TEST(RegisterCommunity, IsNamedByItsId) {
  const auto request = support::Text<v1::RegisterCommunityRequest>("community_id: 'c9'");
  EXPECT_EQ(Community::NewName(request, "fresh"), "communities/c9");
}

TEST(RenameCommunity, Rules) {
  const std::string ask = "display_name: 'Nanhu'";
  PlayAll<Community, v1::RenameCommunityRequest>(
      "communities/c1",
      {{"NotFound", {}, ask, "ERROR_REASON_RESOURCE_NOT_FOUND {resource=communities/c1}"},
       {"New", {kRegistered}, ask, "community_renamed { display_name: \"Nanhu\" }; "},
       {"AlreadySo", {kRegistered, "community_renamed { display_name: 'Nanhu' }"}, ask, ""}});
}

TEST(AdoptGovernanceScheme, Rules) {
  const std::string ask = "scheme: GOVERNANCE_SCHEME_TRINITY decision: 'r1'";
  PlayAll<Community, v1::AdoptGovernanceSchemeRequest>(
      "communities/c1",
      {{"NotFound", {}, ask, "ERROR_REASON_RESOURCE_NOT_FOUND {resource=communities/c1}"},
       {"New",
        {kRegistered},
        ask,
        "governance_scheme_adopted { scheme: GOVERNANCE_SCHEME_TRINITY decision: \"r1\" }; "},
       {"Another",
        {kRegistered, kScheme},
        "scheme: GOVERNANCE_SCHEME_GRID_CHIEFS decision: 'r2'",
        "governance_scheme_adopted { scheme: GOVERNANCE_SCHEME_GRID_CHIEFS decision: \"r2\" }; "},
       {"AlreadySo", {kRegistered, kScheme}, ask, ""}});
}

constexpr char kGranted[] = "service_granted { roles: ROLE_INTEGRATION purpose: '12345' }";

TEST(GrantService, Rules) {
  PlayAll<ServiceAccount, v1::GrantServiceRequest>(
      "~services/hotline",
      {{"RoleOfPeople",
        {},
        "roles: ROLE_INTEGRATION roles: ROLE_RESIDENTS_COMMITTEE purpose: 'x'",
        "ERROR_REASON_INVALID_REQUEST {field=roles}"},
       {"RoleOfTheInstallation",
        {},
        "roles: ROLE_OPERATOR purpose: 'x'",
        "ERROR_REASON_INVALID_REQUEST {field=roles}"},
       {"New",
        {},
        "roles: ROLE_IMPORTER roles: ROLE_INTEGRATION roles: ROLE_IMPORTER purpose: 'x'",
        "service_granted { roles: ROLE_INTEGRATION roles: ROLE_IMPORTER purpose: \"x\" }; "},
       {"Instead",
        {kGranted},
        "roles: ROLE_AUDITOR purpose: 'x'",
        "service_granted { roles: ROLE_AUDITOR purpose: \"x\" }; "},
       {"AlreadySo", {kGranted}, "roles: ROLE_INTEGRATION purpose: 'x'", ""},
       {"AgainAfterRevocation",
        {kGranted, "service_revoked { reason: 'y' }"},
        "roles: ROLE_INTEGRATION purpose: 'x'",
        "service_granted { roles: ROLE_INTEGRATION purpose: \"x\" }; "}});
}

TEST(RevokeService, Rules) {
  PlayAll<ServiceAccount, v1::RevokeServiceRequest>(
      "~services/hotline",
      {{"NotFound",
        {},
        "reason: 'x'",
        "ERROR_REASON_RESOURCE_NOT_FOUND {resource=~services/hotline}"},
       {"Held", {kGranted}, "reason: 'x'", "service_revoked { reason: \"x\" }; "},
       {"AlreadySo", {kGranted, "service_revoked { reason: 'y' }"}, "reason: 'x'", ""}});
}

}  // namespace
}  // namespace sanzhang::registry
