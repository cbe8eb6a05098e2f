// SPDX-License-Identifier: AGPL-3.0-or-later
#include <fmt/core.h>

#include <array>

#include "catalog/check.h"

namespace holdfast::catalog {
namespace {

/// A column that refers to the key of a resource.
struct Reference {
  std::string_view table, column;
  std::string_view only = "1 = 1";  ///< where the row counts
};

struct ResourceFacts {
  std::string_view table, key, name;
  std::vector<Reference> references;
  /// Tables whose rows go with the resource, by the same key.
  std::vector<std::string_view> dependents;
};

// JobHisto is what reports of years long past are made of: what it names stays.
const ResourceFacts& facts_of(Resource resource) {
  static const ResourceFacts fileset{
      "FileSet",
      "FileSetId",
      "FileSet",
      {{"Job", "FileSetId"}, {"JobHisto", "FileSetId"}, {"NDMPLevelMap", "FileSetId"}},
      {"HoldfastFileSet"}};
  static const ResourceFacts client{"Client",
                                    "ClientId",
                                    "Name",
                                    {{"Job", "ClientId"},
                                     {"JobHisto", "ClientId"},
                                     {"NDMPLevelMap", "ClientId"},
                                     {"Quota", "ClientId", "(GraceTime <> 0 OR QuotaLimit <> 0)"}},
                                    {"Quota"}};
  static const ResourceFacts storage{
      "Storage", "StorageId", "Name", {{"Media", "StorageId"}, {"Device", "StorageId"}}, {}};
  switch (resource) {
    case Resource::fileset: return fileset;
    case Resource::client: return client;
    case Resource::storage: return storage;
  }
  return fileset;
}

std::string condition_of(const ResourceFacts& facts, const std::vector<std::string>& named) {
  std::string sql = "1 = 1";
  for (const auto& [table, column, only] : facts.references)
    sql += fmt::format(" AND {} NOT IN (SELECT {} FROM {} WHERE {} IS NOT NULL AND {})", facts.key, column,
                       table, column, only);
  if (named.empty()) return sql;
  sql += fmt::format(" AND {} NOT IN (", facts.name);
  for (std::size_t i = 1; i <= named.size(); ++i) sql += fmt::format("{}?{}", i == 1 ? "" : ",", i);
  return sql + ")";
}

class UnusedResources final : public Check {
 public:
  UnusedResources(SqlSession& session, Resource resource, std::vector<std::string> named)
      : session_(session),
        facts_(facts_of(resource)),
        named_(std::move(named)),
        from_(fmt::format("FROM {} WHERE {}", facts_.table, condition_of(facts_, named_))) {
    for (const auto& name : named_) values_.push_back(value_of(name));
  }

  std::uint64_t count() override {
    std::uint64_t found = 0;
    session_.each("SELECT COUNT(*) " + from_, values_, [&](const ResultRow& row) {
      found = static_cast<std::uint64_t>(row.number(0));
      return false;
    });
    return found;
  }

  void list(const Visitor& visit) override {
    const std::string sql = fmt::format("SELECT '{0}=' || {0} || ' {1}=' || {2} {3} ORDER BY {0}", facts_.key,
                                        facts_.table, facts_.name, from_);
    session_.each_of_many(sql, values_, [&](const ResultRow& row) {
      visit(row.text(0));
      return true;
    });
  }

  void repair() override {
    session_.transaction([&] {
      require_no_running_job(session_, fmt::format("{} records", facts_.table));
      for (const std::string_view table : facts_.dependents)
        session_.run(fmt::format("DELETE FROM {0} WHERE {1} IN (SELECT {1} {2})", table, facts_.key, from_),
                     values_);
      session_.run("DELETE " + from_, values_);
    });
  }

 private:
  SqlSession& session_;
  const ResourceFacts& facts_;
  std::vector<std::string> named_;
  std::string from_;
  std::vector<SqlValue> values_;  ///< views into named_
};

}  // namespace

std::unique_ptr<Check> unused_resources(SqlSession& session, Resource resource,
                                        std::vector<std::string> named) {
  return std::make_unique<UnusedResources>(session, resource, std::move(named));
}

}  // namespace holdfast::catalog
