#include "platform/sql/postgres_link.hpp"

#include <cstring>

namespace vitald::sql {
namespace {

constexpr int kBinary = 1;

// Of pg_type.
enum Type : Oid { kBool = 16, kInt8 = 20, kInt2 = 21, kInt4 = 23, kNumeric = 1700 };

// A statement's error by the class of its SQLSTATE; none: the connection is gone.
Code code_of(std::string_view state) {
  if (state.empty() || state.starts_with("08") || state.starts_with("57P") || state.starts_with("40"))
    return Code::unavailable;
  if (state.starts_with("53")) return Code::full;
  if (state.starts_with("28") || state == "42501" || state == "25006") return Code::refused;
  if (state.starts_with("XX")) return Code::corrupt;
  if (state.starts_with("22") || state.starts_with("23")) return Code::invalid;
  return Code::io;
}

std::string one_line(const char* message) {
  std::string line(message ? message : "");
  while (!line.empty() && line.back() == '\n') line.pop_back();
  for (char& c : line)
    if (c == '\n') c = ' ';
  return line;
}

std::uint64_t big_endian(const char* bytes, int count) {
  std::uint64_t number = 0;
  for (int i = 0; i < count; ++i) number = number << 8 | static_cast<unsigned char>(bytes[i]);
  return number;
}

// A whole number: digits of base 10,000 behind four 16-bit fields (how many, weight of the first, sign, scale).
std::int64_t whole_numeric(const char* bytes) {
  const auto digits = static_cast<int>(big_endian(bytes, 2));
  const auto weight = static_cast<std::int16_t>(big_endian(bytes + 2, 2));
  std::int64_t number = 0;
  for (int i = 0; i <= weight; ++i)
    number = number * 10'000 + (i < digits ? static_cast<std::int64_t>(big_endian(bytes + 8 + 2 * i, 2)) : 0);
  return big_endian(bytes + 4, 2) == 0x4000 ? -number : number;
}

}  // namespace

Parameters::Parameters(std::span<const Value> values) {
  digits_.reserve(values.size());  // its strings are pointed to
  for (const Value& value : values) {
    const char* data = nullptr;
    std::size_t size = 0;
    int format = kBinary;
    if (const auto* integer = std::get_if<std::int64_t>(&value)) {
      data = digits_.emplace_back(std::to_string(*integer)).c_str();
      format = 0;
    } else if (!std::holds_alternative<std::monostate>(value)) {
      const auto* text = std::get_if<Text>(&value);
      const std::string_view bytes = text ? text->characters : std::get<std::string_view>(value);
      data = bytes.empty() ? "" : bytes.data();
      size = bytes.size();
    }
    values_.push_back(data);
    lengths_.push_back(static_cast<int>(size));
    formats_.push_back(format);
    bytes_ += size + 24;
  }
}

Result<void> PostgresLink::ensure() {
  if (connection_ && PQstatus(connection_.get()) == CONNECTION_OK) return {};
  if (in_transaction_) return Error(Code::unavailable, "the connection to PostgreSQL was lost");
  return connect();
}

Result<void> PostgresLink::connect() {
  // What the URL says wins over what stands before it.
  const char* const keys[] = {"connect_timeout",
                              "keepalives_idle",
                              "tcp_user_timeout",
                              "application_name",
                              "fallback_application_name",
                              "dbname",
                              nullptr};
  const char* const values[] = {"10", "30", "15000", "vitald-receiver", "vitald-receiver", url_.c_str(), nullptr};
  connection_.reset(PQconnectdbParams(keys, values, 1));
  ++generation_;
  if (!connection_) return Error(Code::unavailable, "no memory for a connection to PostgreSQL");
  if (PQstatus(connection_.get()) != CONNECTION_OK)
    return Error(Code::unavailable, one_line(PQerrorMessage(connection_.get()))).in("connecting to PostgreSQL");
  PQsetNoticeProcessor(
      connection_.get(), [](void*, const char*) {}, nullptr);
  const auto set = run("SET standard_conforming_strings = on; SET bytea_output = hex; SET timezone = 'UTC'");
  return set ? Result<void>() : set.error();
}

Error PostgresLink::error(const PGresult* answer) const {
  const char* state = answer ? PQresultErrorField(answer, PG_DIAG_SQLSTATE) : nullptr;
  const bool lost = PQstatus(connection_.get()) != CONNECTION_OK;
  const char* primary = answer ? PQresultErrorField(answer, PG_DIAG_MESSAGE_PRIMARY) : nullptr;
  const std::string sentence = one_line(primary ? primary : PQerrorMessage(connection_.get()));
  return {lost ? Code::unavailable : code_of(state ? state : ""),
          sentence + (state ? " (PostgreSQL " + std::string(state) + ")" : "")};
}

Result<Answer> PostgresLink::checked(PGresult* answer) const {
  Answer owned(answer);
  const ExecStatusType status = PQresultStatus(answer);
  const bool good = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_COPY_IN ||
                    status == PGRES_PIPELINE_SYNC;
  return good ? Result<Answer>(std::move(owned)) : error(answer);
}

Result<Answer> PostgresLink::run(const std::string& sql) { return checked(PQexec(connection(), sql.c_str())); }

Result<Answer> PostgresLink::run(const std::string& sql, const Parameters& p) {
  return checked(
      PQexecParams(connection(), sql.c_str(), p.count(), nullptr, p.values(), p.lengths(), p.formats(), kBinary));
}

Result<Answer> PostgresLink::run_prepared(const std::string& name, const Parameters& p) {
  return checked(PQexecPrepared(connection(), name.c_str(), p.count(), p.values(), p.lengths(), p.formats(), kBinary));
}

Result<void> PostgresLink::prepare(const std::string& name, const std::string& sql) {
  const auto prepared = checked(PQprepare(connection(), name.c_str(), sql.c_str(), 0, nullptr));
  return prepared ? Result<void>() : prepared.error().in(sql);
}

Result<void> PostgresLink::copy(const std::string& sql, std::string_view data) {
  if (const auto begun = run(sql); !begun) return begun.error();
  const bool put = PQputCopyData(connection(), data.data(), static_cast<int>(data.size())) == 1 &&
                   PQputCopyEnd(connection(), nullptr) == 1;
  auto ended = checked(PQgetResult(connection()));
  while (PGresult* rest = PQgetResult(connection())) PQclear(rest);
  if (!put && ended) return Error(Code::unavailable, one_line(PQerrorMessage(connection())));
  return ended ? Result<void>() : ended.error();
}

std::int64_t AnswerRow::integer(int column) const {
  if (is_null(column)) return 0;
  const char* bytes = PQgetvalue(answer_, row_, column);
  switch (PQftype(answer_, column)) {
    case kBool:
      return *bytes;
    case kInt2:
      return static_cast<std::int16_t>(big_endian(bytes, 2));
    case kInt4:
      return static_cast<std::int32_t>(big_endian(bytes, 4));
    case kInt8:
      return static_cast<std::int64_t>(big_endian(bytes, 8));
    case kNumeric:
      return whole_numeric(bytes);
    default:
      return 0;
  }
}

std::string_view AnswerRow::bytes(int column) const {
  return {PQgetvalue(answer_, row_, column), static_cast<std::size_t>(PQgetlength(answer_, row_, column))};
}

}  // namespace vitald::sql
