// SPDX-License-Identifier: AGPL-3.0-or-later
#include "testing/catalog/faulty_connection.h"

#include "base/error.h"
#include "catalog/schema.h"
#include "catalog/sql_catalog.h"
#include "catalog/sqlite.h"

namespace holdfast::catalog {
namespace {

class FaultyStatement final : public SqlStatement {
 public:
  FaultyStatement(std::unique_ptr<SqlStatement> inner, std::shared_ptr<FaultCountdown> faults)
      : inner_(std::move(inner)), faults_(std::move(faults)) {}

  void start(std::span<const SqlValue> values) override {
    if (!inner_->changes_nothing()) faults_->count();
    inner_->start(values);
  }
  bool next() override { return inner_->next(); }
  void finish() noexcept override { inner_->finish(); }
  bool changes_nothing() const override { return inner_->changes_nothing(); }
  std::size_t columns() const override { return inner_->columns(); }
  std::string_view name(std::size_t column) const override { return inner_->name(column); }
  bool is_null(std::size_t column) const override { return inner_->is_null(column); }
  std::string_view text(std::size_t column) const override { return inner_->text(column); }
  std::int64_t number(std::size_t column) const override { return inner_->number(column); }

 private:
  std::unique_ptr<SqlStatement> inner_;
  std::shared_ptr<FaultCountdown> faults_;
};

class FaultyBulkInsert final : public BulkInsert {
 public:
  FaultyBulkInsert(std::unique_ptr<BulkInsert> inner, std::shared_ptr<FaultCountdown> faults)
      : inner_(std::move(inner)), faults_(std::move(faults)) {}

  void add(std::span<const SqlValue> row) override {
    faults_->count();
    inner_->add(row);
  }
  void finish() override { inner_->finish(); }

 private:
  std::unique_ptr<BulkInsert> inner_;
  std::shared_ptr<FaultCountdown> faults_;
};

class FaultyConnection final : public SqlConnection {
 public:
  FaultyConnection(std::unique_ptr<SqlConnection> inner, std::shared_ptr<FaultCountdown> faults)
      : inner_(std::move(inner)), faults_(std::move(faults)) {}

  std::unique_ptr<SqlStatement> prepare(std::string_view sql, Rows rows) override {
    return std::make_unique<FaultyStatement>(inner_->prepare(sql, rows), faults_);
  }
  void execute(const std::string& sql) override { inner_->execute(sql); }
  void begin(Durability durability, Writers writers) override { inner_->begin(durability, writers); }
  void commit() override {
    faults_->count();
    inner_->commit();
  }
  void rollback() noexcept override { inner_->rollback(); }
  void let_others_write() override { inner_->let_others_write(); }
  std::unique_ptr<BulkInsert> bulk_insert(std::string_view table, std::string_view columns) override {
    return std::make_unique<FaultyBulkInsert>(inner_->bulk_insert(table, columns), faults_);
  }
  std::unique_ptr<SqlConnection> another() override {
    auto other = inner_->another();
    if (!other) return nullptr;
    return std::make_unique<FaultyConnection>(std::move(other), faults_);
  }
  bool reads_side_by_side() const override { return inner_->reads_side_by_side(); }
  bool has_table(std::string_view name) override { return inner_->has_table(name); }
  std::string serial_key(KeyWidth width) const override { return inner_->serial_key(width); }
  std::string bytes_type() const override { return inner_->bytes_type(); }
  std::string_view own_schema() const override { return inner_->own_schema(); }
  unsigned times_connected() const override { return inner_->times_connected(); }

 private:
  std::unique_ptr<SqlConnection> inner_;
  std::shared_ptr<FaultCountdown> faults_;
};

}  // namespace

void FaultCountdown::count() {
  if (--left_ < 0) throw Error(ErrorKind::no_space, "the disk is full");
}

std::unique_ptr<Catalog> open_faulty_catalog(const std::filesystem::path& file,
                                             std::shared_ptr<FaultCountdown> faults) {
  return make_faulty_catalog(connect_sqlite(file), std::move(faults));
}

std::unique_ptr<Catalog> make_faulty_catalog(std::unique_ptr<SqlConnection> connection,
                                             std::shared_ptr<FaultCountdown> faults) {
  require_schema(*connection, "of the test");
  return make_sql_catalog(std::make_unique<FaultyConnection>(std::move(connection), std::move(faults)));
}

}  // namespace holdfast::catalog
