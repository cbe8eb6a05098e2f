// SPDX-License-Identifier: AGPL-3.0-or-later
#include "catalog/sqlite.h"

#include <sqlite3.h>

#include <cerrno>
#include <chrono>
#include <thread>

#include "base/error.h"
#include "catalog/writer_queue.h"

namespace holdfast::catalog {
namespace {

constexpr int busy_wait_milliseconds = 60'000;
constexpr auto turn_of_others = std::chrono::milliseconds(10);

ErrorKind kind_of(int result) {
  switch (result & 0xff) {
    case SQLITE_PERM:
    case SQLITE_READONLY:
    case SQLITE_AUTH: return ErrorKind::refused;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return ErrorKind::corrupt;
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return ErrorKind::timeout;
    case SQLITE_ERROR:
    case SQLITE_CONSTRAINT:
    case SQLITE_RANGE:
    case SQLITE_MISMATCH: return ErrorKind::invalid;
    default: return ErrorKind::io;
  }
}

/// SQLite tells some of the ways in which a disk is full as errors of input and output.
bool is_disk_full(sqlite3* database, int result) {
  if ((result & 0xff) == SQLITE_FULL) return true;
  const bool has_cause = (result & 0xff) == SQLITE_IOERR || (result & 0xff) == SQLITE_CANTOPEN;
  const int cause = has_cause && database != nullptr ? sqlite3_system_errno(database) : 0;
  return cause == ENOSPC || cause == EDQUOT;
}

[[noreturn]] void fail(sqlite3* database, int result, std::string_view doing) {
  if (is_disk_full(database, result)) {
    const char* file = database != nullptr ? sqlite3_db_filename(database, "main") : nullptr;
    throw Error(ErrorKind::no_space, "catalog: the disk is full: make room on the disk of {} ({})",
                file != nullptr ? file : "the catalog", doing);
  }
  throw Error(kind_of(result), "catalog: {}: {}",
              database != nullptr ? sqlite3_errmsg(database) : sqlite3_errstr(result), doing);
}

class SqliteStatement final : public SqlStatement {
 public:
  SqliteStatement(sqlite3* database, std::string_view sql) : database_(database), sql_(sql) {
    const int result = sqlite3_prepare_v3(database_, sql.data(), static_cast<int>(sql.size()),
                                          SQLITE_PREPARE_PERSISTENT, &statement_, nullptr);
    if (result != SQLITE_OK) fail(database_, result, sql_);
    if (statement_ == nullptr) throw Error(ErrorKind::invalid, "catalog: empty statement");
  }
  SqliteStatement(const SqliteStatement&) = delete;
  SqliteStatement& operator=(const SqliteStatement&) = delete;
  ~SqliteStatement() override { sqlite3_finalize(statement_); }

  void start(std::span<const SqlValue> values) override {
    sqlite3_reset(statement_);
    int place = 0;
    for (const SqlValue& value : values) {
      const int result = bind(++place, value);
      if (result != SQLITE_OK) fail(database_, result, sql_);
    }
  }

  bool next() override {
    const int result = sqlite3_step(statement_);
    if (result == SQLITE_ROW) return true;
    if (result == SQLITE_DONE) return false;
    fail(database_, result, sql_);
  }

  void finish() noexcept override {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
  }

  bool changes_nothing() const override { return sqlite3_stmt_readonly(statement_) != 0; }

  std::size_t columns() const override { return static_cast<std::size_t>(sqlite3_column_count(statement_)); }
  std::string_view name(std::size_t column) const override {
    return sqlite3_column_name(statement_, static_cast<int>(column));
  }
  bool is_null(std::size_t column) const override {
    return sqlite3_column_type(statement_, static_cast<int>(column)) == SQLITE_NULL;
  }
  std::string_view text(std::size_t column) const override {
    const auto index = static_cast<int>(column);
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, index));
    if (bytes == nullptr) return {};
    return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, index))};
  }
  std::int64_t number(std::size_t column) const override {
    return sqlite3_column_int64(statement_, static_cast<int>(column));
  }

 private:
  // Bound without a copy: the caller keeps the bytes alive until finish(). Text goes in as it is; SQLite does
  // not look whether it is UTF-8, and file names need not be.
  int bind(int place, const SqlValue& value) {
    if (const auto* number = std::get_if<std::int64_t>(&value))
      return sqlite3_bind_int64(statement_, place, *number);
    if (const auto* text = std::get_if<std::string_view>(&value))
      return sqlite3_bind_text64(statement_, place, text->data() == nullptr ? "" : text->data(), text->size(),
                                 SQLITE_STATIC, SQLITE_UTF8);
    if (const auto* bytes = std::get_if<Bytes>(&value))
      return sqlite3_bind_blob64(statement_, place,
                                 bytes->empty() ? "" : static_cast<const void*>(bytes->data()), bytes->size(),
                                 SQLITE_STATIC);
    return sqlite3_bind_null(statement_, place);
  }

  sqlite3* database_;
  std::string sql_;
  sqlite3_stmt* statement_ = nullptr;
};

class SqliteBulkInsert final : public BulkInsert {
 public:
  explicit SqliteBulkInsert(std::unique_ptr<SqlStatement> statement) : statement_(std::move(statement)) {}
  void add(std::span<const SqlValue> row) override {
    statement_->start(row);
    statement_->next();
  }
  void finish() override { statement_->finish(); }

 private:
  std::unique_ptr<SqlStatement> statement_;
};

class SqliteConnection final : public SqlConnection {
 public:
  explicit SqliteConnection(const std::filesystem::path& file) : file_(file) {
    const int flags =
        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    const int result = sqlite3_open_v2(file.c_str(), &database_, flags, nullptr);
    if (result != SQLITE_OK) {
      const Error error(kind_of(result), "catalog {}: {}", file.string(),
                        database_ != nullptr ? sqlite3_errmsg(database_) : sqlite3_errstr(result));
      sqlite3_close(database_);
      throw error;
    }
    sqlite3_busy_timeout(database_, busy_wait_milliseconds);
    if (!is_only_here()) writers_ = WriterQueue::of(file);
    try {
      execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16384;");
    } catch (...) {
      sqlite3_close(database_);
      rethrow_with("opening {}", file.string());
    }
  }
  SqliteConnection(const SqliteConnection&) = delete;
  SqliteConnection& operator=(const SqliteConnection&) = delete;
  ~SqliteConnection() override {
    end_turn();
    sqlite3_close_v2(database_);
  }

  std::unique_ptr<SqlStatement> prepare(std::string_view sql, Rows) override {
    return std::make_unique<SqliteStatement>(database_, sql);
  }

  void execute(const std::string& sql) override {
    const int result = sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, nullptr);
    if (result != SQLITE_OK) fail(database_, result, sql.substr(0, 80));
  }

  void begin(Durability durability, Writers) override {
    // Where the turn does not come, SQLite says why.
    has_turn_ = writers_ && writers_->enter(std::chrono::milliseconds(busy_wait_milliseconds));
    try {
      synchronize(durability);
      execute("BEGIN IMMEDIATE");
    } catch (...) {
      end_turn();
      throw;
    }
  }
  void commit() override {
    execute("COMMIT");
    end_turn();
    synchronize(Durability::power_cut);
  }
  void rollback() noexcept override {
    sqlite3_exec(database_, "ROLLBACK; PRAGMA synchronous = FULL", nullptr, nullptr, nullptr);
    durability_ = Durability::power_cut;
    end_turn();
  }

  // Those who wait look again after ever longer pauses, up to a tenth of a second: without a gap they would hardly
  // ever find the database free.
  void let_others_write() override { std::this_thread::sleep_for(turn_of_others); }

  std::unique_ptr<BulkInsert> bulk_insert(std::string_view table, std::string_view columns) override {
    std::string places = "?1";
    const auto count = 1 + std::count(columns.begin(), columns.end(), ',');
    for (auto i = 2; i <= count; ++i) places += fmt::format(", ?{}", i);
    return std::make_unique<SqliteBulkInsert>(
        prepare(fmt::format("INSERT INTO {} ({}) VALUES ({})", table, columns, places), Rows::few));
  }

  std::unique_ptr<SqlConnection> another() override {
    return is_only_here() ? nullptr : std::make_unique<SqliteConnection>(file_);
  }
  bool reads_side_by_side() const override { return true; }

  bool has_table(std::string_view table) override {
    const auto statement =
        prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND lower(name) = lower(?1)", Rows::few);
    const SqlValue values[] = {table};
    statement->start(values);
    return statement->next();
  }

  std::string serial_key(KeyWidth) const override { return "INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT"; }
  std::string bytes_type() const override { return "BLOB"; }

 private:
  // In WAL mode NORMAL does not wait for the disk at commit: enough for a killed process, since the operating
  // system holds what was written. The next FULL commit makes it safe on the disk too.
  void synchronize(Durability wanted) {
    if (durability_ == wanted) return;
    execute(wanted == Durability::power_cut ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
    durability_ = wanted;
  }

  bool is_only_here() const { return file_ == ":memory:"; }

  void end_turn() noexcept {
    if (std::exchange(has_turn_, false)) writers_->leave();
  }

  std::filesystem::path file_;
  sqlite3* database_ = nullptr;
  std::shared_ptr<WriterQueue> writers_;  ///< null for a database that only this connection sees
  bool has_turn_ = false;
  Durability durability_ = Durability::power_cut;
};

}  // namespace

std::unique_ptr<SqlConnection> connect_sqlite(const std::filesystem::path& file) {
  return std::make_unique<SqliteConnection>(file);
}

}  // namespace holdfast::catalog
