#include "projections/engine/filter.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "google/protobuf/descriptor.h"
#include "projections/engine/limits.h"
#include "proto/wire/refusal.h"

namespace sanzhang::projections {
namespace {

using type::v1::ERROR_REASON_FILTER_INVALID;
using type::v1::ERROR_REASON_ORDER_INVALID;

constexpr std::string_view kSpace = " \t\r\n";

struct Token {
  enum class Kind { kEnd, kOpen, kClose, kOperator, kWord, kText, kBad };
  Kind kind = Kind::kEnd;
  std::string text = {};
  std::size_t column = 1;  // Byte, from 1.
};

// Letters of words: names, numbers, times, resource names.
bool IsWordByte(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
         (static_cast<unsigned char>(c) & 0x80) != 0 ||
         std::string_view("_-./:+").find(c) != std::string_view::npos;
}

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Token Next() {
    at_ = std::min(text_.find_first_not_of(kSpace, at_), text_.size());
    Token token{.column = at_ + 1};
    if (at_ == text_.size()) return token;
    const char c = text_[at_];
    if (c == '(' || c == ')') {
      token.kind = c == '(' ? Token::Kind::kOpen : Token::Kind::kClose;
      ++at_;
    } else if (c == '"' || c == '\'') {
      token.kind = Quoted(c, token.text) ? Token::Kind::kText : Token::Kind::kBad;
    } else if (std::string_view("=<>!").find(c) != std::string_view::npos) {
      const std::size_t length =
          at_ + 1 < text_.size() && text_[at_ + 1] == '=' && c != '=' ? 2 : 1;
      token.text = text_.substr(at_, length);
      token.kind = token.text == "!" ? Token::Kind::kBad : Token::Kind::kOperator;
      at_ += length;
    } else if (IsWordByte(c)) {
      const std::size_t begin = at_;
      while (at_ < text_.size() && IsWordByte(text_[at_])) ++at_;
      token.kind = Token::Kind::kWord;
      token.text = text_.substr(begin, at_ - begin);
    } else {
      token.kind = Token::Kind::kBad;
      ++at_;
    }
    return token;
  }

 private:
  // A backslash takes the next byte as it is.
  bool Quoted(char quote, std::string& into) {
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == quote) return ++at_, true;
      if (text_[at_] == '\\' && ++at_ == text_.size()) return false;
      into.push_back(text_[at_]);
    }
    return false;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

std::optional<std::int64_t> Number(const std::string& text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<std::int64_t> Micros(const std::string& text) {
  absl::Time time;
  std::string ignored;
  if (!absl::ParseTime(absl::RFC3339_full, text, &time, &ignored)) return std::nullopt;
  if (time == absl::InfinitePast() || time == absl::InfiniteFuture()) return std::nullopt;
  return absl::ToUnixMicros(time);
}

// `OPEN` or `COMPLAINT_STATE_OPEN`: every value's name begins with that of value 0 without
// UNSPECIFIED.
std::optional<std::int64_t> EnumNumber(const google::protobuf::EnumDescriptor& type,
                                       const std::string& name) {
  std::string prefix = type.value(0)->name();
  constexpr std::string_view kUnspecified = "UNSPECIFIED";
  prefix.resize(prefix.ends_with(kUnspecified) ? prefix.size() - kUnspecified.size() : 0);
  const auto* value = type.FindValueByName(name);
  if (value == nullptr) value = type.FindValueByName(prefix + name);
  if (value == nullptr) return std::nullopt;
  return value->number();
}

// The literal as the column holds it; nothing if it is of another type.
std::optional<Literal> Typed(const Column& column, const Token& token) {
  const bool word = token.kind == Token::Kind::kWord;
  if (word && token.text == "null") return Null{};
  std::optional<std::int64_t> number;
  switch (column.type) {
    case ColumnType::kText:
      return Literal(token.text);
    case ColumnType::kInt:
      if (word) number = Number(token.text);
      break;
    case ColumnType::kBool:
      if (word && (token.text == "true" || token.text == "false")) number = token.text == "true";
      break;
    case ColumnType::kTime:
      number = Micros(token.text);
      break;
    case ColumnType::kEnum:
      if (column.enumeration != nullptr) number = EnumNumber(*column.enumeration, token.text);
      break;
  }
  if (!number.has_value()) return std::nullopt;
  return Literal(*number);
}

// The present token is looked at; Take() moves on. The first error stays.
class Parser {
 public:
  Parser(std::string_view filter, std::span<const Column> columns, int first_parameter)
      : lexer_(filter),
        columns_(columns),
        first_parameter_(first_parameter),
        token_(lexer_.Next()) {}

  absl::StatusOr<Condition> Parse() {
    std::string sql = And(0);
    if (token_.kind != Token::Kind::kEnd) Fail("unexpected");
    if (!error_.ok()) return error_;
    return Condition{std::move(sql), std::move(values_)};
  }

 private:
  bool AtWord(std::string_view word) const {
    return token_.kind == Token::Kind::kWord && token_.text == word;
  }
  void Take() { token_ = lexer_.Next(); }

  void Fail(std::string_view what) {
    if (!error_.ok()) return;
    error_ = wire::Refuse(ERROR_REASON_FILTER_INVALID, {{"filter", std::string(what)},
                                                        {"column", std::to_string(token_.column)}});
  }

  std::string And(int depth) { return Chain("AND", &Parser::Or, depth); }
  std::string Or(int depth) { return Chain("OR", &Parser::Factor, depth); }

  std::string Chain(std::string_view word, std::string (Parser::*operand)(int), int depth) {
    std::string sql = (this->*operand)(depth);
    bool several = false;
    while (error_.ok() && AtWord(word)) {
      Take();
      absl::StrAppend(&sql, " ", std::string(word), " ", (this->*operand)(depth));
      several = true;
    }
    return several ? absl::StrCat("(", sql, ")") : sql;
  }

  std::string Factor(int depth) {
    if (!error_.ok()) return {};
    if (AtWord("NOT")) {
      Take();
      // A comparison with a missing value is false; its opposite is true.
      return absl::StrCat("(", Deeper(&Parser::Factor, depth), ") IS NOT TRUE");
    }
    if (token_.kind != Token::Kind::kOpen) return Comparison();
    Take();
    std::string sql = Deeper(&Parser::And, depth);
    if (token_.kind != Token::Kind::kClose) Fail("`)` is missing");
    Take();
    return sql;
  }

  std::string Deeper(std::string (Parser::*part)(int), int depth) {
    if (depth + 1 > kFilterDepthMax) {
      Fail("nested too deep");
      return {};
    }
    return (this->*part)(depth + 1);
  }

  std::string Comparison() {
    const auto column = std::find_if(columns_.begin(), columns_.end(),
                                     [this](const Column& each) { return AtWord(each.name); });
    if (column == columns_.end()) {
      Fail(token_.kind == Token::Kind::kWord ? "no such field" : "a field is missing");
      return {};
    }
    if (++comparisons_ > kFilterComparisonsMax) Fail("too many comparisons");
    Take();
    if (token_.kind != Token::Kind::kOperator) Fail("an operator is missing");
    const std::string operation = token_.text;
    const bool equality = operation == "=" || operation == "!=";
    const bool ordered = column->type != ColumnType::kBool && column->type != ColumnType::kEnum;
    if (!equality && !ordered) Fail("only = and != apply to this field");
    Take();
    if (token_.kind != Token::Kind::kWord && token_.kind != Token::Kind::kText)
      Fail("a value is missing");
    const std::optional<Literal> value = Typed(*column, token_);
    if (!value.has_value()) Fail("not a value of this field");
    const bool null = value.has_value() && std::holds_alternative<Null>(*value);
    if (null && !equality) Fail("only = and != apply to null");
    if (!error_.ok()) return {};
    Take();
    if (null)
      return absl::StrCat(std::string(column->sql),
                          equality && operation == "=" ? " IS NULL" : " IS NOT NULL");
    values_.push_back(*value);
    return absl::StrCat(std::string(column->sql),
                        operation == "!=" ? " IS NOT " : " " + operation + " ", "?",
                        first_parameter_ + static_cast<int>(values_.size()) - 1);
  }

  Lexer lexer_;
  const std::span<const Column> columns_;
  const int first_parameter_;
  Token token_;
  int comparisons_ = 0;
  std::vector<Literal> values_;
  absl::Status error_;
};

// The next word up to a comma or space; empty at the end.
std::string_view TakeWord(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(kSpace), text.size()));
  const std::size_t length =
      text.starts_with(',') ? 1 : std::min(text.find_first_of(" \t\r\n,"), text.size());
  const std::string_view word = text.substr(0, length);
  text.remove_prefix(length);
  return word;
}

}  // namespace

Value AsValue(const Literal& literal) {
  return std::visit([](const auto& value) -> Value { return value; }, literal);
}

absl::StatusOr<Condition> CompileFilter(std::string_view filter, std::span<const Column> columns,
                                        int first_parameter) {
  if (filter.size() > kFilterBytesMax) {
    return wire::Refuse(ERROR_REASON_FILTER_INVALID,
                        {{"filter", absl::StrCat("longer than ", kFilterBytesMax, " bytes")},
                         {"column", std::to_string(kFilterBytesMax + 1)}});
  }
  if (filter.find_first_not_of(kSpace) == std::string_view::npos) return Condition{"TRUE", {}};
  return Parser(filter, columns, first_parameter).Parse();
}

absl::StatusOr<std::vector<OrderTerm>> ParseOrder(std::string_view order_by,
                                                  std::span<const Column> columns) {
  const auto refuse = [&](std::string_view what) {
    return wire::Refuse(ERROR_REASON_ORDER_INVALID, {{"order_by", std::string(what)}});
  };
  std::vector<OrderTerm> terms;
  std::string_view rest = order_by;
  std::string_view word = TakeWord(rest);
  while (!word.empty()) {
    const auto column = std::find_if(columns.begin(), columns.end(), [&](const Column& each) {
      return each.orders && each.name == word;
    });
    if (column == columns.end()) return refuse("no such field to order by");
    if (terms.size() == kOrderTermsMax) return refuse("too many fields");
    for (const OrderTerm& term : terms) {
      if (term.column == &*column) return refuse("a field twice");
    }
    terms.push_back({.column = &*column});
    word = TakeWord(rest);
    if (word == "asc" || word == "desc") {
      terms.back().descending = word == "desc";
      word = TakeWord(rest);
    }
    if (word.empty()) break;
    if (word != ",") return refuse("a comma is missing");
    word = TakeWord(rest);
    if (word.empty()) return refuse("a field is missing");
  }
  return terms;
}

}  // namespace sanzhang::projections
