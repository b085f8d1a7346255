// How the values of facts are told: names, times, kinds, words of persons.
//
// A person's words are never told: they stand in the views, for those entitled. What is told is
// whose they are, or that they were erased with their subject.
//
// Threads: const methods from any.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "google/protobuf/message.h"
#include "sanzhang/log/v1/record.pb.h"
#include "services/audit/terms.h"

namespace sanzhang::audit {

class StoryWords {
 public:
  explicit StoryWords(Language language) : language_(language) {}

  // Learns what resources are called, and whose words are erased, from any record.
  void Learn(const log::v1::Record& record, const google::protobuf::Message& fact);

  // What placeholders stand for that are no fields of the fact.
  using Values = std::map<std::string, std::string, std::less<>>;
  // A sentence (story_table.h) with its placeholders filled in from `known`, else from the fact.
  // What is not set, and a number that is zero, is left out with its `[…]`; elsewhere it is `-` or
  // `0`.
  std::string Fill(std::string_view sentence, const google::protobuf::Message& fact,
                   const Values& known = {}) const;
  // Who acted: name, role and body.
  std::string Who(const log::v1::Actor& actor) const;
  // A resource by its name for people, else by its id; a policy's version as it stands.
  std::string Resource(std::string_view name) const;
  // In Asia/Shanghai.
  static std::string Time(absl::Time time);
  std::string Duration(absl::Duration duration) const;
  std::string Choose(std::string_view zh, std::string_view en) const {
    return std::string(language_ == Language::kChinese ? zh : en);
  }

 private:
  // Empty: not set.
  std::string Filled(std::string_view placeholder, const google::protobuf::Message& fact,
                     const Values& known) const;
  std::string Value(const google::protobuf::Message& fact, std::string_view path) const;
  std::string One(const google::protobuf::Message& fact,
                  const google::protobuf::FieldDescriptor& field, int index) const;
  std::string MessageText(const google::protobuf::Message& message) const;

  const Language language_;
  std::map<std::string, std::string, std::less<>> names_;
  std::set<std::string, std::less<>> erased_;
};

}  // namespace sanzhang::audit
