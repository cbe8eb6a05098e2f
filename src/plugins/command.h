// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::plugins {

/// The plugin that a command like "bpipe:file=/x:reader=cat /y" names: what stands before the first colon.
std::string_view plugin_name(std::string_view command);

/// The parts between colons; "\:" is a colon and "\\" a backslash within a part. The plugin's name is the first.
std::vector<std::string> split_plugin_command(std::string_view command);

/// What bpipe is to do.
struct BpipeCommand {
  std::string file;    ///< the name the data is stored under
  std::string reader;  ///< its output is saved
  std::string writer;  ///< gets what is restored
};

/// "bpipe:file=<name>:reader=<command>:writer=<command>", in any order, or the three without their names in this order.
/// What `command` does not tell stays as it is in `known`. The reason of a failure is for a message.
std::optional<std::string> read_bpipe_command(std::string_view command, BpipeCommand& known);

}  // namespace holdfast::plugins
