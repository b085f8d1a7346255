// The stored form of every fact of the register, for ever: the bytes in tests/golden/registry were
// written once, and must be read as they are and written again the same.
//
// A file is named after the fact and holds its text form on the first line, its bytes in
// hexadecimal on the second. A new fact brings a new file; a file is never edited. A fact that has
// grown by a field brings one more, as in DwellingRegistered-2.golden.

#include <cstdio>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "proto/wire/fact.h"
#include "sanzhang/registry/v1/events.pb.h"

namespace sanzhang::registry {
namespace {

namespace pb = google::protobuf;

// All facts of the register: the members of its events' oneofs.
std::map<std::string, const pb::Descriptor*> AllFacts() {
  std::map<std::string, const pb::Descriptor*> facts;
  const pb::FileDescriptor& file = *v1::CommunityEvent::descriptor()->file();
  for (int i = 0; i < file.message_type_count(); ++i) {
    const pb::Descriptor& event = *file.message_type(i);
    if (event.oneof_decl_count() == 0) continue;
    for (int field = 0; field < event.field_count(); ++field) {
      const pb::Descriptor* fact = event.field(field)->message_type();
      facts[fact->name()] = fact;
    }
  }
  return facts;
}

std::unique_ptr<pb::Message> New(const pb::Descriptor& type) {
  return std::unique_ptr<pb::Message>(
      pb::MessageFactory::generated_factory()->GetPrototype(&type)->New());
}

struct Golden {
  std::string text;
  std::string bytes;
};

// All forms of a fact, the oldest first.
std::vector<Golden> ReadGoldens(const std::string& fact) {
  std::vector<Golden> goldens;
  const std::string path = std::string(SANZHANG_GOLDEN) + "/" + fact;
  for (std::ifstream file(path + ".golden"); file.good();
       file = std::ifstream(path + "-" + std::to_string(goldens.size() + 1) + ".golden")) {
    Golden& golden = goldens.emplace_back();
    std::string hex;
    std::getline(file, golden.text);
    std::getline(file, hex);
    golden.bytes = absl::HexStringToBytes(hex);
  }
  EXPECT_FALSE(goldens.empty()) << fact << " has no golden file";
  return goldens;
}

TEST(GoldenBytes, AreReadAndWrittenTheSame) {
  const auto facts = AllFacts();
  ASSERT_EQ(facts.size(), 60u) << "a new fact brings a new golden file";
  for (const auto& [name, type] : facts) {
    SCOPED_TRACE(name);
    for (const Golden& golden : ReadGoldens(name)) {
      const auto from_text = New(*type);
      ASSERT_TRUE(pb::TextFormat::ParseFromString(golden.text, from_text.get()));
      EXPECT_EQ(from_text->SerializeAsString(), golden.bytes)
          << absl::BytesToHexString(from_text->SerializeAsString());
      const auto from_bytes = New(*type);
      ASSERT_TRUE(from_bytes->ParseFromString(golden.bytes));
      EXPECT_EQ(from_bytes->ShortDebugString(), golden.text);
    }
  }
}

// Every field of a fact has a value in a golden file of its: none can change its number or type
// unseen.
TEST(GoldenBytes, SetEveryField) {
  for (const auto& [name, type] : AllFacts()) {
    const auto fact = New(*type);
    for (const Golden& golden : ReadGoldens(name)) {
      const auto form = New(*type);
      ASSERT_TRUE(form->ParseFromString(golden.bytes));
      fact->MergeFrom(*form);
    }
    for (int i = 0; i < type->field_count(); ++i) {
      const pb::FieldDescriptor& field = *type->field(i);
      const bool set = field.is_repeated() ? fact->GetReflection()->FieldSize(*fact, &field) > 0
                                           : fact->GetReflection()->HasField(*fact, &field);
      EXPECT_TRUE(set) << name << "." << field.name();
    }
  }
}

}  // namespace
}  // namespace sanzhang::registry
