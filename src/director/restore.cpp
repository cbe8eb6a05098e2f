// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/restore.h"

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "base/error.h"
#include "director/data_job.h"
#include "format/bootstrap.h"

namespace holdfast::director {
namespace {

std::string read_bootstrap(const std::string& path) {
  if (path.empty())
    throw Error(
        ErrorKind::invalid,
        "Cannot restore without a bootstrap file.\nYou probably ran a restore job directly. All restore jobs "
        "must\nbe run using the restore command.");
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) throw Error(ErrorKind::not_found, "Could not open bootstrap file {}", path);
  return text.str();
}

/// The Storage Daemon gets the bootstrap as a whole, so it must be able to read all of it.
void require_one_storage(const std::string& bootstrap) {
  const auto parsed = format::parse_bootstrap(bootstrap);
  if (!parsed)
    throw Error(ErrorKind::invalid, "Bootstrap file, line {}: {}", parsed.error().line,
                parsed.error().message);
  std::set<std::string> names;
  for (const auto& section : parsed->sections)
    if (section.storage) names.insert(*section.storage);
  if (names.size() > 1)
    throw Error(ErrorKind::unsupported,
                "The files lie on {} storages ({} and others). Restore the jobs of one storage at a time.",
                names.size(), *names.begin());
}

// The command's expression, then the Job's, then the command's prefix, then the Job's.
wire::RestoreCommand restore_command(const JobPlan& plan) {
  const console::RunRequest& request = plan.request;
  wire::RestoreCommand command;
  command.replace = static_cast<wire::Replace>(request.replace.value_or(plan.resource->replace));
  command.prefix_links = plan.resource->prefix_links;
  const std::string expression = request.regex_where && !request.regex_where->empty()
                                     ? *request.regex_where
                                     : plan.resource->regex_where;
  command.by_expression = !expression.empty();
  command.where = command.by_expression ? expression : request.where.value_or(plan.resource->where);
  return command;
}

void talk(DataJob& data, ActiveJob& job) {
  const std::string bootstrap = read_bootstrap(job.plan.request.bootstrap);
  require_one_storage(bootstrap);
  data.start_storage(StorageSide::Access::read);
  data.ask_storage_erase_command();
  data.storage().reserve(StorageSide::Access::read);
  data.start_client();
  ClientSide& client = data.client();
  data.outcome().client_erase_command = client.secure_erase_command();
  data.storage().send_bootstrap(bootstrap);
  if (job.plan.client->passive) {
    client.send_authorization(data.key());
    data.storage().connect_to_client(client.passive_client());
    data.run_storage();
  } else {
    data.run_storage();
    client.send_storage(data.key(), ClientSide::WithKey::yes);
  }
  client.send_scripts();
  client.send_plugin_options();
  client.start_restore(restore_command(job.plan));
  client.finish_restore();
  data.hear_client_end();
}

void compare_count(ActiveJob& job, const JobOutcome& outcome) {
  const std::uint32_t expected = job.plan.request.expected_files;
  if (!outcome.client || expected == 0 || outcome.client->files == expected) return;
  job.log->add(MessageType::warning, fmt::format("File count mismatch: expected={} , restored={}\n", expected,
                                                 outcome.client->files));
}

}  // namespace

JobOutcome run_restore(ActiveJob& job, JobSurroundings& surroundings, catalog::Catalog& catalog) {
  job.log->add(MessageType::info, fmt::format("Start Restore Job {}\n", job.name));
  DataJob data(job, surroundings, catalog, "Restore");
  JobOutcome outcome = data.run([&](DataJob& d) { talk(d, job); });
  compare_count(job, outcome);
  if (job.plan.request.delete_bootstrap && !job.plan.request.bootstrap.empty()) {
    std::error_code ignored;
    std::filesystem::remove(job.plan.request.bootstrap, ignored);
  }
  return outcome;
}

}  // namespace holdfast::director
