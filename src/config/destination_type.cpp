// SPDX-License-Identifier: AGPL-3.0-or-later
#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "config/message_directives.h"
#include "config/value_reader.h"
#include "config/value_types.h"

namespace holdfast::config {

namespace types {
constinit const DestinationType destination{"MESSAGES"};
}

namespace {

using Kind = MessageDestination::Kind;

struct ClassName {
  std::string_view word;
  MessageType value;
};

// Class 11 has no word: it is set by "all" only.
constexpr std::array class_names{ClassName{"abort", MessageType::abort},
                                 ClassName{"debug", MessageType::debug},
                                 ClassName{"fatal", MessageType::fatal},
                                 ClassName{"error", MessageType::error},
                                 ClassName{"warning", MessageType::warning},
                                 ClassName{"info", MessageType::info},
                                 ClassName{"saved", MessageType::saved},
                                 ClassName{"notsaved", MessageType::not_saved},
                                 ClassName{"skipped", MessageType::skipped},
                                 ClassName{"mount", MessageType::mount},
                                 ClassName{"terminate", MessageType::terminate},
                                 ClassName{"restored", MessageType::restored},
                                 ClassName{"security", MessageType::security},
                                 ClassName{"alert", MessageType::alert},
                                 ClassName{"volmgmt", MessageType::volume_management},
                                 ClassName{"audit", MessageType::audit}};

constexpr std::array<std::string_view, 20> facilities{
    "kern",     "user", "mail",   "daemon", "auth",   "syslog", "lpr",    "news",   "uucp",   "cron",
    "authpriv", "ftp",  "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7"};

MessageClasses all_classes() {
  MessageClasses all;
  all.set();
  return all.reset(0);
}

std::string facility_of(const std::string& word) {
  const auto known = std::find_if(facilities.begin(), facilities.end(), [&](std::string_view facility) {
    return equal_ignoring_case(facility, word);
  });
  return std::string(known == facilities.end() ? "daemon" : *known);
}

bool takes_recipients(Kind kind) {
  return kind == Kind::mail || kind == Kind::mail_on_error || kind == Kind::mail_on_success ||
         kind == Kind::operator_command || kind == Kind::director;
}

bool is_one_place(Kind kind) { return kind == Kind::file || kind == Kind::append || kind == Kind::webhook; }

void expect_equals(ValueReader& from) {
  Token token = from.next();
  if (token.is(Token::Kind::equals)) return;
  if (token.is(Token::Kind::end_of_line) || token.is(Token::Kind::close)) from.unget(token);
  fail(token, "expected an =, got: " + printable(token.text));
}

/// What stands between the two "=" of a destination.
std::string read_where(ValueReader& from, Kind kind) {
  if (kind == Kind::syslog) {
    // Two forms; the second has another "=" before the first comma or semicolon of the line.
    const auto rest = from.lexer().rest_of_line();
    if (rest.substr(0, rest.find_first_of(",;")).find('=') == std::string_view::npos) return "daemon";
    const Token word = from.name();
    expect_equals(from);
    return facility_of(word.text);
  }
  if (is_one_place(kind)) {
    const Token path = from.string();
    expect_equals(from);
    return path.text;
  }
  if (!takes_recipients(kind)) return {};
  std::string recipients;
  for (;;) {
    recipients += (recipients.empty() ? "" : " ") + from.name().text;
    Token separator = from.next();
    if (separator.is(Token::Kind::comma)) continue;
    from.unget(std::move(separator));
    expect_equals(from);
    return recipients;
  }
}

void read_classes(ValueReader& from, MessageClasses& classes) {
  for (;;) {
    const Token token = from.name();
    std::string_view word = token.text;
    const bool is_removed = word.starts_with('!');
    if (is_removed) word.remove_prefix(1);
    if (equal_ignoring_case(word, "all")) {
      classes = all_classes();
    } else {
      const auto known = std::find_if(class_names.begin(), class_names.end(), [&](const ClassName& name) {
        return equal_ignoring_case(name.word, word);
      });
      if (known == class_names.end()) fail(token, fmt::format("message type: {} not found", printable(word)));
      classes.set(static_cast<std::size_t>(known->value), !is_removed);
    }
    Token separator = from.next();
    if (separator.is(Token::Kind::comma)) {
      from.unget(from.next_on_any_line());
      continue;
    }
    from.unget(std::move(separator));
    return from.finish_line();
  }
}

std::string classes_text(const MessageClasses& classes) {
  std::string without;
  std::string listed;
  std::size_t count = 0;
  for (const auto& name : class_names) {
    if (classes.test(static_cast<std::size_t>(name.value))) {
      ++count;
      listed += (listed.empty() ? "" : ",") + std::string(name.word);
    } else {
      without += ",!" + std::string(name.word);
    }
  }
  if (classes.test(static_cast<std::size_t>(MessageType::error_terminate))) return "all" + without;
  return count == 0 ? "!abort" : listed;
}

bool uses_mail_command(Kind kind) {
  return kind == Kind::mail || kind == Kind::mail_on_error || kind == Kind::mail_on_success;
}

/// Nothing for the usual facility, and for kinds that have no place.
std::vector<std::string> shown_where(const MessageDestination& destination) {
  if (is_one_place(destination.kind)) return {destination.where};
  if (destination.kind == Kind::syslog && destination.where != "daemon") return {destination.where};
  if (!takes_recipients(destination.kind)) return {};
  std::vector<std::string> recipients;
  for (const auto recipient : split(destination.where, ' ')) recipients.emplace_back(recipient);
  return recipients;
}

/// The commands and the format in force, while destinations are shown one after the other.
class CurrentCommands {
 public:
  explicit CurrentCommands(Settings& to) : to_(to) {}

  void change_to(const MessageDestination& destination) {
    set("TimestampFormat", timestamp_format_, destination.timestamp_format);
    if (uses_mail_command(destination.kind)) set("MailCommand", mail_command_, destination.command);
    if (destination.kind == Kind::operator_command)
      set("OperatorCommand", operator_command_, destination.command);
  }
  void change_to(const Messages& messages) {
    set("MailCommand", mail_command_, messages.mail_command);
    set("OperatorCommand", operator_command_, messages.operator_command);
    set("TimestampFormat", timestamp_format_, messages.timestamp_format);
  }

 private:
  void set(std::string_view key, std::string& current, const std::string& wanted) {
    if (current == wanted) return;
    current = wanted;
    to_.push_back({std::string(key), QuotedText{wanted}});
  }

  Settings& to_;
  std::string mail_command_;
  std::string operator_command_;
  std::string timestamp_format_;
};

/// Whether all destinations take the commands that stand last: then these can stand first.
bool has_one_set_of_commands(const Messages& messages) {
  return std::all_of(
      messages.destinations.begin(), messages.destinations.end(), [&](const MessageDestination& one) {
        return one.timestamp_format == messages.timestamp_format &&
               (!uses_mail_command(one.kind) || one.command == messages.mail_command) &&
               (one.kind != Kind::operator_command || one.command == messages.operator_command);
      });
}

}  // namespace

void DestinationType::read_typed(ValueReader& from, std::vector<MessageDestination>& value) const {
  const auto& messages = static_cast<const Messages&>(from.resource());
  MessageDestination destination;
  destination.kind = static_cast<Kind>(from.directive().code);
  destination.where = read_where(from, destination.kind);
  destination.timestamp_format = messages.timestamp_format;
  if (destination.kind == Kind::operator_command) destination.command = messages.operator_command;
  if (uses_mail_command(destination.kind)) destination.command = messages.mail_command;
  // Classes add to, and !classes are taken from, an earlier entry for the same place.
  const auto same = std::find_if(value.begin(), value.end(), [&](const MessageDestination& other) {
    return other.kind == destination.kind && other.where == destination.where;
  });
  if (same != value.end()) return read_classes(from, same->classes);
  read_classes(from, destination.classes);
  value.push_back(std::move(destination));
}

void describe_messages(Settings& to, const Resource& resource) {
  const auto& messages = static_cast<const Messages&>(resource);
  if (!messages.mail_server.empty()) to.push_back({"MailServer", QuotedText{messages.mail_server}});
  if (!messages.mail_from.empty()) to.push_back({"MailFrom", QuotedText{messages.mail_from}});
  if (!messages.mail_user.empty()) to.push_back({"MailUser", QuotedText{messages.mail_user}});
  if (!messages.mail_password.text.empty())
    to.push_back({"MailPassword", SecretText{messages.mail_password.text}});
  CurrentCommands commands(to);
  if (has_one_set_of_commands(messages)) commands.change_to(messages);
  for (const auto& destination : messages.destinations) {
    commands.change_to(destination);
    to.push_back({to_lower(destination_name(destination.kind)),
                  DestinationText{shown_where(destination), classes_text(destination.classes)}});
  }
  commands.change_to(messages);
}

}  // namespace holdfast::config
