// SPDX-License-Identifier: AGPL-3.0-or-later
#include "messages/webhook.h"

#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/text.h"
#include "net/post.h"

namespace holdfast::messages {

using Json = nlohmann::ordered_json;

namespace {

std::string as_text(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

std::string iso_time(std::chrono::sys_seconds time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

}  // namespace

std::string webhook_json(const Message& message, const std::string& job_name) {
  Json json{{"time", iso_time(message.time)}, {"class", class_word(message.type)}};
  if (message.job) json["job"] = {{"id", message.job.value}, {"name", job_name}};
  json["text"] = message.text;
  return as_text(json);
}

std::string without_path(const std::string& url) {
  const auto host = url.find("://");
  if (host == std::string::npos) return "(no address)";
  const auto path = url.find_first_of("/?#", host + 3);
  std::string shown = url.substr(0, path);
  const auto login = shown.rfind('@');
  if (login != std::string::npos) shown.erase(host + 3, login - host - 2);
  return printable(shown) + (path == std::string::npos ? "" : "/...");
}

Webhook::Webhook(std::string url, WebhookSettings settings, Report report)
    : url_(std::move(url)),
      settings_(std::move(settings)),
      report_(std::move(report)),
      thread_([this](const std::stop_token& stop) { work(stop); }) {}

void Webhook::send(const Message& message, const std::string& job_name) {
  std::string json = webhook_json(message, job_name);
  state_.with([&](State& state) {
    if (state.waiting.size() < settings_.longest_queue)
      state.waiting.push_back(std::move(json));
    else
      ++state.lost;
  });
}

void Webhook::finish(std::chrono::milliseconds patience) {
  const auto is_idle = [](const State& state) { return state.waiting.empty() && !state.is_busy; };
  state_.wait_for({}, patience, is_idle, [](State&) {});
  thread_.request_stop();
  if (!thread_.joinable()) return;
  thread_.join();
  const std::size_t left = state_.with([](State& state) {
    const std::size_t count = state.waiting.size() + std::exchange(state.lost, 0);
    state.waiting.clear();
    return count;
  });
  if (left > 0) tell_of(left, left, "the daemon ends");
}

void Webhook::work(const std::stop_token& stop) {
  std::vector<std::string> batch;
  std::size_t lost = 0;
  const auto take = [&](State& state) {
    while (!state.waiting.empty() && batch.size() < settings_.largest_post) {
      batch.push_back(std::move(state.waiting.front()));
      state.waiting.pop_front();
    }
    lost = std::exchange(state.lost, 0);
    state.is_busy = true;
  };
  while (state_.wait(
      stop, [](const State& state) { return !state.waiting.empty(); }, take)) {
    post(std::exchange(batch, {}), lost, stop);
    state_.with([](State& state) { state.is_busy = false; });
  }
}

void Webhook::post(std::vector<std::string> batch, std::size_t lost, const std::stop_token& stop) {
  std::string body = "{\"schema\":\"holdfast.messages.1\",\"daemon\":" + as_text(settings_.daemon) +
                     ",\"lost\":" + std::to_string(lost) + ",\"messages\":[";
  for (std::size_t i = 0; i < batch.size(); ++i) body += (i == 0 ? "" : ",") + batch[i];
  body += "]}";
  if (const auto failure = try_to_post(body, stop))
    tell_of(batch.size() + lost, batch.size() + lost, *failure);
  else if (lost > 0)
    tell_of(lost, lost + batch.size(), "too many were waiting");
}

std::optional<std::string> Webhook::try_to_post(const std::string& body, const std::stop_token& stop) {
  for (std::size_t attempt = 0;; ++attempt) {
    net::PostOutcome outcome;
    try {
      outcome = net::post_json(url_, body, settings_.limit, stop);
    } catch (const Error& error) {
      return error.kind() == ErrorKind::cancelled ? "the daemon ends" : error.message();
    }
    if (outcome.how == net::PostOutcome::How::taken) return std::nullopt;
    const bool is_last =
        outcome.how == net::PostOutcome::How::failed_for_good || attempt >= settings_.pauses.size();
    if (is_last || !pause(settings_.pauses[attempt], stop)) return outcome.reason;
  }
}

bool Webhook::pause(std::chrono::milliseconds time, const std::stop_token& stop) {
  state_.wait_for(
      stop, time, [](const State&) { return false; }, [](State&) {});
  return !stop.stop_requested();
}

void Webhook::tell_of(std::size_t lost, std::size_t of, const std::string& reason) const {
  report_(MessageType::error,
          fmt::format("{} of {} messages did not reach the webhook {}: {}. Other destinations have them.\n",
                      lost, of, without_path(url_), reason));
}

}  // namespace holdfast::messages
