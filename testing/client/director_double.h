// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "testing/client/client_world.h"
#include "transport/channel.h"
#include "wire/catalog_requests.h"
#include "wire/client_to_director.h"

namespace holdfast::testing_support {

/// A Director in a test: says what the test says, to a session that runs on a thread of its own.
///
///   DirectorDouble director(world);
///   EXPECT_EQ(director.ask("level = full  mtime_only=0 \n"), "2000 OK level\n");
class DirectorDouble {
 public:
  static constexpr std::string_view job = "mini.2026-11-22_21.51.04_03";

  enum class Speaks { bareos, extensions };

  explicit DirectorDouble(ClientWorld& world, Speaks speaks = Speaks::bareos);
  /// Hangs up and waits for the session.
  ~DirectorDouble();

  void send(std::string_view text);
  void send(wire::Signal signal);
  /// The next packet; messages of the job are put aside. A signal is "<signal -1>", the end "<closed>".
  std::string receive();
  std::string ask(std::string_view text);

  /// JobId, level and a FileSet with one path; fails the test where an answer is not as it should be.
  void start_job(const std::string& path, const std::string& options = "MHAX");
  /// From storage to the end of the conversation.
  wire::client::JobEnd backup();
  wire::client::JobEnd restore(const std::string& where = "/restored");
  /// Reads on to the end of the job and of the conversation.
  wire::client::JobEnd end_of_job();
  void hang_up();
  /// Waits for the session.
  void wait();

  std::vector<std::string> messages;  ///< texts of Jmsg packets
  std::optional<wire::RecordProof> proof;

 private:
  std::unique_ptr<transport::Channel> channel_;
  std::jthread session_;
};

}  // namespace holdfast::testing_support
