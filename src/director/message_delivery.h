// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "base/job_codes.h"
#include "catalog/rows.h"
#include "config/messages.h"
#include "director/console_messages.h"

namespace holdfast::director {

/// A message on its way: `text` is complete, with "<daemon> JobId <n>: " and its newlines.
struct Delivered {
  MessageType type = MessageType::info;
  catalog::Moment time{};
  bool has_time = true;  ///< false: shown without a time in front
  std::string_view text;
};

/// Brings messages to the destinations of one Messages resource (interop 06, section 5): console, file,
/// append, catalog, standard output and error. Mail, operator and syslog destinations are passed over.
/// Used under the lock of its owner.
class MessageDelivery {
 public:
  using ToCatalog = std::function<void(const Delivered&)>;

  /// `messages` may be null: everything goes to the console then. `log_format` is the Director's
  /// LogTimestampFormat.
  MessageDelivery(const config::Messages* messages, ConsoleMessages& console, std::string log_format,
                  ToCatalog to_catalog)
      : messages_(messages),
        console_(console),
        log_format_(std::move(log_format)),
        to_catalog_(std::move(to_catalog)) {}

  void deliver(const Delivered& message);

 private:
  void deliver_to(const config::MessageDestination& destination, const Delivered& message);
  void write_to_file(const config::MessageDestination& destination, std::string_view line);
  std::string with_time(const Delivered& message, const std::string& format) const;

  const config::Messages* messages_;
  ConsoleMessages& console_;
  std::string log_format_;
  ToCatalog to_catalog_;
  std::map<std::string, bool> opened_;  ///< files that were truncated already
};

}  // namespace holdfast::director
