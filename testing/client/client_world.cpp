// SPDX-License-Identifier: AGPL-3.0-or-later
#include "testing/client/client_world.h"

#include "base/error.h"

namespace holdfast::testing_support {

namespace {

/// Restores into a tree that outlives the restore.
class SharedTarget final : public tree::FileTarget {
 public:
  explicit SharedTarget(tree::FileTarget& inner) : inner_(inner) {}

  tree::Outcome<tree::FileStat> stat(const std::string& path) override { return inner_.stat(path); }
  tree::Outcome<std::unique_ptr<tree::WritableFile>> create_file(const std::string& path,
                                                                 std::uint32_t permissions) override {
    return inner_.create_file(path, permissions);
  }
  tree::Outcome<std::unique_ptr<tree::WritableFile>> open_existing(const std::string& path) override {
    return inner_.open_existing(path);
  }
  tree::Outcome<std::unique_ptr<tree::WritableFile>> open_to_change(const std::string& path) override {
    return inner_.open_to_change(path);
  }
  tree::Outcome<void> make_directory(const std::string& path, std::uint32_t permissions) override {
    return inner_.make_directory(path, permissions);
  }
  tree::Outcome<void> make_symlink(const std::string& target, const std::string& path) override {
    return inner_.make_symlink(target, path);
  }
  tree::Outcome<void> make_hard_link(const std::string& existing, const std::string& path) override {
    return inner_.make_hard_link(existing, path);
  }
  tree::Outcome<void> make_node(const std::string& path, std::uint32_t mode, std::uint64_t rdev) override {
    return inner_.make_node(path, mode, rdev);
  }
  tree::Outcome<void> remove(const std::string& path) override { return inner_.remove(path); }
  tree::Outcome<std::unique_ptr<tree::Attributable>> named(const std::string& path) override {
    return inner_.named(path);
  }
  std::unique_ptr<tree::FileTarget> another() override { return inner_.another(); }

 private:
  tree::FileTarget& inner_;
};

}  // namespace

std::unique_ptr<transport::Channel> StorageInMemory::connect(const Goal& goal, std::stop_token) {
  goals.push_back(goal);
  if (channels.empty()) throw Error(ErrorKind::network, "nobody listens there");
  auto channel = std::move(channels.front());
  channels.pop_front();
  return channel;
}

ClientWorld::ClientWorld() {
  // director = lab-dir = all, !skipped, !restored
  config::MessageDestination to_director;
  to_director.kind = config::MessageDestination::Kind::director;
  to_director.classes.set();
  to_director.classes.reset(static_cast<std::size_t>(MessageType::skipped));
  to_director.classes.reset(static_cast<std::size_t>(MessageType::restored));
  configuration.messages.emplace_back().destinations.push_back(to_director);
  configuration.clients.emplace_back().name = "lab-fd";
  configuration.clients.front().messages = &configuration.messages.front();
  configuration.directors.emplace_back().name = "lab-dir";
}

void ClientWorld::serve(std::unique_ptr<transport::Channel> director, std::stop_token stop) {
  const client::Surroundings surroundings{
      jobs,        storage,
      *source,     [this](const std::string&) { return std::make_unique<SharedTarget>(restored); },
      clock,       tunable,
      clock.now(), "Debian GNU/Linux 12 (bookworm)",
      "debian",    has_warnings};
  client::serve_director(surroundings, configuration, configuration.directors.front(), std::move(director),
                         std::move(stop));
}

}  // namespace holdfast::testing_support
