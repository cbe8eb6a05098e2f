// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/message_delivery.h"

#include <fstream>
#include <iostream>

#include "base/local_time.h"
#include "jobs/texts.h"

namespace holdfast::director {

using Kind = config::MessageDestination::Kind;

void MessageDelivery::deliver(const Delivered& message) {
  if (messages_ == nullptr) {
    console_.add(with_time(message, log_format_));
    return;
  }
  const auto number = static_cast<std::size_t>(message.type);
  for (const auto& destination : messages_->destinations)
    if (number < destination.classes.size() && destination.classes.test(number))
      deliver_to(destination, message);
}

void MessageDelivery::deliver_to(const config::MessageDestination& destination, const Delivered& message) {
  const std::string& format =
      destination.timestamp_format.empty() ? log_format_ : destination.timestamp_format;
  switch (destination.kind) {
    case Kind::console: console_.add(with_time(message, format)); break;
    case Kind::catalog:
      if (to_catalog_) to_catalog_(message);
      break;
    case Kind::file:
    case Kind::append: write_to_file(destination, with_time(message, format)); break;
    case Kind::standard_output: std::cout << with_time(message, format) << std::flush; break;
    case Kind::standard_error: std::cerr << with_time(message, format) << std::flush; break;
    default: break;
  }
}

void MessageDelivery::write_to_file(const config::MessageDestination& destination, std::string_view line) {
  bool& was_opened = opened_[destination.where];
  const bool truncates = destination.kind == Kind::file && !was_opened;
  was_opened = true;
  std::ofstream(destination.where, truncates ? std::ios::trunc : std::ios::app) << line;
}

std::string MessageDelivery::with_time(const Delivered& message, const std::string& format) const {
  if (!message.has_time) return std::string(message.text);
  return local_time(message.time, format.c_str()) + " " + std::string(message.text);
}

}  // namespace holdfast::director
