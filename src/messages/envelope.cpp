// SPDX-License-Identifier: AGPL-3.0-or-later
#include "messages/envelope.h"

#include <fmt/core.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/text.h"

namespace holdfast::messages {

using Json = nlohmann::ordered_json;
using Kind = config::MessageDestination::Kind;

namespace {

// RFC 5322 allows 998 bytes.
constexpr std::size_t longest_line = 990;

/// Text in one line, for a header.
std::string as_header(std::string_view text) {
  std::string line;
  for (const char c : text) line += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
  return line.substr(0, longest_line - 100);
}

void add_line(std::string& to, std::string_view line) {
  do {
    to += line.substr(0, longest_line);
    to += "\r\n";
    line.remove_prefix(std::min(line.size(), longest_line));
  } while (!line.empty());
}

}  // namespace

std::string Envelope::encode() const {
  const Json json{{"state", state == State::ready ? "ready" : "collecting"},
                  {"kind", static_cast<int>(kind)},
                  {"job", job},
                  {"recipients", recipients},
                  {"command", command},
                  {"subject", subject},
                  {"resource", resource}};
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::optional<Envelope> Envelope::decode(const std::string& text) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) return std::nullopt;
  Envelope envelope;
  try {
    envelope.state = json.at("state").get<std::string>() == "ready" ? State::ready : State::collecting;
    envelope.kind = static_cast<Kind>(json.at("kind").get<std::uint8_t>());
    envelope.job = json.at("job").get<std::string>();
    envelope.recipients = json.at("recipients").get<std::string>();
    envelope.command = json.at("command").get<std::string>();
    envelope.subject = json.at("subject").get<std::string>();
    envelope.resource = json.at("resource").get<std::string>();
  } catch (const Json::exception&) {
    return std::nullopt;
  }
  return envelope;
}

std::string as_file_name(std::string name) {
  for (char& c : name)
    if (c == '/' || c == ' ') c = '_';
  return name;
}

std::vector<std::string> unsent_mails(const std::string& folder, const std::string& daemon) {
  std::vector<std::string> paths;
  std::error_code failed;
  for (std::filesystem::directory_iterator entry(folder, failed), end; !failed && entry != end;
       entry.increment(failed)) {
    const std::string name = entry->path().filename().string();
    if (name.starts_with(as_file_name(daemon) + ".") && name.ends_with(".mail"))
      paths.push_back(entry->path().string());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

void remove_mail(const std::string& text_path) {
  std::error_code ignored;
  std::filesystem::remove(text_path, ignored);
  std::filesystem::remove(envelope_path(text_path), ignored);
}

std::string mail_text(const Envelope& envelope, const std::string& from, const std::string& body,
                      std::string_view date, std::string_view message_id) {
  std::string recipients;
  for (const auto recipient : split(envelope.recipients, ' ')) {
    if (recipient.empty()) continue;
    recipients += (recipients.empty() ? "" : ", ") + std::string(recipient);
  }
  std::string text = fmt::format(
      "Date: {}\r\nFrom: {}\r\nTo: {}\r\nSubject: {}\r\nMessage-ID: <{}>\r\nMIME-Version: 1.0\r\n"
      "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n"
      "Auto-Submitted: auto-generated\r\n\r\n",
      date, as_header(from), as_header(recipients), as_header(envelope.subject), as_header(message_id));
  std::string_view rest = body;
  while (!rest.empty()) {
    const auto end = std::min(rest.find('\n'), rest.size());
    auto line = rest.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    add_line(text, line);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return text;
}

}  // namespace holdfast::messages
