// The one seam that personal text, and what nobody may read before its time, pass on their way into
// the log.
//
// Everything that a fact holds in type.v1.PersonalText, at whatever depth, is handed to the Sealer
// before the record is serialised; nothing else may hold personal text. What the sealer leaves in
// `content` is what is stored for ever. A type.v1.SealedBox is sealed to the key that it names.
// Errors: the sealer's; the command is then refused and nothing is stored.
// Threads: all functions may be called from any thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "google/protobuf/message.h"
#include "sanzhang/type/v1/personal_text.pb.h"
#include "sanzhang/type/v1/sealed_box.pb.h"

namespace sanzhang::runtime {

// Where a text stands: what a seal is bound to, so that it opens nowhere else.
struct Standpoint {
  std::string_view community;
  std::string_view stream;
  std::string_view event_id;
  std::string_view type;   // Full name of the fact.
  std::string_view field;  // Path in it, as in `text` or `notes[2].text`.
};

class Sealer {
 public:
  virtual ~Sealer() = default;
  // Turns `content` into what is stored. `subject` is set.
  virtual absl::Status Seal(const Standpoint& where, type::v1::PersonalText& text) const = 0;
  // A digest of words, by which a request is compared with its repeats: 8 bytes that name the key
  // that it is keyed with, and 16 of digest. Once any subject was forgotten there is another key.
  virtual std::string TagOf(std::string_view words) const = 0;
};

// Stores the words as they are. For unit tests.
std::unique_ptr<Sealer> MakePlainSealer();

// Hands each personal text of the fact to the sealer; `where.field` is filled in. A text without a
// subject becomes `subject`'s. Seals each box; INTERNAL: it names no key.
absl::Status SealFact(Standpoint where, std::string_view subject, const Sealer& sealer,
                      google::protobuf::Message& fact);

// Takes the words out of every personal text; answers them, each led by its length. Empty: the
// message has none.
std::string TakeWords(google::protobuf::Message& message);

// The paths of personal texts that say that they are sealed already.
std::vector<std::string> SealedIn(const google::protobuf::Message& message);

// Seals `box.open` to `box.sealed_to`. INTERNAL: that is not a public key.
absl::Status SealBox(type::v1::SealedBox& box);

}  // namespace sanzhang::runtime
