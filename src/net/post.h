// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <chrono>
#include <stop_token>
#include <string>

namespace holdfast::net {

/// How a POST went.
struct PostOutcome {
  enum class How { taken, failed_for_now, failed_for_good };
  How how = How::taken;
  std::string reason;  ///< of the failure
};

/// Posts `body` as application/json to an http:// or https:// URL. A status of 2xx takes it; 408, 429 and 5xx, and a
/// server that cannot be reached, may pass; everything else stays. Redirections are not followed: a hook has one address.
/// Certificates of https are verified. Throws Error{cancelled} on a stop.
PostOutcome post_json(const std::string& url, const std::string& body, std::chrono::milliseconds limit,
                      std::stop_token stop);

}  // namespace holdfast::net
