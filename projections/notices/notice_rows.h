// Notices as rows: one for each with the version that counts now, one for each version that there
// ever was, one for each objection and each question.
//
// A notice that was taken down keeps its words in its row, for it may go up again; who reads the
// row shows them only while it is up (NoticeCells::IsUp). Of earlier versions hash, rule and dates
// are kept and no words: a correction may be there to take something back.
//
// Times are those at which a thing happened: an objection on paper counts from when it was handed
// in. A period that starts anew is a new version, with dates of its own.
//
// What the rows keep is what the view's viewers may see (Keeps). A dwelling is never kept: where a
// notice applies ends with the entrance.
#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "projections/engine/part.h"
#include "projections/engine/projection.h"
#include "projections/engine/rows.h"

namespace sanzhang::projections {

class NoticeRows final : public Part {
 public:
  struct Keeps {
    bool body = false;     // What is published beside the title: words and papers.
    bool words = false;    // Grounds of objections and questions, sealed; they name their subject.
    bool persons = false;  // Pseudonyms of those who object and ask.
  };
  explicit NoticeRows(Keeps keeps) : keeps_(keeps) {}

  std::string_view package() const override { return "sanzhang.notice.v1"; }
  std::string_view schema() const override;
  absl::Status Apply(const Envelope& envelope, Rows& rows) const override;

 private:
  Keeps keeps_;
};

}  // namespace sanzhang::projections
