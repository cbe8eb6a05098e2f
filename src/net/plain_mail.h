// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <iosfwd>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::net {

/// A mail without attachments, as somebody writes it on a command line (interop 10, section 9.2).
struct PlainMail {
  std::string from;  ///< addresses are "a@b" or "A Name <a@b>"
  std::string reply_to;
  std::vector<std::string> to;
  std::string copy_to;
  std::string subject;
  std::string date;  ///< of RFC 5322
  bool is_utf8 = false;
};

/// All headers and the empty line behind them, with CR LF. Line ends in values become blanks; a subject that is not ASCII
/// is encoded (RFC 2047).
std::string mail_headers(const PlainMail& mail);

/// The lines of `from` with CR LF, those of more bytes than a server must take in several. Behind `most_lines` a line tells
/// how many there were.
std::string mail_body(std::istream& from,
                      std::uint64_t most_lines = std::numeric_limits<std::uint64_t>::max());

bool is_ascii(std::string_view text);

/// "a@b" of "A Name <a@b>" and of "a@b".
std::string bare_address(std::string_view address);

/// The URL of a mail server named as host, host:port, [address] or [address]:port; nothing where it is none of these.
std::optional<std::string> mail_server_url(const std::string& host_and_port);

}  // namespace holdfast::net
