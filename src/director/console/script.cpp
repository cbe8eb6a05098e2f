// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/console/script.h"

#include "director/console/session.h"
#include "transport/peer.h"

namespace holdfast::director::console {
namespace {

/// A console at which nobody sits.
class ScriptLink final : public ConsoleLink {
 public:
  explicit ScriptLink(const std::function<void(std::string_view)>& tell) : tell_(tell) {}
  ~ScriptLink() override {
    if (!rest_.empty()) tell_(rest_ + "\n");
  }

  void send(std::string_view text) override {
    rest_ += text;
    std::size_t start = 0;
    for (auto end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n', start)) {
      tell_(std::string_view(rest_).substr(start, end + 1 - start));
      start = end + 1;
    }
    rest_.erase(0, start);
  }
  void send(wire::Signal) override {}
  void flush() override {}
  Heard receive() override { return Gone{}; }

 private:
  const std::function<void(std::string_view)>& tell_;
  std::string rest_;
};

}  // namespace

bool run_as_script(Services& services, std::string_view command, std::stop_token stop,
                   const std::function<void(std::string_view)>& tell) {
  ScriptLink link(tell);
  ConnectedConsoles nobody;
  Session session(link, services, nobody, Login{std::string(transport::default_console), "localhost", ""},
                  std::move(stop), Interaction::run_script);
  return session.run_script_command(command);
}

}  // namespace holdfast::director::console
