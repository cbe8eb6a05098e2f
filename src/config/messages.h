// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <bitset>
#include <cstdint>
#include <string>
#include <vector>

#include "base/job_codes.h"
#include "config/resource.h"

namespace holdfast::config {

/// Bit n stands for the MessageType with the number n.
using MessageClasses = std::bitset<18>;

struct MessageDestination {
  enum class Kind : std::uint8_t {
    syslog = 1,
    mail = 2,
    file = 3,
    append = 4,
    standard_output = 5,
    standard_error = 6,
    director = 7,
    operator_command = 8,
    console = 9,
    mail_on_error = 10,
    mail_on_success = 11,
    catalog = 12,
    webhook = 100,  ///< Holdfast's own
  };

  Kind kind = Kind::console;
  std::string
      where;  ///< recipients joined by blanks, path of the file, address of the webhook, syslog facility; else empty
  MessageClasses classes;
  std::string command;           ///< mail and operator kinds: the command that stood before the destination
  std::string timestamp_format;  ///< that stood before the destination; empty: the daemon's

  bool operator==(const MessageDestination&) const = default;

  bool wants(MessageType message) const {
    const auto number = static_cast<std::size_t>(message);
    return number < classes.size() && classes.test(number);
  }
};

/// Where messages go.
struct Messages : Resource {
  std::string mail_command;      ///< the last one given; each destination keeps its own
  std::string operator_command;  ///< likewise
  std::string timestamp_format;  ///< likewise
  // Holdfast's own: how mail is sent where no command stands before a destination, for the whole resource.
  std::string mail_server;  ///< "smtp://host:port" or "smtps://..."; empty: with the sendmail program
  std::string mail_from;    ///< empty: <daemon>@<host>
  std::string mail_user;
  Password mail_password;
  std::vector<MessageDestination> destinations;
};

}  // namespace holdfast::config
