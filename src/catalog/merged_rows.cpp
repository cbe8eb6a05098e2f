// SPDX-License-Identifier: AGPL-3.0-or-later
#include "catalog/merged_rows.h"

#include <algorithm>

namespace holdfast::catalog {

MergedRows::~MergedRows() {
  for (const auto& statement : statements_) statement->finish();
}

void MergedRows::add(std::unique_ptr<SqlStatement> statement) {
  statements_.push_back(std::move(statement));
  statements_.back()->start({});
  Head head;
  head.statement = statements_.back().get();
  if (advance(head)) heads_.push_back(head);
}

bool MergedRows::advance(Head& head) {
  if (!head.statement->next()) return false;
  head.number = head.statement->number(number_column);
  head.text = head.statement->text(text_column);
  return true;
}

const ResultRow* MergedRows::next() {
  if (!is_begun_) {
    is_begun_ = true;
    std::make_heap(heads_.begin(), heads_.end(), [](const Head& a, const Head& b) { return b < a; });
  } else if (!heads_.empty()) {
    if (!advance(heads_.front())) {
      heads_.front() = heads_.back();
      heads_.pop_back();
    }
    sink(0);
  }
  return heads_.empty() ? nullptr : heads_.front().statement;
}

void MergedRows::sink(std::size_t at) {
  while (true) {
    std::size_t first = 2 * at + 1;
    if (first >= heads_.size()) return;
    if (first + 1 < heads_.size() && heads_[first + 1] < heads_[first]) ++first;
    if (!(heads_[first] < heads_[at])) return;
    std::swap(heads_[at], heads_[first]);
    at = first;
  }
}

}  // namespace holdfast::catalog
