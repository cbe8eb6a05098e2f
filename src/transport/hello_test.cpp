// SPDX-License-Identifier: AGPL-3.0-or-later
#include "transport/hello.h"

#include "base/error.h"
#include "testing/base/thrown.h"
#include "transport/tls_negotiation.h"

namespace holdfast::transport {
namespace {

using testing_support::thrown_kind;

TEST(ReadHello, KnowsEveryConversation) {
  const auto conversation = [](Role role, std::string_view text) {
    return read_hello(role, text).conversation;
  };
  EXPECT_EQ(conversation(Role::director, "Hello *UserAgent* calling version 25.1.0\n"),
            Conversation::console);
  EXPECT_EQ(conversation(Role::director, "Hello Client fd FdProtocolVersion=54 calling\n"),
            Conversation::client);
  EXPECT_EQ(conversation(Role::storage, "Hello Director dir calling\n"), Conversation::director);
  EXPECT_EQ(conversation(Role::storage, "Hello Start Job job.2026_01\n"), Conversation::job_from_client);
  EXPECT_EQ(conversation(Role::storage, "Hello Start Storage Job job.2026_01\n"),
            Conversation::job_between_storages);
  EXPECT_EQ(conversation(Role::client, "Hello Director dir calling\n"), Conversation::director);
  EXPECT_EQ(conversation(Role::client, "Hello Storage calling Start Job job.2026_01\n"),
            Conversation::job_from_storage);
}

TEST(ReadHello, GivesNamesTheirSpacesBack) {
  EXPECT_EQ(read_hello(Role::client,
                       "Hello Director my\x01own\x01"
                       "dir calling\n")
                .name,
            "my own dir");
  EXPECT_EQ(read_hello(Role::director, "Hello an\x01operator calling version 25.1.0\n").name, "an operator");
}

TEST(ReadHello, ReadsVersions) {
  const auto version = [](const std::string& tail) {
    return read_hello(Role::director, "Hello console calling" + tail + "\n").console_version;
  };
  EXPECT_EQ(version(" version 25.1.0"), 2501);
  EXPECT_EQ(version(" version 25.1.0~pre12.abcdef"), 2501);
  EXPECT_EQ(version(" version 18.2.4rc1"), 1802);
  EXPECT_EQ(version(" version 17.2"), 1702);
  for (const char* none :
       {"", " version x", " version 25", " version 99999999999.1", " version 25.x", " version ."}) {
    EXPECT_EQ(version(none), 0) << none;
  }
}

TEST(ReadHello, ClientsMayLeaveOutTheirProtocolVersion) {
  EXPECT_EQ(read_hello(Role::director, "Hello Client fd FdProtocolVersion=54 calling\n").protocol_version,
            54);
  EXPECT_EQ(read_hello(Role::director, "Hello Client fd calling\n").protocol_version, 0);
}

TEST(ReadHello, RefusesTextsOfTheWrongLength) {
  const auto kind = [](Role role, std::size_t size) {
    std::string text = "Hello Director ";
    text.resize(size, 'x');
    return thrown_kind([&] { read_hello(role, text); });
  };
  EXPECT_EQ(kind(Role::director, 14), ErrorKind::invalid);
  EXPECT_EQ(kind(Role::director, 154), ErrorKind::invalid);
  EXPECT_EQ(kind(Role::storage, 24), ErrorKind::invalid);
  EXPECT_EQ(kind(Role::storage, 159), ErrorKind::invalid);
  EXPECT_EQ(kind(Role::client, 501), ErrorKind::invalid);
}

TEST(ReadHello, FailsForEveryPrefixThatLosesTheName) {
  const std::string whole = "Hello Storage calling Start Job job.2026-11-22_21.51.48_22\n";
  for (std::size_t size = 0; size <= std::string_view("Hello Storage calling Start Job ").size(); ++size) {
    EXPECT_EQ(thrown_kind([&] { read_hello(Role::client, whole.substr(0, size)); }), ErrorKind::invalid)
        << size;
  }
}

TEST(TlsIdentity, HasTheBytesOfTheChapter) {
  EXPECT_EQ(tls_identity(Conversation::console, "*UserAgent*"), "R_CONSOLE\x1e*UserAgent*");
  EXPECT_EQ(tls_identity(Conversation::director, "my dir"), "R_DIRECTOR\x1emy dir");
  EXPECT_EQ(tls_identity(Conversation::client, "fd"),
            "R_CLIENT\x1e"
            "fd");
  for (const auto job :
       {Conversation::job_from_client, Conversation::job_from_storage, Conversation::job_between_storages}) {
    EXPECT_EQ(tls_identity(job, "job.1"), "R_JOB\x1ejob.1");
  }
}

TEST(TlsIdentity, IsLookedUpOnlyByWhomItIsFor) {
  EXPECT_EQ(read_tls_identity(Role::storage,
                              "R_DIRECTOR\x1e"
                              "dir")
                ->name,
            "dir");
  EXPECT_EQ(read_tls_identity(Role::director,
                              "R_CLIENT\x1e"
                              "fd")
                ->conversation,
            Conversation::client);
  EXPECT_FALSE(read_tls_identity(Role::director,
                                 "R_DIRECTOR\x1e"
                                 "dir"));
  EXPECT_FALSE(read_tls_identity(Role::storage, "R_STORAGE\x1esd"));
  EXPECT_FALSE(read_tls_identity(Role::storage, "R_DIRECTOR"));
  EXPECT_FALSE(read_tls_identity(Role::storage, ""));
}

TEST(QualifiedName, SaysWhoAsks) {
  Introduction who;
  who.name = "lab-sd";
  who.conversation = Conversation::job_from_storage;
  EXPECT_EQ(qualified_name(who), "File daemon");
  who.conversation = Conversation::job_between_storages;
  EXPECT_EQ(qualified_name(who), "R_STORAGE::lab-sd");
  EXPECT_EQ(qualified_name(Role::client, "lab-fd"), "R_CLIENT::lab-fd");
}

TEST(Agree, IsTheTableOfTheChapter) {
  using enum Agreement;
  struct Row {
    TlsPolicy own;
    Agreement with[3];
  };
  const Row rows[] = {{TlsPolicy::none, {cleartext, cleartext, none}},
                      {TlsPolicy::allowed, {cleartext, tls, tls}},
                      {TlsPolicy::required, {none, tls, tls}}};
  for (const Row& row : rows) {
    for (unsigned remote = 0; remote < 3; ++remote) EXPECT_EQ(agree(row.own, remote), row.with[remote]);
    EXPECT_EQ(agree(row.own, std::nullopt), tls);
  }
}

}  // namespace
}  // namespace holdfast::transport
