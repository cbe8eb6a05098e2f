// SPDX-License-Identifier: AGPL-3.0-or-later
#include <array>

#include "base/job_words.h"
#include "director/console/codes.h"
#include "director/console/run.h"
#include "director/console/times.h"
#include "jobs/selection.h"

namespace holdfast::director::console {
namespace {

constexpr std::string_view none = "*None*";

template <typename Resource>
std::string name_of(const Resource* resource) {
  return resource ? resource->name : std::string(none);
}

/// The lines of the display: labels padded so that the values stand in one column.
class Display {
 public:
  Display(Command& command, const RunPlan& plan, std::size_t column)
      : command_(command), plan_(plan), request_(plan.request), column_(column) {}

  Display& line(std::string_view label, std::string_view value) {
    text_ += fmt::format("{:<{}}{}\n", fmt::format("{}:", label), column_, value);
    return *this;
  }
  /// A value and where it came from, which people see and programs do not.
  Display& sourced(std::string_view label, std::string_view value, std::string_view source) {
    const bool shown = command_.out.api() == Api::text || request_.job->type == JobType::verify;
    return line(label, shown ? fmt::format("{} (From {})", value, source) : std::string(value));
  }
  Display& when() {
    return line("When", standard_time(request_.when.value_or(unix_seconds(command_.services.now()))));
  }
  Display& priority() {
    return line("Priority", std::to_string(request_.priority.value_or(request_.job->priority)));
  }
  Display& level() { return line("Level", config::to_string(request_.level.value_or(request_.job->level))); }
  /// The level may have a pool of its own; that of a VirtualFull is where it reads.
  Display& pool() {
    const JobLevel level = request_.level.value_or(request_.job->level);
    if (request_.pool_source != "Job resource" || level == JobLevel::virtual_full)
      return sourced("Pool", name_of(request_.pool), request_.pool_source);
    const auto chosen = jobs::choose_pool(*request_.job, level, jobs::Upgraded::no, {});
    return sourced("Pool", name_of(chosen.resource), chosen.source);
  }
  Display& next_pool() { return sourced("NextPool", name_of(request_.next_pool), plan_.next_pool_source); }
  Display& storage() { return sourced("Storage", name_of(request_.storage), request_.storage_source); }
  Display& destination() {
    const std::string& regex = request_.job->regex_where;
    if (request_.regex_where || (!request_.where && !regex.empty()))
      return line("RegexWhere", request_.regex_where.value_or(regex));
    const std::string& own = request_.job->where;
    return line("Where", request_.where.value_or(own.empty() ? std::string(none) : own));
  }
  Display& replace() {
    line("Replace", config::to_string(request_.replace.value_or(request_.job->replace)));
    if (request_.in_place.value_or(false)) line("In Place", "yes");
    const bool deletes = request_.delete_leftovers.value_or(request_.job->delete_leftovers);
    return deletes ? line("Delete others", "yes") : *this;
  }
  Display& bootstrap() { return line("Bootstrap", request_.bootstrap.empty() ? none : request_.bootstrap); }
  Display& plugin_options() {
    return line("Plugin Options", request_.plugin_options.empty() ? none : request_.plugin_options);
  }

  /// What was gathered since the last time, as a packet.
  void send() {
    command_.out.text(text_);
    text_.clear();
  }
  /// "Run Backup job", or the two lines for programs.
  void title(std::string_view for_people, std::string_view type, std::string_view for_programs) {
    text_ = command_.out.api() == Api::text ? fmt::format("{}\n", for_people)
                                            : fmt::format("Type: {}\nTitle: {}\n", type, for_programs);
  }
  void plain_title(std::string_view text) { text_ = fmt::format("{}\n", text); }

 private:
  Command& command_;
  const RunPlan& plan_;
  const RunRequest& request_;
  std::size_t column_;
  std::string text_;
};

void show_backup(Command& command, const RunPlan& plan) {
  const RunRequest& request = plan.request;
  Display display(command, plan, 10);
  display.title("Run Backup job", "Backup", "Run Backup Job");
  display.line("JobName", request.job->name).level().line("Client", name_of(request.client));
  display.line("Format", request.backup_format).line("FileSet", name_of(request.file_set)).pool();
  if (request.level.value_or(request.job->level) == JobLevel::virtual_full) display.next_pool();
  display.storage().when().priority();
  // The label of this one line is longer than the column.
  if (!request.plugin_options.empty()) display.line("Plugin Options", " " + request.plugin_options);
  display.send();
}

void show_admin(Command& command, const RunPlan& plan, std::string_view type) {
  const RunRequest& request = plan.request;
  Display display(command, plan, 10);
  const std::string title = fmt::format("Run {} Job", type);
  display.title(title, type, title);
  display.line("JobName", request.job->name).line("FileSet", name_of(request.file_set));
  display.line("Client", name_of(request.client)).line("Storage", name_of(request.storage)).when().priority();
  display.send();
}

void show_verify(Command& command, const RunPlan& plan) {
  const RunRequest& request = plan.request;
  Display display(command, plan, 13);
  display.title("Run Verify Job", "Verify", "Run Verify Job");
  display.line("JobName", request.job->name).level().line("Client", name_of(request.client));
  display.line("FileSet", name_of(request.file_set)).pool().storage();
  display.line("Verify Job", name_of(request.verify_job)).line("Verify List", request.verify_list);
  display.when().priority().send();
}

void show_restore_of_files(Command& command, const RunPlan& plan) {
  const RunRequest& request = plan.request;
  Display display(command, plan, 17);
  display.title("Run Restore job", "Restore", request.regex_where ? "Run Restore Job" : "Run Restore job");
  display.line("JobName", request.job->name).bootstrap().destination().replace();
  display.line("FileSet", name_of(request.file_set)).line("Backup Client", name_of(request.client));
  display.line("Restore Client", name_of(request.restore_client)).line("Format", request.backup_format);
  display.line("Storage", name_of(request.storage)).when().line("Catalog", plan.catalog_name);
  display.priority().plugin_options().send();
}

void show_restore_of_job(Command& command, const RunPlan& plan) {
  const RunRequest& request = plan.request;
  Display display(command, plan, 17);
  display.plain_title("Run Restore job");
  display.line("JobName", request.job->name).bootstrap().send();
  display.destination().send();
  display.replace().line("Client", name_of(request.client)).line("Format", request.backup_format);
  display.line("Storage", name_of(request.storage)).line("JobId", std::to_string(request.job_ids[0].value));
  display.when().line("Catalog", plan.catalog_name).priority().plugin_options().send();
}

void show_copy(Command& command, const RunPlan& plan) {
  const RunRequest& request = plan.request;
  const bool migrates = request.job->type == JobType::migrate;
  const config::Pool* next = request.next_pool;
  const config::Storage* write = next && !next->storages.empty() ? next->storages.front() : nullptr;
  Display display(command, plan, 15);
  display.title(migrates ? "Run Migration job" : "Run Copy job", migrates ? "Migration" : "Copy",
                migrates ? "Run Migration Job" : "Run Copy Job");
  display.line("JobName", request.job->name).bootstrap().sourced("Read Storage", none, "(null)").pool();
  display.sourced("Write Storage", name_of(write), "Storage from Run NextPool override").next_pool();
  display.line("JobId",
               request.job_ids.empty() ? std::string(none) : std::to_string(request.job_ids[0].value));
  display.when().line("Catalog", plan.catalog_name).priority().send();
}

}  // namespace

void show_plan(Command& command, const RunPlan& plan) {
  if (command.out.api() != Api::text) command.out.signal(wire::Signal::run_command);
  switch (plan.request.job->type) {
    case JobType::backup: return show_backup(command, plan);
    case JobType::verify: return show_verify(command, plan);
    case JobType::copy:
    case JobType::migrate: return show_copy(command, plan);
    case JobType::restore:
      return plan.request.bootstrap.empty() && !plan.request.job_ids.empty()
                 ? show_restore_of_job(command, plan)
                 : show_restore_of_files(command, plan);
    default: return show_admin(command, plan, type_text(plan.request.job->type));
  }
}

}  // namespace holdfast::director::console
