// SPDX-License-Identifier: AGPL-3.0-or-later
#include "catalog/postgres.h"

#include <libpq-fe.h>

#include "catalog/postgres_copy.h"
#include "catalog/postgres_functions.h"
#include "catalog/postgres_statement.h"
#include "catalog/postgres_stream.h"

namespace holdfast::catalog {
namespace {

class PostgresConnection final : public SqlConnection {
 public:
  PostgresConnection(const PostgresAddress& address, PostgresLink::Purpose purpose)
      : address_(address), purpose_(purpose), link_(address, purpose) {}

  std::unique_ptr<SqlStatement> prepare(std::string_view sql, Rows rows) override {
    if (rows == Rows::streamed) return std::make_unique<PostgresStream>(link_, sql);
    return std::make_unique<PostgresStatement>(link_, sql, rows);
  }
  void execute(const std::string& sql) override {
    link_.require_no_reading();
    link_.alive(PostgresLink::Repeat::never, [&] { return link_.run(sql); });
  }

  void begin(Durability durability, Writers writers) override { link_.begin(durability, writers); }
  void commit() override { link_.commit(); }
  void rollback() noexcept override { link_.rollback(); }

  std::unique_ptr<BulkInsert> bulk_insert(std::string_view table, std::string_view columns) override {
    return std::make_unique<PostgresCopy>(link_, table, columns);
  }

  std::unique_ptr<SqlConnection> another() override {
    return std::make_unique<PostgresConnection>(address_, purpose_);
  }
  bool reads_side_by_side() const override { return false; }

  void use_plans(Plans plans) override {
    execute(plans == Plans::kept ? "SET plan_cache_mode TO force_generic_plan"
                                 : "SET plan_cache_mode TO force_custom_plan");
  }

  bool has_table(std::string_view name) override {
    const auto statement = prepare("SELECT to_regclass(?1) IS NOT NULL", Rows::few);
    const SqlValue values[] = {name};
    statement->start(values);
    return statement->next() && statement->number(0) != 0;
  }

  std::string serial_key(KeyWidth width) const override {
    return width == KeyWidth::bigint ? "BIGSERIAL PRIMARY KEY" : "SERIAL PRIMARY KEY";
  }
  std::string bytes_type() const override { return "BYTEA"; }
  std::string_view own_schema() const override { return postgres_functions; }
  unsigned times_connected() const override { return link_.times_connected(); }

 private:
  PostgresAddress address_;
  PostgresLink::Purpose purpose_;
  PostgresLink link_;
};

}  // namespace

std::unique_ptr<SqlConnection> connect_postgres(const PostgresAddress& address) {
  return std::make_unique<PostgresConnection>(address, PostgresLink::Purpose::catalog);
}

std::unique_ptr<SqlConnection> connect_any_postgres(const PostgresAddress& address) {
  return std::make_unique<PostgresConnection>(address, PostgresLink::Purpose::any);
}

}  // namespace holdfast::catalog
