// SPDX-License-Identifier: AGPL-3.0-or-later
#include "net/plain_mail.h"

#include <gtest/gtest.h>

#include <sstream>

namespace holdfast::net {
namespace {

PlainMail mail(const std::string& subject) {
  PlainMail made;
  made.from = "(Bareos) <dir@example.com>";
  made.to = {"a@b", "C <c@d>"};
  made.subject = subject;
  made.date = "Tue, 24 Nov 2026 08:00:00 +0000 (UTC)";
  return made;
}

TEST(PlainMail, HeadersStandInTheirOrder) {
  EXPECT_EQ(
      mail_headers(mail("Backup OK  ")),
      "From: (Bareos) <dir@example.com>\r\nSubject: Backup OK\r\nTo: a@b, C <c@d>\r\nMIME-Version: 1.0\r\n"
      "Content-Type: text/plain; charset=us-ascii\r\nContent-Transfer-Encoding: 7bit\r\n"
      "Date: Tue, 24 Nov 2026 08:00:00 +0000 (UTC)\r\n\r\n");
  PlainMail full = mail("s");
  full.reply_to = "r@s";
  full.copy_to = "t@u";
  full.is_utf8 = true;
  EXPECT_EQ(
      mail_headers(full),
      "From: (Bareos) <dir@example.com>\r\nSubject: s\r\nReply-To: r@s\r\nTo: a@b, C <c@d>\r\nCc: t@u\r\n"
      "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n"
      "Date: Tue, 24 Nov 2026 08:00:00 +0000 (UTC)\r\n\r\n");
}

TEST(PlainMail, NoValueAddsHeaders) {
  EXPECT_EQ(mail_headers(mail("a\r\nBcc: x@y")).find("\r\nBcc"), std::string::npos);
}

TEST(PlainMail, OtherLettersInSubjectsAreEncodedInPiecesOfWholeCharacters) {
  EXPECT_NE(mail_headers(mail("für A=1")).find("Subject: =?utf-8?Q?f=C3=BCr_A=3D1?=\r\n"), std::string::npos);
  std::string umlauts;
  for (int i = 0; i < 30; ++i) umlauts += "ü";
  const std::string headers = mail_headers(mail(umlauts));
  const auto begin = headers.find("Subject: ") + 9;
  std::istringstream lines(headers.substr(begin, headers.find("\r\nTo:") - begin));
  int words = 0;
  for (std::string word; lines >> word; ++words) {
    EXPECT_LE(word.size(), 75U);
    EXPECT_EQ((word.size() - 12) % 6, 0U) << word;
  }
  EXPECT_EQ(words, 3);
}

TEST(PlainMail, LinesOfTheBodyEndInCrLfAndLongOnesAreCutExactly) {
  std::istringstream text("a\n\nb\r\n" + std::string(998, 'x') + "\n" + std::string(999, 'y'));
  EXPECT_EQ(mail_body(text),
            "a\r\n\r\nb\r\n" + std::string(998, 'x') + "\r\n" + std::string(998, 'y') + "\r\ny\r\n");
}

TEST(PlainMail, TooManyLinesAreCounted) {
  std::istringstream text("1\n2\n3\n4\n");
  EXPECT_EQ(mail_body(text, 2),
            "1\r\n2\r\n\r\n\r\n[maximum of 2 lines exceeded, skipped 2 lines of output]\r\n");
  std::istringstream just("1\n2\n");
  EXPECT_EQ(mail_body(just, 2), "1\r\n2\r\n");
}

TEST(PlainMail, AddressesAreWhatStandsInBrackets) {
  EXPECT_EQ(bare_address("(Bareos) <a@b>"), "a@b");
  EXPECT_EQ(bare_address(" a@b "), "a@b");
  EXPECT_EQ(bare_address("<a@b"), "<a@b");
  EXPECT_EQ(bare_address("<>"), "");
}

TEST(PlainMail, ServersAreHostsWithOrWithoutPort) {
  EXPECT_EQ(mail_server_url("mail.example.com"), "smtp://mail.example.com");
  EXPECT_EQ(mail_server_url("127.0.0.1:2525"), "smtp://127.0.0.1:2525");
  EXPECT_EQ(mail_server_url("[::1]:2525"), "smtp://[::1]:2525");
  EXPECT_EQ(mail_server_url("[::1]"), "smtp://[::1]");
  EXPECT_EQ(mail_server_url("::1"), "smtp://[::1]");
  for (const char* wrong :
       {"", "a/b", "user@host", "host:", "host:0", "host:70000", "[host]", "[::1", "a b", "host:1:2"})
    EXPECT_EQ(mail_server_url(wrong), std::nullopt) << wrong;
}

}  // namespace
}  // namespace holdfast::net
