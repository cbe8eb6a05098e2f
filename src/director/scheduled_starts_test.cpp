// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/scheduled_starts.h"

#include <gmock/gmock.h>

#include "config/load.h"
#include "testing/config/memory_surroundings.h"

namespace holdfast::director {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr const char* two_catalogs = R"(
Director { Name = dir; WorkingDirectory = /tmp; Password = p; Messages = m; QueryFile = /dev/null }
Pool { Name = p }
Messages { Name = m }
FileSet { Name = f; Include { File = /etc } }
Catalog { Name = one; DbName = one; DbUser = u }
Catalog { Name = other; DbName = other; DbUser = u }
Client { Name = c; Address = h; Password = x; Catalog = one }
Client { Name = d; Address = h; Password = x; Catalog = other }
Storage { Name = s; Address = h; Password = x; Device = d; MediaType = t }
Schedule { Name = Hourly
  Run = hourly at 0:05
}
JobDefs { Name = D; Type = Backup; Client = c; FileSet = f; Pool = p; Messages = m; Storage = s; Schedule = Hourly }
Job { Name = a; JobDefs = D }
Job { Name = b; JobDefs = D }
Job { Name = elsewhere; JobDefs = D; Client = d }
)";

class StartsBySchedule : public ::testing::Test {
 protected:
  StartsBySchedule() {
    testing_support::MemorySurroundings surroundings(two_catalogs);
    auto loaded = config::load_director("test.conf", surroundings);
    for (const auto& error : loaded.errors) ADD_FAILURE() << error.render();
    configuration_ = std::make_shared<const config::DirectorConfiguration>(std::move(loaded.value));
  }

  void start(const char* job) {
    const config::Job* resource = configuration_->find_job(job);
    starts_.start({jobs::Moment{}, resource, &resource->schedule->runs.front()}, configuration_);
  }
  void is_away(ErrorKind kind) {
    world_.with([&](World& world) { world.obstacle = kind; });
  }
  void is_back() {
    world_.with([](World& world) { world.obstacle.reset(); });
  }
  /// Waits until so many have started.
  std::vector<std::string> started(std::size_t count) {
    std::vector<std::string> names;
    world_.wait(
        {}, [&](const World& world) { return world.started.size() >= count; },
        [&](World& world) { names = world.started; });
    return names;
  }
  std::vector<std::string> said() {
    return world_.read([](const World& world) { return world.said; });
  }

  struct World {
    std::optional<ErrorKind> obstacle;
    std::vector<std::string> started, said;
  };
  std::shared_ptr<const config::DirectorConfiguration> configuration_;
  Guarded<World> world_;
  Errands errands_{std::chrono::milliseconds(1)};
  ScheduledStarts starts_{[this](const jobs::ScheduledRun& run, const ScheduledStarts::Configuration&) {
                            world_.with([&](World& world) {
                              const bool is_elsewhere = run.job->name == "elsewhere";
                              if (world.obstacle && !is_elsewhere) throw Error(*world.obstacle, "no catalog");
                              world.started.push_back(run.job->name);
                            });
                          },
                          [this](MessageType, std::string_view text) {
                            world_.with([&](World& world) { world.said.emplace_back(text); });
                          },
                          errands_};

  void TearDown() override { errands_.end(); }
};

TEST_F(StartsBySchedule, AreStartedAtOnceWhereTheirCatalogIsThere) {
  start("a");
  start("a");
  EXPECT_THAT(started(2), ElementsAre("a", "a"));
  EXPECT_THAT(said(), IsEmpty());
}

TEST_F(StartsBySchedule, AreStartedOnceWhenTheirCatalogIsBack) {
  is_away(ErrorKind::network);
  start("a");
  start("b");
  start("a");
  start("elsewhere");
  EXPECT_THAT(started(1), ElementsAre("elsewhere"));
  EXPECT_THAT(said(), ElementsAre(HasSubstr("Job a could not be started by its schedule: no catalog"),
                                  HasSubstr("Job b could not be started by its schedule: others wait"),
                                  HasSubstr("Job a is due again")));
  is_back();
  EXPECT_THAT(started(3), UnorderedElementsAre("elsewhere", "a", "b"));
}

TEST_F(StartsBySchedule, ThatCanNeverBeStartedAreToldOnce) {
  is_away(ErrorKind::invalid);
  start("a");
  is_back();
  start("b");
  EXPECT_THAT(started(1), ElementsAre("b"));
  EXPECT_THAT(said(), ElementsAre(HasSubstr("Job a could not be started by its schedule: no catalog")));
}

}  // namespace
}  // namespace holdfast::director
