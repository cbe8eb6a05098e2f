// SPDX-License-Identifier: AGPL-3.0-or-later
#include <utility>

#include "catalog/check.h"

namespace holdfast::catalog {
namespace {

/// Names of files that end in a slash, which is a sign of directories in Path alone.
class BadNames final : public Check {
 public:
  explicit BadNames(SqlSession& session) : session_(session) {}

  std::uint64_t count() override {
    return session_
        .first("SELECT COUNT(*) FROM File WHERE Name LIKE '%/'", {},
               [](const ResultRow& row) { return static_cast<std::uint64_t>(row.number(0)); })
        .value_or(0);
  }

  void list(const Visitor& visit) override {
    session_.each_of_many(
        "SELECT 'FileId=' || FileId || ' JobId=' || JobId || ' Name=' || Name FROM File WHERE Name LIKE '%/'",
        {}, [&](const ResultRow& row) {
          visit(row.text(0));
          return true;
        });
  }

  /// Once through the table: each step goes on where the one before ended.
  void repair() override {
    std::int64_t last = -1;
    while (true) {
      const auto rows = next_rows(last);
      if (rows.empty()) return;
      session_.transaction([&] {
        for (const auto& [id, name] : rows)
          session_.run("UPDATE File SET Name = ?2 WHERE FileId = ?1", {id, value_of(name)});
      });
      last = rows.back().first;
      session_.connection().let_others_write();
    }
  }

 private:
  using Row = std::pair<std::int64_t, std::string>;

  /// With the names that are right.
  std::vector<Row> next_rows(std::int64_t last) {
    std::vector<Row> rows;
    session_.each(
        "SELECT FileId, Name FROM File WHERE FileId > ?1 AND Name LIKE '%/' ORDER BY FileId LIMIT 1000",
        {last}, [&](const ResultRow& row) {
          std::string name(row.text(1));
          while (name.ends_with('/')) name.pop_back();
          rows.emplace_back(row.number(0), std::move(name));
          return true;
        });
    return rows;
  }

  SqlSession& session_;
};

}  // namespace

std::unique_ptr<Check> bad_names(SqlSession& session) { return std::make_unique<BadNames>(session); }

}  // namespace holdfast::catalog
