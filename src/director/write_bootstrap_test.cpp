// SPDX-License-Identifier: AGPL-3.0-or-later
#include <gmock/gmock.h>

#include "testing/base/golden.h"
#include "testing/director/job_replay.h"

namespace holdfast::director {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using namespace testing_support;

/// The recorded Full, saved by a Job with this WriteBootstrap.
class WriteBootstrap {
 public:
  explicit WriteBootstrap(const std::string& goal)
      : lab("Job { Name = saved; JobDefs = D; FileSet = Mini; WriteBootstrap = \"" + goal + "\" }\n") {}

  void run() {
    RecordedJob recorded = recorded_jobs().front();
    recorded.job = "saved";
    job = replay(recorded, lab).id;
  }
  /// What stands in the file of that name afterwards.
  std::string run(const std::string& name) {
    run();
    return read_file(lab.files.folder() / name);
  }

  Lab lab;
  JobId job;
};

constexpr const char* whole_bootstrap =
    "# 22-Nov-2026 21:51:06 - saved\\.[^ ]* - Full\n"
    "Volume=\"Full-0001\"\nMediaType=\"File\"\nVolSessionId=1\nVolSessionTime=1795384262\n"
    "VolAddr=184-405860\nFileIndex=1-10\n";

TEST(WriteBootstraps, GoToTheFileWhoseNameTheCodesGive) {
  if (!golden("transcripts")) GTEST_SKIP() << "no golden recordings";
  WriteBootstrap job("FOLDER/%c-%n-%l-%f.bsr");
  EXPECT_THAT(job.run("lab-fd-saved-Full-%f.bsr"), MatchesRegex(whole_bootstrap)) << job.lab.log(job.job);
}

TEST(WriteBootstraps, GoToACommand) {
  if (!golden("transcripts")) GTEST_SKIP() << "no golden recordings";
  WriteBootstrap job("|/bin/cp /dev/stdin FOLDER/%n.bsr");
  EXPECT_THAT(job.run("saved.bsr"), MatchesRegex(whole_bootstrap)) << job.lab.log(job.job);
}

TEST(WriteBootstraps, ThatCannotBeWrittenAreAWarning) {
  if (!golden("transcripts")) GTEST_SKIP() << "no golden recordings";
  for (const char* goal : {"|/bin/false", "/nowhere/there.bsr"}) {
    WriteBootstrap job(goal);
    job.run();
    EXPECT_THAT(job.lab.log(job.job), HasSubstr("Warning: Could not write ")) << goal;
    EXPECT_EQ(job.lab.open_catalog()->jobs().find(job.job)->status, JobStatus::terminated);
  }
}

}  // namespace
}  // namespace holdfast::director
