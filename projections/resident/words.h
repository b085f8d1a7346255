// What a state means to the one who filed, and what happens next, in plain words.
#pragma once

#include "sanzhang/complaint/v1/complaint.pb.h"
#include "sanzhang/views/v1/resident_service.pb.h"

namespace sanzhang::projections::resident {

views::v1::Words StateWords(complaint::v1::State state);
// `ask`: what the reader can do.
views::v1::Words NextStep(complaint::v1::State state, views::v1::Ask ask);
views::v1::Words CategoryWords(complaint::v1::Category category);

}  // namespace sanzhang::projections::resident
