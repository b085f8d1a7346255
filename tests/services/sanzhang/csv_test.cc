#include "services/sanzhang/csv.h"

#include <zlib.h>

#include <fstream>

#include "gmock/gmock.h"
#include "tests/support/temp_dir.h"

namespace sanzhang::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class CsvTest : public testing::Test {
 protected:
  std::string Write(const std::string& text) {
    const std::string path = folder_.File("rows.csv");
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }
  // The rows after the header, fields joined by `|`; what is wrong as `! …`.
  static std::vector<std::string> Rows(const std::string& path) {
    auto reader = CsvReader::Open(path);
    if (!reader.ok()) return {"! " + std::string(reader.status().message())};
    std::vector<std::string> rows;
    while (true) {
      auto row = (*reader)->Next();
      if (!row.ok()) {
        rows.push_back("! " + std::string(row.status().message()));
        if (row.status().code() != absl::StatusCode::kInvalidArgument) return rows;
        continue;
      }
      if (!row->has_value()) return rows;
      std::string text = std::to_string((*row)->line);
      for (const std::string& field : (*row)->fields) text += "|" + field;
      rows.push_back(text);
    }
  }
  support::TempDir folder_;
};

TEST_F(CsvTest, PlainFields) {
  EXPECT_THAT(Rows(Write("a,b\n1,2\n,\nx,y z\n")), ElementsAre("2|1|2", "3||", "4|x|y z"));
}

TEST_F(CsvTest, LineEndsAndNone) {
  EXPECT_THAT(Rows(Write("a,b\r\n1,2\r\n3,4")), ElementsAre("2|1|2", "3|3|4"));
  EXPECT_THAT(Rows(Write("a\n\n1\n\n")), ElementsAre("3|1"));
}

TEST_F(CsvTest, Quotes) {
  EXPECT_THAT(Rows(Write("a,b\n\"x,y\",\"say \"\"no\"\"\"\n\"two\nlines\",\"\"\nz,7\" pipe\n")),
              ElementsAre("2|x,y|say \"no\"", "3|two\nlines|", "5|z|7\" pipe"));
}

TEST_F(CsvTest, ByteOrderMarkIsNoPartOfTheName) {
  auto reader =
      CsvReader::Open(Write("\xEF\xBB\xBF"
                            "a,b\n"));
  ASSERT_TRUE(reader.ok());
  EXPECT_THAT((*reader)->columns(), ElementsAre("a", "b"));
}

TEST_F(CsvTest, AMalformedRowDoesNotEndTheFile) {
  EXPECT_THAT(Rows(Write("a,b\n1\n2,3\n\"x\"y,1\n4,5\n")),
              ElementsAre("! line 2: 1 fields where the header has 2", "3|2|3",
                          "! line 4: text after a closing quote", "5|4|5"));
}

TEST_F(CsvTest, AQuoteThatIsNeverClosed) {
  EXPECT_THAT(Rows(Write("a\n\"x\ny\n")), ElementsAre("! line 2: a quote is never closed"));
}

TEST_F(CsvTest, NoFileNoHeaderTheSameColumnTwice) {
  EXPECT_THAT(Rows(folder_.File("none.csv")), ElementsAre(HasSubstr("can't be read")));
  EXPECT_THAT(Rows(Write("")), ElementsAre(HasSubstr("is empty")));
  EXPECT_THAT(Rows(Write("a,b,a\n")), ElementsAre(HasSubstr("column a comes twice")));
}

class GzipTest : public CsvTest {
 protected:
  std::string Pack(const std::string& text) {
    const std::string path = folder_.File("rows.csv.gz");
    const gzFile file = gzopen(path.c_str(), "wb");
    gzwrite(file, text.data(), static_cast<unsigned>(text.size()));
    gzclose(file);
    return path;
  }
};

TEST_F(GzipTest, ReadAsItIs) { EXPECT_THAT(Rows(Pack("a\n1\n2\n")), ElementsAre("2|1", "3|2")); }

// A file that was cut off must not look like a shorter one.
TEST_F(GzipTest, CutOff) {
  std::string text = "a\n";
  for (int i = 0; i < 200'000; ++i) text += std::to_string(i * 7919 % 100'003) + "\n";
  const std::string path = Pack(text);
  std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2);
  const std::vector<std::string> rows = Rows(path);
  EXPECT_EQ(rows.back(), "! the file is cut off or damaged");
}

}  // namespace
}  // namespace sanzhang::app
