// What holds for every RPC of the product, read from the protos that are shipped: whoever adds one
// states who may call it, and bounds what it takes.
#include <cstdlib>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "google/protobuf/descriptor.pb.h"
#include "gtest/gtest.h"
#include "sanzhang/type/v1/access.pb.h"
#include "sanzhang/type/v1/shape.pb.h"

namespace sanzhang {
namespace {

namespace pb = google::protobuf;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// All messages and methods under the package `sanzhang`.
struct Api {
  std::map<std::string, const pb::DescriptorProto*> messages;  // `.sanzhang.type.v1.Origin`
  std::map<std::string, const pb::MethodDescriptorProto*> methods;

  void Add(const std::string& scope, const pb::DescriptorProto& message) {
    const std::string name = scope + "." + message.name();
    messages[name] = &message;
    for (const auto& nested : message.nested_type()) Add(name, nested);
  }
};

const Api& TheApi() {
  static const Api* const api = [] {
    static pb::FileDescriptorSet files;
    std::ifstream in(SANZHANG_DESCRIPTORS, std::ios::binary);
    EXPECT_TRUE(files.ParseFromIstream(&in)) << SANZHANG_DESCRIPTORS;
    auto* made = new Api;
    for (const auto& file : files.file()) {
      if (!file.package().starts_with("sanzhang.")) continue;
      for (const auto& message : file.message_type()) made->Add("." + file.package(), message);
      for (const auto& service : file.service()) {
        for (const auto& method : service.method()) {
          made->methods[file.package() + "." + service.name() + "." + method.name()] = &method;
        }
      }
    }
    return made;
  }();
  return *api;
}

TEST(Rules, EveryRpcStatesWhoMayCallIt) {
  std::vector<std::string> without;
  for (const auto& [name, method] : TheApi().methods) {
    const type::v1::AccessRule& rule = method->options().GetExtension(type::v1::access);
    if (rule.roles().empty() && rule.relations().empty() && !rule.authenticated()) {
      without.push_back(name);
    }
    for (const int role : rule.roles()) EXPECT_NE(role, type::v1::ROLE_UNSPECIFIED) << name;
    for (const int relation : rule.relations()) {
      EXPECT_NE(relation, type::v1::RELATION_UNSPECIFIED) << name;
    }
  }
  EXPECT_THAT(without, IsEmpty());
  EXPECT_GT(TheApi().methods.size(), 60u);  // They are all here.
}

TEST(Rules, EveryRpcHasARequestOfItsOwn) {
  std::set<std::string> requests;
  for (const auto& [name, method] : TheApi().methods) {
    EXPECT_TRUE(requests.insert(method->input_type()).second) << method->input_type();
  }
}

TEST(Rules, EveryCommandHasWhatTheRuntimeNeeds) {
  const std::map<std::string, pb::FieldDescriptorProto::Type> needed = {
      {"request_id", pb::FieldDescriptorProto::TYPE_STRING},
      {"validate_only", pb::FieldDescriptorProto::TYPE_BOOL},
      {"origin", pb::FieldDescriptorProto::TYPE_MESSAGE}};
  for (const auto& [name, method] : TheApi().methods) {
    const pb::DescriptorProto& request = *TheApi().messages.at(method->input_type());
    std::map<std::string, const pb::FieldDescriptorProto*> fields;
    for (const auto& field : request.field()) fields[field.name()] = &field;
    if (!fields.contains("request_id")) continue;  // Not a command.
    for (const auto& [field, type] : needed) {
      ASSERT_TRUE(fields.contains(field)) << name << " " << field;
      EXPECT_EQ(fields[field]->type(), type) << name << " " << field;
    }
    const auto& shape = fields["request_id"]->options().GetExtension(type::v1::shape);
    EXPECT_TRUE(shape.required() && shape.uuid()) << name;
    // It creates something, or names what is there and may hold the client to its revision.
    EXPECT_EQ(fields.contains("name"), fields.contains("etag")) << name;
  }
}

// Adds the fields of `message` that take any number of bytes or items.
void FindUnbounded(const std::string& message, std::set<std::string>& seen,
                   std::vector<std::string>& unbounded) {
  if (!seen.insert(message).second) return;
  const auto found = TheApi().messages.find(message);
  if (found == TheApi().messages.end()) return;  // A well-known type: it has no strings.
  for (const auto& field : found->second->field()) {
    const auto& shape = field.options().GetExtension(type::v1::shape);
    const bool text = field.type() == pb::FieldDescriptorProto::TYPE_STRING ||
                      field.type() == pb::FieldDescriptorProto::TYPE_BYTES;
    const bool bounded =
        shape.bytes_max() > 0 || !shape.resource().empty() || shape.id() || shape.uuid();
    const bool many = field.label() == pb::FieldDescriptorProto::LABEL_REPEATED;
    if ((text && !bounded) || (many && shape.items_max() == 0)) {
      unbounded.push_back(message + "." + field.name());
    }
    if (field.type() == pb::FieldDescriptorProto::TYPE_MESSAGE) {
      FindUnbounded(field.type_name(), seen, unbounded);
    }
  }
}

TEST(Rules, EveryRequestIsBounded) {
  std::set<std::string> seen;
  std::vector<std::string> unbounded;
  for (const auto& [name, method] : TheApi().methods) {
    FindUnbounded(method->input_type(), seen, unbounded);
  }
  EXPECT_THAT(unbounded, IsEmpty());
}

TEST(Rules, RequestsHoldOnlyWhatIsChecked) {
  // Shapes are checked in these messages and our own; any other type would pass unchecked.
  for (const auto& [name, method] : TheApi().methods) {
    std::vector<std::string> pending = {method->input_type()};
    std::set<std::string> seen;
    while (!pending.empty()) {
      const std::string message = pending.back();
      pending.pop_back();
      if (!seen.insert(message).second || message == ".google.protobuf.Timestamp") continue;
      ASSERT_TRUE(TheApi().messages.contains(message)) << name << " takes " << message;
      for (const auto& field : TheApi().messages.at(message)->field()) {
        if (field.type() == pb::FieldDescriptorProto::TYPE_MESSAGE) {
          pending.push_back(field.type_name());
        }
      }
    }
  }
}

}  // namespace
}  // namespace sanzhang
