// The protos that this program was built from, with their comments, carried in the program.
//
// The pool and all that it hands out live as long as the process.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "google/protobuf/descriptor.h"

namespace sanzhang::app {

const google::protobuf::DescriptorPool& Descriptors();
// The same as the bytes of a FileDescriptorSet.
std::string_view DescriptorSet();

// Every RPC, in the order of their full names.
std::vector<const google::protobuf::MethodDescriptor*> AllMethods();

// `sanzhang.complaint.v1.ComplaintService/FileComplaint`, `ComplaintService/FileComplaint`, or
// `FileComplaint` if only one service has it; a `.` does for the `/`. NOT_FOUND, with those that
// are near; INVALID_ARGUMENT with the candidates if there are several.
absl::StatusOr<const google::protobuf::MethodDescriptor*> FindMethod(std::string_view name);

// `/sanzhang.complaint.v1.ComplaintService/FileComplaint`.
std::string PathOf(const google::protobuf::MethodDescriptor& method);

// The RPC's comment, who may call it, and every field of request and answer: type, shape, comment.
std::string Describe(const google::protobuf::MethodDescriptor& method);

}  // namespace sanzhang::app
