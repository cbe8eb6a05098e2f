// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "base/error.h"
#include "base/ids.h"
#include "wire/scanner.h"

// The table of a message: its literal pieces and fields in their order. Encoding and decoding both come from
// it, so they cannot disagree.
//
//   struct OpenReply {
//     std::uint32_t ticket = 0;
//     template <typename = void>
//     static constexpr auto layout() { return message("3000 OK open ticket = ", field<&OpenReply::ticket>, "\n"); }
//   };
//   encode(OpenReply{7})                       // "3000 OK open ticket = 7\n"
//   decode<OpenReply>("3000 OK open ticket = 7\n")->ticket
//
// layout() is a template so that the compiler makes the table only where the message is encoded or decoded: otherwise every file
// that includes a header of messages would make those of all of them, which took most of its time.

namespace holdfast::wire {

/// Names of resources, volumes and jobs (interop 01, section 2).
inline constexpr std::size_t name_limit = 127;
inline constexpr std::size_t no_limit = std::string_view::npos;

/// Spaces travel as \x01 where a chapter says so.
std::string bashed_text(std::string_view text);
std::string unbashed_text(std::string_view text);

namespace detail {

template <typename T>
struct IsId : std::false_type {};
template <typename Tag, typename Number>
struct IsId<Id<Tag, Number>> : std::true_type {};

void put_number(std::string& to, std::int64_t value);
void put_number(std::string& to, std::uint64_t value);

template <typename T>
void put(std::string& to, const T& value) {
  if constexpr (std::is_same_v<T, bool>) {
    to += value ? '1' : '0';
  } else if constexpr (std::is_enum_v<T>) {
    put(to, static_cast<int>(value));
  } else if constexpr (std::is_signed_v<T>) {
    put_number(to, std::int64_t{value});
  } else if constexpr (std::is_unsigned_v<T>) {
    put_number(to, std::uint64_t{value});
  } else if constexpr (IsId<T>::value) {
    put(to, value.value);
  } else {
    to += value;
  }
}

template <typename T>
bool take(Scanner& from, T& value, std::size_t limit) {
  if constexpr (std::is_same_v<T, bool>) {
    unsigned number = 0;
    if (!from.number(number)) return false;
    value = number != 0;
    return true;
  } else if constexpr (std::is_enum_v<T>) {
    std::underlying_type_t<T> number{};
    if (!from.number(number)) return false;
    value = static_cast<T>(number);
    return true;
  } else if constexpr (std::is_integral_v<T>) {
    return from.number(value);
  } else if constexpr (IsId<T>::value) {
    return from.number(value.value);
  } else {
    std::string_view word;
    if (!from.word(word, limit)) return false;
    value = word;
    return true;
  }
}

/// follow<&A::b, &B::c>(a) is a.b.c.
template <auto First, auto... Rest, typename T>
constexpr auto& follow(T& object) {
  if constexpr (sizeof...(Rest) == 0) {
    return object.*First;
  } else {
    return follow<Rest...>(object.*First);
  }
}

}  // namespace detail

/// Text that stands as it is.
struct Literal {
  std::string_view text;

  template <typename Message>
  void encode(std::string& to, const Message&) const {
    to += text;
  }
  template <typename Message>
  bool decode(Scanner& from, Message&) const {
    return from.literal(text);
  }
};

/// One blank exactly, where the text behind it may begin with blanks of its own.
struct Blank {
  template <typename Message>
  void encode(std::string& to, const Message&) const {
    to += ' ';
  }
  template <typename Message>
  bool decode(Scanner& from, Message&) const {
    char c{};
    if (!from.left().empty() && from.left().front() == ' ') from.character(c);
    return true;
  }
};
inline constexpr Blank blank{};

/// A decimal number (integers, bool as 0 or 1, ids, enumerations by value) or a word without white space.
template <auto... Path>
struct Field {
  std::size_t limit = name_limit;
  constexpr Field up_to(std::size_t bytes) const { return {bytes}; }

  template <typename Message>
  void encode(std::string& to, const Message& message) const {
    detail::put(to, detail::follow<Path...>(message));
  }
  template <typename Message>
  bool decode(Scanner& from, Message& message) const {
    return detail::take(from, detail::follow<Path...>(message), limit);
  }
};
template <auto... Path>
inline constexpr Field<Path...> field{};

/// A word whose spaces travel as \x01.
template <auto Member>
struct Bashed {
  std::size_t limit = name_limit;
  constexpr Bashed up_to(std::size_t bytes) const { return {bytes}; }

  template <typename Message>
  void encode(std::string& to, const Message& message) const {
    to += bashed_text(message.*Member);
  }
  template <typename Message>
  bool decode(Scanner& from, Message& message) const {
    std::string_view word;
    if (!from.word(word, limit)) return false;
    message.*Member = unbashed_text(word);
    return true;
  }
};
template <auto Member>
inline constexpr Bashed<Member> bashed{};

/// How far a text field reaches.
enum class Extent {
  line,        ///< to the end of the message, without its newline
  rest,        ///< to the end of the message
  quoted,      ///< to the next double quote, which the following literal takes
  terminated,  ///< to the next NUL, which belongs to the field
};

/// Text that may contain blanks.
template <auto Member, Extent extent>
struct Text {
  std::size_t limit = no_limit;
  constexpr Text up_to(std::size_t bytes) const { return {bytes}; }

  template <typename Message>
  void encode(std::string& to, const Message& message) const {
    to += message.*Member;
    if constexpr (extent == Extent::terminated) to += '\0';
  }
  template <typename Message>
  bool decode(Scanner& from, Message& message) const {
    std::string_view text;
    if (!take(from, text)) return false;
    message.*Member = text;
    return true;
  }

  bool take(Scanner& from, std::string_view& text) const {
    if constexpr (extent == Extent::line) return from.line(text, limit);
    if constexpr (extent == Extent::rest) return from.rest(text, limit);
    if constexpr (extent == Extent::quoted) return from.until('"', text, limit);
    char nul{};
    return from.until('\0', text, limit) && from.character(nul);
  }
};
template <auto Member>
inline constexpr Text<Member, Extent::line> line{};
template <auto Member>
inline constexpr Text<Member, Extent::rest> rest{};
template <auto Member>
inline constexpr Text<Member, Extent::quoted> quoted{};
template <auto Member>
inline constexpr Text<Member, Extent::terminated> terminated{};

/// A single character, as in replace=<c>; the member is a char or an enumeration of chars.
template <auto Member>
struct Letter {
  template <typename Message>
  void encode(std::string& to, const Message& message) const {
    to += static_cast<char>(message.*Member);
  }
  template <typename Message>
  bool decode(Scanner& from, Message& message) const {
    char c{};
    if (!from.character(c)) return false;
    message.*Member = static_cast<std::remove_reference_t<decltype(message.*Member)>>(c);
    return true;
  }
};
template <auto Member>
inline constexpr Letter<Member> letter{};

/// A bool member: the text is there or not.
template <auto Member>
struct Flag {
  std::string_view text;

  template <typename Message>
  void encode(std::string& to, const Message& message) const {
    if (message.*Member) to += text;
  }
  template <typename Message>
  bool decode(Scanner& from, Message& message) const {
    message.*Member = from.try_literal(text);
    return true;
  }
};
template <auto Member>
constexpr Flag<Member> flag(std::string_view text) {
  return {text};
}

/// A member in std::optional: the text and the value behind it, or neither.
template <auto Member>
struct Optional {
  std::string_view text;

  template <typename Message>
  void encode(std::string& to, const Message& message) const {
    if (!(message.*Member)) return;
    to += text;
    detail::put(to, *(message.*Member));
  }
  template <typename Message>
  bool decode(Scanner& from, Message& message) const {
    (message.*Member).reset();
    if (!from.try_literal(text)) return true;
    return detail::take(from, (message.*Member).emplace(), name_limit);
  }
};
template <auto Member>
constexpr Optional<Member> optional(std::string_view text) {
  return {text};
}

/// One of a table of words, each standing for a value.
template <auto Member, typename Value, std::size_t count>
struct Choice {
  std::array<std::pair<std::string_view, Value>, count> words;

  template <typename Message>
  void encode(std::string& to, const Message& message) const {
    for (const auto& [word, value] : words) {
      if (value == message.*Member) {
        to += word;
        return;
      }
    }
  }
  template <typename Message>
  bool decode(Scanner& from, Message& message) const {
    std::string_view found;
    const Scanner before = from;
    if (!from.word(found, name_limit)) return false;
    for (const auto& [word, value] : words) {
      if (word == found) {
        message.*Member = value;
        return true;
      }
    }
    from = before;
    return from.fail("unknown word");
  }
};
template <auto Member, typename Value, std::size_t count>
constexpr Choice<Member, Value, count> choice(
    const std::array<std::pair<std::string_view, Value>, count>& words) {
  return {words};
}

namespace detail {
constexpr Literal as_piece(const char* text) { return {text}; }
template <typename Piece>
constexpr Piece as_piece(Piece piece) {
  return piece;
}
}  // namespace detail

/// The table of a message, from literals and fields.
template <typename... Pieces>
constexpr auto message(Pieces... pieces) {
  return std::make_tuple(detail::as_piece(pieces)...);
}

/// Appends the message to `to`.
template <typename Message>
void encode_to(std::string& to, const Message& message) {
  std::apply([&](const auto&... piece) { (piece.encode(to, message), ...); }, Message::layout());
}

template <typename Message>
std::string encode(const Message& message) {
  std::string to;
  encode_to(to, message);
  return to;
}

/// The message in `text`; what follows the end of the table is ignored. Members of type string_view point
/// into `text`.
template <typename Message>
Expected<Message, DecodeError> decode(std::string_view text) {
  Message message;
  Scanner from(text);
  const bool fits = std::apply([&](const auto&... piece) { return (piece.decode(from, message) && ...); },
                               Message::layout());
  if (!fits) return unexpected(from.error());
  return message;
}

/// Like decode(), where anything else ends the unit of work: throws Error{invalid} naming `what`.
template <typename Message>
Message decode_or_throw(std::string_view text, std::string_view what) {
  auto decoded = decode<Message>(text);
  if (!decoded) throw Error(ErrorKind::invalid, "bad {}: {}", what, decoded.error().reason);
  return std::move(*decoded);
}

}  // namespace holdfast::wire
