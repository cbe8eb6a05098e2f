// SPDX-License-Identifier: AGPL-3.0-or-later
#include "config/print.h"

#include <gmock/gmock.h>

#include <filesystem>

#include "config/console_resources.h"
#include "config/director_resources.h"
#include "config/file_daemon_resources.h"
#include "config/load.h"
#include "config/storage_resources.h"
#include "testing/base/golden.h"
#include "testing/config/interop.h"
#include "testing/config/memory_surroundings.h"

namespace holdfast::config {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing_support::golden;
using testing_support::interop;
using testing_support::MemorySurroundings;

/// The files of the example configuration under their relative names.
std::optional<MemorySurroundings> example() {
  const auto root = interop("example-config");
  if (!root) return std::nullopt;
  MemorySurroundings surroundings;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(*root)) {
    if (!entry.is_regular_file()) continue;
    surroundings.files[std::filesystem::relative(entry.path(), *root).string()] =
        testing_support::read_file(entry.path());
  }
  return surroundings;
}

/// Loads, prints, reads what was printed and prints it again.
template <typename Load>
void expect_stable(MemorySurroundings surroundings, const std::string& pattern, Load load) {
  const auto checked = load(pattern, surroundings, Depth::checked);
  for (const auto& error : checked.errors) ADD_FAILURE() << error.render();
  for (const auto& warning : checked.warnings) ADD_FAILURE() << warning.text;
  const std::string printed = print_configuration(load(pattern, surroundings, Depth::parsed).value);
  surroundings.files["printed.conf"] = printed;
  const auto again = load("printed.conf", surroundings, Depth::checked);
  for (const auto& error : again.errors) ADD_FAILURE() << error.render();
  EXPECT_EQ(print_configuration(load("printed.conf", surroundings, Depth::parsed).value), printed);
}

TEST(Print, OfTheExampleReadsBackTheSame) {
  const auto surroundings = example();
  if (!surroundings) GTEST_SKIP() << "the interoperability chapters are not at hand";
  expect_stable(*surroundings, "bareos-dir.d/*/*.conf", load_director);
  expect_stable(*surroundings, "bareos-sd.d/*/*.conf", load_storage);
  expect_stable(*surroundings, "bareos-fd.d/*/*.conf", load_file_daemon);
  expect_stable(*surroundings, "bconsole.conf", load_console);
  expect_stable(*surroundings, "bconsole-admin.conf", load_console);
}

constexpr const char* everything = R"(
Director { Name = "my dir"; Password = "[md5]5ebe2294ecd0e0f08eab7690d2a6ee69"; Description = "say \"hi\" \\ there"
  Port = 1234; KeyEncryptionKey = "a\"b"; PluginNames = "a:b"; AuditEvents = run, restore
  FdConnectTimeout = 0; LogTimestampFormat = "%F" ; TlsAllowedCn = "one", "two" }
Messages { Name = m; MailCommand = "one"; Mail = a@b,"@odd" = all, !info; MailCommand = "two"; MailOnError = c = error
  TimestampFormat = "%H"; Syslog = local1 = security; Append = "/with blank" = !all; File = /plain = saved
  Operator = o = mount; Director = x = all; Stdout = !debug
  MailServer = "smtp://h:587"; MailFrom = "a@b"; MailUser = u; MailPassword = "p w"; Webhook = "https://h/x?a=b" = all, !info }
Catalog { Name = c; DbDriver = sqlite; DbName = x; DbPassword = "" }
Client { Name = c1; Address = h; Protocol = NDMPV4; Password = p; MaximumBandwidthPerJob = 10 kb/s
  HardQuota = 1 gb; AuthType = MD5 }
Storage { Name = s1; Address = h; Password = p; Device = "d 1", d2; MediaType = "a b"; PairedStorage = s1 }
Pool { Name = p1; VolumeRetention = 0; ActionOnPurge = Truncate; LabelFormat = "x\\$y"; Storage = s1; MaximumBlockSize = 64k }
Counter { Name = n; Minimum = 5; WrapCounter = n; Catalog = c }
Profile { Name = pr; CommandACL = !.x, "[.].*", *all* }
Console { Name = co; Password = p; Profile = pr; JobACL = a, b }
User { Name = u; Profile = pr; WhereACL = / }
Schedule { Name = sch; Run = Full 1st last sun-tue jan w05 on 5-7 at 5:05 at 9:05; Run = Level=Incremental Pool=p1 hourly
  Run = hourly at 0:15; Enabled = no }
FileSet { Name = f
  Include { Options { Signature = SHA1; Compression = gzip; HardLinks = yes; ForceEncryption = yes; StripPath = 2
      Verify = pin5; Size = "<10k"; Regex = "a\\.b"; WildFile = "*.x"; Meta = m; Plugin = "p:q"; DriveType = fixed }
    File = "/a\"b\\c"; Plugin = "x"; ExcludeDirContaining = .no }
  Exclude { File = /x }
  IgnoreFileSetChanges = yes; EnableVSS = no }
JobDefs { Name = d; RunBeforeJob = "x"; RunScript { Command = "a"; Console = "b"; RunsWhen = After; Target = c1 }
  Run = "job=a"; Run = "job=b" }
Job { Name = j; JobDefs = d; Type = Backup; Level = VirtualFull; Client = c1; FileSet = f; Storage = s1; Pool = p1
  Messages = m; Replace = IfNewer; SelectionType = SqlQuery; MaxRunTime = 90 min; FdPluginOptions = "a,b", "c"
  Where = "/r x"; Priority = 5 }
)";

TEST(Print, OfEveryKindOfValueReadsBackTheSame) {
  expect_stable(MemorySurroundings(everything), "test.conf", load_director);
}

TEST(Print, KeepsTheOrderOfIncludeAndExclude) {
  const std::string text =
      "FileSet {\n  Name = \"f\"\n"
      "  Exclude {\n    File = \"/x\"\n  }\n"
      "  Include {\n    File = \"/a\"\n  }\n"
      "  Include {\n    File = \"/b\"\n  }\n"
      "  Exclude {\n    File = \"/y\"\n  }\n}\n\n";
  MemorySurroundings surroundings(text);
  const auto loaded = load_director("test.conf", surroundings, Depth::parsed);
  EXPECT_EQ(print_resource(loaded.value.file_sets.front()), text);
  EXPECT_EQ(loaded.value.file_sets.front().identity_text(), "/x/a/b/y");
}

TEST(Print, LeavesOutWhatIsInherited) {
  MemorySurroundings surroundings(everything);
  const auto loaded = load_director("test.conf", surroundings);
  const Job& job = *loaded.value.find_job("j");
  EXPECT_EQ(job.run_scripts.size(), 3u);
  EXPECT_THAT(print_resource(job), Not(HasSubstr("RunBeforeJob")));
  EXPECT_THAT(print_resource(job), Not(HasSubstr("Run =")));
  EXPECT_THAT(print_resource(job, Shown::everything), HasSubstr("  # Run = \"job=a\"\n"));
  EXPECT_THAT(print_resource(job, Shown::everything), HasSubstr("  # PruneJobs = No\n"));
}

TEST(Print, ShowsOneTypeOrOneResource) {
  MemorySurroundings surroundings("Pool { Name = a }\nPool { Name = b }");
  const auto loaded = load_director("test.conf", surroundings, Depth::parsed);
  EXPECT_EQ(print_resources(loaded.value, "pool", ""),
            "Pool {\n  Name = \"a\"\n}\n\nPool {\n  Name = \"b\"\n}\n\n");
  EXPECT_EQ(print_resources(loaded.value, "pool", "b"), "Pool {\n  Name = \"b\"\n}\n\n");
  EXPECT_EQ(print_resources(loaded.value, "pool", "c"), "No ***UNKNOWN*** resource defined\n");
  EXPECT_EQ(print_resources(loaded.value, "pond", ""), std::nullopt);
}

/// What the recordings of the console command show hold: the resources as the peer prints them.
std::vector<std::string> recorded_resources() {
  std::vector<std::string> found;
  const auto folder = golden("console/api0");
  if (!folder) return found;
  for (const auto& entry : std::filesystem::directory_iterator(*folder)) {
    if (entry.path().filename().string().find("-show_") == std::string::npos) continue;
    std::string text = testing_support::read_file(entry.path());
    text.erase(0, text.find("\nshow ") + 1);
    text.erase(0, text.find('\n') + 1);
    for (auto end = text.find("\n}\n\n"); end != std::string::npos; end = text.find("\n}\n\n")) {
      found.push_back(text.substr(0, end + 4));
      text.erase(0, end + 4);
    }
  }
  return found;
}

TEST(Print, EqualsWhatThePeerPrints) {
  const auto recorded = recorded_resources();
  if (recorded.empty()) GTEST_SKIP() << "the recordings are not at hand";
  EXPECT_GE(recorded.size(), 14u);
  // What the recorded ones refer to.
  const std::string others =
      "Pool { Name = CopyPool }\nPool { Name = Virtual }\nPool { Name = Full }\nFileSet { Name = Tree }\n"
      "FileSet { Name = Mini }\nMessages { Name = Daemon }\nMessages { Name = Standard }\nJobDefs { Name = D "
      "}\n"
      "Client { Name = lab-fd; Address = x; Password = x }\nProfile { Name = operator }\n"
      "Storage { Name = File; Address = x; Password = x; Device = x; MediaType = x }\n";
  for (const std::string& text : recorded) {
    MemorySurroundings surroundings(text + others);
    // The first resource is the recorded one; a second one of its name among the others does not matter here.
    const auto loaded = load_director("test.conf", surroundings, Depth::parsed);
    const std::string type = text.substr(0, text.find(' '));
    const auto printed = print_resources(loaded.value, type, "");
    EXPECT_EQ(printed->substr(0, text.size()), text);
  }
}

}  // namespace
}  // namespace holdfast::config
