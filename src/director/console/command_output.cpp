// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/console/command_output.h"

#include "transport/peer.h"

namespace holdfast::director::console {
namespace {

/// Keeps what is said; has nothing to say itself.
class Collected final : public ConsoleLink {
 public:
  void send(std::string_view text) override { text_ += text; }
  void send(wire::Signal) override {}
  void flush() override {}
  Heard receive() override { return Gone{}; }

  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

}  // namespace

CommandOutput run_command_line(Services& services, std::string_view line, Session::Commands allowed,
                               std::stop_token stop) {
  Collected link;
  ConnectedConsoles nobody;
  Login self;
  self.name = transport::default_console;
  Session session(link, services, nobody, std::move(self), std::move(stop), Interaction::run_script);
  CommandOutput output;
  output.is_ok = session.run_script_command(line, allowed);
  output.text = link.take();
  return output;
}

}  // namespace holdfast::director::console
