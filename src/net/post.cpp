// SPDX-License-Identifier: AGPL-3.0-or-later
#include "net/post.h"

#include <fmt/core.h>

#include "base/text.h"
#include "net/transfer.h"

namespace holdfast::net {

namespace {

constexpr std::size_t shown_answer = 200;

bool may_pass(long status) { return status == 408 || status == 429 || status >= 500; }

}  // namespace

PostOutcome post_json(const std::string& url, const std::string& body, std::chrono::milliseconds limit,
                      std::stop_token stop) {
  using How = PostOutcome::How;
  const std::string scheme = to_lower(url.substr(0, url.find(':')));
  if (scheme != "http" && scheme != "https")
    return {How::failed_for_good, "the address begins with neither https:// nor http://"};
  Transfer transfer(url, limit, std::move(stop));
  transfer.set_json(body);
  const auto result = transfer.perform();
  if (result.failure != 0)
    return {result.may_pass ? How::failed_for_now : How::failed_for_good, printable(result.reason)};
  if (result.reply >= 200 && result.reply < 300) return {};
  std::string reason = fmt::format("the server answered {}", result.reply);
  if (!result.answer.empty()) reason += ": " + printable(trim(result.answer.substr(0, shown_answer)));
  return {may_pass(result.reply) ? How::failed_for_now : How::failed_for_good, reason};
}

}  // namespace holdfast::net
