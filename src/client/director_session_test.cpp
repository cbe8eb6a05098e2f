// SPDX-License-Identifier: AGPL-3.0-or-later
#include "client/director_session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/text.h"
#include "os/process.h"
#include "stream/record_tally.h"
#include "testing/client/director_double.h"
#include "testing/client/storage_double.h"
#include "testing/tree/faulty_source.h"

namespace holdfast::client {
namespace {

using testing::Contains;
using testing::HasSubstr;
using namespace testing_support;

TEST(DirectorSession, AnUnknownCommandEndsTheConversation) {
  ClientWorld world;
  DirectorDouble director(world);
  EXPECT_EQ(director.ask("frobnicate now\n"), "2999 Invalid command\n");
  EXPECT_EQ(director.receive(), "<signal -4>");
}

TEST(DirectorSession, GarbageEndsTheConversation) {
  ClientWorld world;
  for (const std::string& garbage :
       {std::string(1, '\0'), std::string("\xff\xfe\xfd"), std::string(100'000, 'x'), std::string()}) {
    DirectorDouble director(world);
    EXPECT_EQ(director.ask(garbage), "2999 Invalid command\n");
  }
}

TEST(DirectorSession, OneJobMoreThanAllowedIsRefusedAndAnEstimateIsNot) {
  ClientWorld world;
  world.configuration.clients.front().maximum_concurrent_jobs = 1;
  DirectorDouble first(world), second(world), estimate(world);
  EXPECT_THAT(first.ask("JobId=1 Job=a.2026-11-22_21.51.04_03 SDid=1 SDtime=1 Authorization=dummy ssl=0\n"),
              HasSubstr("2000 OK Job"));
  EXPECT_EQ(second.ask("JobId=2 Job=b.2026-11-22_21.51.04_04 SDid=2 SDtime=1 Authorization=dummy ssl=0\n"),
            "2901 Bad Job\n");
  EXPECT_THAT(second.messages, Contains(HasSubstr("1 jobs run on this client already")));
  EXPECT_THAT(estimate.ask("JobId=0 Job=-Console-.x SDid=0 SDtime=0 Authorization=dummy\n"),
              HasSubstr("2000 OK Job"));
}

/// Commands that cannot be read, and what is answered.
struct BadCommand {
  const char* command;
  const char* answer;
};
const std::vector<BadCommand> bad_commands{
    {"JobId=99999999999 Job=x SDid=1 SDtime=1 Authorization=k\n", "2901 Bad Job\n"},
    {"JobId=1 Jab=x\n", "2901 Bad Job\n"},
    {"storage address=sd1 port=70000 ssl=0\n", "2902 Bad storage\n"},
    {"storage \n", "2902 Bad storage\n"},
    {"setauthorization Authorization=\n", "2902 Bad setauthorization\n"},
    {"backup FileIndex=0\n", "2902 Bad backup\n"},
    {"cancel nothing\n", "2902 Error scanning cancel command.\n"},
    {"cancel Job=unknown\n", "2901 Job unknown not found.\n"},
    {"setdebug=x\n", "2991 Bad setdebug command: setdebug=x\n"},
    {"setbandwidth=-5 Job=\n", "2991 Bad setbandwidth command: setbandwidth=-5 Job=\n"},
    {"verify level=wrong\n", "2994 Bad verify command: verify level=wrong\n"},
    {"estimate nothing\n", "2992 Bad estimate command.\n"},
    {"accurate nothing\n", "2991 Bad accurate command\n"},
    {"Run nothing\n", "2905 Failed RunScript\n"},
    {"restoreoptions delete=1 files=3\n", "2902 Bad restoreoptions\n"},  // what for, without a FileSet
    {"restoreobject nothing\n", "2909 Bad RestoreObject command.\n"},
};

TEST(DirectorSession, CommandsThatCannotBeReadAreAnsweredAsThePeerDoes) {
  ClientWorld world;
  for (const BadCommand& bad : bad_commands) {
    DirectorDouble director(world);
    EXPECT_EQ(director.ask(bad.command), bad.answer);
  }
}

TEST(DirectorSession, AMonitorMayOnlyAskForStatus) {
  ClientWorld world;
  world.configuration.directors.front().monitor = true;
  DirectorDouble director(world);
  EXPECT_EQ(director.ask(".status current"), "2000 OK .status\n");
  EXPECT_EQ(director.receive(), "<signal -1>");
  EXPECT_EQ(director.ask("JobId=1 Job=x SDid=0 SDtime=0 Authorization=dummy\n"),
            "2997 Invalid command for a Director with Monitor directive enabled.\n");
  EXPECT_EQ(director.receive(), "<signal -1>");
  EXPECT_EQ(director.receive(), "<signal -4>");
}

TEST(DirectorSession, AllowedJobCommandRefusesAllOthers) {
  ClientWorld world;
  world.files.put("/data/a", "1");
  world.configuration.clients.front().allowed_job_command = {"restore"};
  DirectorDouble director(world);
  director.start_job("/data");
  director.send("backup FileIndex=0\n");
  EXPECT_EQ(director.end_of_job().status, JobStatus::fatal);
  EXPECT_THAT(director.messages, Contains(HasSubstr("Illegal \"backup\" command not allowed")));
}

TEST(DirectorSession, TimesThatNoClockShowsFailTheJob) {
  ClientWorld world;
  for (const char* since : {"-1", "253402300800", "9223372036854775807"}) {
    DirectorDouble director(world);
    director.start_job("/data");
    director.send(fmt::format("level = since_utime {} mtime_only=0 prev_job=x\n", since));
    EXPECT_EQ(director.end_of_job().status, JobStatus::fatal);
    EXPECT_THAT(director.messages, Contains(HasSubstr("a time out of range")));
  }
  DirectorDouble director(world);
  director.start_job("/data");
  EXPECT_EQ(director.ask("level = since_utime 1795384262 mtime_only=0 prev_job=x\n"), "<signal -9>");
  director.send("btime 9223372036854775807\n");
  EXPECT_EQ(director.end_of_job().status, JobStatus::fatal);
}

TEST(DirectorSession, ABackupComesBackFromItsRecords) {
  ClientWorld world;
  world.files.put("/data/a", "one");
  world.files.put("/data/sub/b", std::string(300'000, 'b'));
  StorageDouble storage;
  world.storage.channels.push_back(storage.connect());
  {
    DirectorDouble director(world);
    director.start_job("/data");
    const auto end = director.backup();
    EXPECT_EQ(end.status, JobStatus::terminated);
    EXPECT_EQ(end.files, 4U);
    EXPECT_EQ(end.bytes, 300'003U);
    EXPECT_EQ(end.errors, 0U);
  }
  storage.wait();
  EXPECT_TRUE(storage.confirmed);
  EXPECT_TRUE(storage.terminated);

  world.storage.channels.push_back(storage.connect());
  DirectorDouble director(world);
  director.start_job("/data");
  const auto end = director.restore();
  EXPECT_EQ(end.status, JobStatus::terminated) << testing::PrintToString(director.messages);
  ASSERT_EQ(end.files, 4U);
  ASSERT_NE(world.restored.find("/restored/data/sub/b"), nullptr);
  EXPECT_EQ(world.restored.find("/restored/data/sub/b")->content.size(), 300'000U);
  EXPECT_EQ(as_text(world.restored.find("/restored/data/a")->content), "one");
  EXPECT_EQ(world.storage.goals.back().key, "another");
}

TEST(DirectorSession, ADirectorThatTakesItGetsTheProofOfWhatTheStorageGot) {
  using Speaks = DirectorDouble::Speaks;
  for (const Speaks speaks : {Speaks::bareos, Speaks::extensions}) {
    ClientWorld world;
    world.files.put("/data/a", "one");
    world.files.put("/data/sub/b", std::string(300'000, 'b'));
    StorageDouble storage;
    world.storage.channels.push_back(storage.connect());
    DirectorDouble director(world, speaks);
    director.start_job("/data");
    EXPECT_EQ(director.backup().status, JobStatus::terminated);
    storage.wait();
    stream::RecordTally tally;
    for (const auto& record : storage.records)
      tally.add(record.file_index, record.stream, as_bytes(record.data));
    const auto counts = tally.finish();
    ASSERT_EQ(director.proof.has_value(), speaks == Speaks::extensions);
    if (!director.proof) continue;
    EXPECT_EQ(director.proof->job, DirectorDouble::job);
    EXPECT_EQ(director.proof->files, 4U);
    EXPECT_EQ(director.proof->records, counts.records);
    EXPECT_EQ(director.proof->bytes, counts.bytes);
    EXPECT_EQ(director.proof->digest, counts.digest);
  }
}

TEST(DirectorSession, ABackupAfterAnEstimateReadsWhatPluginsOffer) {
  ClientWorld world;
  world.configuration.clients.front().plugin_directory = "/nowhere";
  StorageDouble storage;
  world.storage.channels.push_back(storage.connect());
  DirectorDouble director(world);
  director.start_job("/data");
  for (const char* line : {"fileset vss=1\n", "I\n", "O M\n", "N\n", "P bpipe:/x:echo hi:cat"})
    director.send(line);
  director.send(wire::Signal::end_of_data);
  EXPECT_EQ(director.receive(), wire::client::ok_file_set);
  EXPECT_EQ(director.ask("estimate listing=0"), "2000 OK estimate files=1 bytes=0\n");
  EXPECT_EQ(director.receive(), "<signal -1>");
  const auto end = director.backup();
  EXPECT_EQ(end.status, JobStatus::terminated);
  EXPECT_EQ(end.bytes, 3U);
  storage.wait();
}

TEST(DirectorSession, AFileThatCannotBeReadIsReportedAndTheRestGoesOn) {
  ClientWorld world;
  world.files.put("/data/a", "1");
  world.files.put("/data/secret", "2");
  world.files.put("/data/vanishes", "3");
  tree::FaultySource faulty(world.files, [&](tree::SourceCall call, const std::string& path) {
    if (call != tree::SourceCall::open_file) return std::error_code();
    if (path == "/data/secret") return std::make_error_code(std::errc::permission_denied);
    if (path == "/data/vanishes") return std::make_error_code(std::errc::no_such_file_or_directory);
    return std::error_code();
  });
  world.source = &faulty;
  StorageDouble storage;
  world.storage.channels.push_back(storage.connect());
  DirectorDouble director(world);
  director.start_job("/data");
  const auto end = director.backup();
  EXPECT_EQ(end.status, JobStatus::terminated);
  EXPECT_EQ(end.files, 2U);
  EXPECT_EQ(end.errors, 2U);
  EXPECT_THAT(director.messages, Contains(HasSubstr("/data/secret")));
  EXPECT_THAT(director.messages, Contains(HasSubstr("/data/vanishes")));
  storage.wait();
  EXPECT_TRUE(storage.confirmed);
}

TEST(DirectorSession, WhatTheStorageDaemonDoesNotConfirmIsNoBackup) {
  for (const auto mood : {StorageDouble::Mood::refuses_data, StorageDouble::Mood::hangs_up_on_data}) {
    ClientWorld world;
    world.files.put("/data/a", std::string(5'000'000, 'a'));
    StorageDouble storage(mood);
    world.storage.channels.push_back(storage.connect());
    DirectorDouble director(world);
    director.start_job("/data");
    EXPECT_EQ(director.backup().status, JobStatus::fatal);
    EXPECT_THAT(director.messages, Contains(HasSubstr("Storage daemon")));
  }
}

TEST(DirectorSession, AStorageDaemonThatCannotBeReachedFailsTheJob) {
  ClientWorld world;
  world.files.put("/data/a", "1");
  DirectorDouble director(world);
  director.start_job("/data");
  EXPECT_EQ(director.ask("storage address=127.0.0.1 port=9103 ssl=0\n"), "2902 Bad storage\n");
  EXPECT_EQ(director.end_of_job().status, JobStatus::fatal);
  EXPECT_THAT(director.messages,
              Contains(HasSubstr("Failed to connect to Storage daemon: 127.0.0.1:9103: ")));
}

TEST(DirectorSession, ACancelledBackupEndsWithoutAnEndMark) {
  ClientWorld world;
  world.files.put("/data/a", "1");
  StorageDouble storage(StorageDouble::Mood::says_nothing_more);
  world.storage.channels.push_back(storage.connect());
  DirectorDouble director(world);
  director.start_job("/data");
  EXPECT_EQ(director.ask("storage address=127.0.0.1 port=9103 ssl=0\n"), "2000 OK storage\n");
  EXPECT_EQ(director.ask("backup FileIndex=0\n"), "2000 OK backup\n");

  DirectorDouble second(world);
  EXPECT_EQ(second.ask(fmt::format("cancel Job={}\n", DirectorDouble::job)),
            fmt::format("2001 Job {} marked to be canceled.\n", DirectorDouble::job));
  EXPECT_EQ(second.receive(), "<signal -1>");
  EXPECT_EQ(director.end_of_job().status, JobStatus::cancelled);
  storage.wait();
  EXPECT_FALSE(storage.terminated);
  EXPECT_FALSE(storage.confirmed);
}

TEST(DirectorSession, NothingIsSavedWithoutTheKeysForTheEncryptionThatWasAskedFor) {
  ClientWorld world;
  world.files.put("/data/a", "1");
  for (const char* options : {"MEfHAX", "MEa1HAX", "MHAX"}) {
    world.configuration.clients.front().pki_encryption = std::string_view(options) == "MHAX";
    StorageDouble storage;
    world.storage.channels.push_back(storage.connect());
    DirectorDouble director(world);
    director.start_job("/data", options);
    EXPECT_EQ(director.ask("storage address=127.0.0.1 port=9103 ssl=0\n"), "2000 OK storage\n");
    director.send("backup FileIndex=0\n");
    EXPECT_EQ(director.end_of_job().status, JobStatus::fatal);
    EXPECT_THAT(director.messages, Contains(HasSubstr("nothing was saved")));
    EXPECT_TRUE(storage.records.empty());
  }
}

TEST(DirectorSession, AnUnknownReplaceRuleRestoresNothing) {
  ClientWorld world;
  StorageDouble storage;
  world.storage.channels.push_back(storage.connect());
  DirectorDouble director(world);
  director.start_job("/data");
  EXPECT_EQ(director.ask("storage address=127.0.0.1 port=9103 ssl=0 Authorization=k\n"), "2000 OK storage\n");
  EXPECT_EQ(director.ask("restore replace=x prelinks=0 where=\n"), "2000 OK restore\n");
  EXPECT_EQ(director.end_of_job().status, JobStatus::fatal);
}

TEST(DirectorSession, ACancelledJobTakesNoMoreCommands) {
  ClientWorld world;
  DirectorDouble director(world);
  director.start_job("/data");
  DirectorDouble second(world);
  second.ask(fmt::format("cancel Job={}\n", DirectorDouble::job));
  director.send("getSecureEraseCmd\n");
  EXPECT_EQ(director.end_of_job().status, JobStatus::cancelled);
}

TEST(DirectorSession, ABeforeScriptThatFailsEndsTheJob) {
  ClientWorld world;
  DirectorDouble director(world);
  director.start_job("/data");
  EXPECT_EQ(director.ask("Run OnSuccess=1 OnFailure=0 AbortOnError=1 When=2 Command=/bin/false\n"),
            "2000 OK RunScript\n");
  EXPECT_EQ(director.ask("Run OnSuccess=0 OnFailure=1 AbortOnError=0 When=1 Command=/bin/echo\x01%e\n"),
            "2000 OK RunScript\n");
  EXPECT_EQ(director.ask("RunBeforeNow\n"), "2905 Failed RunScript\n");
  EXPECT_EQ(director.end_of_job().status, JobStatus::fatal);
  EXPECT_THAT(director.messages, Contains(HasSubstr("ClientBeforeJob returned non-zero status=1")));
  EXPECT_THAT(director.messages, Contains(HasSubstr("ClientAfterJob: Fatal Error")));
}

TEST(DirectorSession, AnAfterScriptThatHangsEndsWithItsJob) {
  ClientWorld world;
  DirectorDouble director(world);
  director.start_job("/data");
  director.ask("Run OnSuccess=1 OnFailure=0 AbortOnError=1 When=2 Command=/bin/false\n");
  const std::string started = testing::TempDir() + "holdfast-script-" + std::to_string(os::process_id());
  const std::string script = replace_all("sh -c 'touch " + started + "; sleep 1000'", " ", "\x01");
  director.ask("Run OnSuccess=0 OnFailure=1 AbortOnError=0 When=1 Command=" + script + "\n");
  EXPECT_EQ(director.ask("RunBeforeNow\n"), "2905 Failed RunScript\n");
  while (!std::filesystem::remove(started)) std::this_thread::yield();
  DirectorDouble second(world);
  second.ask(fmt::format("cancel Job={}\n", DirectorDouble::job));
  EXPECT_EQ(director.end_of_job().status, JobStatus::fatal);
}

TEST(DirectorSession, DebugAndBandwidthAreKept) {
  ClientWorld world;
  DirectorDouble director(world);
  EXPECT_EQ(director.ask("setdebug=100 trace=1 hangup=-1 timestamp=1\n"),
            "2000 OK setdebug=100 trace=1 hangup=-1 timestamp=1 tracefile=/var/lib/bareos/lab-fd.trace\n");
  EXPECT_EQ(director.ask("setbandwidth=1000000 Job=\n"), "2000 OK Bandwidth\n");
  EXPECT_EQ(world.tunable.debug_level, 100);
  EXPECT_EQ(world.tunable.bandwidth, 1'000'000);
}

}  // namespace
}  // namespace holdfast::client
