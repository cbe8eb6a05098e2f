// SPDX-License-Identifier: AGPL-3.0-or-later
#include "testing/messages/outlets_world.h"

#include <algorithm>
#include <atomic>
#include <fstream>
#include <sstream>

#include "os/process.h"

namespace holdfast::testing_support {

ScratchFolder::ScratchFolder() {
  static std::atomic<int> number{0};
  folder_ = std::filesystem::temp_directory_path() /
            ("holdfast-messages-" + std::to_string(os::process_id()) + "-" + std::to_string(++number));
  std::filesystem::remove_all(folder_);
  std::filesystem::create_directories(folder_);
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::string ScratchFolder::read(const std::string& name) const {
  std::ostringstream text;
  text << std::ifstream(folder_ / name, std::ios::binary).rdbuf();
  return text.str();
}

std::vector<std::string> ScratchFolder::names() const {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder_))
    names.push_back(entry.path().filename());
  std::sort(names.begin(), names.end());
  return names;
}

messages::Report Reports::taker() {
  return [this](MessageType, const std::string& text) {
    texts_.with([&](auto& texts) { texts.push_back(text); });
  };
}

std::vector<std::string> Reports::wait_for(std::size_t count) {
  std::vector<std::string> copy;
  texts_.wait_for(
      {}, std::chrono::seconds(10), [&](const auto& texts) { return texts.size() >= count; },
      [&](auto& texts) { copy = texts; });
  return copy;
}

messages::OutletSettings quick_outlets(const ScratchFolder& folder) {
  messages::OutletSettings settings;
  settings.mail.daemon = settings.webhook.daemon = "dir";
  settings.mail.folder = folder.path();
  settings.mail.route = [](const std::string&) { return messages::MailRoute(); };
  settings.mail.pauses = {std::chrono::milliseconds(1)};
  settings.mail.command_limit = std::chrono::seconds(10);
  settings.webhook.pauses = {std::chrono::milliseconds(1), std::chrono::milliseconds(1)};
  settings.system_log = folder.path("no-log");
  return settings;
}

}  // namespace holdfast::testing_support
