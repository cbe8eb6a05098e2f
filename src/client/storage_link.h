// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "archive/record_sink.h"
#include "archive/restore.h"
#include "client/bandwidth.h"
#include "stream/record_tally.h"
#include "transport/channel.h"

namespace holdfast::client {

/// The data connection of a job, and the dialogues on it (interop 02, section 8). Used by the session's thread.
///
/// Every failure is an Error that names the Storage Daemon's part in it; after one the connection is of no
/// more use. A stop request makes whatever is blocked throw Error{cancelled}.
class StorageLink {
 public:
  /// `patience` is how long one read or write may stay blocked; zero means for ever.
  StorageLink(std::unique_ptr<transport::Channel> channel, std::chrono::milliseconds patience,
              std::stop_token stop);
  ~StorageLink();
  StorageLink(const StorageLink&) = delete;
  StorageLink& operator=(const StorageLink&) = delete;

  /// Runs the whole dialogue of a backup; `produce` sends the records, which are added to `tally`. Throws where the
  /// Storage Daemon does not confirm that it keeps them.
  void append(const Bandwidth& bandwidth, stream::RecordTally& tally,
              const std::function<void(archive::RecordSink&)>& produce);

  /// Runs the whole dialogue of a restore, or of a verify job that reads volumes; `consume` gets every record.
  void read(VolumeSession session, const Bandwidth& bandwidth,
            const std::function<void(const archive::RecordHead&, Bytes)>& consume);

  /// TERMINATE, then closes. Errors do not matter any more.
  void end() noexcept;

  /// "10.1.2.3:9103" and "None" or the cipher, for messages.
  std::string peer() const;
  std::string encryption() const;
  /// Whether it is one of ours (docs/protocol/own-extensions.md).
  bool speaks_extensions() const;

 private:
  class ReplyWatch;
  class Sink;

  std::uint32_t open_session(const std::string& command);
  void expect(const std::string& command, std::string_view reply);
  std::string reply_to(const std::string& command);
  /// The next data packet; signals are answered. Nothing at the end of data or of the connection. Valid
  /// until the next one.
  std::optional<std::string_view> next_packet();

  std::unique_ptr<transport::Channel> channel_;
  std::stop_callback<std::function<void()>> interrupt_;
};

}  // namespace holdfast::client
