#include "services/sanzhang/descriptors.h"

#include <algorithm>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "google/protobuf/descriptor.pb.h"
#include "sanzhang/type/v1/access.pb.h"

// The descriptor set of the build, as it is, between two symbols.
asm(R"(
  .section .rodata
  .balign 16
sanzhang_descriptor_set:
  .incbin ")" SANZHANG_DESCRIPTOR_SET R"("
sanzhang_descriptor_set_end:
  .byte 0
  .previous
)");
extern "C" {
extern const char kSetBegin[] asm("sanzhang_descriptor_set");
extern const char kSetEnd[] asm("sanzhang_descriptor_set_end");
}

namespace sanzhang::app {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptorProto;
using google::protobuf::FileDescriptorSet;
using google::protobuf::MethodDescriptor;
using google::protobuf::ServiceDescriptor;

const FileDescriptorSet& TheSet() {
  static const auto& set = *[] {
    auto* parsed = new FileDescriptorSet;
    parsed->ParseFromArray(DescriptorSet().data(), static_cast<int>(DescriptorSet().size()));
    return parsed;
  }();
  return set;
}

std::string CommentOf(const google::protobuf::SourceLocation& location, std::string_view indent) {
  std::string text = absl::StrReplaceAll(location.leading_comments, {{"\n ", "\n"}});
  absl::StripAsciiWhitespace(&text);
  if (text.empty()) return "";
  return absl::StrCat(
      std::string(indent), "// ",
      absl::StrReplaceAll(text, {{"\n", absl::StrCat("\n", std::string(indent), "// ")}}), "\n");
}

template <class T>
std::string CommentOf(const T& thing, std::string_view indent) {
  google::protobuf::SourceLocation location;
  return thing.GetSourceLocation(&location) ? CommentOf(location, indent) : "";
}

std::string TypeOf(const FieldDescriptor& field) {
  std::string type = field.type_name();
  if (field.message_type() != nullptr) type = field.message_type()->full_name();
  if (field.enum_type() != nullptr) {
    std::vector<std::string> values;
    for (int i = 0; i < field.enum_type()->value_count(); ++i) {
      values.push_back(field.enum_type()->value(i)->name());
    }
    type = absl::StrJoin(values, " | ");
  }
  return field.is_repeated() ? absl::StrCat("[", type, "]") : type;
}

// A field's options beside its type: what the shape says.
std::string ShapeOf(const FieldDescriptor& field) {
  std::string options = field.options().ShortDebugString();
  absl::StripAsciiWhitespace(&options);
  options = absl::StrReplaceAll(options, {{"[sanzhang.type.v1.shape] ", ""}});
  return options.empty() || options == "{ }" ? "" : absl::StrCat("  ", options);
}

void DescribeFields(const Descriptor& message, const std::string& indent,
                    std::set<const Descriptor*>& open, std::string& text) {
  for (int i = 0; i < message.field_count(); ++i) {
    const FieldDescriptor& field = *message.field(i);
    absl::StrAppend(&text, CommentOf(field, indent), indent, field.name(), ": ", TypeOf(field),
                    ShapeOf(field), "\n");
    const Descriptor* inner = field.message_type();
    if (inner != nullptr && inner->file()->package().starts_with("sanzhang") &&
        open.insert(inner).second) {
      DescribeFields(*inner, indent + "  ", open, text);
      open.erase(inner);
    }
  }
}

// Who may call it: `any known caller`, or roles and relations as the register and the resource say.
std::string AccessOf(const MethodDescriptor& method) {
  const type::v1::AccessRule& rule = method.options().GetExtension(type::v1::access);
  if (rule.authenticated()) return "any known caller";
  std::vector<std::string> who;
  for (const int role : rule.roles()) {
    who.push_back(type::v1::Role_Name(role).substr(sizeof "ROLE"));
  }
  for (const int relation : rule.relations()) {
    who.push_back(type::v1::Relation_Name(relation).substr(sizeof "RELATION"));
  }
  return who.empty() ? "nobody" : absl::StrJoin(who, ", ");
}

std::string ShortNameOf(const MethodDescriptor& method) {
  return absl::StrCat(method.service()->name(), "/", method.name());
}

bool Answers(const MethodDescriptor& method, const std::string& name) {
  return name == method.name() || name == ShortNameOf(method) ||
         name == absl::StrCat(method.service()->full_name(), "/", method.name());
}

}  // namespace

const DescriptorPool& Descriptors() {
  static const auto& pool = *[] {
    auto* built = new DescriptorPool;
    for (const FileDescriptorProto& file : TheSet().file()) built->BuildFile(file);
    return built;
  }();
  return pool;
}

std::string_view DescriptorSet() {
  return {kSetBegin, static_cast<std::size_t>(kSetEnd - kSetBegin)};
}

std::vector<const MethodDescriptor*> AllMethods() {
  std::vector<const MethodDescriptor*> methods;
  for (const FileDescriptorProto& file : TheSet().file()) {
    if (file.package().starts_with("google")) continue;
    const auto* descriptor = Descriptors().FindFileByName(file.name());
    for (int s = 0; s < descriptor->service_count(); ++s) {
      const ServiceDescriptor& service = *descriptor->service(s);
      for (int m = 0; m < service.method_count(); ++m) methods.push_back(service.method(m));
    }
  }
  std::sort(methods.begin(), methods.end(), [](const auto* left, const auto* right) {
    return left->full_name() < right->full_name();
  });
  return methods;
}

absl::StatusOr<const MethodDescriptor*> FindMethod(std::string_view name) {
  std::string wanted(absl::StripPrefix(std::string(name), "/"));
  const std::size_t dot = wanted.rfind('.');
  if (wanted.find('/') == std::string::npos && dot != std::string::npos) wanted[dot] = '/';
  std::vector<const MethodDescriptor*> found;
  std::vector<std::string> near;
  for (const MethodDescriptor* method : AllMethods()) {
    if (Answers(*method, wanted)) found.push_back(method);
    const std::string last = wanted.substr(wanted.rfind('/') + 1);
    if (absl::AsciiStrToLower(method->name()).find(absl::AsciiStrToLower(last)) !=
        std::string::npos) {
      near.push_back(ShortNameOf(*method));
    }
  }
  if (found.size() == 1) return found[0];
  if (found.empty()) {
    return absl::NotFoundError(
        absl::StrCat("no RPC ", wanted,
                     near.empty() ? "; `sanzhang call --list` has them all" : "; did you mean: ",
                     absl::StrJoin(near, ", ")));
  }
  std::vector<std::string> candidates;
  for (const MethodDescriptor* method : found) candidates.push_back(ShortNameOf(*method));
  return absl::InvalidArgumentError(
      absl::StrCat(wanted, " could be any of: ", absl::StrJoin(candidates, ", ")));
}

std::string PathOf(const MethodDescriptor& method) {
  return absl::StrCat("/", method.service()->full_name(), "/", method.name());
}

std::string Describe(const MethodDescriptor& method) {
  std::string text = CommentOf(method, "");
  absl::StrAppend(&text, "rpc ", method.service()->full_name(), "/", method.name(),
                  method.server_streaming() ? " (streams its answers)" : "",
                  "\nmay be called by: ", AccessOf(method), "\n\n",
                  CommentOf(*method.input_type(), ""), method.input_type()->full_name(), "\n");
  std::set<const Descriptor*> open;
  DescribeFields(*method.input_type(), "  ", open, text);
  absl::StrAppend(&text, "\n", CommentOf(*method.output_type(), ""),
                  method.output_type()->full_name(), "\n");
  DescribeFields(*method.output_type(), "  ", open, text);
  return text;
}

}  // namespace sanzhang::app
