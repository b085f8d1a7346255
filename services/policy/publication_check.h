// What a good duty to publish is.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sanzhang/policy/v1/publication_rule.pb.h"
#include "services/policy/policy_kind.h"

namespace sanzhang::policy {

// Days from 1 to a year, a basis, an article, an audience, someone who may publish it, a time to
// answer; clear days only where it announces; objections for no longer than it is published.
void CheckPublicationRule(const v1::PublicationRule& rule, Report wrong);

// The id is that of its kind: so a notice finds its rule without looking for it.
std::string WrongPublicationId(const v1::PublicationRule& rule, std::string_view id);

// Why a community may not have that rule beside the law, which is the shipped rule of that kind;
// none: it may. A shipped number that is not law binds nobody.
std::optional<std::string> BelowLaw(const v1::PublicationRule& own,
                                    const v1::PublicationRule& shipped);

}  // namespace sanzhang::policy
