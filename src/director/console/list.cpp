// SPDX-License-Identifier: AGPL-3.0-or-later
#include "base/text.h"
#include "director/console/choose.h"
#include "director/console/handlers.h"
#include "director/console/listing.h"

namespace holdfast::director::console::handle {
namespace {

struct ListForm {
  std::string_view keyword;
  enum class Value { optional, needed, none } value;
  Lister list;
};

// The first word behind list or llist chooses; any other word is refused.
constexpr ListForm forms[] = {
    {"jobs", ListForm::Value::none, lists::jobs},
    {"job", ListForm::Value::needed, lists::jobs},
    {"jobname", ListForm::Value::needed, lists::jobs},
    {"jobid", ListForm::Value::needed, lists::one_job},
    {"ujobid", ListForm::Value::needed, lists::one_job},
    {"jobtotals", ListForm::Value::optional, lists::job_totals},
    {"files", ListForm::Value::optional, lists::files},
    {"basefiles", ListForm::Value::optional, lists::base_files},
    {"fileset", ListForm::Value::optional, lists::file_set},
    {"filesets", ListForm::Value::optional, lists::file_sets},
    {"jobmedia", ListForm::Value::optional, lists::job_media},
    {"joblog", ListForm::Value::optional, lists::job_log},
    {"log", ListForm::Value::optional, lists::log},
    {"jobstatistics", ListForm::Value::optional, lists::job_statistics},
    {"jobstats", ListForm::Value::optional, lists::job_statistics},
    {"pool", ListForm::Value::optional, lists::pools},
    {"pools", ListForm::Value::optional, lists::pools},
    {"poolid", ListForm::Value::needed, lists::pool_by_id},
    {"client", ListForm::Value::optional, lists::clients},
    {"clients", ListForm::Value::optional, lists::clients},
    {"storage", ListForm::Value::optional, lists::storages},
    {"storages", ListForm::Value::optional, lists::storages},
    {"media", ListForm::Value::optional, lists::volumes},
    {"volume", ListForm::Value::optional, lists::volumes},
    {"volumes", ListForm::Value::optional, lists::volumes},
    {"mediaid", ListForm::Value::needed, lists::volumes},
    {"volumeid", ListForm::Value::needed, lists::volumes},
    {"nextvol", ListForm::Value::optional, lists::next_volume},
    {"nextvolume", ListForm::Value::optional, lists::next_volume},
    {"copies", ListForm::Value::optional, lists::copies},
    {"backups", ListForm::Value::optional, lists::backups},
};

const ListForm* find_form(std::string_view keyword) {
  for (const ListForm& form : forms)
    if (equal_ignoring_case(form.keyword, keyword)) return &form;
  return nullptr;
}

/// The words of jobs that have to, or must not, have a value.
bool has_right_value(Command& command, const ListForm& form, const Word& word) {
  if (form.value == ListForm::Value::none && word.value) {
    command.out.error(fmt::format("'list {0}' does not allow an {0} parameter\n", form.keyword));
    return false;
  }
  if (form.value == ListForm::Value::needed && !word.value) {
    command.out.error(fmt::format("Missing {} parameter\n", form.keyword));
    return false;
  }
  return true;
}

Outcome list_with(Command& command, Detail detail) {
  catalog::Catalog* catalog = open_catalog(command, CatalogUse::own);
  if (!catalog) return Outcome::failed;
  if (command.line.arguments().empty()) {
    command.out.error(
        fmt::format("{} command requires a keyword\n", detail == Detail::list ? "list" : "llist"));
    return Outcome::failed;
  }
  const auto filter = parse_list_filter(command);
  if (!filter) return Outcome::failed;
  const Word& word = command.line.arguments()[0];
  const ListForm* form = find_form(word.keyword);
  if (!form) {
    command.out.error(fmt::format("Unknown list keyword: {}\n", printable(word.keyword)));
    return Outcome::failed;
  }
  if (!has_right_value(command, *form, word)) return Outcome::failed;
  return form->list(command, *catalog, detail, *filter);
}

}  // namespace

Outcome list(Command& command) { return list_with(command, Detail::list); }
Outcome long_list(Command& command) { return list_with(command, Detail::long_list); }

}  // namespace holdfast::director::console::handle
