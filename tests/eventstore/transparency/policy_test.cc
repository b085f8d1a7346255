// The trust policy: its lines, and what satisfies it.
#include "eventstore/transparency/policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace sanzhang::transparency {
namespace {

class PolicyTest : public testing::Test {
 protected:
  PolicyTest() {
    for (const char* name : {"X1", "X2", "X3", "Y1", "Y2"}) {
      witnesses_.emplace(
          name, *SigningKey::Make(absl::StrCat("w.example/", name), KeyKind::kCosignature));
    }
  }

  // Replaces `LOG` and `<X1>` by keys.
  std::string Keyed(std::string text) const {
    for (const auto& [name, key] : witnesses_) {
      text = absl::StrReplaceAll(text, {{absl::StrCat("<", name, ">"), key.verifier().Encode()}});
    }
    return absl::StrReplaceAll(text, {{"LOG", log_.verifier().Encode()}});
  }
  SignedNote NoteOf(const std::vector<std::string>& witnesses) const {
    SignedNote note = SignCheckpoint({"example.cn/log", {3, LeafHash("")}}, log_);
    for (const std::string& name : witnesses) {
      note.signatures.push_back(Cosign(note.text, witnesses_.at(name), 1000));
    }
    return note;
  }

  const SigningKey log_ = *SigningKey::Make("example.cn/log", KeyKind::kEd25519);
  std::map<std::string, SigningKey> witnesses_;
};

constexpr char kTwoLevels[] =
    "# An example in two levels.\n"
    "log LOG https://example.cn/tiles\n\n"
    "witness X1 <X1>\n  witness X2\t<X2> https://x2\nwitness X3 <X3>\n"
    "group X-witnesses 2 X1 X2 X3\n"
    "witness Y1 <Y1>\nwitness Y2 <Y2>\n"
    "group Y-witnesses any Y1 Y2\n"
    "group X-and-Y all X-witnesses Y-witnesses\n"
    "quorum X-and-Y\n";

TEST_F(PolicyTest, TakesWhatTheQuorumSays) {
  const auto policy = Policy::Parse(Keyed(kTwoLevels));
  ASSERT_TRUE(policy.ok()) << policy.status();
  const std::vector<std::pair<std::vector<std::string>, bool>> cases = {
      {{}, false},
      {{"X1"}, false},
      {{"X1", "X2"}, false},
      {{"Y1"}, false},
      {{"X1", "Y1"}, false},
      {{"X1", "X2", "X3"}, false},
      {{"X1", "X3", "Y2"}, true},
      {{"X1", "X2", "X3", "Y1", "Y2"}, true},
      {{"X1", "X1", "Y1"}, false},
  };
  for (const auto& [witnesses, accepted] : cases) {
    const auto verdict = policy->Check(NoteOf(witnesses));
    EXPECT_EQ(verdict.ok(), accepted) << testing::PrintToString(witnesses) << verdict.status();
    if (verdict.ok()) {
      EXPECT_EQ(verdict->witnesses.size(), witnesses.size());
    } else {
      EXPECT_TRUE(absl::IsNotFound(verdict.status()));
    }
  }
}

TEST_F(PolicyTest, AWrongCosignatureIsNeverPassedOver) {
  const auto policy = Policy::Parse(Keyed(kTwoLevels));
  SignedNote note = NoteOf({"X1", "X2", "X3", "Y1"});
  note.signatures.back().bytes.back() ^= 1;
  EXPECT_TRUE(absl::IsDataLoss(policy->Check(note).status()));
  note = NoteOf({"X1", "X2", "X3", "Y1", "Y2"});  // The quorum is there without the last.
  note.signatures.back().bytes.back() ^= 1;
  EXPECT_TRUE(absl::IsDataLoss(policy->Check(note).status()));
}

// Of two logs that are trusted, one that has signed rightly does not make good for the other.
TEST_F(PolicyTest, ALogsWrongSignatureIsNeverPassedOver) {
  const SigningKey next = *SigningKey::Make("example.cn/log", KeyKind::kEd25519);
  for (const std::string logs : {"log LOG\nlog NEXT\n", "log NEXT\nlog LOG\n"}) {
    const auto policy = Policy::Parse(
        absl::StrReplaceAll(Keyed(logs + "quorum none\n"), {{"NEXT", next.verifier().Encode()}}));
    ASSERT_TRUE(policy.ok()) << policy.status();
    SignedNote note = NoteOf({});
    EXPECT_TRUE(policy->Check(note).ok());
    note.signatures.push_back(SignNote(note.text, next).signatures[0]);
    EXPECT_TRUE(policy->Check(note).ok());
    note.signatures.back().bytes.back() ^= 1;
    EXPECT_TRUE(absl::IsDataLoss(policy->Check(note).status()));
  }
}

TEST_F(PolicyTest, ALogMustHaveSigned) {
  const auto policy = Policy::Parse(Keyed("witness X1 <X1>\nquorum X1\n"));
  ASSERT_TRUE(policy.ok());
  EXPECT_TRUE(absl::IsNotFound(policy->Check(NoteOf({"X1"})).status()));
  const Policy own = Policy::OfLog(log_.verifier());
  EXPECT_TRUE(own.Check(NoteOf({})).ok());
  const SigningKey other = *SigningKey::Make("example.cn/log", KeyKind::kEd25519);
  const auto verdict = Policy::OfLog(other.verifier()).Check(NoteOf({}));
  EXPECT_TRUE(absl::IsNotFound(verdict.status()));
  // Whose it is, and whose would do.
  const auto short_of = [](const VerifierKey& key) {
    return key.Encode().substr(0, key.name.size() + 9);  // `+` and eight digits.
  };
  EXPECT_THAT(std::string(verdict.status().message()),
              testing::EndsWith(absl::StrCat("it is of the log example.cn/log, signed by ",
                                             short_of(log_.verifier()), "; trusted is ",
                                             short_of(other.verifier()))));
}

TEST_F(PolicyTest, WhatIsMalformedNamesItsLine) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "no quorum"},
      {"log LOG\n", "no quorum"},
      {"quorum none\nquorum none\n", "line 2"},
      {"quorum X1\n", "line 1"},
      {"log LOG\nlog LOG\nquorum none\n", "line 2"},
      {"log <X1>\nquorum none\n", "line 1: not the key of a log"},
      {"witness X1 LOG\nquorum X1\n", "line 1: not the key of a witness"},
      {"witness none <X1>\nquorum none\n", "line 1"},
      {"witness X1 <X1>\nwitness X1 <X2>\nquorum X1\n", "line 2"},
      {"witness X1 <X1>\nwitness X2 <X1>\nquorum X1\n", "line 2"},
      {"group g any X1\nquorum g\n", "line 1"},
      {"witness X1 <X1>\ngroup g 2 X1\nquorum g\n", "line 2"},
      {"witness X1 <X1>\ngroup g 0 X1\nquorum g\n", "line 2"},
      {"witness X1 <X1>\ngroup g any\nquorum g\n", "line 2"},
      {"witness X1 <X1>\ngroup g any X1\ngroup h any X1\nquorum g\n", "line 3"},
      {"witness X1 <X1>\ngroup g any g\nquorum g\n", "line 2"},
      {"something else\nquorum none\n", "line 1"},
  };
  for (const auto& [text, message] : cases) {
    const auto policy = Policy::Parse(Keyed(text));
    EXPECT_FALSE(policy.ok()) << text;
    EXPECT_THAT(std::string(policy.status().message()), testing::HasSubstr(message)) << text;
  }
}

}  // namespace
}  // namespace sanzhang::transparency
