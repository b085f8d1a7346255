#include "tests/support/golden.h"

#include <cstdlib>
#include <fstream>
#include <memory>

#include "absl/strings/escaping.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "gtest/gtest.h"

namespace sanzhang::support {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

void SetText(Message& message, const FieldDescriptor& field, const std::string& text) {
  const auto* reflection = message.GetReflection();
  field.is_repeated() ? reflection->AddString(&message, &field, text)
                      : reflection->SetString(&message, &field, text);
}

void SetEnum(Message& message, const FieldDescriptor& field) {
  const auto* reflection = message.GetReflection();
  field.is_repeated() ? reflection->AddEnumValue(&message, &field, 1)
                      : reflection->SetEnumValue(&message, &field, 1);
}

// Sets every field, down to the leaves, to something that is not its default; of a oneof the first.
void Fill(Message& message) {
  const auto* descriptor = message.GetDescriptor();
  const auto* reflection = message.GetReflection();
  for (int i = 0; i < descriptor->field_count(); ++i) {
    const FieldDescriptor& field = *descriptor->field(i);
    const auto* choice = field.real_containing_oneof();
    if (choice != nullptr && choice->field(0) != &field) continue;
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING:
        SetText(message, field, field.name() + " 值");
        break;
      case FieldDescriptor::CPPTYPE_INT32:
        reflection->SetInt32(&message, &field, 1000 + field.number());
        break;
      case FieldDescriptor::CPPTYPE_INT64:
        reflection->SetInt64(&message, &field, 1'000'000'000'000 + field.number());
        break;
      case FieldDescriptor::CPPTYPE_UINT32:
        reflection->SetUInt32(&message, &field, 1000 + static_cast<std::uint32_t>(field.number()));
        break;
      case FieldDescriptor::CPPTYPE_UINT64:
        reflection->SetUInt64(&message, &field,
                              1'000'000'000'000 + static_cast<std::uint64_t>(field.number()));
        break;
      case FieldDescriptor::CPPTYPE_BOOL:
        reflection->SetBool(&message, &field, true);
        break;
      case FieldDescriptor::CPPTYPE_ENUM:
        SetEnum(message, field);
        break;
      case FieldDescriptor::CPPTYPE_MESSAGE:
        Fill(field.is_repeated() ? *reflection->AddMessage(&message, &field)
                                 : *reflection->MutableMessage(&message, &field));
        break;
      default:
        FAIL() << "a kind of field that this test does not know: " << field.full_name();
    }
  }
}

std::string Bytes(const Message& message) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  message.SerializeToCodedStream(&coded);
  coded.Trim();
  return bytes;
}

// The file of a version of a fact: `Fact.hex`, then `Fact-2.hex`, and so on.
std::filesystem::path FileOf(const std::filesystem::path& folder, const std::string& fact,
                             int version) {
  return folder / (version == 1 ? fact + ".hex" : fact + "-" + std::to_string(version) + ".hex");
}

std::string GoldenIn(const std::filesystem::path& file) {
  std::string hex;
  std::ifstream(file) >> hex;
  return absl::HexStringToBytes(hex);
}

void CheckFact(const Message& fact, const std::filesystem::path& folder) {
  const std::string& name = fact.GetDescriptor()->name();
  int versions = 0;
  while (std::filesystem::exists(FileOf(folder, name, versions + 1))) ++versions;
  const bool known = versions > 0 && GoldenIn(FileOf(folder, name, versions)) == Bytes(fact);
  if (!known && std::getenv("SANZHANG_WRITE_GOLDEN") != nullptr) {
    std::filesystem::create_directories(folder);
    std::ofstream(FileOf(folder, name, ++versions)) << absl::BytesToHexString(Bytes(fact)) << "\n";
  }
  // A fact without fields has no bytes, and a file all the same.
  ASSERT_GT(versions, 0) << FileOf(folder, name, 1) << " is missing";
  for (int version = 1; version <= versions; ++version) {
    const std::filesystem::path file = FileOf(folder, name, version);
    const std::string golden = GoldenIn(file);
    const std::unique_ptr<Message> read(fact.New());
    ASSERT_TRUE(read->ParseFromString(golden)) << file;
    // A later version knows more fields; those that were written then still mean the same.
    EXPECT_EQ(Bytes(*read), golden) << file;
    if (version == versions) {
      EXPECT_EQ(Bytes(fact), golden)
          << "a new field needs a new file, of the next version: " << file;
    }
  }
}

}  // namespace

void CheckGoldenFacts(const Message& event, const std::filesystem::path& folder) {
  const auto* facts = event.GetDescriptor()->oneof_decl(0);
  for (int i = 0; i < facts->field_count(); ++i) {
    const std::unique_ptr<Message> made(event.New());
    Message* fact = made->GetReflection()->MutableMessage(made.get(), facts->field(i));
    Fill(*fact);
    CheckFact(*fact, folder);
  }
}

}  // namespace sanzhang::support
