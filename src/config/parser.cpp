// SPDX-License-Identifier: AGPL-3.0-or-later
#include "config/parser.h"

#include <fmt/core.h>

#include <map>
#include <unordered_map>

#include "base/text.h"
#include "config/lexer.h"
#include "config/suggestion.h"
#include "config/syntax_error.h"
#include "config/value_reader.h"

namespace holdfast::config {

namespace {

// More than these only hide the first ones.
constexpr std::size_t most_errors = 50;

class Parser {
 public:
  Parser(const Component& component, void* configuration, const std::string& pattern,
         Surroundings& surroundings)
      : component_(component),
        configuration_(configuration),
        lexer_(pattern, surroundings),
        reader_(lexer_, surroundings, references_) {}

  Findings run() {
    try {
      read_file();
    } catch (const SyntaxError& error) {
      add_error(error);
      findings_.are_complete = false;
    }
    resolve_references();
    return std::move(findings_);
  }

 private:
  void read_file();
  void read_resource(const Token& word);
  void read_directive(Resource& resource, const Token& word);
  void read_value(Resource& resource, const Directive& directive, const Token& word);
  void refuse_keyword(const Resource& resource, const Token& word);
  void skip_directive(int depth);
  void finish_resource(Resource& resource);
  void resolve_references();
  void add_error(const SyntaxError& error);
  Finding finding(std::string text, const Place& place, std::string word) const;

  const Component& component_;
  void* configuration_;
  Lexer lexer_;
  std::vector<PendingReference> references_;
  ValueReader reader_;
  /// What is defined so far; the names lie in the resources.
  std::map<std::string_view, std::unordered_map<std::string_view, Resource*>> defined_;
  Findings findings_;
};

Finding Parser::finding(std::string text, const Place& place, std::string word) const {
  return {std::move(text), place, std::move(word), std::string(lexer_.line_at(place))};
}

void Parser::add_error(const SyntaxError& error) {
  findings_.errors.push_back(finding(error.message(), error.place(), error.word()));
}

void Parser::read_file() {
  for (;;) {
    const Token token = reader_.next_on_any_line();
    if (token.is(Token::Kind::end_of_file)) return;
    if (!token.is(Token::Kind::identifier)) {
      throw SyntaxError("Expected a Resource name identifier, got: " + printable(token.text), token.place,
                        token.text, SyntaxError::Reach::everything);
    }
    read_resource(token);
  }
}

void Parser::read_resource(const Token& word) {
  const ResourceType* type = component_.find_type(word.text);
  if (type == nullptr) {
    std::vector<std::string_view> names;
    for (const ResourceType& known : component_.types) names.push_back(known.name);
    throw SyntaxError(fmt::format("Expected a Resource name identifier, got: {}{}", printable(word.text),
                                  did_you_mean(word.text, names)),
                      word.place, word.text, SyntaxError::Reach::everything);
  }
  Token brace = reader_.next_on_any_line();
  if (!brace.is(Token::Kind::open)) {
    throw SyntaxError(fmt::format("Expected an open brace {{ after {}, {}", type->name, got(brace)),
                      brace.place, brace.text, SyntaxError::Reach::everything);
  }
  Resource& resource = type->add(configuration_);
  resource.resource_type = type;
  resource.place = word.place;
  for (;;) {
    const Token token = reader_.next_on_any_line();
    if (token.is(Token::Kind::close)) return finish_resource(resource);
    if (token.is(Token::Kind::end_of_file)) {
      throw SyntaxError(
          fmt::format("End of conf file reached with unclosed resource. {} {} begins at line {} of {}.",
                      type->name, resource.name, word.place.line, word.place.file),
          token.place, {}, SyntaxError::Reach::everything);
    }
    read_directive(resource, token);
  }
}

void Parser::read_directive(Resource& resource, const Token& word) {
  const int depth = lexer_.depth();
  const Directive* directive = nullptr;
  try {
    if (!word.is(Token::Kind::identifier)) {
      fail(word, fmt::format("unexpected token {} {} in resource definition: {}", static_cast<int>(word.kind),
                             token_name(word.kind), printable(word.text)));
    }
    directive = resource.resource_type->find_directive(word.text);
    if (directive == nullptr) refuse_keyword(resource, word);
    read_value(resource, *directive, word);
  } catch (const SyntaxError& error) {
    const bool has_place = error.place().line != 0;
    const SyntaxError placed(error.message(), has_place ? error.place() : word.place,
                             has_place ? error.word() : word.text, error.reach());
    if (error.reach() == SyntaxError::Reach::everything || findings_.errors.size() + 1 >= most_errors)
      throw placed;
    add_error(placed);
    // It was there, so it is not missed too.
    if (directive != nullptr) resource.given.set(resource.resource_type->index_of(*directive));
    skip_directive(depth);
  }
}

/// A type of resource, with its brace, in the place of a directive: that is where an earlier brace is missing, and
/// nothing behind it can be trusted.
void Parser::refuse_keyword(const Resource& resource, const Token& word) {
  const Token behind = reader_.next_on_any_line();
  const bool is_resource = behind.is(Token::Kind::open) && component_.find_type(word.text) != nullptr;
  reader_.unget(behind);
  auto text =
      fmt::format("Keyword \"{}\" not permitted in this resource ({}){}", printable(word.text),
                  resource.resource_type->name, did_you_mean(word.text, resource.resource_type->keywords()));
  if (is_resource) text += "\nPerhaps you left the trailing brace off of the previous resource.";
  throw SyntaxError(text, word.place, word.text,
                    is_resource ? SyntaxError::Reach::everything : SyntaxError::Reach::directive);
}

void Parser::read_value(Resource& resource, const Directive& directive, const Token& word) {
  reader_.enter(resource, directive);
  if (!directive.is_block) reader_.equals();
  if (!directive.deprecated.empty()) {
    findings_.warnings.push_back(finding(fmt::format("using deprecated keyword {} on line {} of file {}",
                                                     directive.name, word.place.line, word.place.file),
                                         word.place, word.text));
  }
  directive.type->read(reader_, directive.member(resource));
  resource.given.set(resource.resource_type->index_of(directive));
}

/// Behind an error: to the end of the line, and out of the blocks within the resource, whose braces are at `depth`.
void Parser::skip_directive(int depth) {
  if (lexer_.depth() == depth && lexer_.is_at_line_end()) return;
  for (;;) {
    Token token = lexer_.next();
    if (token.is(Token::Kind::end_of_file) || lexer_.depth() < depth) return lexer_.unget(std::move(token));
    if (lexer_.depth() == depth && token.is(Token::Kind::end_of_line)) return;
  }
}

void Parser::finish_resource(Resource& resource) {
  const ResourceType& type = *resource.resource_type;
  const auto complain = [&](std::string text) {
    findings_.errors.push_back(finding(std::move(text), resource.place, std::string(type.name)));
  };
  if (resource.name.empty()) {
    if (!resource.has("Name")) complain(fmt::format("Name not specified for resource ({})", type.name));
    return;
  }
  const auto [known, is_new] = defined_[type.name].emplace(resource.name, &resource);
  if (!is_new) {
    const Place& first = known->second->place;
    complain(
        fmt::format("Attempt to define second {} resource named \"{}\" is not permitted. The first one is at "
                    "line {} of {}.",
                    type.name, resource.name, first.line, first.file));
  }
  if (type.completeness != Completeness::when_read) return;
  for (const Directive* missing : type.missing(resource)) complain(missing_text(resource, *missing));
}

void Parser::resolve_references() {
  for (const PendingReference& reference : references_) {
    const auto& resources = defined_[reference.resource_type];
    const auto found = resources.find(reference.word.text);
    if (found != resources.end()) {
      reference.assign(*found->second);
      continue;
    }
    if (findings_.errors.size() >= most_errors) continue;
    std::vector<std::string_view> names;
    for (const auto& [name, resource] : resources) names.push_back(name);
    findings_.errors.push_back(finding(reference.not_found + did_you_mean(reference.word.text, names),
                                       reference.word.place, reference.word.text));
  }
}

}  // namespace

std::string missing_text(const Resource& resource, const Directive& directive) {
  return fmt::format("\"{}\" directive in {} \"{}\" resource is required, but not found.", directive.name,
                     resource.resource_type->name, resource.name);
}

Findings parse(const Component& component, void* configuration, const std::string& pattern,
               Surroundings& surroundings) {
  try {
    return Parser(component, configuration, pattern, surroundings).run();
  } catch (const SyntaxError& error) {
    // Nothing could be opened at all.
    return {{{error.message(), error.place(), error.word(), {}}}, {}, false};
  }
}

}  // namespace holdfast::config
