#include "services/registry/registry_service.h"

#include "sanzhang/registry/v1/registry_service.grpc.pb.h"
#include "services/registry/body.h"
#include "services/registry/chief.h"
#include "services/registry/community.h"
#include "services/registry/constituency.h"
#include "services/registry/household.h"
#include "services/registry/membership.h"
#include "services/registry/person.h"
#include "services/registry/place.h"
#include "services/registry/service_account.h"
#include "services/registry/term.h"
#include "services/runtime/handle.h"

namespace sanzhang::registry {
namespace {

using Call = grpc::CallbackServerContext;
using Reactor = grpc::ServerUnaryReactor;

class RegistryService final : public v1::RegistryService::CallbackService {
 public:
  explicit RegistryService(runtime::CommandRunner& runner) : runner_(runner) {}

  Reactor* RegisterCommunity(Call* call, const v1::RegisterCommunityRequest* request,
                             v1::RegisterCommunityResponse* response) override {
    return runtime::Handle<Community>(runner_, call, request, response);
  }
  Reactor* RenameCommunity(Call* call, const v1::RenameCommunityRequest* request,
                           v1::RenameCommunityResponse* response) override {
    return runtime::Handle<Community>(runner_, call, request, response);
  }
  Reactor* AdoptGovernanceScheme(Call* call, const v1::AdoptGovernanceSchemeRequest* request,
                                 v1::AdoptGovernanceSchemeResponse* response) override {
    return runtime::Handle<Community>(runner_, call, request, response);
  }
  Reactor* RegisterPropertyArea(Call* call, const v1::RegisterPropertyAreaRequest* request,
                                v1::RegisterPropertyAreaResponse* response) override {
    return runtime::Handle<Place>(runner_, call, request, response);
  }
  Reactor* DrawGrid(Call* call, const v1::DrawGridRequest* request,
                    v1::DrawGridResponse* response) override {
    return runtime::Handle<Place>(runner_, call, request, response);
  }
  Reactor* RegisterBuilding(Call* call, const v1::RegisterBuildingRequest* request,
                            v1::RegisterBuildingResponse* response) override {
    return runtime::Handle<Place>(runner_, call, request, response);
  }
  Reactor* MoveBuildingToGrid(Call* call, const v1::MoveBuildingToGridRequest* request,
                              v1::MoveBuildingToGridResponse* response) override {
    return runtime::Handle<Place>(runner_, call, request, response);
  }
  Reactor* RegisterEntrance(Call* call, const v1::RegisterEntranceRequest* request,
                            v1::RegisterEntranceResponse* response) override {
    return runtime::Handle<Place>(runner_, call, request, response);
  }
  Reactor* RegisterDwelling(Call* call, const v1::RegisterDwellingRequest* request,
                            v1::RegisterDwellingResponse* response) override {
    return runtime::Handle<Place>(runner_, call, request, response);
  }
  Reactor* RecordOwnership(Call* call, const v1::RecordOwnershipRequest* request,
                           v1::RecordOwnershipResponse* response) override {
    return runtime::Handle<Place>(runner_, call, request, response);
  }
  Reactor* RetirePlace(Call* call, const v1::RetirePlaceRequest* request,
                       v1::RetirePlaceResponse* response) override {
    return runtime::Handle<Place>(runner_, call, request, response);
  }
  Reactor* RegisterPerson(Call* call, const v1::RegisterPersonRequest* request,
                          v1::RegisterPersonResponse* response) override {
    return runtime::Handle<Person>(runner_, call, request, response);
  }
  Reactor* EnrollResident(Call* call, const v1::EnrollResidentRequest* request,
                          v1::EnrollResidentResponse* response) override {
    return runtime::Handle<Person>(runner_, call, request, response);
  }
  Reactor* ConfirmResident(Call* call, const v1::ConfirmResidentRequest* request,
                           v1::ConfirmResidentResponse* response) override {
    return runtime::Handle<Person>(runner_, call, request, response);
  }
  Reactor* MoveOutResident(Call* call, const v1::MoveOutResidentRequest* request,
                           v1::MoveOutResidentResponse* response) override {
    return runtime::Handle<Person>(runner_, call, request, response);
  }
  Reactor* RecordDeath(Call* call, const v1::RecordDeathRequest* request,
                       v1::RecordDeathResponse* response) override {
    return runtime::Handle<Person>(runner_, call, request, response);
  }
  Reactor* PrepareBody(Call* call, const v1::PrepareBodyRequest* request,
                       v1::PrepareBodyResponse* response) override {
    return runtime::Handle<Body>(runner_, call, request, response);
  }
  Reactor* EstablishBody(Call* call, const v1::EstablishBodyRequest* request,
                         v1::EstablishBodyResponse* response) override {
    return runtime::Handle<Body>(runner_, call, request, response);
  }
  Reactor* FileBody(Call* call, const v1::FileBodyRequest* request,
                    v1::FileBodyResponse* response) override {
    return runtime::Handle<Body>(runner_, call, request, response);
  }
  Reactor* DissolveBody(Call* call, const v1::DissolveBodyRequest* request,
                        v1::DissolveBodyResponse* response) override {
    return runtime::Handle<Body>(runner_, call, request, response);
  }
  Reactor* StartTerm(Call* call, const v1::StartTermRequest* request,
                     v1::StartTermResponse* response) override {
    return runtime::Handle<Term>(runner_, call, request, response);
  }
  Reactor* ExpireTerm(Call* call, const v1::ExpireTermRequest* request,
                      v1::ExpireTermResponse* response) override {
    return runtime::Handle<Term>(runner_, call, request, response);
  }
  Reactor* SeatMember(Call* call, const v1::SeatMemberRequest* request,
                      v1::SeatMemberResponse* response) override {
    return runtime::Handle<Membership>(runner_, call, request, response);
  }
  Reactor* SuspendMember(Call* call, const v1::SuspendMemberRequest* request,
                         v1::SuspendMemberResponse* response) override {
    return runtime::Handle<Membership>(runner_, call, request, response);
  }
  Reactor* ReinstateMember(Call* call, const v1::ReinstateMemberRequest* request,
                           v1::ReinstateMemberResponse* response) override {
    return runtime::Handle<Membership>(runner_, call, request, response);
  }
  Reactor* EndMember(Call* call, const v1::EndMemberRequest* request,
                     v1::EndMemberResponse* response) override {
    return runtime::Handle<Membership>(runner_, call, request, response);
  }
  Reactor* RecruitChief(Call* call, const v1::RecruitChiefRequest* request,
                        v1::RecruitChiefResponse* response) override {
    return runtime::Handle<Chief>(runner_, call, request, response);
  }
  Reactor* ConfirmChief(Call* call, const v1::ConfirmChiefRequest* request,
                        v1::ConfirmChiefResponse* response) override {
    return runtime::Handle<Chief>(runner_, call, request, response);
  }
  Reactor* LapseChief(Call* call, const v1::LapseChiefRequest* request,
                      v1::LapseChiefResponse* response) override {
    return runtime::Handle<Chief>(runner_, call, request, response);
  }
  Reactor* EndChief(Call* call, const v1::EndChiefRequest* request,
                    v1::EndChiefResponse* response) override {
    return runtime::Handle<Chief>(runner_, call, request, response);
  }
  Reactor* GrantService(Call* call, const v1::GrantServiceRequest* request,
                        v1::GrantServiceResponse* response) override {
    return runtime::Handle<ServiceAccount>(runner_, call, request, response);
  }
  Reactor* RevokeService(Call* call, const v1::RevokeServiceRequest* request,
                         v1::RevokeServiceResponse* response) override {
    return runtime::Handle<ServiceAccount>(runner_, call, request, response);
  }

  Reactor* CorrectDwellingArea(Call* call, const v1::CorrectDwellingAreaRequest* request,
                               v1::CorrectDwellingAreaResponse* response) override {
    return runtime::Handle<Place>(runner_, call, request, response);
  }
  Reactor* ClassifyDwelling(Call* call, const v1::ClassifyDwellingRequest* request,
                            v1::ClassifyDwellingResponse* response) override {
    return runtime::Handle<Place>(runner_, call, request, response);
  }
  Reactor* RecordDwellingSale(Call* call, const v1::RecordDwellingSaleRequest* request,
                              v1::RecordDwellingSaleResponse* response) override {
    return runtime::Handle<Place>(runner_, call, request, response);
  }
  Reactor* SplitDwelling(Call* call, const v1::SplitDwellingRequest* request,
                         v1::SplitDwellingResponse* response) override {
    return runtime::Handle<Place>(runner_, call, request, response);
  }
  Reactor* MergeDwellings(Call* call, const v1::MergeDwellingsRequest* request,
                          v1::MergeDwellingsResponse* response) override {
    return runtime::Handle<Place>(runner_, call, request, response);
  }
  Reactor* VerifyOwnership(Call* call, const v1::VerifyOwnershipRequest* request,
                           v1::VerifyOwnershipResponse* response) override {
    return runtime::Handle<Place>(runner_, call, request, response);
  }
  Reactor* TransferOwnership(Call* call, const v1::TransferOwnershipRequest* request,
                             v1::TransferOwnershipResponse* response) override {
    return runtime::Handle<Place>(runner_, call, request, response);
  }
  Reactor* DisputeOwnership(Call* call, const v1::DisputeOwnershipRequest* request,
                            v1::DisputeOwnershipResponse* response) override {
    return runtime::Handle<Place>(runner_, call, request, response);
  }
  Reactor* EndOwnershipDispute(Call* call, const v1::EndOwnershipDisputeRequest* request,
                               v1::EndOwnershipDisputeResponse* response) override {
    return runtime::Handle<Place>(runner_, call, request, response);
  }
  Reactor* RecordOccupancy(Call* call, const v1::RecordOccupancyRequest* request,
                           v1::RecordOccupancyResponse* response) override {
    return runtime::Handle<Place>(runner_, call, request, response);
  }
  Reactor* EndOccupancy(Call* call, const v1::EndOccupancyRequest* request,
                        v1::EndOccupancyResponse* response) override {
    return runtime::Handle<Place>(runner_, call, request, response);
  }
  Reactor* RecordMajority(Call* call, const v1::RecordMajorityRequest* request,
                          v1::RecordMajorityResponse* response) override {
    return runtime::Handle<Person>(runner_, call, request, response);
  }
  Reactor* AppointGuardian(Call* call, const v1::AppointGuardianRequest* request,
                           v1::AppointGuardianResponse* response) override {
    return runtime::Handle<Person>(runner_, call, request, response);
  }
  Reactor* EndGuardianship(Call* call, const v1::EndGuardianshipRequest* request,
                           v1::EndGuardianshipResponse* response) override {
    return runtime::Handle<Person>(runner_, call, request, response);
  }
  Reactor* RecordLegalRepresentative(Call* call,
                                     const v1::RecordLegalRepresentativeRequest* request,
                                     v1::RecordLegalRepresentativeResponse* response) override {
    return runtime::Handle<Person>(runner_, call, request, response);
  }
  Reactor* AppointPrivacyOfficer(Call* call, const v1::AppointPrivacyOfficerRequest* request,
                                 v1::AppointPrivacyOfficerResponse* response) override {
    return runtime::Handle<Person>(runner_, call, request, response);
  }
  Reactor* DismissPrivacyOfficer(Call* call, const v1::DismissPrivacyOfficerRequest* request,
                                 v1::DismissPrivacyOfficerResponse* response) override {
    return runtime::Handle<Person>(runner_, call, request, response);
  }
  Reactor* DeclareRelative(Call* call, const v1::DeclareRelativeRequest* request,
                           v1::DeclareRelativeResponse* response) override {
    return runtime::Handle<Person>(runner_, call, request, response);
  }
  Reactor* WithdrawRelative(Call* call, const v1::WithdrawRelativeRequest* request,
                            v1::WithdrawRelativeResponse* response) override {
    return runtime::Handle<Person>(runner_, call, request, response);
  }
  Reactor* FormHousehold(Call* call, const v1::FormHouseholdRequest* request,
                         v1::FormHouseholdResponse* response) override {
    return runtime::Handle<Household>(runner_, call, request, response);
  }
  Reactor* ChangeHousehold(Call* call, const v1::ChangeHouseholdRequest* request,
                           v1::ChangeHouseholdResponse* response) override {
    return runtime::Handle<Household>(runner_, call, request, response);
  }
  Reactor* DissolveHousehold(Call* call, const v1::DissolveHouseholdRequest* request,
                             v1::DissolveHouseholdResponse* response) override {
    return runtime::Handle<Household>(runner_, call, request, response);
  }
  Reactor* SetRepresentativeConstituency(
      Call* call, const v1::SetRepresentativeConstituencyRequest* request,
      v1::SetRepresentativeConstituencyResponse* response) override {
    return runtime::Handle<Constituency>(runner_, call, request, response);
  }
  Reactor* ElectRepresentative(Call* call, const v1::ElectRepresentativeRequest* request,
                               v1::ElectRepresentativeResponse* response) override {
    return runtime::Handle<Constituency>(runner_, call, request, response);
  }
  Reactor* DissolveConstituency(Call* call, const v1::DissolveConstituencyRequest* request,
                                v1::DissolveConstituencyResponse* response) override {
    return runtime::Handle<Constituency>(runner_, call, request, response);
  }
  Reactor* RecordSealCustody(Call* call, const v1::RecordSealCustodyRequest* request,
                             v1::RecordSealCustodyResponse* response) override {
    return runtime::Handle<Body>(runner_, call, request, response);
  }
  Reactor* CompleteHandover(Call* call, const v1::CompleteHandoverRequest* request,
                            v1::CompleteHandoverResponse* response) override {
    return runtime::Handle<Body>(runner_, call, request, response);
  }
  Reactor* NoteTermExpiring(Call* call, const v1::NoteTermExpiringRequest* request,
                            v1::NoteTermExpiringResponse* response) override {
    return runtime::Handle<Term>(runner_, call, request, response);
  }

 private:
  runtime::CommandRunner& runner_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeRegistryService(runtime::CommandRunner& runner) {
  return std::make_unique<RegistryService>(runner);
}

}  // namespace sanzhang::registry
