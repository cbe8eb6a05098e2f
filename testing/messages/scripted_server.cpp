// SPDX-License-Identifier: AGPL-3.0-or-later
#include "testing/messages/scripted_server.h"

#include "base/bytes.h"
#include "base/error.h"
#include "base/text.h"

namespace holdfast::testing_support {

namespace {

constexpr std::chrono::milliseconds patience{5000};

void say(os::Socket& socket, std::string_view text) {
  while (!text.empty()) {
    const auto sent = socket.send(as_bytes(text), patience);
    if (!sent) throw Error(ErrorKind::timeout, "the other end does not listen");
    text.remove_prefix(*sent);
  }
}

/// Up to and with `end`; false at the end of the connection.
bool hear(os::Socket& socket, std::string& waiting, std::string_view end, std::string& heard) {
  while (waiting.find(end) == std::string::npos) {
    std::array<std::byte, 4096> piece;
    const auto count = socket.receive(piece, patience);
    if (!count || *count == 0) return false;
    waiting.append(reinterpret_cast<const char*>(piece.data()), *count);
  }
  const auto length = waiting.find(end) + end.size();
  heard = waiting.substr(0, length);
  waiting.erase(0, length);
  return true;
}

}  // namespace

ScriptedServer::ScriptedServer(Speaks speaks, std::string answer)
    : speaks_(speaks),
      answer_(std::move(answer)),
      listener_({{"127.0.0.1", 0, os::Family::any}}),
      thread_([this](const std::stop_token& stop) { serve(stop); }) {}

ScriptedServer::~ScriptedServer() {
  thread_.request_stop();
  thread_.join();
}

std::uint16_t ScriptedServer::port() const { return listener_.addresses().front().port(); }

std::vector<std::string> ScriptedServer::received(std::size_t count) {
  std::vector<std::string> copy;
  received_.wait_for(
      {}, patience, [&](const auto& all) { return all.size() >= count; }, [&](auto& all) { copy = all; });
  return copy;
}

void ScriptedServer::answer_from_now_on(std::string answer) {
  answer_.with([&](std::string& current) { current = std::move(answer); });
}

void ScriptedServer::refuse_recipient(std::string address) {
  refused_.with([&](std::string& refused) { refused = std::move(address); });
}

std::string ScriptedServer::answer() const {
  return answer_.read([](const std::string& answer) { return answer; });
}

void ScriptedServer::serve(const std::stop_token& stop) {
  const os::StopEvent event(stop);
  while (auto socket = listener_.accept(event)) {
    try {
      talk(*socket, stop);
    } catch (const Error&) {
      // The next connection tells the test what is wrong.
    }
  }
}

void ScriptedServer::talk(os::Socket& socket, const std::stop_token& stop) {
  const std::stop_callback wake(stop, [&] { socket.shutdown(); });
  switch (speaks_) {
    case Speaks::smtp: return talk_smtp(socket);
    case Speaks::http: return talk_http(socket);
    case Speaks::nothing: break;
  }
  std::array<std::byte, 64> piece;
  while (true) {
    const auto count = socket.receive(piece, std::chrono::milliseconds(0));
    if (!count || *count == 0) return;
  }
}

void ScriptedServer::talk_smtp(os::Socket& socket) {
  std::string waiting;
  std::string line;
  std::string whole;
  say(socket, "220 here\r\n");
  while (hear(socket, waiting, "\r\n", line)) {
    whole += line;
    if (line.starts_with("DATA")) {
      say(socket, "354 go on\r\n");
      if (!hear(socket, waiting, "\r\n.\r\n", line)) return;
      whole += line;
      received_.with([&](auto& all) { all.push_back(whole); });
      say(socket, answer() + "\r\n");
      continue;
    }
    const bool is_refused = refused_.read([&](const std::string& address) {
      return !address.empty() && line.starts_with("RCPT") && line.find(address) != std::string::npos;
    });
    if (is_refused) {
      say(socket, "550 no such user\r\n");
      continue;
    }
    say(socket, line.starts_with("QUIT") ? "221 bye\r\n" : "250 ok\r\n");
    if (line.starts_with("QUIT")) return;
  }
}

void ScriptedServer::talk_http(os::Socket& socket) {
  std::string waiting;
  std::string head;
  if (!hear(socket, waiting, "\r\n\r\n", head)) return;
  const auto at = to_lower(head).find("content-length: ");
  const auto size =
      parse_number<std::size_t>(head.substr(at + 16, head.find('\r', at) - at - 16)).value_or(0);
  while (waiting.size() < size) {
    std::array<std::byte, 4096> piece;
    const auto count = socket.receive(piece, patience);
    if (!count || *count == 0) return;
    waiting.append(reinterpret_cast<const char*>(piece.data()), *count);
  }
  // The answer first: a test that saw the request may have this server go.
  say(socket, "HTTP/1.1 " + answer() + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  received_.with([&](auto& all) { all.push_back(waiting); });
}

}  // namespace holdfast::testing_support
