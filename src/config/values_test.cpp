// SPDX-License-Identifier: AGPL-3.0-or-later
#include <gmock/gmock.h>

#include "config/director_resources.h"
#include "config/file_daemon_resources.h"
#include "config/load.h"
#include "config/storage_resources.h"
#include "testing/config/memory_surroundings.h"

namespace holdfast::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing_support::MemorySurroundings;

using Kind = MessageDestination::Kind;

Loaded<DirectorConfiguration> parse_in(MemorySurroundings surroundings) {
  return load_director("test.conf", surroundings, Depth::parsed);
}

/// The one JobDefs that holds these lines.
Loaded<DirectorConfiguration> parse_job(const std::string& lines) {
  return parse_in(MemorySurroundings("JobDefs {\n Name = j\n " + lines +
                                     "\n}\nClient { Name = c1; Address = h; Password = x }"));
}

std::string first_error(const Loaded<DirectorConfiguration>& loaded) {
  return loaded.errors.empty() ? "" : loaded.errors.front().text;
}

TEST(Numbers, TakeTheWholePart) {
  const auto number = [](const std::string& text) {
    return parse_job("Priority = " + text).value.job_defs.front().priority;
  };
  EXPECT_EQ(number("5.5"), 5u);
  EXPECT_EQ(number("1e3"), 1u);
  EXPECT_EQ(number("+5"), 5u);
  EXPECT_EQ(number("\"5\""), 5u);
  EXPECT_EQ(number("4294967295"), 4294967295u);
}

TEST(Numbers, RefuseWhatLooksLikeNone) {
  for (const std::string text : {"-5", ".5", "5k", "0x10", "\"5 \"", "abc", "4294967296", "5e", "\"\""}) {
    EXPECT_THAT(first_error(parse_job("Priority = " + text)), HasSubstr("expected a positive integer number"))
        << text;
  }
}

TEST(Numbers, WithSignAreRefusedWhereIntegersAreWanted) {
  const auto error = [](const std::string& text) {
    return first_error(parse_in(MemorySurroundings("Counter { Name = c\n Minimum = " + text + "\n}")));
  };
  EXPECT_EQ(error("5"), "");
  EXPECT_EQ(error("-5"), "expected an integer number, got BCT_UNQUOTED_STRING: -5");
  EXPECT_EQ(error("\"5\""), "expected an integer number, got BCT_QUOTED_STRING: 5");
}

TEST(Durations, OfDirectivesJoinTheirParts) {
  const auto duration = [](const std::string& text) {
    return parse_job("MaxRunTime = " + text).value.job_defs.front().max_run_time;
  };
  EXPECT_EQ(duration("12 d 3 h"), seconds(1047600));
  EXPECT_EQ(duration("5 ye ars"), seconds(157680000));
  EXPECT_EQ(duration("1\tday"), seconds(1)) << "only the character space joins";
  EXPECT_EQ(duration("\n 5"), seconds(5)) << "may start on the next line";
  EXPECT_EQ(duration("5 # min"), seconds(5));
  EXPECT_EQ(duration("5 min}"), seconds(300));
}

TEST(Sizes, OfDirectivesKnowUnits) {
  EXPECT_EQ(parse_job("SpoolSize = 1 g 1 k").value.job_defs.front().spool_size, 1073742848u);
  EXPECT_EQ(parse_job("MaximumBandwidth = 10 kb/s").value.job_defs.front().maximum_bandwidth, 10000u);
  EXPECT_EQ(first_error(parse_job("SpoolSize = \"1 g\"")), "expected a size, got: 1 g");
  EXPECT_EQ(first_error(parse_job("MaximumBandwidth = 1 b")), "expected a speed number, got: 1b");
}

TEST(Sizes, OfBlocksHaveALimit) {
  MemorySurroundings surroundings(
      "Device { Name=d; MediaType=f; ArchiveDevice=/x; MaximumBlockSize = 20000001 }");
  EXPECT_THAT(load_storage("test.conf", surroundings, Depth::parsed).errors.at(0).text,
              "Maximum Block Size configured value 20000001 is greater than allowed maximum: 20000000");
}

TEST(Keywords, MayHaveBlanks) {
  EXPECT_EQ(parse_job("Level = Virtual Full").value.job_defs.front().level, JobLevel::virtual_full);
  EXPECT_EQ(parse_job("Type = consolidate").value.job_defs.front().type, JobType::consolidate);
  EXPECT_EQ(first_error(parse_job("Level = Half")), "Expected a Job Level keyword, got: Half");
}

TEST(Directories, AreExpandedByTheShell) {
  MemorySurroundings surroundings(
      "JobDefs { Name = j; Where = \"~/x\"; Bootstrap = /plain; WriteBootstrap = \"|a $b\" }");
  surroundings.shell["~/x"] = "/home/me/x";
  const auto loaded = parse_in(surroundings);
  EXPECT_EQ(loaded.value.job_defs.front().where, "/home/me/x");
  EXPECT_EQ(loaded.value.job_defs.front().bootstrap, "/plain");
  EXPECT_EQ(loaded.value.job_defs.front().write_bootstrap, "|a $b") << "commands are left alone";
}

TEST(Directories, OfBackendsReplaceTheDefaultAtFirst) {
  MemorySurroundings surroundings("Storage { Name = s; BackendDirectory = /a, /b\n BackendDirectory = /c }");
  EXPECT_THAT(load_storage("test.conf", surroundings, Depth::parsed).value.storage().backend_directory,
              ElementsAre("/a", "/b", "/c"));
}

TEST(PluginNames, AreSeparatedByCommasBlanksAndColons) {
  MemorySurroundings surroundings("Client { Name = fd; PluginNames = a:b c, \"d:e f\"\n PluginNames = g }");
  EXPECT_THAT(load_file_daemon("test.conf", surroundings, Depth::parsed).value.client().plugin_names,
              ElementsAre("a", "b", "c", "d", "e", "f", "g"));
}

TEST(Access, RefusesStrangeCharacters) {
  EXPECT_THAT(first_error(parse_in(MemorySurroundings("Profile { Name = p; JobACL = \"a b\" }"))),
              "Cannot store Acl: Illegal character \" \" in acl.");
}

std::vector<ListenAddress> addresses(const std::string& lines) {
  MemorySurroundings surroundings("Client { Name = fd; " + lines + " }");
  surroundings.services["backup"] = 4711;
  auto loaded = load_file_daemon("test.conf", surroundings, Depth::parsed);
  EXPECT_THAT(loaded.errors, IsEmpty()) << loaded.errors.front().render();
  return loaded.value.client().addresses.list;
}

std::string address_error(const std::string& lines) {
  MemorySurroundings surroundings("Client { Name = fd; " + lines + " }");
  const auto loaded = load_file_daemon("test.conf", surroundings, Depth::parsed);
  return loaded.errors.empty() ? "" : loaded.errors.front().text;
}

constexpr auto v4 = ListenAddress::Family::ipv4;
constexpr auto v6 = ListenAddress::Family::ipv6;

TEST(Addresses, AreAnyUnlessGiven) {
  EXPECT_THAT(addresses(""), ElementsAre(ListenAddress{v4, "", 9102}, ListenAddress{v6, "", 9102}));
  EXPECT_THAT(addresses("Port = 1234"),
              ElementsAre(ListenAddress{v4, "", 1234}, ListenAddress{v6, "", 1234}));
  EXPECT_THAT(addresses("Port = backup"),
              ElementsAre(ListenAddress{v4, "", 4711}, ListenAddress{v6, "", 4711}));
}

TEST(Addresses, OfTheOldStyleCombineInAnyOrder) {
  const auto expected = ElementsAre(ListenAddress{v4, "10.1.2.3", 1234});
  EXPECT_THAT(addresses("Address = 10.1.2.3; Port = 1234"), expected);
  EXPECT_THAT(addresses("Port = 1234; Address = 10.1.2.3"), expected);
  EXPECT_THAT(addresses("Address = 10.9.9.9; FdAddress = 10.1.2.3; FdPort = 1234"), expected);
  EXPECT_THAT(addresses("Address = ::1"), ElementsAre(ListenAddress{v6, "::1", 9102}));
}

TEST(Addresses, OfTheNewStyleAreBlocks) {
  EXPECT_THAT(
      addresses("Addresses = { ip = { addr = localhost; port = 1 }\n ipv6 = { port = 2 } ipv4 = { addr = "
                "0.0.0.0 } }"),
      ElementsAre(ListenAddress{v4, "localhost", 1}, ListenAddress{v6, "", 2}, ListenAddress{v4, "", 9102}));
}

TEST(Addresses, AreChecked) {
  EXPECT_EQ(address_error("Addresses = x"), "Expected a block begin { , got: x");
  EXPECT_EQ(address_error("Addresses = { ip = { } }"), "Empty addr block is not allowed");
  EXPECT_EQ(address_error("Addresses = { tcp = { port = 1 } }"),
            "Expected a string [ip|ipv4|ipv6], got: tcp");
  EXPECT_EQ(address_error("Addresses = { ip = { host = x } }"),
            "Expected a identifier [addr|port], got: host");
  EXPECT_EQ(address_error("Addresses = { ip = { port = 1; port = 2 } }"), "Only one port per address block");
  EXPECT_EQ(address_error("Addresses = { ip = { addr = a; addr = b } }"), "Only one addr per address block");
  EXPECT_EQ(address_error("Address = \"x\""), "Expected an IP number or a hostname, got: x");
  EXPECT_THAT(address_error("Port = 65535"), HasSubstr("can't add port (65535)"));
  EXPECT_EQ(address_error("Port = 1; Addresses = { ip = { port = 2 } }"),
            "the old style addresses cannot be mixed with new style");
}

Messages messages_of(const std::string& lines) {
  const auto loaded = parse_in(MemorySurroundings("Messages {\n Name = m\n " + lines + "\n}"));
  EXPECT_THAT(loaded.errors, IsEmpty()) << first_error(loaded);
  return loaded.value.messages.front();
}

TEST(Destinations, TakeTheCommandThatStandsBeforeThem) {
  const auto messages = messages_of(
      "MailCommand = one\n Mail = a@b, c = all\n MailCommand = two\n MailOnError = d = error\n "
      "OperatorCommand = three\n "
      "TimestampFormat = \"%H\"\n Operator = e = mount");
  ASSERT_EQ(messages.destinations.size(), 3u);
  EXPECT_EQ(messages.destinations[0].where, "a@b c");
  EXPECT_EQ(messages.destinations[0].command, "one");
  EXPECT_EQ(messages.destinations[1].kind, Kind::mail_on_error);
  EXPECT_EQ(messages.destinations[1].command, "two");
  EXPECT_EQ(messages.destinations[1].timestamp_format, "");
  EXPECT_EQ(messages.destinations[2].command, "three");
  EXPECT_EQ(messages.destinations[2].timestamp_format, "%H");
}

TEST(Destinations, ReadClassesFromLeftToRight) {
  const auto classes = [](const std::string& text) {
    return messages_of("Console = " + text).destinations[0].classes;
  };
  EXPECT_EQ(classes("all").count(), 17u);
  EXPECT_EQ(classes("all, !skipped , !saved").count(), 15u)
      << "a blank before the comma does not end the list";
  EXPECT_EQ(classes("!skipped, all").count(), 17u);
  EXPECT_EQ(classes("!all").count(), 17u);
  EXPECT_EQ(classes("Not Saved, VolMgmt").count(), 2u);
  EXPECT_TRUE(classes("notsaved").test(static_cast<std::size_t>(MessageType::not_saved)));
}

TEST(Destinations, ForTheSamePlaceAreOne) {
  const auto messages =
      messages_of("Console = all\n Append = /a = all\n Console = !info\n Append = /b = error");
  ASSERT_EQ(messages.destinations.size(), 3u);
  EXPECT_FALSE(messages.destinations[0].wants(MessageType::info));
}

TEST(Destinations, ForSyslogMayNameAFacility) {
  EXPECT_EQ(messages_of("Syslog = all").destinations[0].where, "daemon");
  EXPECT_EQ(messages_of("Syslog = local3 = all, !info").destinations[0].where, "local3");
  EXPECT_EQ(messages_of("Syslog = strange = all").destinations[0].where, "daemon");
}

TEST(Destinations, OfOurOwnAreWebhooksAndAMailServer) {
  const auto messages = messages_of(
      "MailServer = \"smtps://mail.example.org\"\n MailFrom = a@b\n MailUser = u\n MailPassword = \"p w\"\n "
      "Webhook = \"https://h/x?a=b&c=d\" = error, fatal\n Mail = root = all");
  ASSERT_EQ(messages.destinations.size(), 2u);
  EXPECT_EQ(messages.destinations[0].kind, Kind::webhook);
  EXPECT_EQ(messages.destinations[0].where, "https://h/x?a=b&c=d");
  EXPECT_EQ(messages.destinations[0].classes.count(), 2u);
  EXPECT_EQ(messages.mail_server, "smtps://mail.example.org");
  EXPECT_EQ(messages.mail_from, "a@b");
  EXPECT_EQ(messages.mail_user, "u");
  EXPECT_EQ(messages.mail_password.text, "p w") << "it is sent to the server as it is";
}

TEST(Destinations, AreChecked) {
  const auto error = [](const std::string& line) {
    return first_error(parse_in(MemorySurroundings("Messages {\n Name = m\n " + line + "\n}")));
  };
  EXPECT_EQ(error("Console = some"), "message type: some not found");
  EXPECT_EQ(error("Mail = root\n"), "expected an =, got: ");
}

TEST(RunScripts, OfTheShortFormsAreBlocksWithFixedSettings) {
  const auto loaded = parse_job("RunBeforeJob = \"a b\"\n ClientRunAfterJob = c\n RunAfterFailedJob = d");
  const auto& scripts = loaded.value.job_defs.front().run_scripts;
  ASSERT_EQ(scripts.size(), 3u) << first_error(loaded);
  EXPECT_EQ(scripts[0].command, "a b");
  EXPECT_EQ(scripts[0].when, RunsWhen::before);
  EXPECT_FALSE(scripts[0].runs_on_client());
  EXPECT_TRUE(scripts[0].fail_job_on_error);
  EXPECT_EQ(scripts[1].when, RunsWhen::after);
  EXPECT_TRUE(scripts[1].runs_on_client());
  EXPECT_FALSE(scripts[1].fail_job_on_error);
  EXPECT_FALSE(scripts[2].on_success);
  EXPECT_TRUE(scripts[2].on_failure);
}

TEST(RunScripts, MakeOneOfEveryCommand) {
  const auto loaded = parse_job(
      "RunScript {\n Command = \"x\" RunsWhen = After\n Console = \"list jobs\"; RunsWhen = Before; "
      "RunsOnClient = no\n "
      "AbortJobOnError = no } ");
  const auto& scripts = loaded.value.job_defs.front().run_scripts;
  ASSERT_EQ(scripts.size(), 2u) << first_error(loaded);
  EXPECT_EQ(scripts[0].when, RunsWhen::before) << "what follows a value on its line is skipped";
  EXPECT_EQ(scripts[0].target, "");
  EXPECT_EQ(scripts[1].kind, RunScript::Kind::console);
  EXPECT_FALSE(scripts[1].fail_job_on_error);
}

TEST(RunScripts, MayNameAClient) {
  const auto loaded = parse_job("RunScript { Command = x; Target = c1 }");
  EXPECT_EQ(loaded.value.job_defs.front().run_scripts[0].client, loaded.value.find_client("c1"));
  EXPECT_THAT(
      first_error(parse_job("RunScript { Command = x; Target = c2 }")),
      HasSubstr(
          "Could not find config Resource c2 referenced on line 3: RunScript { Command = x; Target = c2 }. "
          "Did you mean \"c1\"?"));
}

TEST(RunScripts, AreChecked) {
  EXPECT_EQ(first_error(parse_job("RunScript = x")), "Expecting open brace. Got =");
  EXPECT_EQ(first_error(parse_job("RunScript { RunsWhen = Never }")),
            "Expect Before, After, AfterVSS or Always, got: Never");
  EXPECT_EQ(first_error(parse_job("RunScript { Commandd = x }")),
            "Keyword Commandd not permitted in this resource. Did you mean \"Command\"?");
}

Loaded<DirectorConfiguration> parse_file_set(const std::string& blocks) {
  return parse_in(MemorySurroundings("FileSet {\n Name = f\n " + blocks + "\n}"));
}

std::string letters(const std::string& options) {
  const auto loaded = parse_file_set("Include {\n Options { " + options + " }\n File = /\n }");
  EXPECT_THAT(loaded.errors, IsEmpty()) << first_error(loaded);
  return loaded.value.file_sets.front().blocks.front().options.front().letters();
}

TEST(FileSets, SendTheirOptionsAsLetters) {
  EXPECT_EQ(letters("Signature = XXH128; Compression = LZ4; Sparse = yes"), "S4Zf4sHAX");
  EXPECT_EQ(letters("Signature=MD5; OneFS=no; HardLinks = yes; ACLSupport=no"), "Mf00X");
  EXPECT_EQ(letters("Verify = pin5n; Accurate = mcsA; Strip Path = 12"), "Vpin5:CmcsA:P12:HAX");
  EXPECT_EQ(letters("Size = 10k-20k; Shadowing = localwarn; EnhancedWild=yes"), "z10k-20k:d1KHAX");
  EXPECT_EQ(letters(""), "HAX");
}

TEST(FileSets, TellTheFileDaemonWhatToSave) {
  const auto loaded = parse_file_set(R"(Include {
    Exclude Dir Containing = .nobackup
    Options { Signature = MD5; Wild = "*.o"; RegexDir = "^/a"; Wild File = "x*"; Wild File = "/y/*"; FsType = ext4
              Compression = GZIP }
    File = /etc
    File = "\\|ls"
    Plugin = "bpipe:x"
  }
  Exclude { File = /etc/x })");
  ASSERT_THAT(loaded.errors, IsEmpty()) << first_error(loaded);
  const FileSet& file_set = loaded.value.file_sets.front();
  EXPECT_THAT(file_set_lines(file_set),
              ElementsAre("I\n", "Z .nobackup\n", "O MZ6HAX\n", "RD ^/a\n", "W *.o\n", "WF /y/*\n", "WF x*\n",
                          "X ext4\n", "N\n", "F /etc", "F \\|ls", "N\n", "P bpipe:x", "N\n",  //
                          "E\n", "O HAX\n", "N\n", "F /etc/x", "N\n", "N\n"));
  EXPECT_EQ(file_set_lines(file_set, ClientCompression::refused)[2], "O MHAX\n");
  EXPECT_EQ(file_set.identity_text(), "/etc\\|lsbpipe:x/etc/x");
}

TEST(FileSets, KeepOneValueOfAFileDirective) {
  const auto loaded = parse_file_set("Include { File = /a, /b\n }");
  EXPECT_THAT(loaded.value.file_sets.front().blocks.front().files, ElementsAre("/a"));
}

TEST(FileSets, AreChecked) {
  const std::pair<const char*, const char*> cases[] = {
      {"Include = { }", "Old style Include/Exclude not supported"},
      {"Exclude { Options { } }", "Options section not permitted in Exclude"},
      {"Exclude { Plugin = x }", "Plugin directive not permitted in Exclude"},
      {"Exclude { Exclude Dir Containing = x }", "ExcludeDirContaining directive not permitted in Exclude."},
      {"Include { File = 5 }", "Expected a filename, got: 5"},
      {"Include { File = c:\\x }", "Backslash found. Use forward slashes or quote the string.: c:\\x"},
      {"Include { Options { Sparse = true } }", "Expected a FileSet option keyword, got: true:"},
      {"Include { Options { Accurate = mz } }", "Illegal accurate option z, got option string: mz:"},
      {"Include { Options { StripPath = x } }", "Expected a strip path positive integer, got: x:"},
      {"Include { Options { Size = x } }", "Expected a parseable size, got: x:"},
      {"Include { Options { Regex = \"[a\" } }",
       "Regex compile error. ERR=It ends within an escape or a bracket"},
      {"Include { Options { Encryption = yes } }", "Keyword Encryption not permitted in this resource"},
  };
  for (const auto& [text, error] : cases)
    EXPECT_THAT(first_error(parse_file_set(text)), HasSubstr(error)) << text;
  std::string many;
  for (int i = 0; i < 30; ++i) many += "Accurate = mcs\n";
  EXPECT_EQ(first_error(parse_file_set("Include { Options { " + many + " } }")),
            "Too many fileset options specified; cannot parse this correctly");
}

TEST(Devices, WithACountBecomeSeveral) {
  MemorySurroundings surroundings(
      "Storage { Name = s }\nDirector { Name = d; Password = x }\nMessages { Name = m; Console = all }\n"
      "Device { Name = Disk; MediaType = File; ArchiveDevice = /x; DeviceType = File; Count = 2 }");
  const auto loaded = load_storage("test.conf", surroundings);
  ASSERT_THAT(loaded.errors, IsEmpty()) << loaded.errors.front().render();
  EXPECT_NE(loaded.value.find_device("$Disk"), nullptr);
  EXPECT_FALSE(loaded.value.find_device("Disk0000")->auto_select);
  EXPECT_TRUE(loaded.value.find_device("Disk0002")->auto_select);
  EXPECT_EQ(loaded.value.find_autochanger("Disk")->devices.size(), 3u);
}

TEST(Keys, OfTheFileDaemonAreNeededForSignatures) {
  MemorySurroundings surroundings(
      "Client { Name = fd; PkiEncryption = yes }\nDirector { Name = d; Password = x }\nMessages { Name = m "
      "}");
  EXPECT_THAT(load_file_daemon("test.conf", surroundings).errors.at(0).text,
              HasSubstr("\"PKI Key Pair\" must be defined for File daemon \"fd\""));
}

TEST(Keys, OfEncryptionWithoutSignaturesAreNeededToo) {
  const auto errors_with = [](const std::string& directives) {
    MemorySurroundings surroundings(
        "Client { Name = fd; PkiEncryption = yes; EncryptWithoutSignatures = yes; " + directives +
        "}\nDirector { Name = d; Password = x }\nMessages { Name = m }");
    std::string texts;
    for (const auto& error : load_file_daemon("test.conf", surroundings).errors) texts += error.text + "\n";
    return texts;
  };
  EXPECT_THAT(errors_with(""), HasSubstr("\"PKI Key Pair\" must be defined for File daemon \"fd\""));
  EXPECT_EQ(errors_with("PkiKeyPair = /k.pem"), "");
  EXPECT_THAT(errors_with("PkiKeyPair = /k.pem; PkiSignatures = yes"), HasSubstr("contradict each other"));
}

}  // namespace
}  // namespace holdfast::config
