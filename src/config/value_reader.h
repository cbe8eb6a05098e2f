// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "config/directive.h"
#include "config/lexer.h"

namespace holdfast::config {

/// A name that must be found once everything is read.
struct PendingReference {
  std::string_view resource_type;
  Token word;
  std::string not_found;                  ///< the message, where there is none of that name
  std::function<void(Resource&)> assign;  ///< is given the resource
};

/// What the value types see of the parser while one directive is read. All expectations throw SyntaxError.
class ValueReader {
 public:
  ValueReader(Lexer& lexer, Surroundings& surroundings, std::vector<PendingReference>& references)
      : lexer_(lexer), surroundings_(surroundings), references_(references) {}

  /// Enters a directive; the reader belongs to it until the next call.
  void enter(Resource& resource, const Directive& directive) {
    resource_ = &resource;
    directive_ = &directive;
  }
  Resource& resource() const { return *resource_; }
  const Directive& directive() const { return *directive_; }
  Surroundings& surroundings() const { return surroundings_; }
  Lexer& lexer() const { return lexer_; }

  Token next(Lexer::Mode mode = Lexer::Mode::keywords) { return lexer_.next(mode); }
  void unget(Token token) { lexer_.unget(std::move(token)); }
  /// The next token that is no line end.
  Token next_on_any_line(Lexer::Mode mode = Lexer::Mode::keywords);

  /// Any word; a number must be quoted.
  Token string();
  /// A word of at most 127 bytes.
  Token name();
  /// "=" on this line or a later one.
  void equals();
  /// yes, true, no or false, whatever the case.
  bool boolean();

  /// Skips what is left of the line, up to but not including a closing brace: so most values end.
  void finish_line();
  /// After an element of a list: whether another one follows. Takes what ends the list, but leaves a closing brace.
  bool more_elements();

  void refer(PendingReference reference) { references_.push_back(std::move(reference)); }
  /// "<line number>: <line>": how messages quote where a reference stands.
  std::string quoted_line(const Token& token) const;

  /// The value of a directory directive with ~, variables and wildcards resolved by the shell.
  std::string shell_expanded(const std::string& value) const;

 private:
  Lexer& lexer_;
  Surroundings& surroundings_;
  std::vector<PendingReference>& references_;
  Resource* resource_ = nullptr;
  const Directive* directive_ = nullptr;
};

[[noreturn]] void fail(const Token& at, const std::string& text);

/// "got BCT_NUMBER: 12".
std::string got(const Token& token);

}  // namespace holdfast::config
