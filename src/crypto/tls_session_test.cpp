// SPDX-License-Identifier: AGPL-3.0-or-later
#include "crypto/tls_session.h"

#include "base/endian.h"
#include "base/error.h"
#include "testing/base/thrown.h"
#include "testing/crypto/test_certificates.h"

namespace holdfast::crypto {
namespace {

using testing::HasSubstr;
using testing_support::thrown_kind;
using testing_support::thrown_message;

const PreSharedKey console_key{"R_CONSOLE\x1e*UserAgent*", "5ebe2294ecd0e0f08eab7690d2a6ee69"};

std::optional<std::string> find_console(std::string_view identity) {
  if (identity == console_key.identity) return console_key.key;
  return std::nullopt;
}

/// Both sides of a connection, with their bytes carried by hand.
struct Connection {
  Connection(const TlsSettings& connecting, const TlsSettings& accepting,
             std::optional<PreSharedKey> key = console_key)
      : client_context(connecting),
        server_context(accepting),
        client(TlsSession::connecting(client_context, std::move(key))),
        server(TlsSession::accepting(server_context, find_console)) {}

  /// Runs the handshake; `host` is what the client configured.
  void run(const std::string& host = "sd.example.org") {
    for (bool both = false; !both;) {
      both = client.handshake();
      carry(client, server);
      both = server.handshake() && both;
      carry(server, client);
    }
    client.check_peer(host);
    server.check_peer("");
  }

  void carry(TlsSession& from, TlsSession& to) {
    Buffer& bytes = &from == &client ? to_server : to_client;
    bytes.clear();
    from.take_output(bytes);
    to.feed(bytes);
  }

  TlsContext client_context;
  TlsContext server_context;
  Buffer to_server;
  Buffer to_client;
  TlsSession client;
  TlsSession server;
};

TlsSettings limited_to_1_2(TlsSettings settings = {}) {
  settings.protocol = "-TLSv1.3";
  return settings;
}

TlsSettings verifying(TlsSettings settings) {
  settings.verify_peer = VerifyPeer::yes;
  return settings;
}

// The table of section 5, row by row.

TEST(TlsSession, UsesThePreSharedKeyWhereThereIsNoCertificate) {
  Connection connection({}, {});
  connection.run();
  // Which of the two, depends on what the processor is good at.
  EXPECT_THAT(connection.server.cipher(),
              testing::AnyOf("TLS_CHACHA20_POLY1305_SHA256 TLSv1.3", "TLS_AES_128_GCM_SHA256 TLSv1.3"));
  EXPECT_EQ(connection.server.key_identity(), console_key.identity);
  EXPECT_EQ(connection.client.key_identity(), console_key.identity);
}

TEST(TlsSession, BothSidesAgreeToExtensions) {
  for (const TlsSettings& settings : {TlsSettings(), limited_to_1_2()}) {
    Connection connection({}, settings);
    connection.run();
    EXPECT_TRUE(connection.client.speaks_extensions());
    EXPECT_TRUE(connection.server.speaks_extensions());
  }
}

TEST(TlsSession, UsesThePreSharedKeyInTls12Too) {
  Connection connection({}, limited_to_1_2());
  connection.run();
  EXPECT_EQ(connection.server.cipher(), "ECDHE-PSK-CHACHA20-POLY1305 TLSv1.2");
  EXPECT_EQ(connection.server.key_identity(), console_key.identity);
}

TEST(TlsSession, UsesTheCertificateWhereTheAcceptingSideHasOne) {
  TestAuthority authority;
  Connection connection({}, authority.issue("sd"));
  connection.run();
  EXPECT_EQ(connection.server.cipher(), "TLS_AES_256_GCM_SHA384 TLSv1.3");
  EXPECT_EQ(connection.server.key_identity(), std::nullopt);
  EXPECT_EQ(connection.client.key_identity(), std::nullopt);
}

TEST(TlsSession, UsesTheCertificateInTls12Too) {
  TestAuthority authority;
  Connection connection({}, limited_to_1_2(authority.issue("sd")));
  connection.run();
  EXPECT_EQ(connection.server.cipher(), "ECDHE-RSA-AES256-GCM-SHA384 TLSv1.2");
  EXPECT_EQ(connection.server.key_identity(), std::nullopt);
}

TEST(TlsSession, RefusesAnUnknownIdentityWithoutACertificate) {
  for (const TlsSettings& settings : {TlsSettings(), limited_to_1_2()}) {
    Connection connection({}, settings, PreSharedKey{"R_CONSOLE\x1enobody", console_key.key});
    EXPECT_EQ(thrown_kind([&] { connection.run(); }), ErrorKind::refused);
    EXPECT_TRUE(connection.server.output_size() > 0) << "no alert for the peer";
  }
}

TEST(TlsSession, RefusesAWrongKeyWithoutACertificate) {
  for (const TlsSettings& settings : {TlsSettings(), limited_to_1_2()}) {
    Connection connection({}, settings, PreSharedKey{console_key.identity, "wrong"});
    EXPECT_EQ(thrown_kind([&] { connection.run(); }), ErrorKind::refused);
  }
}

TEST(TlsSession, SaysWhoseNameOrPasswordToLookAt) {
  for (const TlsSettings& settings : {TlsSettings(), limited_to_1_2()}) {
    Connection wrong_key({}, settings, PreSharedKey{console_key.identity, "wrong"});
    EXPECT_THAT(thrown_message([&] { wrong_key.run(); }), testing::EndsWith("on both sides?)"));
    Connection unknown({}, settings, PreSharedKey{"R_CONSOLE\x1enobody", console_key.key});
    EXPECT_THAT(thrown_message([&] { unknown.run(); }),
                testing::EndsWith("(nobody named \"nobody\" may come in here)"));
    unknown.carry(unknown.server, unknown.client);  // the alert
    EXPECT_THAT(thrown_message([&] { unknown.client.handshake(); }),
                testing::EndsWith("(does the peer know \"nobody\", with the same password?)"));
  }
}

TEST(TlsSession, LetsAnUnknownIdentityInByCertificateAndSaysSo) {
  TestAuthority authority;
  Connection connection({}, authority.issue("sd"), PreSharedKey{"R_CONSOLE\x1enobody", "wrong"});
  connection.run();
  EXPECT_EQ(connection.server.key_identity(), std::nullopt);
}

TEST(TlsSession, RefusesGarbage) {
  Connection connection({}, {});
  connection.server.feed(as_bytes("GET / HTTP/1.1\r\nHost: sd.example.org\r\n\r\n"));
  EXPECT_EQ(thrown_kind([&] { connection.server.handshake(); }), ErrorKind::refused);
}

TEST(TlsSession, PassesOnWhatTheLookupThrows) {
  const TlsContext context{TlsSettings()};
  auto client = TlsSession::connecting(context, console_key);
  auto server = TlsSession::accepting(context, [](std::string_view) -> std::optional<std::string> {
    throw Error(ErrorKind::io, "catalog is away");
  });
  client.handshake();
  Buffer hello;
  client.take_output(hello);
  server.feed(hello);
  EXPECT_EQ(thrown_message([&] { server.handshake(); }), "catalog is away");
}

// Section 6: Verify Peer, Allowed CN, host names, revocation.

TEST(TlsVerify, ConnectingSideChecksTheHostName) {
  TestAuthority authority;
  const TlsSettings client = verifying(authority.issue("dir"));
  Connection(client, authority.issue("sd", {"SD.example.org"})).run();
  Connection(client, authority.issue("sd.EXAMPLE.org")).run();
  for (const std::string host : {"other.example.org", "10.1.2.3", ""}) {
    Connection connection(client, authority.issue("sd", {"sd.example.org", "*.example.org"}));
    EXPECT_THAT(thrown_message([&] { connection.run(host); }),
                HasSubstr("did not match presented certificate"));
  }
}

TEST(TlsVerify, AllowedNamesReplaceTheHostName) {
  TestAuthority authority;
  TlsSettings client = verifying(authority.issue("dir"));
  client.allowed_cns = {"one", "sd"};
  Connection(client, authority.issue("sd")).run("10.1.2.3");
  Connection other(client, authority.issue("SD", {"sd"}));
  EXPECT_THAT(thrown_message([&] { other.run(); }), HasSubstr("did not match a required commonName"));
}

TEST(TlsVerify, ConnectingSideDemandsACertificate) {
  TestAuthority authority;
  Connection connection(verifying(authority.issue("dir")), {});
  EXPECT_THAT(thrown_message([&] { connection.run(); }), HasSubstr("presented no TLS certificate"));
}

TEST(TlsVerify, RefusesCertificatesOfAnotherAuthority) {
  TestAuthority ours;
  TestAuthority theirs;
  Connection connection(verifying(ours.issue("dir")), theirs.issue("sd.example.org"));
  EXPECT_EQ(thrown_kind([&] { connection.run(); }), ErrorKind::refused);
}

TEST(TlsVerify, AcceptingSideDemandsAClientCertificate) {
  TestAuthority authority;
  const TlsSettings server = verifying(authority.issue("sd"));
  Connection(authority.issue("fd"), server).run();
  TlsSettings bare;
  bare.ca_certificate_file = server.ca_certificate_file;
  Connection without(bare, server);
  EXPECT_EQ(thrown_kind([&] { without.run(); }), ErrorKind::refused);
}

TEST(TlsVerify, AcceptingSideAllowsOnlyTheNamesListed) {
  TestAuthority authority;
  TlsSettings server = verifying(authority.issue("sd"));
  server.allowed_cns = {"fd"};
  Connection(authority.issue("fd"), server).run();
  Connection other(authority.issue("other", {"fd"}), server);
  EXPECT_THAT(thrown_message([&] { other.run(); }), HasSubstr("did not match a required commonName"));
}

TEST(TlsVerify, AcceptingSideTakesAKeyForACertificateUnlessNamesAreListed) {
  TlsSettings server = verifying({});
  Connection({}, server).run();
  server.allowed_cns = {"fd"};
  Connection listed({}, server);
  EXPECT_EQ(thrown_kind([&] { listed.run(); }), ErrorKind::refused);
}

TEST(TlsVerify, IgnoresAllowedNamesWhereNothingIsVerified) {
  TestAuthority authority;
  TlsSettings client = authority.issue("dir");
  client.allowed_cns = {"nobody"};
  EXPECT_NO_THROW(Connection(client, authority.issue("sd")).run());
}

TEST(TlsVerify, RefusesRevokedCertificates) {
  TestAuthority authority;
  const TlsSettings good = authority.issue("sd.example.org");
  const TlsSettings stolen = authority.issue("sd.example.org");
  TlsSettings client = verifying(authority.issue("dir"));
  client.certificate_revocation_list = authority.revoke({stolen});
  Connection(client, good).run();
  Connection connection(client, stolen);
  EXPECT_EQ(thrown_kind([&] { connection.run(); }), ErrorKind::refused);
}

// Settings.

TEST(TlsContext, NamesTheDirectiveThatCannotBeUsed) {
  const auto message = [](auto set) {
    TlsSettings settings;
    set(settings);
    return thrown_message([&] { TlsContext context(settings); });
  };
  using S = TlsSettings;
  EXPECT_THAT(message([](S& s) { s.certificate = "/no/such"; }), HasSubstr("TLS Certificate = \"/no/such\""));
  EXPECT_THAT(message([](S& s) { s.ca_certificate_file = "/no/such"; }),
              HasSubstr("TLS CA Certificate File"));
  EXPECT_THAT(message([](S& s) { s.certificate_revocation_list = "/no/such"; }),
              HasSubstr("Revocation List"));
  EXPECT_THAT(message([](S& s) { s.dh_file = "/no/such"; }), HasSubstr("TLS DH File"));
  EXPECT_THAT(message([](S& s) { s.cipher_list = "no-such-cipher"; }), HasSubstr("TLS Cipher List"));
  EXPECT_THAT(message([](S& s) { s.cipher_suites = "no-such-suite"; }), HasSubstr("TLS Cipher Suites"));
  EXPECT_THAT(message([](S& s) { s.protocol = "no-such-protocol"; }), HasSubstr("TLS Protocol"));
}

TEST(TlsContext, UsesTheSuitesAskedFor) {
  TlsSettings settings;
  settings.cipher_suites = "TLS_AES_128_CCM_SHA256";
  Connection connection(settings, settings);
  connection.run();
  EXPECT_EQ(connection.client.cipher(), "TLS_AES_128_CCM_SHA256 TLSv1.3");
}

// Data.

TEST(TlsSession, CarriesDataAndItsEnd) {
  Connection connection({}, {});
  connection.run();
  Buffer into(100);
  EXPECT_TRUE(std::holds_alternative<TlsSession::WantsInput>(connection.server.read(into)));
  connection.client.write(as_bytes("hello"));
  connection.client.finish_record();
  connection.client.end();
  connection.carry(connection.client, connection.server);
  EXPECT_EQ(std::get<std::size_t>(connection.server.read(into)), 5U);
  EXPECT_EQ(as_text(Bytes(into).first(5)), "hello");
  EXPECT_TRUE(std::holds_alternative<TlsSession::Ended>(connection.server.read(into)));
}

TEST(TlsSession, PutsShortWritesIntoOneRecord) {
  Connection connection({}, {});
  connection.run();
  const std::string large(40'000, 'x');
  for (const std::string_view text :
       {std::string_view("head"), std::string_view(large), std::string_view("tail")})
    connection.client.write(as_bytes(text));
  connection.client.finish_record();
  connection.client.finish_record();  // nothing is left: no empty record
  Buffer records;
  connection.client.take_output(records);
  int count = 0;
  for (Bytes left = records; !left.empty(); ++count) left = left.subspan(5 + load<std::uint16_t>(&left[3]));
  EXPECT_EQ(count, 3);
  connection.server.feed(records);
  Buffer into(50'000);
  ASSERT_EQ(std::get<std::size_t>(connection.server.read(into)), 40'008U);
  EXPECT_EQ(as_text(Bytes(into).first(40'008)), "head" + large + "tail");
}

TEST(TlsSession, NoticesTampering) {
  Connection connection({}, {});
  connection.run();
  connection.client.write(as_bytes("hello"));
  connection.client.finish_record();
  Buffer record;
  connection.client.take_output(record);
  record.back() ^= std::byte{1};
  connection.server.feed(record);
  Buffer into(100);
  EXPECT_EQ(thrown_kind([&] { connection.server.read(into); }), ErrorKind::network);
}

TEST(TlsSession, SendsNoTicketsAfterTheHandshake) {
  Connection connection({}, {});
  connection.run();
  EXPECT_EQ(connection.server.output_size(), 0U);
}

}  // namespace
}  // namespace holdfast::crypto
