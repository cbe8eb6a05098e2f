// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/connector.h"

#include <gtest/gtest.h>

#include <atomic>

#include "base/error.h"
#include "transport/configured.h"
#include "transport/server.h"

namespace holdfast::director {
namespace {

using transport::FirstBytes;
using namespace std::chrono_literals;

/// A File Daemon that knows the Director from the n-th connection on. Each connection asks once who that is.
class Connectors : public ::testing::Test {
 protected:
  explicit Connectors(int unknown = 0) : unknown_(unknown) {
    client_.name = "web-fd";
    client_.address = "127.0.0.1";
    client_.port = server_.addresses().front().port();
    client_.password.text = key;
    client_.tls.enable = true;
    client_.tls.require = false;
  }

  FirstBytes connect() { return connector_.connect(client_, 10s, {}).first; }
  void refuse_next(int count) { unknown_ = count; }

  config::Client client_;
  NetworkConnector connector_{"test-dir"};

 private:
  static constexpr auto key = "5ebe2294ecd0e0f08eab7690d2a6ee69";

  std::shared_ptr<const transport::AcceptSettings> settings() {
    auto accept = std::make_shared<transport::AcceptSettings>();
    accept->role = transport::Role::client;
    accept->name = "web-fd";
    accept->tls = transport::tls_context({});
    accept->find_peer = [this](transport::Conversation,
                               std::string_view) -> std::optional<transport::KnownPeer> {
      if (unknown_ > 0 && unknown_-- > 0) return std::nullopt;
      return transport::KnownPeer{key, transport::TlsPolicy::none, transport::TlsPolicy::none};
    };
    return accept;
  }

  std::atomic<int> unknown_;
  transport::Server server_{{{"127.0.0.1", 0, os::Family::ipv4}},
                            [this] { return settings(); },
                            [](transport::Peer, std::stop_token) {},
                            [](const std::string&, const Error&) {}};
};

TEST_F(Connectors, UseTlsWhereItWorks) { EXPECT_EQ(connect(), FirstBytes::tls); }

TEST_F(Connectors, DoWithoutTlsWhereTheClientDoesNotAnswerWithItAndNeedNot) {
  refuse_next(1);
  EXPECT_EQ(connect(), FirstBytes::cleartext);
}

TEST_F(Connectors, BeginWithWhatWorkedLastTimeUntilTheConfigurationIsReadAgain) {
  refuse_next(1);
  connect();
  EXPECT_EQ(connect(), FirstBytes::cleartext);
  connector_.forget();
  EXPECT_EQ(connect(), FirstBytes::tls);
}

TEST_F(Connectors, NeverDoWithoutTlsThatIsRequired) {
  refuse_next(1);
  connect();
  client_.tls.require = true;
  EXPECT_EQ(connect(), FirstBytes::tls);
  refuse_next(1);
  EXPECT_THROW(connect(), Error);
}

}  // namespace
}  // namespace holdfast::director
