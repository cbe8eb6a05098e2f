// SPDX-License-Identifier: AGPL-3.0-or-later
#include "console/api_session.h"

#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/text.h"

namespace holdfast::console {
namespace {

/// A listing of a very large catalog is larger than this; nobody wants one in a program.
constexpr std::size_t largest_answer = std::size_t{256} << 20U;

/// Nor do documents nest like that. Writing one out takes stack for every level; what lies deeper is dropped.
constexpr int deepest_nesting = 100;

/// The texts of an error document: errors first, then what else the Director had to say.
std::string failure_text(const nlohmann::json& error, std::string_view command) {
  std::string text;
  const auto data = error.find("data");
  const auto messages = data == error.end() || !data->is_object() ? error.end() : data->find("messages");
  if (data != error.end() && data->is_object() && messages != data->end() && messages->is_object()) {
    for (const char* kind : {"error", "warning", "info"}) {
      const auto list = messages->find(kind);
      if (list == messages->end() || !list->is_array()) continue;
      for (const auto& line : *list)
        if (line.is_string()) text += (text.empty() ? "" : " ") + std::string(trim(line.get<std::string>()));
    }
  }
  if (text.empty())
    text = fmt::format(
        "the Director refused \"{}\" without a reason; check the names in it, and your rights (the same "
        "command in "
        "\"holdfast console\" tells more)",
        command);
  return text;
}

}  // namespace

ApiSession::ApiSession(std::unique_ptr<transport::Channel> channel) : channel_(std::move(channel)) {
  call(".api 2 compact=yes");
}

ApiSession::~ApiSession() {
  try {
    if (channel_->is_dead()) return;
    channel_->send(wire::Signal::terminate);
    channel_->close();
  } catch (const std::exception&) {
    // Everything that was asked has been answered; how the connection ends does not matter.
  }
}

std::string ApiSession::exchange(std::string_view command) {
  channel_->send(command);
  channel_->flush();
  std::string answer;
  for (;;) {
    const transport::Received received = channel_->receive();
    if (const auto* packet = std::get_if<transport::Packet>(&received)) {
      if (answer.size() + packet->bytes.size() > largest_answer)
        throw Error(ErrorKind::invalid, "the answer of the Director to \"{}\" is too long", command);
      answer += packet->text();
      continue;
    }
    const auto* signal = std::get_if<wire::Signal>(&received);
    if (!signal || *signal == wire::Signal::terminate)
      throw Error(ErrorKind::network, "the Director closed the connection");
    if (*signal == wire::Signal::heartbeat) channel_->send(wire::Signal::heartbeat_response);
    if (*signal == wire::Signal::main_prompt || *signal == wire::Signal::sub_prompt ||
        *signal == wire::Signal::end_of_data)
      return answer;
  }
}

std::string ApiSession::call(std::string_view command) {
  const std::string answer = exchange(command);
  // A peer puts messages for the console in front of the document.
  const auto start = answer.find('{');
  const auto is_kept = [](int depth, nlohmann::json::parse_event_t, const nlohmann::json&) {
    return depth < deepest_nesting;
  };
  const auto document =
      nlohmann::json::parse(start == std::string::npos ? "" : answer.substr(start), is_kept, false);
  if (!document.is_object())
    throw Error(ErrorKind::invalid, "the Director's answer to \"{}\" is no JSON document: {}", command,
                printable(answer.substr(0, 200)));
  if (const auto error = document.find("error"); error != document.end())
    throw Error(ErrorKind::refused, "{}", failure_text(*error, command));
  const auto result = document.find("result");
  return result == document.end() ? "{}"
                                  : result->dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string quoted(std::string_view value) {
  std::string text = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') text += '\\';
    text += c;
  }
  return text + '"';
}

}  // namespace holdfast::console
