// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/console/listing.h"

#include <algorithm>

#include "base/job_words.h"
#include "base/text.h"
#include "director/console/codes.h"

namespace holdfast::director::console {
namespace {

struct StatusWord {
  std::string_view word;
  char status;
};
constexpr StatusWord status_words[] = {{"terminated", 'T'}, {"warnings", 'W'}, {"canceled", 'A'},
                                       {"running", 'R'},    {"error", 'E'},    {"fatal", 'f'}};

constexpr std::string_view level_letters = "FDIBSfCVOdA";

std::optional<std::string> status_of(std::string_view word) {
  if (word.size() == 1) return std::string(word);
  for (const StatusWord& entry : status_words)
    if (equal_ignoring_case(entry.word, word)) return std::string(1, entry.status);
  return std::nullopt;
}

std::optional<std::string> level_of(std::string_view word) {
  if (word.size() == 1 && level_letters.find(word) != std::string_view::npos) return std::string(word);
  for (const std::string_view name : {"Full", "Differential", "Incremental"})
    if (equal_ignoring_case(name, word)) return std::string(name.substr(0, 1));
  return std::nullopt;
}

std::optional<std::string> type_of(std::string_view word) {
  if (word.size() == 1 && type_text(static_cast<JobType>(word[0])) != type_text(JobType::none))
    return std::string(word);
  for (const TypeWords& type : runnable_types)
    if (equal_ignoring_case(type.text, word)) return std::string(1, static_cast<char>(type.type));
  return std::nullopt;
}

/// The letters of a comma-separated list; nothing where one word is unknown, which goes to `bad`.
template <typename Translate>
bool letters_of(std::string_view list, Translate translate, std::vector<std::string>& letters,
                std::string& bad) {
  for (const std::string_view word : split(list, ',')) {
    const auto letter = translate(trim(word));
    if (!letter) {
      bad = word;
      return false;
    }
    letters.push_back(*letter);
  }
  return true;
}

bool parse_letters(Command& command, ListFilter& filter) {
  std::string bad;
  if (const auto list = command.line.value("jobstatus")) {
    filter.has_statuses = true;
    if (!letters_of(*list, status_of, filter.statuses, bad)) {
      command.out.error("invalid jobstatus parameter\n");
      return false;
    }
  }
  if (const auto list = command.line.value_of_any({"joblevel", "level"})) {
    filter.has_levels = true;
    if (!letters_of(*list, level_of, filter.levels, bad)) {
      command.out.error("invalid joblevel parameter\n");
      return false;
    }
  }
  if (const auto list = command.line.value("jobtype")) {
    filter.has_types = true;
    if (!letters_of(*list, type_of, filter.types, bad)) {
      command.out.warning(fmt::format("Illegal jobtype {}\n", printable(bad)));
      command.out.error("invalid jobtype parameter\n");
      return false;
    }
  }
  return true;
}

std::optional<std::size_t> index_of(const Table& table, std::string_view name) {
  for (std::size_t i = 0; i < table.columns.size(); ++i)
    if (table.columns[i].name == name) return i;
  return std::nullopt;
}

bool is_configured(const Command& command, Toggled kind, std::string_view name) {
  const auto& config = command.config();
  switch (kind) {
    case Toggled::job: return config.find_job(name) != nullptr;
    case Toggled::client: return config.find_client(name) != nullptr;
    case Toggled::schedule: return config.find_schedule(name) != nullptr;
    case Toggled::storage: return config.find_storage(name) != nullptr;
  }
  return false;
}

/// Decides on rows by rights and by the state of the resources they are about.
class RowJudge {
 public:
  RowJudge(const Command& command, const Table& table, const ListFilter& filter, AclColumns acl,
           std::optional<Toggled> kind, std::string_view resource_column)
      : command_(command), filter_(filter), kind_(kind), resource_(index_of(table, resource_column)) {
    for (const auto& [name, list] : acl) {
      const auto index = index_of(table, name);
      if (index && !command.access.is_unrestricted(list)) acl_.emplace_back(*index, list);
    }
  }

  bool is_active() const { return !acl_.empty() || by_state(); }
  bool shows(const Row& row) const { return is_allowed(row) && has_state(row); }

 private:
  bool by_state() const { return kind_ && (filter_.current || filter_.enabled || filter_.disabled); }

  /// No column is denied; where one is empty, another must be allowed.
  bool is_allowed(const Row& row) const {
    bool some_empty = false;
    bool some_allowed = false;
    for (const auto& [index, list] : acl_) {
      const std::string value = row[index].value_or("");
      if (value.empty())
        some_empty = true;
      else if (command_.access.allows(list, value))
        some_allowed = true;
      else
        return false;
    }
    return !some_empty || some_allowed;
  }

  bool has_state(const Row& row) const {
    if (!by_state() || !resource_) return true;
    const std::string name = row[*resource_].value_or("");
    const bool configured = is_configured(command_, *kind_, name);
    if (filter_.current && !configured) return false;
    const bool enabled = configured && command_.services.is_enabled(*kind_, name);
    return (!filter_.enabled || enabled) && (!filter_.disabled || (configured && !enabled));
  }

  const Command& command_;
  const ListFilter& filter_;
  std::optional<Toggled> kind_;
  std::optional<std::size_t> resource_;
  std::vector<std::pair<std::size_t, Acl>> acl_;
};

}  // namespace

std::string ListFilter::limit_clause() const {
  if (!limit) return "";
  return fmt::format("LIMIT {}", *limit) + (offset ? fmt::format(" OFFSET {}", *offset) : "");
}

std::optional<ListFilter> parse_list_filter(Command& command) {
  ListFilter filter;
  const auto number_of = [&](std::string_view keyword) -> std::optional<std::int64_t> {
    const auto value = command.line.value(keyword);
    const auto parsed = value ? parse_number<std::int64_t>(*value) : std::nullopt;
    return parsed && *parsed >= 0 ? parsed : std::nullopt;
  };
  filter.limit = number_of("limit");
  if (filter.limit) filter.offset = number_of("offset");
  filter.current = command.line.has("current");
  filter.enabled = command.line.has("enabled");
  filter.disabled = command.line.has("disabled");
  filter.count = command.line.has("count");
  filter.last = command.line.has("last");
  filter.reverse = command.line.has("reverse");
  if (!parse_letters(command, filter)) return std::nullopt;
  return filter;
}

void give_table(Command& command, std::string_view key, const Table& table, Detail detail,
                const ListFilter& filter, AclColumns acl, std::optional<Toggled> resources,
                std::string_view resource_column) {
  const RowJudge judge(command, table, filter, acl, resources, resource_column);
  ListedRange& range = command.out.range();
  if (judge.is_active() || filter.limit) {
    range.active = true;
    range.limit = filter.limit;
    range.offset = filter.offset;
    range.filtered += std::count_if(table.rows.begin(), table.rows.end(),
                                    [&](const Row& row) { return !judge.shows(row); });
  }
  const auto array = command.out.array(key);
  render(command.out, table, style_of(detail), Numbers::with_thousands,
         [&](const Row& row) { return judge.shows(row); });
}

NamedJob find_named_job(Command& command, catalog::Catalog& catalog) {
  NamedJob named;
  std::optional<catalog::JobRow> row;
  if (const auto text = command.line.value("jobid")) {
    named.was_named = true;
    const auto digits = std::min(text->find_first_not_of("0123456789"), text->size());
    const auto id = parse_number<std::uint32_t>(std::string_view(*text).substr(0, digits));
    if (id) row = catalog.jobs().find(JobId(*id));
  } else if (const auto name = command.line.value("ujobid")) {
    named.was_named = true;
    row = catalog.jobs().find(std::string_view(*name));
  }
  if (!row || !command.access.allows(Acl::job, row->name)) return named;
  const auto client = catalog.clients().find(row->client);
  if (client && command.access.allows(Acl::client, client->name)) named.row = std::move(row);
  return named;
}

}  // namespace holdfast::director::console
