// Counts ratings of a file as campaigns, by the product's own function; for check_ratings.py.
//
//   recount_campaigns ratings.csv > results.tsv
//
// The file has a heading and the columns s (rater), d (who is rated), dept (where the rater
// stands), service (0 or 1) and y (1 to 5), in any order. Each d is a campaign: `own` and `service`
// are its dimensions, dept the building; eligible in a building is whoever rated anyone there. One
// line per campaign: name, n, eligible, coverage_bp; of each dimension n, average_milli and
// satisfied; total_milli; whether it is biased. `-` is what is suppressed.
#include <cstdio>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "services/rating/result.h"

namespace {

namespace v1 = sanzhang::rating::v1;
using sanzhang::rating::CountedRating;
using sanzhang::rating::ResultInput;

struct Line {
  std::string rater;
  std::string rated;
  std::string place;
  bool service = false;
  int score = 0;
};

// False: the file can't be read so.
bool Read(const char* path, std::vector<Line>& lines) {
  std::ifstream file(path);
  std::string text;
  if (!std::getline(file, text)) return false;
  std::map<std::string, std::size_t> columns;
  for (const auto& name : absl::StrSplit(text, ',')) columns.emplace(name, columns.size());
  for (const char* name : {"s", "d", "dept", "service", "y"}) {
    if (!columns.contains(name)) return false;
  }
  while (std::getline(file, text)) {
    const std::vector<std::string> cells = absl::StrSplit(text, ',');
    Line line;
    if (cells.size() != columns.size() || !absl::SimpleAtoi(cells[columns["y"]], &line.score)) {
      return false;
    }
    line.rater = cells[columns["s"]];
    line.rated = cells[columns["d"]];
    line.place = cells[columns["dept"]];
    line.service = cells[columns["service"]] == "1";
    lines.push_back(std::move(line));
  }
  return true;
}

v1::SchemeTerms Terms() {
  v1::SchemeTerms terms;
  for (const auto& [code, weight] : {std::pair("own", 7000), std::pair("service", 3000)}) {
    v1::Dimension& dimension = *terms.add_dimensions();
    dimension.set_code(code);
    dimension.set_weight_bp(weight);
  }
  return terms;
}

std::string Text(bool shown, int value) { return shown ? std::to_string(value) : "-"; }

void Print(const std::string& name, const v1::RatingResult& result) {
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

}  // namespace

int main(int argc, char** argv) {
  std::vector<Line> lines;
  if (argc != 2 || !Read(argv[1], lines)) {
    std::fprintf(stderr,
                 "usage: recount_campaigns ratings.csv, with columns s, d, dept, service, y\n");
    return 2;
  }
  std::map<std::string, std::set<std::string>> raters_of;  // By place.
  std::map<std::string, ResultInput> campaigns;
  for (const Line& line : lines) {
    raters_of[line.place].insert(line.rater);
    campaigns[line.rated].ratings.push_back(
        {line.place, {{line.service ? "service" : "own", line.score}}});
  }
  for (auto& [name, input] : campaigns) {
    input.terms = Terms();
    std::set<std::string> places;
    for (const CountedRating& rating : input.ratings) places.insert(rating.building);
    for (const std::string& place : places) {
      v1::BuildingElectorate& building = input.electorate.emplace_back();
      building.set_building(place);
      building.set_eligible(static_cast<int>(raters_of[place].size()));
    }
    Print(name, sanzhang::rating::ComputeResult(input));
  }
  return 0;
}
