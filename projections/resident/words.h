// What a state means to the one who filed, and what happens next, in plain words.
#pragma once

#include <string_view>

#include "sanzhang/complaint/v1/complaint.pb.h"
#include "sanzhang/views/v1/resident_service.pb.h"

namespace sanzhang::projections::resident {

views::v1::Bilingual StateWords(complaint::v1::State state);
// `ask`: what the reader can do.
views::v1::Bilingual NextStep(complaint::v1::State state, views::v1::Ask ask);
views::v1::Bilingual CategoryWords(complaint::v1::Category category);
views::v1::Bilingual WhatToDo(views::v1::ToDoKind kind);

// The first words of a complaint, where they stand for it.
views::v1::Words TitleOf(std::string_view passage, std::string_view redacted);

}  // namespace sanzhang::projections::resident
