#include "services/policy/procedure_check.h"

#include <set>

#include "absl/strings/str_cat.h"

namespace sanzhang::policy {
namespace {

using enum v1::StageKind;

// What a stage of that kind may publish.
std::set<v1::PublicationKind> PublishedIn(v1::StageKind kind) {
  using enum v1::PublicationKind;
  switch (kind) {
    case STAGE_KIND_NOTICE:
      return {PUBLICATION_KIND_VOTE_NOTICE, PUBLICATION_KIND_MEETING_NOTICE};
    case STAGE_KIND_PRELIMINARY_COUNT:
      return {PUBLICATION_KIND_PRELIMINARY_COUNT};
    case STAGE_KIND_RESULT:
      return {PUBLICATION_KIND_RESULT, PUBLICATION_KIND_COMMITTEE_DECISION,
              PUBLICATION_KIND_RESIDENTS_AFFAIRS};
    case STAGE_KIND_EXECUTION_PUBLICATION:
      return {PUBLICATION_KIND_EXECUTION, PUBLICATION_KIND_RESIDENTS_AFFAIRS};
    default:
      return {};
  }
}

// Empty: nothing is wrong.
std::string WrongShare(const v1::Threshold& share) {
  const bool whole = share.denominator() >= 1 && share.numerator() >= 1 &&
                     share.numerator() <= share.denominator();
  if (!whole) return "must be a share of a whole, as 2 of 3";
  if (share.strict() && share.numerator() == share.denominator()) return "more than all can't be";
  return "";
}

void CheckShares(const v1::ProcedureStage& stage, int index, Report wrong) {
  const bool meets = stage.kind() == STAGE_KIND_PARTY_MEETING;
  const auto check = [&](const char* name, bool has, const v1::Threshold& share) {
    if (has != meets) {
      return wrong(
          "stages", index,
          absl::StrCat(name, meets ? " must be said" : " is that of a meeting of the Party"));
    }
    const std::string why = has ? WrongShare(share) : "";
    if (!why.empty()) wrong("stages", index, absl::StrCat(name, " ", why));
  };
  check("quorum", stage.has_quorum(), stage.quorum());
  check("consent", stage.has_consent(), stage.consent());
}

void CheckStage(const v1::ProcedureStage& stage, int index, Report wrong) {
  const std::set<v1::PublicationKind> published = PublishedIn(stage.kind());
  const bool says = stage.publication() != v1::PUBLICATION_KIND_UNSPECIFIED;
  if (published.empty() && says) wrong("stages", index, "publication: the stage publishes nothing");
  if (!published.empty() && !published.contains(stage.publication())) {
    wrong("stages", index, "publication must be one that the stage has");
  }
  CheckShares(stage, index, wrong);
}

void CheckOrder(const v1::ProcedureTemplate& procedure, Report wrong) {
  int latest = STAGE_KIND_UNSPECIFIED;
  bool votes = false;
  for (int i = 0; i < procedure.stages_size(); ++i) {
    const v1::ProcedureStage& stage = procedure.stages(i);
    if (stage.kind() == STAGE_KIND_UNSPECIFIED) {
      wrong("stages", i, "kind must be said");
      continue;
    }
    if (stage.kind() == latest) wrong("stages", i, "stands there twice");
    if (stage.kind() < latest) {
      wrong("stages", i,
            absl::StrCat(v1::StageKind_Name(stage.kind()), " comes before ",
                         v1::StageKind_Name(latest)));
    }
    latest = std::max<int>(latest, stage.kind());
    if (stage.kind() != STAGE_KIND_VOTE) continue;
    votes = true;
    if (!stage.required()) wrong("stages", i, "the vote can't be left out");
  }
  if (!votes) wrong("stages", 0, "VOTE must be among them");
}

}  // namespace

void CheckProcedure(const v1::ProcedureTemplate& procedure, Report wrong) {
  if (procedure.title().empty()) wrong("title", -1, "must say what people call it");
  if (procedure.regimes().empty()) wrong("regimes", 0, "must say who decides");
  for (int i = 0; i < procedure.regimes_size(); ++i) {
    if (procedure.regimes(i) == resolution::v1::REGIME_UNSPECIFIED) {
      wrong("regimes", i, "is no regime");
    }
  }
  for (int i = 0; i < procedure.matters_size(); ++i) {
    if (procedure.matters(i) == resolution::v1::MATTER_CODE_UNSPECIFIED) {
      wrong("matters", i, "is no matter");
    }
  }
  CheckOrder(procedure, wrong);
  for (int i = 0; i < procedure.stages_size(); ++i) CheckStage(procedure.stages(i), i, wrong);
}

std::string WrongProcedureId(const v1::ProcedureTemplate&, std::string_view id) {
  return id.starts_with("procedure-") ? "" : "must have an id that begins with procedure-";
}

}  // namespace sanzhang::policy
