// SPDX-License-Identifier: AGPL-3.0-or-later
#include <algorithm>

#include "base/text.h"
#include "director/console/run.h"

namespace holdfast::director::console {
namespace {

struct RunKeyword {
  std::string_view word;
  RunKey key;
  std::string_view twice;  ///< what the message about a second one calls it; empty: the last one counts
};

constexpr RunKeyword keywords[] = {
    {"job", RunKey::job, "Job name"},
    {"jobid", RunKey::job_id, "JobId"},
    {"client", RunKey::client, "Client"},
    {"fd", RunKey::client, "Client"},
    {"backupclient", RunKey::client, "Client"},
    {"fileset", RunKey::file_set, "FileSet"},
    {"level", RunKey::level, "Level"},
    {"storage", RunKey::storage, "Storage"},
    {"sd", RunKey::storage, "Storage"},
    {"regexwhere", RunKey::regex_where, "RegexWhere or Where"},
    {"where", RunKey::where, "Where or RegexWhere"},
    {"bootstrap", RunKey::bootstrap, "Bootstrap"},
    {"replace", RunKey::replace, "Replace"},
    {"inplace", RunKey::in_place, ""},
    {"deletefilesnotinbackup", RunKey::delete_leftovers, ""},
    {"when", RunKey::when, "When"},
    {"priority", RunKey::priority, "Priority"},
    {"verifyjob", RunKey::verify_job, "Verify Job"},
    {"files", RunKey::files, ""},
    {"catalog", RunKey::catalog, ""},
    {"since", RunKey::since, ""},
    {"cloned", RunKey::cloned, ""},
    {"verifylist", RunKey::verify_list, ""},
    {"migrationjob", RunKey::migration_job, "Migration Job"},
    {"pool", RunKey::pool, "Pool"},
    {"nextpool", RunKey::next_pool, "NextPool"},
    {"restoreclient", RunKey::restore_client, "Restore Client"},
    {"pluginoptions", RunKey::plugin_options, "Plugin Options"},
    {"spooldata", RunKey::spool_data, ""},
    {"comment", RunKey::comment, ""},
    {"ignoreduplicatecheck", RunKey::ignore_duplicate_check, ""},
    {"accurate", RunKey::accurate, ""},
    {"backupformat", RunKey::backup_format, "Backup Format"},
    {"consolidatejob", RunKey::consolidate_job, ""},
};

const RunKeyword* find_keyword(std::string_view word) {
  const auto at = std::find_if(std::begin(keywords), std::end(keywords), [&](const RunKeyword& keyword) {
    return equal_ignoring_case(keyword.word, word);
  });
  return at == std::end(keywords) ? nullptr : &*at;
}

bool is_second(const RunWords& words, const RunKeyword& keyword) {
  if (keyword.twice.empty()) return false;
  const bool relocated = words[RunKey::where] || words[RunKey::regex_where];
  if (keyword.key == RunKey::where || keyword.key == RunKey::regex_where) return relocated;
  return words[keyword.key].has_value();
}

}  // namespace

std::optional<RunWords> parse_run_words(Command& command, std::span<const Word> words) {
  RunWords parsed;
  for (const Word& word : words) {
    if (equal_ignoring_case(word.keyword, "yes") && !word.value) {
      parsed.yes = true;
      continue;
    }
    const RunKeyword* keyword = find_keyword(word.keyword);
    if (keyword && !word.value) {
      command.out.text(fmt::format("Value missing for keyword {}\n", word.keyword));
      return std::nullopt;
    }
    if (!keyword && !word.value && !parsed[RunKey::job]) {
      parsed[RunKey::job] = word.keyword;
      continue;
    }
    if (!keyword) {
      command.out.text(fmt::format("Invalid keyword: {}\n", printable(word.keyword)));
      return std::nullopt;
    }
    if (is_second(parsed, *keyword)) {
      command.out.text(fmt::format("{} specified twice.\n", keyword->twice));
      return std::nullopt;
    }
    parsed[keyword->key] = word.value;
  }
  return parsed;
}

}  // namespace holdfast::director::console
