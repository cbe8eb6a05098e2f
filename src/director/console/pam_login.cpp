// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/console/pam_login.h"

#include "base/error.h"
#include "wire/handshake.h"

namespace holdfast::director::console {

namespace {

constexpr std::chrono::seconds patience{30};
constexpr std::size_t longest_answer = 512;
constexpr char separator = '\x1e';

std::string hear(transport::Channel& channel) {
  while (true) {
    const transport::Received received = channel.receive();
    if (const auto* packet = std::get_if<transport::Packet>(&received)) {
      if (packet->text().size() > 2 * longest_answer)
        throw Error(ErrorKind::invalid, "the login is too long");
      return std::string(packet->text());
    }
    const auto* signal = std::get_if<wire::Signal>(&received);
    if (!signal || *signal == wire::Signal::terminate)
      throw Error(ErrorKind::network, "the console has gone during its login");
    if (*signal == wire::Signal::heartbeat) channel.send(wire::Signal::heartbeat_response);
  }
}

/// A packet of one byte: the kind of the prompt that follows, 0 for success.
void send_byte(transport::Channel& channel, char byte) { channel.send(std::string_view(&byte, 1)); }

/// Somebody at a console who is asked one thing after the other.
class AtTheConsole final : public os::PamUser {
 public:
  explicit AtTheConsole(transport::Channel& channel) : channel_(channel) {}

  std::string ask(Echo echo, std::string_view prompt) override {
    send_byte(channel_, echo == Echo::hidden ? 1 : 2);
    std::string text(prompt);
    text.push_back('\0');
    channel_.send(text);
    channel_.flush();
    std::string answer = hear(channel_);
    while (!answer.empty() && (answer.back() == '\0' || answer.back() == '\n')) answer.pop_back();
    return answer;
  }

 private:
  transport::Channel& channel_;
};

/// A program that said user and password beforehand: the password is the answer to what is asked in secret.
class SaidBeforehand final : public os::PamUser {
 public:
  SaidBeforehand(std::string user, std::string password)
      : user_(std::move(user)), password_(std::move(password)) {}
  ~SaidBeforehand() override { os::wipe(password_); }
  SaidBeforehand(const SaidBeforehand&) = delete;
  SaidBeforehand& operator=(const SaidBeforehand&) = delete;

  std::string ask(Echo echo, std::string_view) override { return echo == Echo::hidden ? password_ : user_; }

 private:
  std::string user_;
  std::string password_;
};

std::string log_in_at_once(const std::string& login, const std::string& host,
                           const Authenticate& authenticate) {
  const auto middle = login.find(separator);
  if (middle == std::string::npos || middle == 0)
    throw Error(ErrorKind::invalid, "the login names no user and password");
  std::string password = login.substr(middle + 1);
  while (!password.empty() && password.back() == '\0') password.pop_back();
  SaidBeforehand user(login.substr(0, middle), password);
  os::wipe(password);
  return authenticate(login.substr(0, middle), host, user);
}

std::string log_in_step_by_step(transport::Channel& channel, const Authenticate& authenticate) {
  AtTheConsole user(channel);
  std::string name = authenticate("", channel.stream().peer(), user);
  send_byte(channel, 0);
  send_byte(channel, 0);
  return name;
}

}  // namespace

std::string log_in_by_pam(transport::Channel& channel, const Authenticate& authenticate) {
  channel.send(wire::encode(wire::ConsoleReply{wire::ConsoleReply::pam_required, ""}));
  channel.flush();
  channel.set_timeout(patience);
  std::string login = hear(channel);
  std::string name;
  if (login.starts_with(wire::interactive_pam_login)) {
    name = log_in_step_by_step(channel, authenticate);
  } else {
    const auto said = wire::decode<wire::PamLogin>(login);
    if (!said) throw Error(ErrorKind::invalid, "the console did not say how it wants to log in");
    std::string both = said->user_and_password;
    const auto wipe_all = [&] {
      os::wipe(both);
      os::wipe(login);
    };
    try {
      name = log_in_at_once(both, channel.stream().peer(), authenticate);
    } catch (...) {
      wipe_all();
      throw;
    }
    wipe_all();
  }
  channel.set_timeout(std::chrono::milliseconds(0));
  return name;
}

}  // namespace holdfast::director::console
