// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "plugins/plugin.h"

namespace holdfast::plugins {

// What the daemon and the process that hosts Python plugins say to each other (docs/protocol/plugin-host.md). Pure. The host
// runs code of others: nothing it says is trusted.

/// A message: fields of any bytes, the first of which says what it is.
using Fields = std::vector<std::string_view>;

/// No message is longer.
inline constexpr std::size_t largest_message = 64 * 1024 * 1024;

/// Appends the message in the form it is sent.
void append_message(Buffer& to, std::span<const std::string_view> fields);

/// How many bytes the message at the front of `received` has, itself included; nothing where that is not known yet.
/// Throws Error{corrupt} for a length that no message has.
std::optional<std::size_t> message_length(Bytes received);
/// The fields of a whole message, which must live as long. Throws Error{corrupt}.
Fields parse_message(Bytes message);

/// What the fields behind "object" offer: names and values in turn. The reason of a failure is for a message.
Expected<Offer, std::string> read_offer(std::span<const std::string_view> fields);
/// What the fields behind "finished" add: "acl" and a value, or "xattr", a name and a value, in turn.
Expected<Extras, std::string> read_extras(std::span<const std::string_view> fields);

/// What the fields behind "accept" and "compare" ask about: name, type and description.
std::optional<NamedFile> read_named_file(std::span<const std::string_view> fields);
/// What the fields behind "include" add: the place, and lines.
std::optional<FileSetChange> read_change(std::span<const std::string_view> fields);

/// "mode=33188 size=3 …": as objects are described in both directions.
std::string describe(const os::FileStat& stat);
std::optional<os::FileStat> read_description(std::string_view text);

}  // namespace holdfast::plugins
