#include "platform/sql/postgres_link.hpp"

namespace vitald::sql {
namespace {

constexpr std::size_t kPipelinedBytes = 16 << 10;  // below what a socket takes, so that neither end waits for the other
constexpr int kFetched = 2000;                     // rows of a large answer at a time

// All rows, or the error that came instead.
class PostgresRows final : public RowSource {
 public:
  explicit PostgresRows(Result<Answer> answer) : answer_(std::move(answer)) {
    if (answer_) row_ = AnswerRow(answer_->get());
  }
  Result<bool> next() override { return answer_ ? row_.next() : Result<bool>(answer_.error()); }
  std::int64_t integer(int column) const override { return row_.integer(column); }
  std::string_view bytes(int column) const override { return row_.bytes(column); }
  bool is_null(int column) const override { return row_.is_null(column); }

 private:
  Result<Answer> answer_;
  AnswerRow row_;
};

class PostgresStatement final : public StatementSource {
 public:
  PostgresStatement(PostgresLink& link, std::string sql) : link_(link), sql_(std::move(sql)), name_(link.new_name()) {}

  Result<void> prepare() {
    if (const auto linked = link_.ensure(); !linked) return linked;
    if (prepared_in_ == link_.generation()) return {};
    auto prepared = link_.prepare(name_, sql_);
    if (prepared) prepared_in_ = link_.generation();
    return prepared;
  }
  std::unique_ptr<RowSource> query(std::span<const Value> values) override {
    if (const auto ready = prepare(); !ready) return std::make_unique<PostgresRows>(ready.error());
    return std::make_unique<PostgresRows>(link_.run_prepared(name_, Parameters(values)));
  }
  Result<void> each(const Table& table, const EachRow& row) override;

 private:
  Result<std::size_t> send(const Table& table, std::size_t first);
  Result<void> receive(std::size_t first, std::size_t end, const EachRow& row);

  PostgresLink& link_;
  std::string sql_, name_;
  std::uint64_t prepared_in_ = 0;
};

Result<void> PostgresStatement::each(const Table& table, const EachRow& row) {
  if (table.rows() == 0) return {};
  if (const auto ready = prepare(); !ready) return ready;
  if (PQenterPipelineMode(link_.connection()) != 1) return link_.error(nullptr);
  Result<void> done;
  for (std::size_t first = 0; done && first < table.rows();) {
    const auto end = send(table, first);
    done = end ? receive(first, *end, row) : Result<void>(end.error());
    if (end) first = *end;
  }
  PQexitPipelineMode(link_.connection());
  return done;
}

// The end of the rows that it has sent.
Result<std::size_t> PostgresStatement::send(const Table& table, std::size_t first) {
  std::size_t bytes = 0;
  while (first < table.rows() && bytes < kPipelinedBytes) {
    const Parameters p(table.row(first));
    if (PQsendQueryPrepared(link_.connection(), name_.c_str(), p.count(), p.values(), p.lengths(), p.formats(), 1) != 1)
      return link_.error(nullptr);
    bytes += p.bytes() + 64;
    ++first;
  }
  if (PQpipelineSync(link_.connection()) != 1) return link_.error(nullptr);
  return first;
}

// Reads on after an error: what was sent has to be answered before anything else is.
Result<void> PostgresStatement::receive(std::size_t first, std::size_t end, const EachRow& row) {
  Result<void> done;
  for (std::size_t i = first; i < end; ++i) {
    const auto answer = link_.checked(PQgetResult(link_.connection()));
    if (!answer && done) done = answer.error();
    if (!answer && PQstatus(link_.connection()) != CONNECTION_OK) return done;
    if (answer && row)
      for (int r = 0; r < PQntuples(answer->get()); ++r) row(i, AnswerRow(answer->get(), r));
    while (PGresult* rest = PQgetResult(link_.connection())) PQclear(rest);
  }
  const auto synced = link_.checked(PQgetResult(link_.connection()));
  return done && !synced ? synced.error() : done;
}

// Fetched part by part from a cursor.
class CursorRows final : public RowSource {
 public:
  CursorRows(PostgresLink& link, std::string name, Result<Answer> declared)
      : link_(link), name_(std::move(name)), answer_(std::move(declared)) {}
  ~CursorRows() override {
    if (open_) (void)link_.run("CLOSE " + name_);
  }
  Result<bool> next() override {
    if (!answer_) return answer_.error();
    if (open_) {
      const auto more = row_.next();
      if (*more || PQntuples(answer_->get()) < kFetched) return more;
    }
    answer_ = link_.run("FETCH " + std::to_string(kFetched) + " FROM " + name_, Parameters({}));
    if (!answer_) return answer_.error();
    open_ = true;
    row_ = AnswerRow(answer_->get());
    return row_.next();
  }
  std::int64_t integer(int column) const override { return row_.integer(column); }
  std::string_view bytes(int column) const override { return row_.bytes(column); }
  bool is_null(int column) const override { return row_.is_null(column); }

 private:
  PostgresLink& link_;
  std::string name_;
  Result<Answer> answer_;
  bool open_ = false;
  AnswerRow row_;
};

class LargeStatement final : public StatementSource {
 public:
  LargeStatement(PostgresLink& link, std::string sql) : link_(link), sql_(std::move(sql)) {}
  std::unique_ptr<RowSource> query(std::span<const Value> values) override {
    const std::string name = link_.new_name();
    auto declared = link_.run("DECLARE " + name + " NO SCROLL CURSOR FOR " + sql_, Parameters(values));
    return std::make_unique<CursorRows>(link_, name, std::move(declared));
  }
  Result<void> each(const Table& table, const EachRow& row) override {
    return PostgresStatement(link_, sql_).each(table, row);
  }

 private:
  PostgresLink& link_;
  std::string sql_;
};

void append_big_endian(std::string& out, std::uint64_t value, std::size_t bytes) {
  for (std::size_t i = bytes; i-- > 0;) out += static_cast<char>(value >> (8 * i) & 0xff);
}

// Binary COPY: a head, tuples of (length, bytes), and a count of -1.
class PostgresBulk final : public Bulk {
 public:
  PostgresBulk(PostgresLink& link, std::string sql, std::vector<std::size_t> widths)
      : link_(link), sql_(std::move(sql)), widths_(std::move(widths)) {
    clear();
  }

  Result<void> add_row(std::span<const Value> values) override {
    append_big_endian(data_, values.size(), 2);
    for (std::size_t i = 0; i < values.size(); ++i) append(values[i], widths_[i]);
    return {};
  }
  Result<void> finish() override {
    if (data_.size() == kHead.size()) return {};
    append_big_endian(data_, 0xffff, 2);
    auto copied = link_.copy(sql_, data_);
    clear();
    return copied;
  }
  void clear() override { data_ = kHead; }

 private:
  static constexpr std::string_view kHead{"PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19};

  void append(const Value& value, std::size_t width) {
    if (const auto* integer = std::get_if<std::int64_t>(&value)) {
      append_big_endian(data_, width, 4);
      return append_big_endian(data_, static_cast<std::uint64_t>(*integer), width);
    }
    if (std::holds_alternative<std::monostate>(value)) return append_big_endian(data_, 0xffff'ffff, 4);
    const auto* text = std::get_if<Text>(&value);
    const std::string_view bytes = text ? text->characters : std::get<std::string_view>(value);
    append_big_endian(data_, bytes.size(), 4);
    data_ += bytes;
  }

  PostgresLink& link_;
  std::string sql_;
  std::vector<std::size_t> widths_;  // of integers, in bytes
  std::string data_;
};

class Postgres final : public Database {
 public:
  explicit Postgres(std::string url) : link_(std::move(url)) {}

  Result<void> connect() { return link_.ensure(); }
  Kind kind() const override { return Kind::postgres; }
  Result<void> execute(const std::string& sql) override {
    if (const auto linked = link_.ensure(); !linked) return linked;
    const auto ran = link_.run(sql);
    return ran ? Result<void>() : ran.error();
  }
  Result<Statement> prepare(const std::string& sql) override {
    auto statement = std::make_unique<PostgresStatement>(link_, sql);
    if (const auto prepared = statement->prepare(); !prepared) return prepared.error();
    return Statement(std::move(statement));
  }
  Result<Statement> prepare_large(const std::string& sql) override {
    return Statement(std::make_unique<LargeStatement>(link_, sql));
  }
  Result<std::unique_ptr<Bulk>> bulk(const std::string& table, const std::vector<std::string>& columns) override;

  Result<void> begin() override {
    // What a lost connection or a failed rollback left behind ends here.
    if (link_.connection() && PQtransactionStatus(link_.connection()) > PQTRANS_IDLE) rollback();
    auto begun = execute("BEGIN");
    link_.in_transaction(begun.ok());
    return begun;
  }
  Result<void> commit() override;
  void rollback() override {
    (void)link_.run("ROLLBACK");
    link_.in_transaction(false);
  }
  Result<void> lock_rows(const std::string& table, std::span<const std::int64_t> ids) override;

 private:
  PostgresLink link_;
  std::string locked_table_;
  std::unique_ptr<PostgresStatement> lock_;
};

Result<std::unique_ptr<Bulk>> Postgres::bulk(const std::string& table, const std::vector<std::string>& columns) {
  std::string names;
  for (const std::string& column : columns) names += (names.empty() ? "" : ", ") + column;
  const auto answer = link_.run("SELECT " + names + " FROM " + table + " LIMIT 0", Parameters({}));
  if (!answer) return answer.error();
  std::vector<std::size_t> widths;
  for (int i = 0; i < PQnfields(answer->get()); ++i)
    widths.push_back(PQfsize(answer->get(), i) > 0 ? static_cast<std::size_t>(PQfsize(answer->get(), i)) : 0);
  return std::unique_ptr<Bulk>(std::make_unique<PostgresBulk>(
      link_, "COPY " + table + " (" + names + ") FROM STDIN (FORMAT binary)", std::move(widths)));
}

// A COMMIT of a transaction that failed says ROLLBACK and no error.
Result<void> Postgres::commit() {
  const auto answer = link_.run("COMMIT");
  if (!answer) return answer.error();
  if (std::string_view(PQcmdStatus(answer->get())) != "COMMIT")
    return Error(Code::internal, "PostgreSQL has rolled the transaction back");
  link_.in_transaction(false);
  return {};
}

Result<void> Postgres::lock_rows(const std::string& table, std::span<const std::int64_t> ids) {
  if (locked_table_ != table) {
    locked_table_ = table;
    lock_ = std::make_unique<PostgresStatement>(link_, "SELECT id FROM " + table + " WHERE id = $1 FOR NO KEY UPDATE");
  }
  Table rows;
  for (const std::int64_t id : ids) rows.add(id);
  return lock_->each(rows, {});
}

}  // namespace

Result<std::unique_ptr<Database>> open_postgres(const std::string& url) {
  auto postgres = std::make_unique<Postgres>(url);
  if (const auto connected = postgres->connect(); !connected) return connected.error();
  return std::unique_ptr<Database>(std::move(postgres));
}

bool is_postgres_url(std::string_view text) {
  return text.starts_with("postgresql://") || text.starts_with("postgres://");
}

}  // namespace vitald::sql
