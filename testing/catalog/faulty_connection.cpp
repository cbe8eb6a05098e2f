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

class FaultyConnection final : public SqlConnection {
 public:
  FaultyConnection(std::unique_ptr<SqlConnection> inner, std::shared_ptr<FaultCountdown> faults)
      : inner_(std::move(inner)), faults_(std::move(faults)) {}

  std::unique_ptr<SqlStatement> prepare(std::string_view sql) override {
    return std::make_unique<FaultyStatement>(inner_->prepare(sql), faults_);
  }
  void execute(const std::string& sql) override { inner_->execute(sql); }
  void begin(Durability durability) override { inner_->begin(durability); }
  void commit() override {
    faults_->count();
    inner_->commit();
  }
  void rollback() noexcept override { inner_->rollback(); }
  void let_others_write() override { inner_->let_others_write(); }
  bool has_table(std::string_view name) override { return inner_->has_table(name); }
  std::string serial_key() const override { return inner_->serial_key(); }
  std::string bytes_type() const override { return inner_->bytes_type(); }

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
  auto connection = connect_sqlite(file);
  require_schema(*connection, file.string());
  return make_sql_catalog(std::make_unique<FaultyConnection>(std::move(connection), std::move(faults)));
}

}  // namespace holdfast::catalog
