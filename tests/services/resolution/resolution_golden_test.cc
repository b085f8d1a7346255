// The bytes of every stored fact, as they were when it was introduced: what is stored must be read
// for ever. The files in tests/golden/resolution are added to, never edited.
// SANZHANG_WRITE_GOLDEN=1 writes those that are missing.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "absl/strings/escaping.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "gtest/gtest.h"
#include "proto/wire/fact.h"
#include "sanzhang/resolution/v1/events.pb.h"

namespace sanzhang::resolution {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// Sets every field, down to the leaves, to something that is not its default.
void Fill(Message& message) {
  const auto* descriptor = message.GetDescriptor();
  const auto* reflection = message.GetReflection();
  for (int i = 0; i < descriptor->field_count(); ++i) {
    const FieldDescriptor* field = descriptor->field(i);
    const int number = field->number();
    const std::string text = field->name() + " 值";
    const bool many = field->is_repeated();
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING: {
        many ? reflection->AddString(&message, field, text)
             : reflection->SetString(&message, field, text);
        break;
      }
      case FieldDescriptor::CPPTYPE_INT32:
        reflection->SetInt32(&message, field, 1000 + number);
        break;
      case FieldDescriptor::CPPTYPE_INT64:
        reflection->SetInt64(&message, field, 1'000'000'000'000 + number);
        break;
      case FieldDescriptor::CPPTYPE_UINT32:
        reflection->SetUInt32(&message, field, 2000 + static_cast<unsigned>(number));
        break;
      case FieldDescriptor::CPPTYPE_UINT64:
        reflection->SetUInt64(&message, field, 2'000'000'000'000 + static_cast<unsigned>(number));
        break;
      case FieldDescriptor::CPPTYPE_BOOL:
        reflection->SetBool(&message, field, true);
        break;
      case FieldDescriptor::CPPTYPE_ENUM:
        many ? reflection->AddEnumValue(&message, field, 1)
             : reflection->SetEnumValue(&message, field, 1);
        break;
      case FieldDescriptor::CPPTYPE_MESSAGE:
        Fill(many ? *reflection->AddMessage(&message, field)
                  : *reflection->MutableMessage(&message, field));
        break;
      default:
        FAIL() << "a kind of field that this test does not know: " << field->full_name();
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

// Of a version: the first one has the fact's name alone, the second one as in `VoteNoticed-2`.
std::filesystem::path FileOf(const Message& fact, int version) {
  const std::string suffix = version == 1 ? "" : "-" + std::to_string(version);
  return std::filesystem::path(SANZHANG_SOURCE_DIR) / "tests/golden/resolution" /
         (fact.GetDescriptor()->name() + suffix + ".hex");
}

// How many there are; the last one has every field that is known.
int VersionsOf(const Message& fact) {
  int versions = 1;
  while (std::filesystem::exists(FileOf(fact, versions + 1))) ++versions;
  return versions;
}

void WriteIfMissing(const Message& fact) {
  if (std::getenv("SANZHANG_WRITE_GOLDEN") == nullptr || std::filesystem::exists(FileOf(fact, 1))) {
    return;
  }
  std::filesystem::create_directories(FileOf(fact, 1).parent_path());
  std::ofstream(FileOf(fact, 1)) << absl::BytesToHexString(Bytes(fact)) << "\n";
}

std::string ReadGolden(const std::filesystem::path& file) {
  std::string hex;
  std::ifstream(file) >> hex;
  return absl::HexStringToBytes(hex);
}

TEST(GoldenFacts, AreReadAndWrittenAsEver) {
  const auto* kinds = v1::ResolutionEvent::descriptor()->oneof_decl(0);
  for (int i = 0; i < kinds->field_count(); ++i) {
    v1::ResolutionEvent made;
    Message* fact = made.GetReflection()->MutableMessage(&made, kinds->field(i));
    Fill(*fact);
    WriteIfMissing(*fact);
    const int versions = VersionsOf(*fact);
    for (int version = 1; version <= versions; ++version) {
      const std::filesystem::path file = FileOf(*fact, version);
      const std::string golden = ReadGolden(file);
      ASSERT_FALSE(golden.empty()) << file << " is missing";
      v1::ResolutionEvent read;
      const auto status = wire::ReadFact(fact->GetDescriptor()->full_name(), golden, read);
      ASSERT_TRUE(status.ok()) << file << ": " << status;
      // A later version may know more fields; those that were written then must still mean the
      // same.
      EXPECT_EQ(Bytes(*wire::FactOf(read)), golden) << file;
    }
    EXPECT_EQ(Bytes(*fact), ReadGolden(FileOf(*fact, versions)))
        << "a new field needs a new file, of the next version: " << FileOf(*fact, versions + 1)
        << " " << absl::BytesToHexString(Bytes(*fact));
  }
}

}  // namespace
}  // namespace sanzhang::resolution
