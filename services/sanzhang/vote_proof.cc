#include "services/sanzhang/vote_proof.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "eventstore/transparency/checkpoint.h"
#include "eventstore/transparency/leaf_tree.h"
#include "nlohmann/json.hpp"
#include "proto/wire/names.h"
#include "proto/wire/sha256.h"
#include "sanzhang/log/v1/record.pb.h"
#include "sanzhang/resolution/v1/resolution.pb.h"
#include "services/audit/export_format.h"
#include "services/audit/record_json.h"
#include "services/resolution/tally.h"
#include "services/resolution/vote_reader.h"
#include "services/sanzhang/recount.h"

// The scripts as they are, between symbols.
asm(R"(
  .section .rodata
sanzhang_recompute_script:
  .incbin ")" SANZHANG_PROOF_SCRIPTS R"(/recompute.py"
sanzhang_recompute_script_end:
sanzhang_tally_script:
  .incbin ")" SANZHANG_PROOF_SCRIPTS R"(/tally.py"
sanzhang_tally_script_end:
sanzhang_signature_script:
  .incbin ")" SANZHANG_PROOF_SCRIPTS R"(/signature.py"
sanzhang_signature_script_end:
  .byte 0
  .previous
)");
extern "C" {
extern const char kRecomputeBegin[] asm("sanzhang_recompute_script");
extern const char kRecomputeEnd[] asm("sanzhang_recompute_script_end");
extern const char kTallyBegin[] asm("sanzhang_tally_script");
extern const char kTallyEnd[] asm("sanzhang_tally_script_end");
extern const char kSignatureBegin[] asm("sanzhang_signature_script");
extern const char kSignatureEnd[] asm("sanzhang_signature_script_end");
}

namespace sanzhang::app {
namespace {

using Files = std::map<std::string, std::string>;
using Json = nlohmann::ordered_json;

constexpr char kReadme[] = R"(# 表决证明 · Proof of a vote

表决 / vote: `NAME`

## 中文

这个文件夹里有一次表决的全部记录、计票依据和证明。任何人都可以自己重新计票，并确认记录没有被改动：

    python3 recompute.py --key=日志的公钥

只需要 Python 3，不需要联网，也不需要其他软件。脚本很短，请先读一读再运行。它先核对各文件的哈希和检查点的签名，再做四件事：

1. 每条记录都在日志里：由记录的哈希和证明路径算出签名检查点（`checkpoint`）的根；
2. 没有缺失的记录：名册、送达和选票与记录一致；
3. 计票所用的内容（`counted.txt`）与日志中计票记录的哈希一致；
4. 重新计票的结果与日志中记录的结果一致。

公钥（形如 `名称+哈希+BASE64`）要从别处取得，不要只相信这个文件夹。不给 `--key` 也能计票，但没有核对签名，而检查点谁都能写。

得到证明的是每条记录的原始字节；旁边可读的内容只是为了便于阅读。

| 文件 | 内容 |
|---|---|
| `records.ndjson` | 每行一条记录：可读的内容、原始字节、哈希、证明路径 |
| `checkpoint` | 签名的检查点 |
| `counted.txt` | 计票依据：规则、名册、送达、选票（表决结束以后才有选择内容；无记名表决只有票，没有人） |
| `result.txt` | 计票结果 |
| `recompute.py`, `signature.py`, `tally.py` | 验证脚本、验证签名的程序、另一套独立写成的计票程序 |

## English

This folder has all records of a vote, what was counted, and the proofs. Anyone can count it again and see that nothing was changed:

    python3 recompute.py --key=KEY-OF-THE-LOG

It needs Python 3 and nothing else, no network either. The script is short: read it first. It checks the files' hashes, the signature
of the checkpoint, and four things:

1. every record is in the log: its hash and its path make the root of the signed checkpoint (`checkpoint`);
2. no record is missing: roll, deliveries and ballots are those of the records;
3. what was counted (`counted.txt`) has the hashes that the count on record names;
4. counting again gives the outcome on record.

The key, as in `NAME+HASH+BASE64`, is the log's public key. Take it from elsewhere, not from who gave you this folder. Without `--key` the
votes are counted, but nobody's signature is checked, and anyone can write a checkpoint.

What is proven of each record is its bytes; the readable words beside them are a help for reading.

| File | What |
|---|---|
| `records.ndjson` | a record a line: readable, its exact bytes, its hash, its path |
| `checkpoint` | the signed checkpoint |
| `counted.txt` | what was counted: rules, roll, deliveries, ballots (choices are there since the vote has closed; of a secret vote papers, no voters) |
| `result.txt` | what came of it |
| `recompute.py`, `signature.py`, `tally.py` | the check, that of the signature, and a count that was written apart from Sanzhang's |
)";

struct Record {
  std::uint64_t position = 0;
  std::string bytes = {};
};

// Of the stream `name` and of those below it.
absl::StatusOr<std::vector<Record>> ReadBelow(audit::RecordSource& source,
                                              const std::string& name) {
  std::vector<Record> records;
  absl::Status found;
  const absl::Status read =
      source.Read({.stream_prefix = name}, [&](std::uint64_t position, std::string_view bytes) {
        log::v1::Record record;
        if (!record.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
          found = absl::DataLossError(absl::StrCat("the record at ", position, " can't be read"));
          return false;
        }
        if (record.stream() == name || record.stream().starts_with(name + "/")) {
          records.push_back({position, std::string(bytes)});
        }
        return true;
      });
  if (!read.ok()) return read;
  if (!found.ok()) return found;
  return records;
}

absl::StatusOr<std::string> ProvenLine(const Record& record, const ProofTree& tree,
                                       audit::RecordJson& json) {
  const auto path = tree.path(record.position);
  if (!path.ok()) return path.status();
  std::string line;
  if (!json.WriteLine(record.bytes, transparency::BytesOf(transparency::LeafHash(record.bytes)),
                      line)) {
    return absl::DataLossError(absl::StrCat("the record at ", record.position, " can't be read"));
  }
  line.resize(line.size() - 2);  // `}` and the line's end.
  line += ",\"proof\":[";
  for (const std::string& hash : *path) {
    absl::StrAppend(&line, line.back() == '[' ? "\"" : ",\"", absl::Base64Escape(hash), "\"");
  }
  return line + "]}\n";
}

absl::StatusOr<std::string> ProvenLines(const std::vector<Record>& records, const ProofTree& tree,
                                        const audit::Schema& schema) {
  audit::RecordJson json(schema);
  std::string lines;
  for (const Record& record : records) {
    if (record.position > tree.size) {
      return absl::FailedPreconditionError(
          absl::StrCat("the checkpoint holds ", tree.size, " records, and not yet the one at ",
                       record.position, "; try again when there is a later one"));
    }
    const auto line = ProvenLine(record, tree, json);
    if (!line.ok()) return line.status();
    lines += *line;
  }
  return lines;
}

std::string Manifest(const std::string& resolution, const ProofTree& tree, const Files& files) {
  Json json;
  json["proof"] = "sanzhang-proof 1";
  json["resolution"] = resolution;
  json["tree_size"] = std::to_string(tree.size);
  // What the numbers of outcomes in the records mean.
  const auto* outcomes = resolution::v1::Outcome_descriptor();
  for (int i = 0; i < outcomes->value_count(); ++i) {
    const auto& value = *outcomes->value(i);
    json["outcomes"][std::to_string(value.number())] = value.name().substr(sizeof "OUTCOME");
  }
  json["files"] = Json::array();
  for (const auto& [name, text] : files) {
    json["files"].push_back({{"name", name},
                             {"bytes", std::to_string(text.size())},
                             {"sha256", absl::BytesToHexString(wire::Sha256(text))}});
  }
  return json.dump(2) + "\n";
}

// What was counted, and what came of it again; DATA_LOSS if that is not what is on record.
absl::StatusOr<std::pair<std::string, std::string>> CountedAndResult(
    const resolution::VoteOnRecord& record, const Recount& recount) {
  const resolution::TallyCase again{recount.rules, recount.input};
  const auto result = resolution::Tally(again);
  if (!result.ok()) return result.status();
  const auto& recorded = record.first_count;
  bool same = recorded.hashes().input() == result->hashes().input() &&
              recorded.items_size() == result->items_size();
  for (int i = 0; same && i < recorded.items_size(); ++i) {
    same = recorded.items(i).item() == result->items(i).item() &&
           recorded.items(i).outcome() == result->items(i).outcome();
  }
  if (!same) {
    return absl::DataLossError(
        "counting again gives another result than is on record; `audit tally` shows what differs");
  }
  return std::make_pair(resolution::TallyText(again), resolution::TallyResultText(*result));
}

}  // namespace

std::string_view RecomputeScript() {
  return {kRecomputeBegin, static_cast<std::size_t>(kRecomputeEnd - kRecomputeBegin)};
}

std::string_view SignatureScript() {
  return {kSignatureBegin, static_cast<std::size_t>(kSignatureEnd - kSignatureBegin)};
}

std::string_view TallyScript() {
  return {kTallyBegin, static_cast<std::size_t>(kTallyEnd - kTallyBegin)};
}

absl::StatusOr<ProofTree> BuildProofTree(audit::RecordSource& source) {
  const auto note = source.Checkpoint();
  if (!note.ok()) return note.status();
  if (source.filtered()) {
    return absl::FailedPreconditionError("an export of a part of the log has no proofs");
  }
  if (!note->has_value()) {
    return absl::FailedPreconditionError(
        "there is no signed checkpoint, and it is what a proof leads to; a server that runs on the "
        "log signs one");
  }
  const auto checkpoint = transparency::Checkpoint::Unverified(**note);
  if (!checkpoint.ok()) return checkpoint.status();
  const std::uint64_t size = checkpoint->head.size;
  auto tree = std::make_shared<transparency::LeafTree>();
  if (size > 0) {
    const absl::Status read =
        source.Read({.last = size}, [&tree](std::uint64_t, std::string_view bytes) {
          tree->Add(transparency::LeafHash(bytes));
          return true;
        });
    if (!read.ok()) return read;
  }
  const auto root = transparency::RootOf(*tree, tree->size());
  if (!root.ok()) return root.status();
  if (absl::Status same = checkpoint->CheckRoot(*root); !same.ok()) return same;
  ProofTree proofs;
  proofs.size = size;
  proofs.checkpoint = **note;
  proofs.path = [tree](std::uint64_t position) -> absl::StatusOr<std::vector<std::string>> {
    const auto proof = transparency::InclusionProof(*tree, position - 1, tree->size());
    if (!proof.ok()) return proof.status();
    std::vector<std::string> path;
    for (const transparency::Hash& hash : *proof) path.emplace_back(transparency::BytesOf(hash));
    return path;
  };
  return proofs;
}

absl::StatusOr<Files> MakeVoteProof(const std::string& resolution, audit::RecordSource& source,
                                    const ProofTree& tree, const policy::PolicyBook& book,
                                    const audit::Schema& schema) {
  if (!wire::MatchesPattern(resolution, "communities/*/resolutions/*")) {
    return absl::InvalidArgumentError(absl::StrCat(
        resolution, " is no vote: a vote's name is as in communities/heping/resolutions/lift"));
  }
  auto records = ReadBelow(source, resolution);
  if (!records.ok()) return records.status();
  if (records->empty()) {
    return absl::NotFoundError(absl::StrCat(resolution, ": the log has no vote of that name"));
  }
  resolution::VoteFold fold(resolution);
  for (const Record& record : *records) {
    log::v1::Record parsed;
    parsed.ParseFromString(record.bytes);
    if (absl::Status added = fold.Add(parsed); !added.ok()) return added;
  }
  const resolution::VoteOnRecord vote = std::move(fold).Take();
  if (vote.first_count.hashes().input().empty()) {
    return absl::FailedPreconditionError(
        absl::StrCat(resolution, " has not been counted yet: there is nothing to prove before"));
  }
  const std::string& rule_set = vote.vote.vote.rule_set;
  std::optional<runtime::OwnPolicy> own;
  if (rule_set.starts_with("communities/")) {
    // The community's own rules are facts too.
    const std::string stream = rule_set.substr(0, rule_set.find('@'));
    auto of_policy = ReadBelow(source, stream);
    if (!of_policy.ok()) return of_policy.status();
    own.emplace();
    for (const Record& record : *of_policy) {
      log::v1::Record parsed;
      parsed.ParseFromString(record.bytes);
      if (absl::Status added = AddOwnPolicy(stream, parsed, *own); !added.ok()) return added;
    }
    records->insert(records->end(), of_policy->begin(), of_policy->end());
  }
  const auto recount = CountAgain(vote, book, own.has_value() ? &*own : nullptr, rule_set);
  if (!recount.ok()) return recount.status();
  auto counted = CountedAndResult(vote, *recount);
  if (!counted.ok()) return counted.status();
  auto lines = ProvenLines(*records, tree, schema);
  if (!lines.ok()) return lines.status();
  Files files;
  files["README.md"] = absl::StrReplaceAll(kReadme, {{"NAME", resolution}});
  files["checkpoint"] = tree.checkpoint;
  files["counted.txt"] = std::move(counted->first);
  files["result.txt"] = std::move(counted->second);
  files["records.ndjson"] = *std::move(lines);
  files["recompute.py"] = std::string(RecomputeScript());
  files["signature.py"] = std::string(SignatureScript());
  files["tally.py"] = std::string(TallyScript());
  files["manifest.json"] = Manifest(resolution, tree, files);
  return files;
}

}  // namespace sanzhang::app
