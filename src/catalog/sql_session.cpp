// SPDX-License-Identifier: AGPL-3.0-or-later
#include "catalog/sql_session.h"

#include "base/text.h"

namespace holdfast::catalog {
namespace {

// Queries with a list of jobs in them are all different; the cache must not grow with them.
constexpr std::size_t max_cached = 200;

}  // namespace

std::unique_ptr<SqlStatement> SqlSession::take(std::string_view sql, SqlConnection::Rows rows) {
  if (rows != SqlConnection::Rows::few) return connection_->prepare(sql, rows);
  const auto found = cache_.find(sql);
  if (found == cache_.end()) return connection_->prepare(sql);
  auto statement = std::move(found->second);
  cache_.erase(found);
  return statement;
}

void SqlSession::put_back(std::string_view sql, std::unique_ptr<SqlStatement> statement) noexcept {
  try {
    if (cache_.size() >= max_cached) cache_.clear();
    cache_.emplace(sql, std::move(statement));
  } catch (...) {
    // No memory for the cache: the statement is prepared anew next time.
  }
}

std::string id_list(std::span<const JobId> jobs) {
  if (jobs.empty()) return "0";
  std::string list;
  for (const JobId job : jobs) {
    if (!list.empty()) list += ',';
    list += std::to_string(job.value);
  }
  return list;
}

void SelectBuilder::where(std::string_view condition) {
  sql_ += has_condition_ ? " AND " : " WHERE ";
  has_condition_ = true;
  sql_ += condition;
}

void SelectBuilder::where(std::string_view condition, SqlValue value) {
  values_.push_back(value);
  where(replace_all(std::string(condition), "?", "?" + std::to_string(values_.size())));
}

void SelectBuilder::where_in(std::string_view column, std::span<const std::string> texts) {
  if (texts.empty()) return;
  std::string list;
  for (const std::string& text : texts) {
    values_.emplace_back(std::string_view(text));
    list += (list.empty() ? "?" : ",?") + std::to_string(values_.size());
  }
  where(std::string(column) + " IN (" + list + ")");
}

}  // namespace holdfast::catalog
