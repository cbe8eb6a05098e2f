// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/restore.h"

#include <fstream>
#include <sstream>

#include "base/error.h"
#include "director/console/run_relocation.h"
#include "director/data_job.h"
#include "director/job_setup.h"
#include "director/leftovers.h"
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

/// What one storage is to read.
struct Part {
  const config::Storage* storage = nullptr;
  std::string bootstrap;
};

bool was_chosen_by_user(const jobs::Chosen<config::Storage>& storage) {
  return !storage.source.empty() && storage.source != storage_from_bootstrap &&
         storage.source != "Job resource" && storage.source != "Pool resource";
}

const config::Storage* storage_of(const format::BootstrapSection& section, const JobPlan& plan) {
  const config::Storage* named =
      section.storage ? plan.configuration->find_storage(*section.storage) : nullptr;
  return named == nullptr || was_chosen_by_user(plan.storage) ? plan.storage.resource : named;
}

/// Sections in a row that lie on the same storage belong together. They keep their order: later ones may complete what
/// earlier ones brought. A storage that the user chose reads all of them.
std::vector<Part> parts_of(const std::string& text, const JobPlan& plan) {
  const auto parsed = format::parse_bootstrap(text);
  if (!parsed)
    throw Error(ErrorKind::invalid, "Bootstrap file, line {}: {}", parsed.error().line,
                parsed.error().message);
  std::vector<Part> parts;
  for (const auto& section : parsed->sections) {
    const config::Storage* storage = storage_of(section, plan);
    if (parts.empty() || parts.back().storage != storage) parts.push_back({storage, ""});
    format::append_text(parts.back().bootstrap, section);
  }
  if (parts.empty()) throw Error(ErrorKind::invalid, "The bootstrap names nothing to restore.");
  if (parts.size() == 1) parts.front().bootstrap = text;  // as it was written
  return parts;
}

/// The Job's own way to other names, where the command does not say another (interop 08, section 19.2).
std::string expression_of(const config::Job& job) {
  if (!job.regex_where.empty()) return job.regex_where;
  return console::relocation_expression(job.strip_prefix, job.add_prefix, job.add_suffix);
}

// The command's expression, then the Job's, then the command's prefix, then the Job's.
wire::RestoreCommand restore_command(const JobPlan& plan) {
  const console::RunRequest& request = plan.request;
  wire::RestoreCommand command;
  command.replace = static_cast<wire::Replace>(request.replace.value_or(plan.resource->replace));
  command.prefix_links = plan.resource->prefix_links;
  const std::string expression = request.regex_where && !request.regex_where->empty()
                                     ? *request.regex_where
                                     : expression_of(*plan.resource);
  command.by_expression = !expression.empty();
  command.where = command.by_expression ? expression : request.where.value_or(plan.resource->where);
  return command;
}

/// Restores the parts, one storage after the other, in one conversation with the client (interop 02, section 5.6).
class RestoreTalk {
 public:
  RestoreTalk(ActiveJob& job, catalog::Catalog& catalog)
      : job_(job), catalog_(catalog), command_(restore_command(job.plan)) {}

  void operator()(DataJob& data) {
    if (deletes_leftovers(job_.plan)) leftovers_of_ = &fileset_of_restored(job_.plan, command_, catalog_);
    const auto parts = parts_of(read_bootstrap(job_.plan.request.bootstrap), job_.plan);
    for (const Part& part : parts) {
      const bool is_first = &part == &parts.front();
      if (!is_first) data.end_storage_part();
      start_storage(data, part);
      if (is_first) {
        data.start_client();
        data.outcome().client_erase_command = data.client().secure_erase_command();
      }
      connect(data, part);
      if (is_first) prepare_client(data);
      data.client().start_restore(command_);
      data.client().finish_storage();
    }
    data.client().end_restore();
    data.hear_client_end();
  }

 private:
  void start_storage(DataJob& data, const Part& part) {
    data.start_storage(StorageSide::Access::read, part.storage);
    data.ask_storage_erase_command();
    data.storage().reserve(StorageSide::Access::read);
  }

  /// Client and storage meet.
  void connect(DataJob& data, const Part& part) {
    ClientSide& client = data.client();
    data.storage().send_bootstrap(part.bootstrap);
    if (job_.plan.client->passive) {
      client.send_authorization(data.key());
      data.storage().connect_to_client(client.passive_client());
      data.run_storage();
    } else {
      data.run_storage();
      client.send_storage(*part.storage, data.key(), ClientSide::WithKey::yes);
    }
  }

  void prepare_client(DataJob& data) {
    data.send_scripts();
    data.client().send_plugin_options();
    if (job_.plan.request.in_place.value_or(false)) data.client().ask_for_restore_in_place();
    if (leftovers_of_ != nullptr) {
      data.send_fileset(leftovers_of_);
      data.client().ask_for_deletion(job_.plan.request.expected_files);
    }
    data.client().send_restore_objects(catalog_.files().restore_objects(job_.plan.request.job_ids));
  }

  ActiveJob& job_;
  catalog::Catalog& catalog_;
  const wire::RestoreCommand command_;
  const config::FileSet* leftovers_of_ = nullptr;  ///< where what is not in the backup is to be deleted
};

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
  JobOutcome outcome = data.run(RestoreTalk(job, catalog));
  compare_count(job, outcome);
  return outcome;
}

}  // namespace holdfast::director
