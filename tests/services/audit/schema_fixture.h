// The schema of the build, and random facts of it.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <memory>
#include <random>
#include <string>

#include "google/protobuf/dynamic_message.h"
#include "google/protobuf/message.h"
#include "services/audit/schema.h"

namespace sanzhang::audit {

inline const Schema& TheSchema() {
  static const auto& bytes = *[] {
    std::ifstream in(SANZHANG_DESCRIPTOR_SET, std::ios::binary);
    return new std::string(std::istreambuf_iterator<char>(in), {});
  }();
  static const auto& schema = *[] {
    auto made = Schema::Make(bytes);
    EXPECT_TRUE(made.ok()) << made.status();
    return made->release();
  }();
  return schema;
}

// Fills messages with anything that their fields can hold.
class RandomMessages {
 public:
  explicit RandomMessages(std::uint32_t seed) : random_(seed) {}

  std::unique_ptr<google::protobuf::Message> Make(const google::protobuf::Descriptor& type) {
    std::unique_ptr<google::protobuf::Message> message(factory_.GetPrototype(&type)->New());
    Fill(*message, 0);
    return message;
  }
  std::uint32_t Below(std::uint32_t bound) { return static_cast<std::uint32_t>(random_()) % bound; }
  std::string Text() {
    static const std::string kParts[] = {"a", "住", "\"", "\\", "\n",   "\t", "\x01", "\x7f",
                                         "/", "<",  "é",  "😀",  "=1+1", " ",  ","};
    std::string text;
    for (std::uint32_t n = Below(12); n > 0; --n) text += kParts[Below(std::size(kParts))];
    return text;
  }

 private:
  using Field = google::protobuf::FieldDescriptor;

  void Fill(google::protobuf::Message& message, int depth) {
    if (message.GetDescriptor()->full_name() == "google.protobuf.Timestamp") {
      const auto& type = *message.GetDescriptor();
      const auto* reflection = message.GetReflection();
      const std::int64_t seconds[] = {
          0, 1'700'000'000, -1, -62'135'596'800, 253'402'300'799, 951'782'400, 4'107'542'399};
      const std::int32_t nanos[] = {0, 1, 1000, 1'000'000, 123'456'789, 999'999'999, 500'000'000};
      reflection->SetInt64(&message, type.field(0), seconds[Below(7)]);
      reflection->SetInt32(&message, type.field(1), nanos[Below(7)]);
      return;
    }
    for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
      const Field& field = *message.GetDescriptor()->field(i);
      if (!field.is_repeated()) {
        if (Below(4) != 0) Set(message, field, depth, false);
        continue;
      }
      for (std::uint32_t n = Below(4); n > 0; --n) Set(message, field, depth, true);
    }
  }

  std::int64_t Number() {
    const std::int64_t numbers[] = {0, 1, -1, 127, 128, 1 << 30, INT32_MIN, INT64_MAX, INT64_MIN};
    return numbers[Below(9)];
  }

  void Set(google::protobuf::Message& message, const Field& field, int depth, bool add) {
    const auto* reflection = message.GetReflection();
    const auto put = [&](auto set_one, auto add_one, auto value) {
      add ? (reflection->*add_one)(&message, &field, value)
          : (reflection->*set_one)(&message, &field, value);
    };
    using R = google::protobuf::Reflection;
    switch (field.cpp_type()) {
      case Field::CPPTYPE_INT32:
        return put(&R::SetInt32, &R::AddInt32, static_cast<std::int32_t>(Number()));
      case Field::CPPTYPE_UINT32:
        return put(&R::SetUInt32, &R::AddUInt32, static_cast<std::uint32_t>(Number()));
      case Field::CPPTYPE_INT64:
        return put(&R::SetInt64, &R::AddInt64, Number());
      case Field::CPPTYPE_UINT64:
        return put(&R::SetUInt64, &R::AddUInt64, static_cast<std::uint64_t>(Number()));
      case Field::CPPTYPE_BOOL:
        return put(&R::SetBool, &R::AddBool, Below(2) == 0);
      case Field::CPPTYPE_ENUM:
        return put(&R::SetEnumValue, &R::AddEnumValue,
                   static_cast<int>(Below(10) == 0 ? 999 : Below(6)));
      case Field::CPPTYPE_STRING:
        return put(&R::SetString, &R::AddString, Text());
      case Field::CPPTYPE_MESSAGE:
        if (depth > 4) return;
        return Fill(*(add ? reflection->AddMessage(&message, &field)
                          : reflection->MutableMessage(&message, &field)),
                    depth + 1);
      default:
        FAIL() << field.full_name();
    }
  }

  std::mt19937 random_;
  google::protobuf::DynamicMessageFactory factory_;
};

}  // namespace sanzhang::audit
