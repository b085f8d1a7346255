#include "tests/services/rating/ratings_file.h"

#include <cstdio>
#include <fstream>
#include <set>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"

namespace sanzhang::rating {
namespace {

std::string Text(bool shown, int value) { return shown ? std::to_string(value) : "-"; }

}  // namespace

bool ReadRatings(const char* path, RatingsFile& read) {
  std::ifstream file(path);
  std::string text;
  if (!std::getline(file, text)) return false;
  std::map<std::string, std::size_t> columns;
  for (const auto& name : absl::StrSplit(text, ',')) columns.emplace(name, columns.size());
  for (const char* name : {"s", "d", "dept", "service", "y"}) {
    if (!columns.contains(name)) return false;
  }
  std::map<std::string, std::set<std::string>> raters_of;  // By place.
  while (std::getline(file, text)) {
    const std::vector<std::string> cells = absl::StrSplit(text, ',');
    FileRating rating;
    if (cells.size() != columns.size() || !absl::SimpleAtoi(cells[columns["y"]], &rating.score)) {
      return false;
    }
    rating.rater = cells[columns["s"]];
    rating.place = cells[columns["dept"]];
    rating.service = cells[columns["service"]] == "1";
    raters_of[rating.place].insert(rating.rater);
    read.campaigns[cells[columns["d"]]].push_back(std::move(rating));
  }
  for (const auto& [place, raters] : raters_of) {
    read.eligible[place] = static_cast<int>(raters.size());
  }
  return true;
}

v1::SchemeTerms FileTerms() {
  v1::SchemeTerms terms;
  for (const auto& [code, weight] : {std::pair("own", 7000), std::pair("service", 3000)}) {
    v1::Dimension& dimension = *terms.add_dimensions();
    dimension.set_code(code);
    dimension.set_weight_bp(weight);
  }
  return terms;
}

std::vector<v1::BuildingElectorate> ElectorateOf(const RatingsFile& file,
                                                 const std::vector<FileRating>& ratings) {
  std::set<std::string> places;
  for (const FileRating& rating : ratings) places.insert(rating.place);
  std::vector<v1::BuildingElectorate> electorate;
  for (const std::string& place : places) {
    v1::BuildingElectorate& building = electorate.emplace_back();
    building.set_building(place);
    building.set_eligible(file.eligible.at(place));
  }
  return electorate;
}

void PrintResult(const std::string& name, const v1::RatingResult& result) {
  std::string line = name;
  for (const int value : {result.n(), result.eligible(), result.coverage_bp()}) {
    line += "\t" + std::to_string(value);
  }
  for (const v1::DimensionResult& dimension : result.dimensions()) {
    line += "\t" + Text(dimension.has_n(), dimension.n());
    line += "\t" + Text(dimension.has_average_milli(), dimension.average_milli());
    line += "\t" + Text(dimension.has_satisfied(), dimension.satisfied());
  }
  line += "\t" + Text(result.has_total_milli(), result.total_milli());
  line += result.biased() ? "\tbiased" : "\teven";
  std::puts(line.c_str());
}

}  // namespace sanzhang::rating
