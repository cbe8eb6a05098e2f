// SPDX-License-Identifier: AGPL-3.0-or-later
#include "net/plain_mail.h"

#include <fmt/core.h>

#include <algorithm>
#include <istream>

#include "base/text.h"

namespace holdfast::net {

namespace {

// RFC 5322, without the line end.
constexpr std::size_t longest_line = 998;
// RFC 2047 allows 75 characters, of which these are left for the text.
constexpr std::string_view word_begin = "=?utf-8?Q?", word_end = "?=";
constexpr std::size_t longest_encoded_text = 75 - word_begin.size() - word_end.size();

std::string in_one_line(std::string_view text) {
  std::string line(text);
  for (char& c : line)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  while (line.ends_with(' ')) line.pop_back();
  return line;
}

void add_header(std::string& to, std::string_view name, std::string_view value) {
  to += fmt::format("{}: {}\r\n", name, value);
}

std::string quoted(unsigned char c) {
  const bool is_plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  if (c == ' ') return "_";
  return is_plain ? std::string(1, static_cast<char>(c)) : fmt::format("={:02X}", c);
}

/// Bytes of the character that `text` begins with.
std::size_t character_length(std::string_view text) {
  std::size_t length = 1;
  while (length < text.size() && (static_cast<unsigned char>(text[length]) & 0xc0U) == 0x80U) ++length;
  return length;
}

/// In encoded words, none of which ends within a character.
std::string encoded_words(std::string_view text) {
  std::string all, word;
  const auto end_word = [&] {
    all += fmt::format("{}{}{}{}", all.empty() ? "" : "\r\n ", word_begin, word, word_end);
    word.clear();
  };
  while (!text.empty()) {
    const std::size_t length = std::min<std::size_t>(character_length(text), 4);
    std::string character;
    for (const char c : text.substr(0, length)) character += quoted(static_cast<unsigned char>(c));
    if (word.size() + character.size() > longest_encoded_text) end_word();
    word += character;
    text.remove_prefix(length);
  }
  end_word();
  return all;
}

void add_line(std::string& to, std::string_view line) {
  do {
    to += line.substr(0, longest_line);
    to += "\r\n";
    line.remove_prefix(std::min(line.size(), longest_line));
  } while (!line.empty());
}

bool is_host(std::string_view host) {
  const auto belongs = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '.' ||
           c == '-' || c == '_';
  };
  return !host.empty() && std::all_of(host.begin(), host.end(), belongs);
}

bool is_ipv6(std::string_view address) {
  return address.find(':') != address.npos &&
         address.find_first_not_of("0123456789abcdefABCDEF:.") == address.npos;
}

/// ":25" or nothing.
bool is_port(std::string_view text) {
  return text.empty() || (text.front() == ':' && parse_number<std::uint16_t>(text.substr(1)).value_or(0) > 0);
}

}  // namespace

std::string mail_headers(const PlainMail& mail) {
  std::string text;
  add_header(text, "From", in_one_line(mail.from));
  const std::string subject = in_one_line(mail.subject);
  add_header(text, "Subject", is_ascii(subject) ? subject : encoded_words(subject));
  if (!mail.reply_to.empty()) add_header(text, "Reply-To", in_one_line(mail.reply_to));
  std::string recipients;
  for (const auto& recipient : mail.to)
    recipients += (recipients.empty() ? "" : ", ") + in_one_line(recipient);
  add_header(text, "To", recipients);
  if (!mail.copy_to.empty()) add_header(text, "Cc", in_one_line(mail.copy_to));
  add_header(text, "MIME-Version", "1.0");
  add_header(text, "Content-Type",
             mail.is_utf8 ? "text/plain; charset=utf-8" : "text/plain; charset=us-ascii");
  add_header(text, "Content-Transfer-Encoding", mail.is_utf8 ? "8bit" : "7bit");
  add_header(text, "Date", mail.date);
  return text + "\r\n";
}

std::string mail_body(std::istream& from, std::uint64_t most_lines) {
  std::string text;
  std::uint64_t lines = 0;
  for (std::string line; std::getline(from, line); ++lines) {
    if (lines >= most_lines) continue;
    if (line.ends_with('\r')) line.pop_back();
    add_line(text, line);
  }
  if (lines > most_lines)
    text += fmt::format("\r\n\r\n[maximum of {} lines exceeded, skipped {} lines of output]\r\n", most_lines,
                        lines - most_lines);
  return text;
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::string bare_address(std::string_view address) {
  const auto begin = address.rfind('<');
  const auto end = address.find('>', begin == address.npos ? 0 : begin);
  if (begin == address.npos || end == address.npos) return in_one_line(trim(address));
  return in_one_line(trim(address.substr(begin + 1, end - begin - 1)));
}

std::optional<std::string> mail_server_url(const std::string& host_and_port) {
  const std::string_view text = host_and_port;
  if (is_ipv6(text) && std::count(text.begin(), text.end(), ':') > 1) return fmt::format("smtp://[{}]", text);
  const auto bracket = text.find(']');
  const bool is_in_brackets = text.starts_with('[') && bracket != text.npos;
  const auto end_of_host = is_in_brackets ? bracket + 1 : std::min(text.find(':'), text.size());
  const std::string_view host = text.substr(0, end_of_host);
  const bool is_good = is_in_brackets ? is_ipv6(host.substr(1, host.size() - 2)) : is_host(host);
  if (!is_good || !is_port(text.substr(end_of_host))) return std::nullopt;
  return fmt::format("smtp://{}", text);
}

}  // namespace holdfast::net
