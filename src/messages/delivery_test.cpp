// SPDX-License-Identifier: AGPL-3.0-or-later
#include "messages/delivery.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>

#include "base/text.h"
#include "messages/daemon_messages.h"
#include "messages/local_messages.h"
#include "testing/base/manual_clock.h"
#include "testing/messages/outlets_world.h"
#include "testing/messages/scripted_server.h"

namespace holdfast::messages {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;
using testing_support::quick_outlets;
using testing_support::Reports;
using testing_support::ScratchFolder;
using testing_support::ScriptedServer;
using Kind = config::MessageDestination::Kind;
using Ended = Delivery::Ended;

constexpr std::chrono::sys_seconds when{std::chrono::seconds(1'795'384'264)};

class Deliveries : public testing::Test {
 protected:
  Deliveries() : settings_(quick_outlets(folder_)) {
    setenv("TZ", "UTC", 1);
    tzset();
    resource_.name = "Standard";
  }

  config::MessageDestination& to(Kind kind, std::string where = "", std::string command = "") {
    auto& destination = resource_.destinations.emplace_back();
    destination.kind = kind;
    destination.where = std::move(where);
    destination.command = std::move(command);
    destination.classes.set();
    return destination;
  }
  /// What is sent has been sent when it returns, and `reports` were made.
  void in_a_job(Ended how, const std::function<void(Delivery&)>& work = say_hello, std::size_t reports = 0) {
    Outlets outlets(settings_);
    outlets.start(reports_.taker());
    Delivery delivery(&resource_, outlets, "%d-%b %H:%M", {});
    delivery.collect_mail("job.1");
    work(delivery);
    delivery.close(how);
    reports_.wait_for(reports);
  }
  static void say_hello(Delivery& delivery) { say(delivery, "dir JobId 7: hello\n"); }
  static void say(Delivery& delivery, std::string_view text, MessageType type = MessageType::info) {
    delivery.deliver({.type = type, .time = when, .text = text, .job = JobId(7)});
  }
  /// A command that puts what it is given into a file.
  std::string into(const std::string& name) const { return "sh -c 'cat >> " + folder_.path(name) + "'"; }

  ScratchFolder folder_;
  OutletSettings settings_;
  config::Messages resource_;
  Reports reports_;
};

TEST_F(Deliveries, OneMailOfAJobHoldsAllItsMessages) {
  to(Kind::mail, "root", into("sent"));
  in_a_job(Ended::well, [](Delivery& delivery) {
    say(delivery, "dir JobId 7: one\n");
    say(delivery, "dir JobId 7: two\n");
  });
  EXPECT_EQ(folder_.read("sent"), "22-Nov 21:51 dir JobId 7: one\n22-Nov 21:51 dir JobId 7: two\n");
  EXPECT_THAT(folder_.names(), ElementsAre("sent"));
}

TEST_F(Deliveries, TheEndOfTheJobDecidesWhichMailIsSent) {
  to(Kind::mail, "a", into("always"));
  to(Kind::mail_on_error, "b", into("on-error"));
  to(Kind::mail_on_success, "c", into("on-success"));
  in_a_job(Ended::well);
  EXPECT_THAT(folder_.names(), ElementsAre("always", "on-success"));
  in_a_job(Ended::badly);
  EXPECT_THAT(folder_.names(), ElementsAre("always", "on-error", "on-success"));
  EXPECT_EQ(folder_.read("always"), "22-Nov 21:51 dir JobId 7: hello\n22-Nov 21:51 dir JobId 7: hello\n");
}

TEST_F(Deliveries, AJobWithoutMessagesSendsNoMail) {
  to(Kind::mail, "root", into("sent"));
  in_a_job(Ended::well, [](Delivery&) {});
  EXPECT_THAT(folder_.names(), IsEmpty());
}

TEST_F(Deliveries, CodesOfTheMailCommandAreThoseAtTheEnd) {
  to(Kind::mail, "root ops",
     "sh -c 'cat > " + folder_.path("%e-%j") + "; echo %r >> " + folder_.path("to") + "'");
  in_a_job(Ended::well, [](Delivery& delivery) {
    say_hello(delivery);
    delivery.use_codes([](std::string_view text, std::string_view recipients) {
      std::string expanded = replace_all(std::string(text), "%e", "OK");
      return replace_all(replace_all(expanded, "%j", "job.1"), "%r", recipients);
    });
  });
  EXPECT_THAT(folder_.names(), ElementsAre("OK-job.1", "to"));
  EXPECT_EQ(folder_.read("to"), "root ops\n");
}

TEST_F(Deliveries, TheTextLiesOnDiskWhileTheJobRuns) {
  to(Kind::mail, "root", into("sent"));
  in_a_job(Ended::well, [&](Delivery& delivery) {
    say_hello(delivery);
    EXPECT_THAT(folder_.names(), ElementsAre("dir.job.1.1.mail", "dir.job.1.1.mail.envelope"));
    EXPECT_EQ(folder_.read("dir.job.1.1.mail"), "22-Nov 21:51 dir JobId 7: hello\n");
  });
}

TEST_F(Deliveries, MailLeftByACrashIsSentAtTheNextStart) {
  to(Kind::mail_on_error, "root", into("sent-%n"));
  to(Kind::mail_on_success, "root", into("success"));
  Outlets* crashed = new Outlets(settings_);
  auto* delivery = new Delivery(&resource_, *crashed, "%H:%M", {});
  delivery->collect_mail("job.2026-11-22_21.51.04_03");
  say_hello(*delivery);
  // Neither is ever destroyed: as if the process had ended here.
  static auto* const kept_for_the_leak_checker = new std::vector<std::pair<Outlets*, Delivery*>>;
  kept_for_the_leak_checker->emplace_back(crashed, delivery);
  {
    Outlets outlets(settings_);
    outlets.start(reports_.taker());
  }
  EXPECT_THAT(folder_.names(), ElementsAre("sent-job"));
  EXPECT_THAT(reports_.all(), ElementsAre(HasSubstr("left by an earlier run, is sent now")));
}

TEST_F(Deliveries, AMailCommandThatFailsIsReportedAndTheTextStays) {
  to(Kind::mail, "root", "sh -c 'echo no such user; exit 3'");
  in_a_job(Ended::well, say_hello, 2);
  EXPECT_THAT(
      reports_.all(),
      ElementsAre(
          AllOf(HasSubstr("The mail about job job.1 to root could not be sent: Child exited with code 3"),
                HasSubstr("no such user"), HasSubstr("tried again")),
          HasSubstr("Given up after 2 attempts")));
  EXPECT_THAT(folder_.names(), Contains("dir.job.1.1.mail"));
}

TEST_F(Deliveries, AMailCommandThatHangsIsEnded) {
  settings_.mail.command_limit = std::chrono::milliseconds(20);
  settings_.mail.pauses.clear();
  to(Kind::mail, "root", "sleep 100");
  in_a_job(Ended::well);
  EXPECT_THAT(reports_.all(), ElementsAre(HasSubstr("took longer than")));
}

TEST_F(Deliveries, AnAttemptThatSucceedsLaterIsTold) {
  to(Kind::mail, "root",
     "sh -c 'test -e " + folder_.path("ready") + " || { touch " + folder_.path("ready") + "; exit 1; }'");
  Outlets outlets(settings_);
  outlets.start(reports_.taker());
  Delivery delivery(&resource_, outlets, "%H:%M", {});
  delivery.collect_mail("job.1");
  say_hello(delivery);
  delivery.close(Ended::well);
  EXPECT_THAT(reports_.wait_for(2),
              ElementsAre(HasSubstr("could not be sent"), HasSubstr("sent at attempt 2")));
  EXPECT_THAT(folder_.names(), ElementsAre("ready"));
}

TEST_F(Deliveries, TheEndOfTheDaemonDoesNotWaitForACommandThatHangs) {
  settings_.patience = std::chrono::milliseconds(1);
  settings_.mail.grace = std::chrono::milliseconds(1);
  settings_.mail.command_limit = std::chrono::hours(1);
  to(Kind::mail, "root", "sleep 1000");
  in_a_job(Ended::well);
  EXPECT_THAT(folder_.names(), Contains("dir.job.1.1.mail")) << "it is sent at the next start";
}

TEST_F(Deliveries, MailGoesThroughAServerWhereTheResourceNamesOne) {
  ScriptedServer server(ScriptedServer::Speaks::smtp, "250 taken");
  settings_.mail.route = [&](const std::string& resource) {
    EXPECT_EQ(resource, "Standard");
    return MailRoute{{server.url("smtp"), "", ""}, "backup@example.org"};
  };
  to(Kind::mail, "root@example.org ops@example.org");
  in_a_job(Ended::well, [](Delivery& delivery) { say(delivery, "first\n.\nlast\n"); });
  const auto mails = server.received(1);
  ASSERT_THAT(mails, SizeIs(1));
  EXPECT_THAT(mails[0], HasSubstr("MAIL FROM:<backup@example.org>"));
  EXPECT_THAT(mails[0], HasSubstr("RCPT TO:<ops@example.org>"));
  EXPECT_THAT(mails[0], HasSubstr("\r\nTo: root@example.org, ops@example.org\r\n"));
  EXPECT_THAT(mails[0], HasSubstr("\r\nSubject: Holdfast: "));
  EXPECT_THAT(mails[0], HasSubstr("first\r\n..\r\nlast\r\n")) << "a dot alone would end the mail";
  EXPECT_THAT(reports_.all(), IsEmpty());
}

TEST_F(Deliveries, AMailServerThatRefusesForGoodIsNotAskedAgain) {
  ScriptedServer server(ScriptedServer::Speaks::smtp, "554 we do not like you");
  settings_.mail.route = [&](const std::string&) { return MailRoute{{server.url("smtp"), "", ""}, ""}; };
  to(Kind::mail, "root@example.org");
  in_a_job(Ended::well);
  EXPECT_THAT(server.received(1), SizeIs(1));
  EXPECT_THAT(reports_.all(), ElementsAre(AllOf(HasSubstr("554"), HasSubstr("Given up after 1 attempt;"))));
}

TEST_F(Deliveries, ARecipientWhomTheServerRefusesKeepsTheMailFromNobodyElse) {
  ScriptedServer server(ScriptedServer::Speaks::smtp, "250 taken");
  server.refuse_recipient("gone@example.org");
  settings_.mail.route = [&](const std::string&) { return MailRoute{{server.url("smtp"), "", ""}, ""}; };
  to(Kind::mail, "root@example.org gone@example.org ops@example.org");
  in_a_job(Ended::well);
  const auto mails = server.received(2);
  ASSERT_THAT(mails, SizeIs(2));
  EXPECT_THAT(mails[0], HasSubstr("RCPT TO:<root@example.org>"));
  EXPECT_THAT(mails[1], HasSubstr("RCPT TO:<ops@example.org>"));
  EXPECT_THAT(reports_.all(), ElementsAre(AllOf(HasSubstr("to gone@example.org could not be sent"),
                                                HasSubstr("550 no such user"), HasSubstr("Given up"))));
  server.refuse_recipient("");
  Outlets outlets(settings_);
  outlets.start(reports_.taker());
  const auto all = server.received(3);
  ASSERT_THAT(all, SizeIs(3));
  EXPECT_THAT(all[2], AllOf(HasSubstr("RCPT TO:<gone@example.org>"), Not(HasSubstr("RCPT TO:<root"))))
      << "who has the mail does not get it again";
}

TEST_F(Deliveries, AMailServerThatIsBusyIsAskedAgain) {
  ScriptedServer server(ScriptedServer::Speaks::smtp, "451 later");
  settings_.mail.route = [&](const std::string&) { return MailRoute{{server.url("smtp"), "", ""}, ""}; };
  to(Kind::mail, "root@example.org");
  in_a_job(Ended::well, say_hello, 2);
  EXPECT_THAT(server.received(2), SizeIs(2));
  EXPECT_THAT(reports_.all(), ElementsAre(HasSubstr("451 later"), HasSubstr("Given up after 2 attempts")));
}

TEST_F(Deliveries, AMailServerThatSaysNothingIsLeftAlone) {
  ScriptedServer server(ScriptedServer::Speaks::nothing, "");
  settings_.mail.server_limit = std::chrono::milliseconds(50);
  settings_.mail.pauses.clear();
  settings_.mail.route = [&](const std::string&) { return MailRoute{{server.url("smtp"), "", ""}, ""}; };
  to(Kind::mail, "root@example.org");
  in_a_job(Ended::well);
  EXPECT_THAT(reports_.all(), ElementsAre(HasSubstr("Given up")));
}

TEST_F(Deliveries, OperatorsHearOfEachMessageAtOnce) {
  to(Kind::operator_command, "ops", "sh -c 'cat >> " + folder_.path("%r") + "'");
  in_a_job(Ended::well, [](Delivery& delivery) {
    say(delivery, "one\n");
    say(delivery, "two\n");
  });
  EXPECT_EQ(folder_.read("ops"), "22-Nov 21:51 one\n22-Nov 21:51 two\n");
}

TEST_F(Deliveries, AnOperatorCommandThatCannotRunIsReportedWithTheMessage) {
  to(Kind::operator_command, "ops", "/nowhere/pager");
  in_a_job(Ended::well, [](Delivery& delivery) { say(delivery, "tape please\n"); });
  EXPECT_THAT(reports_.all(), ElementsAre(AllOf(HasSubstr("No such file"), HasSubstr("tape please"))));
}

TEST_F(Deliveries, AFileThatWasMovedIsBegunAgain) {
  to(Kind::append, folder_.path("log"));
  in_a_job(Ended::well, [&](Delivery& delivery) {
    say(delivery, "before\n");
    std::filesystem::rename(folder_.path("log"), folder_.path("log.1"));
    say(delivery, "after\n");
  });
  EXPECT_EQ(folder_.read("log.1"), "22-Nov 21:51 before\n");
  EXPECT_EQ(folder_.read("log"), "22-Nov 21:51 after\n");
}

TEST_F(Deliveries, AFileThatCannotBeWrittenIsComplainedAboutOnce) {
  to(Kind::append, folder_.path("no/such/folder"));
  in_a_job(Ended::well, [](Delivery& delivery) {
    say(delivery, "one\n");
    say(delivery, "two\n");
  });
  EXPECT_THAT(reports_.all(), ElementsAre(HasSubstr("Messages are lost for the file")));
}

TEST_F(Deliveries, AMissingSystemLogIsComplainedAboutOnce) {
  to(Kind::syslog, "daemon");
  in_a_job(Ended::well, [](Delivery& delivery) {
    say(delivery, "one\n");
    say(delivery, "two\n");
  });
  EXPECT_THAT(reports_.all(), ElementsAre(HasSubstr("nobody takes them")));
}

TEST_F(Deliveries, EachDestinationHasItsOwnTimestamp) {
  to(Kind::append, folder_.path("a")).timestamp_format = "%Y";
  to(Kind::append, folder_.path("b"));
  in_a_job(Ended::well, [](Delivery& delivery) { say(delivery, "x\n"); });
  EXPECT_EQ(folder_.read("a"), "2026 x\n");
  EXPECT_EQ(folder_.read("b"), "22-Nov 21:51 x\n");
}

TEST_F(Deliveries, AWebhookGetsMessagesAsJson) {
  ScriptedServer server(ScriptedServer::Speaks::http, "200 OK");
  to(Kind::webhook, server.url("http") + "/hook");
  in_a_job(Ended::well, [](Delivery& delivery) { say(delivery, "bad \"thing\"\n", MessageType::error); });
  EXPECT_THAT(
      server.received(1),
      ElementsAre(
          "{\"schema\":\"holdfast.messages.1\",\"daemon\":\"dir\",\"lost\":0,\"messages\":["
          "{\"time\":\"2026-11-22T21:51:04Z\",\"class\":\"error\",\"job\":{\"id\":7,\"name\":\"job.1\"},"
          "\"text\":\"bad \\\"thing\\\"\\n\"}]}"));
}

TEST_F(Deliveries, AWebhookThatFailsIsTriedAgainAndThenReported) {
  ScriptedServer server(ScriptedServer::Speaks::http, "503 Busy");
  to(Kind::webhook, server.url("http") + "/secret");
  in_a_job(Ended::well);
  EXPECT_THAT(server.received(3), SizeIs(3));
  EXPECT_THAT(reports_.all(),
              ElementsAre(AllOf(HasSubstr("1 of 1 messages did not reach the webhook http://127.0.0.1"),
                                HasSubstr("503"), Not(HasSubstr("secret")))));
}

TEST_F(Deliveries, AWebhookThatCannotBeReachedDelaysNobody) {
  settings_.patience = std::chrono::milliseconds(1);
  to(Kind::webhook, "https://127.0.0.1:9/");
  in_a_job(Ended::well);
  EXPECT_THAT(reports_.all(), ElementsAre(HasSubstr("1 of 1 messages did not reach the webhook")));
}

TEST_F(Deliveries, AFullQueueOfAWebhookLosesMessagesAndSaysHowMany) {
  ScriptedServer server(ScriptedServer::Speaks::nothing, "");
  settings_.patience = std::chrono::milliseconds(1);
  settings_.webhook.longest_queue = 3;
  settings_.webhook.largest_post = 1;
  to(Kind::webhook, server.url("http"));
  in_a_job(Ended::well, [](Delivery& delivery) {
    for (int i = 0; i < 10; ++i) say(delivery, "x\n");
  });
  std::size_t lost = 0;
  for (const auto& text : reports_.all()) lost += static_cast<std::size_t>(std::stoul(text));
  EXPECT_EQ(lost, 10U);
}

TEST_F(Deliveries, AMailThatGrowsTooLongSaysWhatItLacks) {
  to(Kind::mail, "root", into("sent"));
  in_a_job(Ended::well, [](Delivery& delivery) {
    const std::string much(largest_mail - 100, 'x');
    say(delivery, much + "\n");
    say(delivery, much + "\n");
    say(delivery, "small\n");
  });
  const std::string sent = folder_.read("sent");
  EXPECT_LT(sent.size(), largest_mail + 200);
  EXPECT_THAT(sent.substr(sent.size() - 200), HasSubstr("more bytes of messages found no room"));
  EXPECT_THAT(sent.substr(sent.size() - 200), HasSubstr("small"));
}

TEST_F(Deliveries, WhatTellsOfDeliveriesIsNotSentTheSameWay) {
  to(Kind::mail, "root", into("sent"));
  to(Kind::append, folder_.path("log"));
  in_a_job(Ended::well, [](Delivery& delivery) {
    delivery.deliver({.time = when, .text = "mail failed\n", .job = {}, .is_about_delivery = true});
  });
  EXPECT_THAT(folder_.names(), ElementsAre("log"));
}

TEST_F(Deliveries, MessagesOfTheDaemonAreMailedTogetherAfterAWhile) {
  to(Kind::mail, "root", into("sent"));
  testing_support::ManualClock clock;
  {
    Outlets outlets(settings_);
    outlets.start(reports_.taker());
    DaemonMessages daemon(clock, "dir", outlets, {}, std::chrono::hours(1));
    daemon.use(&resource_, "%H:%M", nullptr);
    daemon.add(MessageType::warning, "one\n");
    daemon.add(MessageType::info, "two\n");
    EXPECT_THAT(folder_.names(), Contains("dir.daemon.1.mail"));
  }
  EXPECT_EQ(folder_.read("sent"), "21:51 dir: Warning: one\n21:51 dir: two\n");
}

TEST_F(Deliveries, JobsOfOtherDaemonsReachFilesAndMailAndLeaveTheDirectorToItsConversation) {
  to(Kind::mail_on_error, "root", into("failed-%n"));
  to(Kind::append, folder_.path("log"));
  to(Kind::director, "dir").classes.reset();
  testing_support::ManualClock clock;
  {
    LocalMessages local(clock, settings_, &resource_, "%H:%M");
    LocalMessages::Job good(local, JobId(1), "good.2026-11-22_21.51.04_03");
    good.deliver(MessageType::info, "fd JobId 1: fine\n");
    good.end(true);
    LocalMessages::Job bad(local, JobId(2), "bad.2026-11-22_21.51.04_04");
    bad.deliver(MessageType::error, "fd JobId 2: broken\n");
    local.add(MessageType::security, "who is that\n");
  }
  EXPECT_THAT(folder_.names(), testing::IsSupersetOf({"failed-bad", "log"}));
  EXPECT_THAT(folder_.names(), Not(Contains("failed-good")));
  EXPECT_EQ(folder_.read("log"),
            "21:51 fd JobId 1: fine\n21:51 fd JobId 2: broken\n21:51 dir: Security violation: who is that\n");
}

TEST(Envelope, ThatIsDamagedIsNone) {
  Envelope envelope;
  envelope.job = "j";
  envelope.recipients = "root \"x\"";
  const std::string text = envelope.encode();
  EXPECT_EQ(Envelope::decode(text)->recipients, envelope.recipients);
  for (std::size_t length = 0; length + 2 < text.size(); ++length)
    EXPECT_FALSE(Envelope::decode(text.substr(0, length))) << length;
}

TEST(MailText, HoldsNoHeaderThatSomebodySmuggledIn) {
  Envelope envelope;
  envelope.subject = "x\r\nBcc: everybody";
  envelope.recipients = "a  b";
  const std::string text = mail_text(envelope, "me", std::string(2000, 'y') + "\nend", "now", "id");
  EXPECT_THAT(text, HasSubstr("Subject: x  Bcc: everybody\r\n"));
  EXPECT_THAT(text, HasSubstr("To: a, b\r\n"));
  EXPECT_THAT(text, EndsWith("\r\nend\r\n"));
  EXPECT_EQ(text.find(std::string(1000, 'y')), std::string::npos) << "lines are cut";
}

TEST(WebhookAddress, IsShownWithoutWhatMayBeASecret) {
  EXPECT_EQ(without_path("https://hooks.example.org/T00/secret"), "https://hooks.example.org/...");
  EXPECT_EQ(without_path("https://user:password@example.org"), "https://example.org");
  EXPECT_EQ(without_path("nonsense"), "(no address)");
}

}  // namespace
}  // namespace holdfast::messages
