// What the timekeeper says for each kind of deadline, and how it says it over gRPC.
//
//   INTAKE_BREACH, ACKNOWLEDGE_BREACH, ANSWER_BREACH   DetectBreach
//   RESUME                                             ResumeComplaint
//   CLOSE_SILENT, CLOSE_CONFIRMED                      CloseComplaint NO_REPLY, CONFIRMED
//   REOPEN                                             ReopenComplaint
//   NOTE_TERM_EXPIRING                                 NoteTermExpiring
//   EXPIRE_TERM                                        ExpireTerm
//   NOTICE_ELAPSED                                     NotePeriodElapsed
//   SUBJECT_REQUEST_BREACH                             DetectSubjectRequestBreach
//   OPEN_CAMPAIGN, CLOSE_CAMPAIGN                      OpenCampaign, CloseCampaign
//   OPEN_APPRAISAL, CLOSE_APPRAISAL                    OpenAppraisal, CloseAppraisal
//   OPEN_VOTE, CLOSE_VOTE, COMPUTE_TALLY               OpenVote, CloseVote, ComputeTally
//   END_OFFICE                                         EndMember APPRAISAL_TWICE_UNFIT
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "services/timekeeper/timekeeper.h"

namespace grpc {
class Channel;
}

namespace sanzhang::timekeeper {

// A UUID (version 8, RFC 9562) made from stream, kind and due alone: the same cause gives the same
// id.
std::string RequestId(const Due& due);

// Calls the command services on the channel as the service `timekeeper`, with the secret that
// proves it. A kind that is not known is answered with INVALID_ARGUMENT. Threads: any.
std::unique_ptr<CommandSender> MakeGrpcSender(std::shared_ptr<grpc::Channel> channel,
                                              std::string_view timer_secret);

}  // namespace sanzhang::timekeeper
