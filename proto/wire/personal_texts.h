// Where in a fact words of persons stand.
#pragma once

#include <string>

#include "absl/functional/function_ref.h"
#include "google/protobuf/message.h"
#include "sanzhang/type/v1/personal_text.pb.h"

namespace sanzhang::wire {

// Whether facts of that type can hold any.
bool HoldsTexts(const google::protobuf::Descriptor& type);

// Calls `visit` with each text of the fact and its path, as in `text` or `notes[2].text`: as the
// sealing seam names them (runtime/sealing.h).
void VisitTexts(
    const google::protobuf::Message& fact,
    absl::FunctionRef<void(const std::string& field, const type::v1::PersonalText&)> visit);

}  // namespace sanzhang::wire
