// What a state means to the one who filed, and what happens next, in plain words.
#pragma once

#include "sanzhang/complaint/v1/complaint.pb.h"
#include "sanzhang/views/v1/resident_service.pb.h"

namespace sanzhang::projections::resident {

// Of the first words of a complaint, where they stand for it.
inline constexpr int kTitleCodePointsMax = 24;

views::v1::Words StateWords(complaint::v1::State state);
// `ask`: what the reader can do.
views::v1::Words NextStep(complaint::v1::State state, views::v1::Ask ask);
views::v1::Words CategoryWords(complaint::v1::Category category);
views::v1::Words WhatToDo(views::v1::ToDoKind kind);

}  // namespace sanzhang::projections::resident
