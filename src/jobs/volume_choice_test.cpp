// SPDX-License-Identifier: AGPL-3.0-or-later
#include "jobs/volume_choice.h"

#include <gmock/gmock.h>

#include "testing/base/manual_clock.h"
#include "testing/catalog/memory_catalog.h"

namespace holdfast::jobs {
namespace {

using catalog::Moment;
using catalog::VolumeRow;
using ::testing::HasSubstr;

class Volumes : public ::testing::Test {
 protected:
  Volumes() {
    pool_.name = "Full";
    pool_.label_format = "Full-";
    pool_.max_volumes = 3;
    put_pool();
  }

  void put_pool() { pool_.id = catalog_->pools().put(pool_); }
  Moment now() const { return std::chrono::floor<std::chrono::seconds>(clock_.now()); }

  VolumeRow add(const std::string& name, const std::string& status = "Append",
                std::int64_t written_ago = 10) {
    VolumeRow row;
    row.name = name;
    row.status = status;
    row.pool = pool_.id;
    row.media_type = "File";
    row.jobs = 1;
    row.first_written = row.last_written = now() - std::chrono::seconds(written_ago);
    row.id = catalog_->volumes().create(row);
    return row;
  }

  VolumeChoice choice() {
    WritePlace place;
    place.pool = pool_.id;
    place.media_type = "File";
    return VolumeChoice(*catalog_, clock_, place,
                        [this](MessageType, std::string_view text) { log_ += text; });
  }
  std::string next(std::uint32_t index = 1, std::string_view unwanted = "") {
    const auto found = choice().find_next(index, unwanted);
    return found ? found->name : "none";
  }
  std::string refusal(std::string_view volume) {
    const auto answer = choice().check(volume, VolumeUse::write);
    if (std::holds_alternative<VolumeRow>(answer)) return "accepted";
    if (const auto* unusable = std::get_if<VolumeUnusable>(&answer)) return unusable->reason;
    return "missing";
  }

  testing_support::ManualClock clock_;
  std::unique_ptr<catalog::Catalog> catalog_ = catalog::memory_catalog();
  catalog::PoolRow pool_;
  std::string log_;
};

TEST_F(Volumes, TheOneWrittenLastIsOfferedFirst) {
  add("A", "Append", 100);
  add("B", "Append", 50);
  EXPECT_EQ(next(), "B");
  EXPECT_EQ(next(2, "B"), "A");
}

TEST_F(Volumes, UnwantedOnesStillCountAsCandidates) {
  add("A");
  EXPECT_EQ(next(1, "A"), "Full-0002");
}

TEST_F(Volumes, ANewOneIsNamedAfterTheHighestMediaIdAndBeginsUnlabeled) {
  add("Other", "Full");
  EXPECT_EQ(next(), "Full-0002");
  EXPECT_THAT(log_, HasSubstr("Created new Volume \"Full-0002\" in catalog.\n"));
  const auto row = catalog_->volumes().find("Full-0002").value();
  EXPECT_EQ(row.status, "Unlabeled");
  EXPECT_EQ(row.bytes, 0U);
  EXPECT_EQ(next(), "Full-0002");  // and is not created twice
}

TEST_F(Volumes, ATakenNameIsPassedOver) {
  add("Full-0003", "Full");
  add("Full-0002", "Full");
  EXPECT_EQ(next(), "Full-0004");
  EXPECT_THAT(log_,
              HasSubstr("Wanted to create Volume \"Full-0003\", but it already exists. Trying again.\n"));
}

TEST_F(Volumes, NoneIsCreatedBeyondMaximumVolumesOrWithoutALabelFormat) {
  add("A", "Full");
  add("B", "Used");
  add("C", "Error");
  EXPECT_EQ(next(), "none");
  pool_.max_volumes = 0;
  pool_.label_format = "*";
  put_pool();
  EXPECT_EQ(next(), "none");
}

TEST_F(Volumes, NothingIsWrittenOnWhatMayNotBeWritten) {
  pool_.label_format = "*";
  put_pool();
  for (const char* status :
       {"Full", "Used", "Read-Only", "Disabled", "Archive", "Error", "Cleaning", "Busy", "Scratch"})
    add(status, status);
  VolumeRow disabled = add("off");
  disabled.enabled = 0;
  catalog_->volumes().update(disabled);
  EXPECT_EQ(next(), "none");
}

TEST_F(Volumes, LimitsMarkAVolumeFullOrUsed) {
  struct Case {
    const char* name;
    void (*limit)(VolumeRow&);
    const char* status;
    const char* text;
  };
  const Case cases[] = {
      {"bytes", [](VolumeRow& row) { row.bytes = row.max_bytes = 1000; }, "Full",
       "Max Volume bytes=1,000 exceeded"},
      {"jobs", [](VolumeRow& row) { row.max_jobs = 1; }, "Used", "Max Volume jobs=1 exceeded"},
      {"files", [](VolumeRow& row) { row.files = row.max_files = 2; }, "Used", "Max Volume files=2 exceeded"},
      {"time", [](VolumeRow& row) { row.use_duration = 10; }, "Used",
       "Max configured use duration=10 sec. exceeded"},
  };
  pool_.label_format = "*";
  put_pool();
  for (const Case& c : cases) {
    VolumeRow row = add(c.name);
    c.limit(row);
    catalog_->volumes().update(row);
    log_.clear();
    EXPECT_EQ(next(), "none");
    EXPECT_EQ(catalog_->volumes().find(c.name)->status, c.status);
    EXPECT_EQ(log_, std::string(c.text) + ". Marking Volume \"" + c.name + "\" as " + c.status + ".\n");
  }
}

TEST_F(Volumes, ANamedVolumeIsRefusedWithTheReason) {
  EXPECT_EQ(refusal("nowhere"), "missing");
  add("good");
  EXPECT_EQ(refusal("good"), "accepted");
  VolumeRow row = add("elsewhere");
  row.pool = PoolId(99);
  catalog_->volumes().update(row);
  EXPECT_EQ(refusal("elsewhere"), "not in Pool");
  row = add("tape");
  row.media_type = "LTO";
  catalog_->volumes().update(row);
  EXPECT_EQ(refusal("tape"), "not correct MediaType");
  row = add("off");
  row.enabled = 0;
  catalog_->volumes().update(row);
  EXPECT_EQ(refusal("off"), "is not Enabled");
  add("full", "Full");
  EXPECT_EQ(refusal("full"), "but should be Append, Purged or Recycle");
  EXPECT_TRUE(std::holds_alternative<VolumeRow>(choice().check("full", VolumeUse::read)));
  EXPECT_FALSE(std::holds_alternative<VolumeRow>(choice().check("off", VolumeUse::read)));
}

TEST_F(Volumes, AReportIsStoredAndCountersDoNotShrink) {
  VolumeRow row;
  row.name = "new";
  row.pool = pool_.id;
  row.media_type = "File";
  row.status = "Unlabeled";
  catalog_->volumes().create(row);
  VolumeReport report{.volume = "new",
                      .blocks = 1,
                      .bytes = 184,
                      .writes = 1,
                      .ended = now(),
                      .status = "Append",
                      .is_relabelled = true};
  EXPECT_EQ(choice().update(report, now())->status, "Append");
  report.is_relabelled = false;
  report.jobs = 1;
  report.bytes = 9000;
  report.blocks = 3;
  choice().update(report, now());
  report.bytes = 500;
  const auto stored = choice().update(report, now()).value();
  EXPECT_EQ(stored.bytes, 9000U);
  EXPECT_EQ(stored.labelled, now());
  EXPECT_EQ(stored.first_written, now());
  EXPECT_EQ(stored.last_written, now());
  EXPECT_THAT(log_, HasSubstr("Ignoring Volume Bytes at 9000 being set to 500 for Volume \"new\".\n"));
  EXPECT_FALSE(choice().update({.volume = "nowhere", .status = "Append"}, now()));
}

TEST_F(Volumes, AReportThatReachesTheLimitIsAnsweredWithTheNewStatus) {
  VolumeRow row = add("V");
  row.max_jobs = 2;
  catalog_->volumes().update(row);
  const auto stored = choice().update({.volume = "V", .jobs = 2, .status = "Append"}, now());
  EXPECT_EQ(stored->status, "Used");
}

}  // namespace
}  // namespace holdfast::jobs
