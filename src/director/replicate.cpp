// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/replicate.h"

#include "base/error.h"
#include "director/data_job.h"
#include "jobs/copy_report.h"

namespace holdfast::director {
namespace {

using Access = StorageSide::Access;

/// The daemon that reads. The one that writes is the storage of the DataJob.
class Reader {
 public:
  Reader(ActiveJob& job, JobSurroundings& surroundings, const ConversationLimits& limits)
      : job_(job),
        surroundings_(surroundings),
        storage_(*job.plan.copy->read_storage.resource),
        catalog_(job.plan.open_catalog()),
        service_(job, *catalog_, surroundings.clock, surroundings.volumes),
        side_(job, storage_, service_,
              surroundings.connector.connect(storage_, job.plan.configuration->director().sd_connect_timeout,
                                             job.stop.get_token()),
              surroundings.clock, limits, [] {}),
        on_cancel_(job.stop.get_token(), [this] { cancel(); }) {
    job.log->add(MessageType::info, fmt::format("Connected Storage daemon at {}:{}, encryption: {}\n",
                                                storage_.address, storage_.port, side_.encryption()));
    job.log->add(MessageType::info, fmt::format(" Encryption: {}\n", side_.encryption()));
  }

  StorageSide& side() { return side_; }

  /// Asks both daemons to end; each knows the job by another name.
  void cancel() {
    if (!side_.is_run()) return side_.interrupt();
    const config::Storage& written = *job_.plan.storage.resource;
    cancel_at(storage_, job_.name, surroundings_.connector, surroundings_.clock);
    cancel_at(written, job_.plan.copy->result.job, surroundings_.connector, surroundings_.clock);
  }

 private:
  ActiveJob& job_;
  JobSurroundings& surroundings_;
  const config::Storage& storage_;
  std::unique_ptr<catalog::Catalog> catalog_;
  CatalogService service_;
  StorageSide side_;
  std::stop_callback<std::function<void()>> on_cancel_;
};

wire::Replicate writer_of(const ActiveJob& job, const std::string& key) {
  const config::Storage& storage = *job.plan.storage.resource;
  wire::Replicate writer;
  writer.job_id = job.plan.copy->result.id;
  writer.job = job.plan.copy->result.job;
  writer.address = storage.address;
  writer.port = static_cast<std::uint16_t>(storage.port);
  writer.ssl = storage.tls.enable ? 4 : 0;
  writer.authorization = key;
  return writer;
}

void talk(DataJob& data, ActiveJob& job, JobSurroundings& surroundings) {
  const CopyPlan& copy = *job.plan.copy;
  const ConversationLimits limits = surroundings.limits.bounded_by(
      std::chrono::seconds(job.plan.configuration->director().absolute_job_timeout));
  Reader reader(job, surroundings, limits);
  data.start_storage(Access::write, nullptr, &copy.result);
  // It knows the job by the name that a console cancels.
  job.state.with([&](ActiveJob::State& state) { state.talks_to.storage = copy.read_storage.resource; });
  StorageSide& reading = reader.side();
  reading.start_job(Access::write);
  reading.send_bootstrap(format::to_text(copy.bootstrap));
  reading.secure_erase_command();
  reading.reserve(Access::read);
  data.ask_storage_erase_command();
  data.storage().reserve(Access::write);
  data.listen_for_storage();
  reading.replicate_to(writer_of(job, data.key()));
  reading.run();
  const auto end = reading.wait_for_end(job.stop.get_token());
  if (!end || end->status != JobStatus::terminated) {
    data.give_up();
    if (!job.is_cancelled())
      job.fail(fmt::format("Storage \"{}\" could not read everything that was to be copied.\n",
                           copy.read_storage.resource->name));
  }
}

}  // namespace

JobOutcome run_replication(ActiveJob& job, JobSurroundings& surroundings, catalog::Catalog& catalog) {
  DataJob data(job, surroundings, catalog, jobs::copy_words(job.type).operation);
  JobOutcome outcome = data.run([&](DataJob& d) { talk(d, job, surroundings); });
  tell_about_insert(job, outcome);
  return outcome;
}

}  // namespace holdfast::director
