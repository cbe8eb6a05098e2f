// SPDX-License-Identifier: AGPL-3.0-or-later
#include <gmock/gmock.h>

#include "config/director_resources.h"
#include "config/file_daemon_resources.h"
#include "config/load.h"
#include "testing/config/memory_surroundings.h"

namespace holdfast::config {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing_support::MemorySurroundings;

Loaded<DirectorConfiguration> parse_text(const std::string& text, Depth depth = Depth::parsed) {
  MemorySurroundings surroundings(text);
  return load_director("test.conf", surroundings, depth);
}

std::string all_errors(const Loaded<DirectorConfiguration>& loaded) {
  std::string text;
  for (const auto& error : loaded.errors) text += error.render() + "\n";
  return text;
}

/// A Director that lacks nothing, with `more` behind it.
std::string complete(const std::string& more) {
  return R"(
Director { Name = dir; Password = "secret" }
Messages { Name = all; Console = all }
Catalog { Name = cat; DbName = bareos; DbUser = bareos }
Client { Name = c1; Address = host; Password = x }
Storage { Name = s1; Address = host; Password = x; Device = d1; MediaType = File }
Pool { Name = p1 }
FileSet { Name = f1; Include { File = /etc } }
)" + more;
}

const std::string complete_job =
    "Job { Name = j; Type = Backup; Client = c1; FileSet = f1; Storage = s1; Pool = p1; Messages = all }\n";

/// The only error of a configuration.
Finding only_error(const std::string& text) {
  const auto loaded = parse_text(text);
  EXPECT_EQ(loaded.errors.size(), 1u) << all_errors(loaded);
  return loaded.errors.empty() ? Finding{} : loaded.errors.front();
}

TEST(Parser, IgnoresCaseAndBlanksInKeywords) {
  const auto loaded = parse_text("POOL{name=p; maximum VOLUMES = 5; MaximumVolumeJobs=6}");
  ASSERT_THAT(loaded.errors, IsEmpty()) << all_errors(loaded);
  EXPECT_EQ(loaded.value.pools.front().maximum_volumes, 5u);
  EXPECT_EQ(loaded.value.pools.front().maximum_volume_jobs, 6u);
}

TEST(Parser, LeavesDefaultsWhereNothingIsSaid) {
  const auto loaded = parse_text("Pool { Name = p }");
  EXPECT_EQ(loaded.value.pools.front().volume_retention, seconds(31536000));
  EXPECT_TRUE(loaded.value.pools.front().recycle);
}

TEST(Parser, KnowsWhatWasGiven) {
  const auto loaded = parse_text("Pool { Name = p; Recycle = yes }");
  EXPECT_TRUE(loaded.value.pools.front().has("Recycle"));
  EXPECT_FALSE(loaded.value.pools.front().has("AutoPrune"));
  EXPECT_THAT(
      given_directives(loaded.value),
      ElementsAre(Field(&GivenDirective::directive, "Name"),
                  AllOf(Field(&GivenDirective::resource_type, "Pool"), Field(&GivenDirective::resource, "p"),
                        Field(&GivenDirective::directive, "Recycle"))));
}

TEST(Parser, SkipsWhatFollowsAScalar) {
  const auto loaded = parse_text("JobDefs { Name = x; Where = /tmp x y\n MaximumConcurrentJobs = 5 6 }");
  ASSERT_THAT(loaded.errors, IsEmpty()) << all_errors(loaded);
  EXPECT_EQ(loaded.value.job_defs.front().where, "/tmp");
  EXPECT_EQ(loaded.value.job_defs.front().maximum_concurrent_jobs, 5u);
}

TEST(Parser, ResolvesReferencesForwardAndBackward) {
  const auto loaded =
      parse_text("Pool { Name = a; NextPool = b }\nPool { Name = b; NextPool = a; ScratchPool = b }");
  ASSERT_THAT(loaded.errors, IsEmpty()) << all_errors(loaded);
  EXPECT_EQ(loaded.value.find_pool("a")->next_pool, loaded.value.find_pool("b"));
  EXPECT_EQ(loaded.value.find_pool("b")->next_pool, loaded.value.find_pool("a"));
  EXPECT_EQ(loaded.value.find_pool("b")->scratch_pool, loaded.value.find_pool("b"));
}

TEST(Parser, AcceptsABraceBehindAListAndANewlineBehindAComma) {
  const auto loaded =
      parse_text("Profile { Name = p; JobACL = *all* }\nProfile { Name = q; JobACL = a,\n b }");
  ASSERT_THAT(loaded.errors, IsEmpty()) << all_errors(loaded);
  EXPECT_THAT(loaded.value.profiles.back().acl.job, ElementsAre("a", "b"));
}

TEST(Parser, AddsUpLists) {
  const auto loaded = parse_text("Profile { Name = p; JobACL = a, b\n JobACL = c; CommandACL = \"[.].*\" }");
  EXPECT_THAT(loaded.value.profiles.front().acl.job, ElementsAre("a", "b", "c"));
}

TEST(Parser, AcceptsSeveralDevicesInOneDirective) {
  const auto loaded =
      parse_text("Storage { Name=s; Address=h; Password=x; MediaType=f; Device = A, B\n Device = C }");
  EXPECT_THAT(loaded.value.storages.front().devices, ElementsAre("A", "B", "C"));
}

TEST(Parser, AcceptsFileDaemonForClient) {
  MemorySurroundings surroundings("FileDaemon { Name = fd }");
  EXPECT_EQ(load_file_daemon("test.conf", surroundings, Depth::parsed).value.client().name, "fd");
}

TEST(ParserErrors, NameTheUnknownDirectiveItsPlaceAndItsNeighbour) {
  const auto error = only_error("Pool {\n  Name = p\n  Maximum Volums = 5\n}");
  EXPECT_THAT(error.text, HasSubstr("Keyword \"MaximumVolums\" not permitted in this resource"));
  EXPECT_THAT(error.text, HasSubstr("Did you mean \"MaximumVolumes\"?"));
  EXPECT_EQ(error.place.file, "test.conf");
  EXPECT_EQ(error.place.line, 3u);
  EXPECT_EQ(error.place.column, 3u);
  EXPECT_EQ(error.word, "MaximumVolums");
  EXPECT_EQ(error.line, "  Maximum Volums = 5");
}

TEST(ParserErrors, NameTheUnknownResource) {
  const auto error = only_error("\nPoool { Name = p }");
  EXPECT_THAT(error.text,
              HasSubstr("Expected a Resource name identifier, got: Poool. Did you mean \"Pool\"?"));
  EXPECT_EQ(error.place.line, 2u);
}

TEST(ParserErrors, SuspectTheBraceWhenAResourceStandsInAResource) {
  const auto error = only_error("Pool {\n Name = p\n\nPool {\n Name = q\n}\n");
  EXPECT_THAT(error.text, HasSubstr("Perhaps you left the trailing brace off of the previous resource."));
  EXPECT_EQ(error.place.line, 4u);
}

TEST(ParserErrors, NoticeAMissingBraceAtTheEnd) {
  const auto error = only_error("Pool {\n Name = p\n");
  EXPECT_THAT(error.text, HasSubstr("End of conf file reached with unclosed resource."));
  EXPECT_THAT(error.text, HasSubstr("Pool p begins at line 1"));
}

TEST(ParserErrors, NoticeWrongTypes) {
  EXPECT_THAT(only_error("Pool { Name = p; Recycle = maybe }").text,
              HasSubstr("Expect YES, NO, TRUE, or FALSE, got: maybe"));
  EXPECT_THAT(only_error("Pool { Name = p; Recycle = 1 }").text,
              HasSubstr("expected a name, got BCT_NUMBER: 1"));
  EXPECT_THAT(only_error("Pool { Name = p; Recycle = on }").text, HasSubstr("got: on"));
  EXPECT_THAT(only_error("Pool { Name = 123 }\nPool { Name = p }").text,
              HasSubstr("expected a name, got BCT_NUMBER: 123"));
  EXPECT_THAT(only_error("Pool { Name = p; VolumeRetention = \"1 day\" }").text,
              HasSubstr("expected a time period, got: 1 day"));
  EXPECT_THAT(only_error("Pool { Name = p; VolumeRetention = 1 fortnight }").text,
              HasSubstr("got: 1fortnight"));
  EXPECT_THAT(only_error("Pool { Name = p; MaximumVolumeBytes = 1 kib }").text,
              HasSubstr("expected a size number, got: 1kib"));
  EXPECT_THAT(only_error("Pool { Name = p; PoolType = Tape }").text,
              HasSubstr("Expected a Pool Type option, got: Tape"));
}

TEST(ParserErrors, AreCollected) {
  const auto loaded =
      parse_text("Pool {\n Name = p\n Recycle = 1\n Foo = 2\n MaximumVolumes = -3\n NextPool = zzz\n}");
  ASSERT_EQ(loaded.errors.size(), 4u) << all_errors(loaded);
  EXPECT_EQ(loaded.errors[0].place.line, 3u);
  EXPECT_EQ(loaded.errors[1].place.line, 4u);
  EXPECT_EQ(loaded.errors[2].place.line, 5u);
  EXPECT_EQ(loaded.errors[3].place.line, 6u);
  EXPECT_EQ(loaded.errors[3].place.column, 13u);
}

TEST(ParserErrors, InNestedBlocksDoNotCascade) {
  const auto error = only_error(
      "FileSet {\n Name = f\n Include {\n Options {\n Signatur = MD5\n Sparse = yes\n }\n File = /etc\n }\n "
      "EnableVSS = no\n}");
  EXPECT_THAT(error.text,
              HasSubstr("Keyword Signatur not permitted in this resource. Did you mean \"Signature\"?"));
  EXPECT_EQ(error.place.line, 5u);
}

TEST(ParserErrors, NameBothPlacesOfADuplicate) {
  const auto error = only_error("Pool { Name = p }\n\nPool { Name = p }");
  EXPECT_THAT(error.text, HasSubstr("Attempt to define second Pool resource named \"p\" is not permitted."));
  EXPECT_THAT(error.text, HasSubstr("The first one is at line 1"));
  EXPECT_EQ(error.place.line, 3u);
}

TEST(ParserErrors, NameTheReferenceThatLeadsNowhere) {
  const auto error = only_error("Pool { Name = scratch }\nPool {\n Name = p\n  ScratchPool = Scratch\n}");
  EXPECT_THAT(
      error.text,
      HasSubstr("Could not find config resource \"Scratch\" referenced on line 4: ScratchPool = Scratch"));
  EXPECT_THAT(error.text, HasSubstr("Did you mean \"scratch\"?"));
  EXPECT_EQ(error.place.line, 4u);
}

TEST(ParserErrors, NoticeASecondReferenceAndASecondName) {
  EXPECT_THAT(only_error("Pool { Name = p; NextPool = p; NextPool = p }").text,
              HasSubstr("Attempt to redefine resource \"NextPool\" referenced on line 1"));
  EXPECT_THAT(only_error("Pool { Name = p; Name = q }").text,
              HasSubstr("Attempt to redefine name \"p\" to \"q\"."));
}

TEST(ParserErrors, NoticeMissingNamesAndRequiredDirectives) {
  EXPECT_THAT(only_error("Pool { Recycle = yes }").text, HasSubstr("Name not specified for resource"));
  EXPECT_THAT(only_error("Client { Name = c; Password = x }").text,
              HasSubstr("\"Address\" directive in Client \"c\" resource is required, but not found."));
}

TEST(ParserErrors, CheckNames) {
  EXPECT_THAT(only_error("Pool { Name = \" p\" }\nPool { Name = x }").text,
              HasSubstr("Name cannot start with space."));
  EXPECT_THAT(only_error("Pool { Name = \"a*b\" }\nPool { Name = x }").text,
              HasSubstr("Illegal character \"*\" in name."));
  EXPECT_THAT(only_error("Pool { Name = " + std::string(128, 'a') + " }").text,
              HasSubstr("too long, max is 127"));
}

TEST(ParserErrors, NoticeAQuoteThatIsNeverClosed) {
  const auto loaded = parse_text("Pool {\n Name = p\n LabelFormat = \"full\n}\n");
  ASSERT_FALSE(loaded.errors.empty());
  EXPECT_EQ(loaded.errors[0].place.line, 3u);
  EXPECT_THAT(loaded.errors[0].text, HasSubstr("never closed"));
}

TEST(ParserErrors, NameTheIncludedFile) {
  MemorySurroundings surroundings("@part.conf");
  surroundings.files["part.conf"] = "\nPool { Name = p; Foo = 1 }";
  const auto loaded = load_director("test.conf", surroundings, Depth::parsed);
  ASSERT_EQ(loaded.errors.size(), 1u);
  EXPECT_EQ(loaded.errors[0].place.file, "part.conf");
  EXPECT_EQ(loaded.errors[0].place.line, 2u);
}

TEST(ParserErrors, SayWhichFileIsMissing) {
  MemorySurroundings surroundings;
  EXPECT_THAT(load_director("d/*/*.conf", surroundings).errors.at(0).text,
              HasSubstr("Cannot open config file \"d/*/*.conf\": No such file or directory"));
  EXPECT_THAT(only_error("\n @gone.conf").text,
              HasSubstr("Cannot open included config file gone.conf: No such file or directory"));
}

TEST(ParserErrors, EveryPrefixOfAConfigurationEndsCleanly) {
  const std::string text =
      complete(complete_job + "Schedule { Name = s; Run = Level=Full 1st sun at 2:00 }\n");
  for (std::size_t size = 0; size < text.size(); ++size) parse_text(text.substr(0, size), Depth::checked);
}

TEST(Warnings, NameDeprecatedDirectives) {
  const auto loaded = parse_text("Pool { Name = p\n LabelType = ansi }");
  ASSERT_EQ(loaded.warnings.size(), 1u);
  EXPECT_EQ(loaded.warnings[0].text, "using deprecated keyword LabelType on line 2 of file test.conf");
  EXPECT_EQ(loaded.value.pools.front().label_type, LabelType::ansi);
}

TEST(Passwords, AreKeptAsTheirMd5) {
  const auto loaded = parse_text(
      "Console { Name = c; Password = secret }\n"
      "Console { Name = d; Password = \"[md5]5ebe2294ecd0e0f08eab7690d2a6ee69\" }");
  EXPECT_EQ(loaded.value.consoles[0].password.text, "5ebe2294ecd0e0f08eab7690d2a6ee69");
  EXPECT_EQ(loaded.value.consoles[0].password, loaded.value.consoles[1].password);
}

TEST(Passwords, OfCatalogsAreClear) {
  const auto loaded = parse_text("Catalog { Name = c; DbName = n; User = u; Password = \"p w\" }");
  EXPECT_EQ(loaded.value.catalogs[0].password, (Password{Password::Kind::clear, "p w"}));
}

TEST(Passwords, OfNdmpPeersAreClear) {
  const auto loaded = parse_text("Client { Name = c; Address = h; Protocol = NDMPV4; Password = p }");
  EXPECT_EQ(loaded.value.clients[0].password, (Password{Password::Kind::clear, "p"}));
  EXPECT_THAT(
      all_errors(parse_text(
          complete(complete_job + "Client { Name = c; Address = h; Password = p; Protocol = NDMPV4 }"),
          Depth::checked)),
      HasSubstr("protocol is not known"));
}

TEST(Passwords, AreChecked) {
  EXPECT_THAT(only_error("Console { Name = c; Password = \"\" }\nConsole { Name = d; Password = x }").text,
              HasSubstr("Empty Password not allowed in Resource \"c\""));
  EXPECT_THAT(all_errors(parse_text("Console { Name = c; Password = \"[md5]12\" }")),
              HasSubstr("md5 password does not have the right size; expected: 32, got: 2"));
  EXPECT_THAT(
      all_errors(parse_text("Console { Name = c; Password = \"[md5]5ebe2294ecd0e0f08eab7690d2a6eexx\" }")),
      HasSubstr("md5 password contains non hexadecimal characters, e.g. 'x'"));
}

TEST(Catalogs, NeedNoUserForSqlite) {
  EXPECT_THAT(parse_text("Catalog { Name = c; DbDriver = sqlite; DbName = holdfast.db }").errors, IsEmpty());
  EXPECT_THAT(only_error("Catalog { Name = c; DbName = n }").text, HasSubstr("\"DbUser\""));
}

TEST(Checks, AcceptACompleteDirector) {
  const auto loaded = parse_text(complete(complete_job), Depth::checked);
  EXPECT_THAT(loaded.errors, IsEmpty()) << all_errors(loaded);
  EXPECT_EQ(loaded.value.director().messages, loaded.value.find_messages("all"));
  EXPECT_EQ(loaded.value.find_client("c1")->catalog, loaded.value.find_catalog("cat"));
  EXPECT_EQ(loaded.value.find_job("j")->level, JobLevel::incremental);
}

TEST(Checks, MissWhatAJobNeeds) {
  const auto errors = [](const std::string& job) {
    return all_errors(parse_text(complete(job), Depth::checked));
  };
  EXPECT_THAT(errors(""), HasSubstr("No Job records defined in test.conf"));
  EXPECT_THAT(errors("Job { Name = j }"), HasSubstr("\"Type\" directive in Job \"j\""));
  EXPECT_THAT(errors("Job { Name = j; Type = Admin; Pool = p1; Messages = all }"),
              AllOf(HasSubstr("\"client\" directive"), HasSubstr("\"fileset\" directive"),
                    HasSubstr("No storage specified")));
  EXPECT_EQ(errors("Job { Name = j; Type = Copy; Pool = p1; Messages = all }"), "");
  EXPECT_THAT(errors(complete_job +
                     "Job { Name = k; Type = Copy; Pool = p1; Messages = all; AlwaysIncremental = yes }"),
              HasSubstr("allowed in jobs of type Backup only"));
}

TEST(JobDefs, AreInheritedWhereTheJobSaysNothing) {
  const auto loaded =
      parse_text(complete("JobDefs { Name = base; Type = Backup; Client = c1; FileSet = f1; Storage = s1; "
                          "Pool = p1; Messages = all; "
                          "Priority = 20; RunAfterJob = \"second\" }\n"
                          "JobDefs { Name = more; JobDefs = base; MaxRunTime = 1 hour; Priority = 30 }\n"
                          "Job { Name = j; JobDefs = more; Priority = 40; RunAfterJob = \"first\" }"),
                 Depth::checked);
  ASSERT_THAT(loaded.errors, IsEmpty()) << all_errors(loaded);
  const Job& job = *loaded.value.find_job("j");
  EXPECT_EQ(job.type, JobType::backup);
  EXPECT_EQ(job.priority, 40u);
  EXPECT_EQ(job.max_run_time, seconds(3600));
  EXPECT_EQ(job.client, loaded.value.find_client("c1"));
  ASSERT_EQ(job.run_scripts.size(), 2u);
  EXPECT_EQ(job.run_scripts[0].command, "first");
  EXPECT_EQ(job.run_scripts[1].command, "second");
  EXPECT_TRUE(job.has("MaxRunTime"));
}

TEST(JobDefs, ThatNameThemselvesAreHarmless) {
  const auto loaded = parse_text("JobDefs { Name = a; JobDefs = a; RunBeforeJob = x }", Depth::checked);
  EXPECT_EQ(loaded.value.job_defs.front().run_scripts.size(), 1u);
}

}  // namespace
}  // namespace holdfast::config
