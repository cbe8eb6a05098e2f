// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wire/signal.h"

// The recorded conversations of the golden data: reading them, and picking the connections of one.

namespace holdfast::testing_support {

/// A packet or signal of a recording.
struct RecordedPacket {
  enum class From { connector, listener };

  double time = 0;
  int connection = 0;
  std::string listener;  ///< "director", "storage" or "filedaemon"
  From from = From::connector;
  std::optional<wire::Signal> signal;
  std::string payload;  ///< of data packets

  bool is_text(std::string_view text) const { return !signal && payload == text; }
};

struct Transcript {
  std::string name;
  std::vector<RecordedPacket> packets;

  /// All packets of one connection, in order.
  std::vector<RecordedPacket> connection(int number) const;
  /// The numbers of the connections that this daemon ("storage", "filedaemon", "director") accepted, in order.
  std::vector<int> accepted_by(std::string_view listener) const;
};

/// transcripts/NAME.jsonl of the golden data; nothing where it is not at hand.
std::optional<Transcript> read_transcript(const std::string& name);

/// Every recording there is.
std::vector<std::string> transcript_names();

}  // namespace holdfast::testing_support
