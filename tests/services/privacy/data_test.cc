// Consents, legal holds, breaches and exports, in the order of refusals.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/services/privacy/scene.h"

namespace sanzhang::privacy::scene {
namespace {

struct Case {
  std::string name;
  std::string data_of;
  std::string script;
};
void PrintTo(const Case& one, std::ostream* out) { *out << one.name; }
class Data : public testing::TestWithParam<Case> {};
TEST_P(Data, IsGovernedSo) {
  Story story;
  story.data_of = GetParam().data_of;
  story.Play(GetParam().script);
}

constexpr char kGive[] =
    "GiveConsent purpose: 'roster' text_sha256: '01234567890123456789012345678901'";

INSTANTIATE_TEST_SUITE_P(
    Consents, Data,
    testing::ValuesIn(std::vector<Case>{
        {"OfThePerson", "zhang",
         absl::StrCat("zhang 03-02 ok ", kGive, "\nzhang 03-02 = ", kGive,
                      "\nzhang 03-03 ok WithdrawConsent purpose: 'roster'"
                      "\nzhang 03-03 = WithdrawConsent purpose: 'roster'\nzhang 03-04 ok ",
                      kGive)},
        {"OfAnother", "zhang",
         absl::StrCat("wang 03-02 NOT_THE_SUBJECT ", kGive, "\nstranger 03-02 PERMISSION_DENIED ",
                      kGive, "\nwang 03-02 NOT_THE_SUBJECT WithdrawConsent purpose: 'roster'")},
        {"OfAWard", "xiao", absl::StrCat("li 03-02 ok ", kGive)},
        {"OfTheDead", "grandpa", absl::StrCat("zhang 03-02 NOT_THE_SUBJECT ", kGive)},
        {"OnPaper", "zhang",
         absl::StrCat("dpo 03-02 ok ", kGive, " origin { on_behalf_of: '%zhang' }",
                      "\ndpo 03-02 NOT_THE_SUBJECT ", kGive)},
        {"NeverGiven", "zhang", "zhang 03-02 CONSENT_NOT_GIVEN WithdrawConsent purpose: 'roster'"},
        {"ToNoText", "zhang",
         "zhang 03-02 INVALID_REQUEST GiveConsent purpose: 'roster' text_sha256: 'short'"},
    }),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    LegalHolds, Data,
    testing::ValuesIn(std::vector<Case>{
        {"ByAnOfficer", "zhang",
         "zhang 03-02 PERMISSION_DENIED PlaceLegalHold hold: 'h' law_ref: 'l' reason: 'r'\n"
         "dpo 03-02 ok PlaceLegalHold hold: 'h' law_ref: 'l' reason: 'r'\n"
         "dpo 03-02 RESOURCE_ALREADY_EXISTS PlaceLegalHold hold: 'h' law_ref: 'l' reason: 'r'\n"
         "dpo2 03-03 RESOURCE_NOT_FOUND LiftLegalHold hold: 'i' reason: 'r'\n"
         "dpo2 03-03 ok LiftLegalHold hold: 'h' reason: 'r'\n"
         "dpo2 03-03 = LiftLegalHold hold: 'h' reason: 'r'"},
        {"OfTheOfficer", "dpo",
         "dpo 03-02 ANSWERS_OWN PlaceLegalHold hold: 'h' law_ref: 'l' reason: 'r'\n"
         "dpo2 03-02 ok PlaceLegalHold hold: 'h' law_ref: 'l' reason: 'r'\n"
         "dpo 03-03 ANSWERS_OWN LiftLegalHold hold: 'h' reason: 'r'"},
        {"OfNobody", "stranger",
         "dpo 03-02 RESOURCE_NOT_FOUND PlaceLegalHold hold: 'h' law_ref: 'l' reason: 'r'"},
        {"InThePast", "zhang",
         "dpo 03-02 INVALID_REQUEST PlaceLegalHold hold: 'h' law_ref: 'l' reason: 'r' until { "
         "seconds: 1 }"},
    }),
    [](const auto& info) { return info.param.name; });

std::string Breach(std::string_view more) {
  return absl::StrCat(
      "NoticeDataBreach data_kinds: 'phone' cause: 'c' harm: 'h' measures: 'm' advice: 'a' "
      "contact: 'c' ",
      std::string(more));
}

INSTANTIATE_TEST_SUITE_P(
    Breaches, Data,
    testing::ValuesIn(std::vector<Case>{
        {"IsNoticedOnce", "zhang",
         absl::StrCat("zhang 03-02 PERMISSION_DENIED ",
                      Breach("found_at { seconds: 1 } persons_told: true"), "\ndpo 03-02 ok ",
                      Breach("found_at { seconds: 1 } persons_told: true"),
                      "\ndpo 03-02 RESOURCE_ALREADY_EXISTS ",
                      Breach("found_at { seconds: 1 } persons_told: true"))},
        {"IsFoundBeforeItIsNoticed", "zhang",
         absl::StrCat("dpo 03-02 INVALID_REQUEST ",
                      Breach("found_at { seconds: 4000000000 } persons_told: true"))},
        {"BeganBeforeItIsFound", "zhang",
         absl::StrCat(
             "dpo 03-02 INVALID_REQUEST ",
             Breach("found_at { seconds: 1 } began_at { seconds: 2 } persons_told: true"))},
        {"NamesTheAuthorityThatWasTold", "zhang",
         absl::StrCat("dpo 03-02 INVALID_REQUEST ",
                      Breach("found_at { seconds: 1 } persons_told: true authority: 'a'"),
                      "\ndpo 03-02 INVALID_REQUEST ",
                      Breach("found_at { seconds: 1 } persons_told: true authority_told_at { "
                             "seconds: 2 }"),
                      "\ndpo 03-02 INVALID_REQUEST ",
                      Breach("found_at { seconds: 1 } persons_told: true authority: 'a' "
                             "authority_told_at { seconds: 4000000000 }"))},
        {"SaysWhyNobodyWasTold", "zhang",
         absl::StrCat("dpo 03-02 INVALID_REQUEST ", Breach("found_at { seconds: 1 }"),
                      "\ndpo 03-02 INVALID_REQUEST ",
                      Breach("found_at { seconds: 1 } persons_told: true not_told_because: 'n'"),
                      "\ndpo 03-02 ok ", Breach("found_at { seconds: 1 } not_told_because: 'n'"))},
    }),
    [](const auto& info) { return info.param.name; });

constexpr char kRequest[] =
    "RequestExport purpose: 'p' legal_basis: LEGAL_BASIS_STATUTORY_DUTY scope { from_position: 1 "
    "to_position: 50 } format: EXPORT_FORMAT_NDJSON recipient: 'r'";
constexpr char kRecord[] =
    "RecordExport to_position: 50 files { file_name: 'f' sha256: "
    "'01234567890123456789012345678901' } manifest_sha256: '01234567890123456789012345678901'";

INSTANTIATE_TEST_SUITE_P(
    Exports, Data,
    testing::ValuesIn(std::vector<Case>{
        {"AreAskedForApprovedAndMade", "zhang",
         absl::StrCat("zhang 03-02 PERMISSION_DENIED ", kRequest, "\nauditor 03-02 ok ", kRequest,
                      "\nauditor 03-02 RESOURCE_ALREADY_EXISTS ", kRequest,
                      "\nauditor 03-02 EXPORT_NOT_APPROVED ", kRecord,
                      "\nauditor 03-02 PERMISSION_DENIED ApproveExport",
                      "\ndpo 03-03 ok ApproveExport\ndpo 03-03 EXPORT_ENDED ApproveExport",
                      "\ncommittee 03-04 PERMISSION_DENIED ", kRecord, "\nauditor 03-04 ok ",
                      kRecord, "\nauditor 03-04 = ", kRecord)},
        {"OfNothing", "zhang",
         absl::StrCat("dpo 03-03 EXPORT_NOT_FOUND ApproveExport\nauditor 03-04 EXPORT_NOT_FOUND ",
                      kRecord, "\ndpo 03-03 EXPORT_NOT_FOUND RefuseExport reason: 'r'")},
        {"AreNotApprovedByWhoAsked", "zhang",
         absl::StrCat("dpo 03-02 ok ", kRequest, "\ndpo 03-03 SAME_OFFICER ApproveExport",
                      "\ndpo 03-03 SAME_OFFICER RefuseExport reason: 'r'",
                      "\ndpo2 03-03 ok ApproveExport")},
        {"AreRefused", "zhang",
         absl::StrCat("auditor 03-02 ok ", kRequest, "\ndpo 03-03 ok RefuseExport reason: 'r'",
                      "\ndpo 03-03 EXPORT_ENDED ApproveExport\nauditor 03-04 EXPORT_ENDED ",
                      kRecord)},
        {"Expire", "zhang",
         absl::StrCat("auditor 03-02 ok ", kRequest, "\ndpo 03-03 ok ApproveExport",
                      "\nauditor 05-04 EXPORT_ENDED ", kRecord)},
        {"HoldWhatWasApproved", "zhang",
         absl::StrCat("auditor 03-02 ok ", kRequest, "\ndpo 03-03 ok ApproveExport",
                      "\nauditor 03-04 INVALID_REQUEST RecordExport to_position: 51 files { "
                      "file_name: 'f' sha256: '01234567890123456789012345678901' } "
                      "manifest_sha256: '01234567890123456789012345678901'",
                      "\nauditor 03-04 INVALID_REQUEST RecordExport to_position: 50 "
                      "manifest_sha256: 'short'",
                      "\nauditor 03-04 INVALID_REQUEST RecordExport to_position: 50 files { "
                      "file_name: 'f' sha256: 'short' } manifest_sha256: "
                      "'01234567890123456789012345678901'\nauditor 03-04 ok ",
                      kRecord,
                      "\nauditor 03-05 EXPORT_ENDED RecordExport to_position: 50 manifest_sha256: "
                      "'x1234567890123456789012345678901'")},
        {"HaveARange", "zhang",
         "auditor 03-02 INVALID_REQUEST RequestExport purpose: 'p' legal_basis: "
         "LEGAL_BASIS_STATUTORY_DUTY scope { } format: EXPORT_FORMAT_CSV recipient: 'r'\n"
         "auditor 03-02 INVALID_REQUEST RequestExport purpose: 'p' legal_basis: "
         "LEGAL_BASIS_STATUTORY_DUTY scope { from_position: 9 to_position: 8 } format: "
         "EXPORT_FORMAT_CSV recipient: 'r'"},
    }),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace sanzhang::privacy::scene
