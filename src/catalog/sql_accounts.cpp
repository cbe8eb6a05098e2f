// SPDX-License-Identifier: AGPL-3.0-or-later
// Counters of label formats and quotas of clients.
#include "catalog/sql_retention.h"

namespace holdfast::catalog {

std::optional<CounterRow> SqlCounters::find(std::string_view name) {
  return session_.first(
      "SELECT Counter, MinValue, MaxValue, CurrentValue, WrapCounter FROM Counters WHERE Counter = ?1",
      {name}, [](const ResultRow& from) {
        ColumnReader column(from);
        CounterRow row;
        row.name = column.text();
        row.minimum = column.number<std::int32_t>();
        row.maximum = column.number<std::int32_t>();
        row.current = column.number<std::int32_t>();
        row.wrap_counter = column.text();
        return row;
      });
}

void SqlCounters::put(const CounterRow& row) {
  session_.run(
      "INSERT INTO Counters (Counter, MinValue, MaxValue, CurrentValue, WrapCounter) "
      "VALUES (?1, ?2, ?3, ?2, ?4) ON CONFLICT (Counter) DO UPDATE SET MinValue = excluded.MinValue, "
      "MaxValue = excluded.MaxValue, WrapCounter = excluded.WrapCounter, CurrentValue = CASE "
      "WHEN Counters.CurrentValue < excluded.MinValue THEN excluded.MinValue "
      "WHEN Counters.CurrentValue > excluded.MaxValue THEN excluded.MinValue "
      "ELSE Counters.CurrentValue END",
      {value_of(row.name), value_of(row.minimum), value_of(row.maximum), value_of(row.wrap_counter)});
}

std::optional<std::int32_t> SqlCounters::step(std::string_view name) {
  std::optional<std::int32_t> value;
  session_.transaction([&] {
    const auto row = find(name);
    if (!row) return;
    const std::int32_t next = row->current >= row->maximum ? row->minimum : row->current + 1;
    session_.run("UPDATE Counters SET CurrentValue = ?2 WHERE Counter = ?1", {name, value_of(next)});
    value = row->current;
  });
  return value;
}

QuotaRow SqlQuotas::get_or_create(ClientId client) {
  const auto read = [](const ResultRow& from) {
    ColumnReader column(from);
    QuotaRow row;
    row.client = column.id<ClientId>();
    row.grace_time = column.number<std::int64_t>();
    row.limit = column.number<std::uint64_t>();
    return row;
  };
  session_.run(
      "INSERT INTO Quota (ClientId, GraceTime, QuotaLimit) VALUES (?1, 0, 0) ON CONFLICT (ClientId) DO "
      "NOTHING",
      {value_of(client)});
  return session_
      .first("SELECT ClientId, GraceTime, QuotaLimit FROM Quota WHERE ClientId = ?1", {value_of(client)},
             read)
      .value_or(QuotaRow{.client = client});
}

void SqlQuotas::update(const QuotaRow& row) {
  session_.run("UPDATE Quota SET GraceTime = ?2, QuotaLimit = ?3 WHERE ClientId = ?1",
               {value_of(row.client), value_of(row.grace_time), value_of(row.limit)});
}

std::uint64_t SqlQuotas::used_bytes(ClientId client, Moment since, Counted counted, JobId except) {
  static constexpr std::string_view all =
      "SELECT COALESCE(SUM(JobBytes), 0) FROM Job WHERE ClientId = ?1 AND SchedTime > ?2 AND JobId <> ?3";
  static const std::string good = std::string(all) + " AND JobStatus NOT IN ('E', 'f', 'A')";
  const std::string text = to_text(since);
  return session_
      .first(counted == Counted::only_good ? std::string_view(good) : all,
             {value_of(client), value_of(text), value_of(except)},
             [](const ResultRow& row) { return static_cast<std::uint64_t>(row.number(0)); })
      .value_or(0);
}

}  // namespace holdfast::catalog
