// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.h"

namespace holdfast::config {

class ValueReader;
struct Directive;
struct Password;
struct ListenAddresses;

struct KeywordCode {
  std::string_view word;
  int code;
};

/// How a kind of value is read, printed and inherited (interop 06, section 4). The objects are constants without
/// state; `value` points to a member of the C++ type that belongs to them.
class ValueType {
 public:
  /// What a second use of the directive in the same resource does.
  enum class Repeat : std::uint8_t { replaces, accumulates, fails };

  constexpr explicit ValueType(std::string_view schema_name) : schema_name_(schema_name) {}

  /// What the schema calls it: "PINT32".
  std::string_view schema_name() const { return schema_name_; }

  /// Reads the value and whatever ends it. Throws SyntaxError.
  virtual void read(ValueReader& from, void* value) const = 0;
  /// Appends what reads back the same; nothing where there is nothing, or where another directive shows it.
  virtual void describe(Settings& to, const Directive& directive, const void* value) const = 0;
  /// For the schema; empty for none.
  virtual std::string default_text(const void* value) const = 0;

  virtual bool is_same(const void* a, const void* b) const = 0;
  virtual void copy(void* to, const void* from) const = 0;

  virtual Repeat repeat() const { return Repeat::replaces; }
  /// Also where the directive was not given: another one may have filled the same member.
  virtual bool is_always_shown() const { return false; }
  /// The words it takes, with the numbers they stand for; none where it takes other words too.
  virtual std::vector<KeywordCode> keywords() const { return {}; }
  /// The resource type a reference leads to; else empty.
  virtual std::string_view refers_to() const { return {}; }

 protected:
  ~ValueType() = default;

 private:
  std::string_view schema_name_;
};

/// A ValueType for members of type T.
template <typename T>
class TypedValue : public ValueType {
 public:
  using ValueType::ValueType;

  void read(ValueReader& from, void* value) const final { read_typed(from, *static_cast<T*>(value)); }
  void describe(Settings& to, const Directive& directive, const void* value) const final {
    describe_typed(to, directive, *static_cast<const T*>(value));
  }
  std::string default_text(const void* value) const final {
    return schema_text(*static_cast<const T*>(value));
  }
  bool is_same(const void* a, const void* b) const final {
    return are_same(*static_cast<const T*>(a), *static_cast<const T*>(b));
  }
  void copy(void* to, const void* from) const final { *static_cast<T*>(to) = *static_cast<const T*>(from); }

 protected:
  ~TypedValue() = default;

  virtual void read_typed(ValueReader& from, T& value) const = 0;
  virtual void describe_typed(Settings& to, const Directive& directive, const T& value) const = 0;
  virtual std::string schema_text(const T&) const { return {}; }
  virtual bool are_same(const T& a, const T& b) const {
    if constexpr (requires { a == b; })
      return a == b;
    else
      return false;
  }
};

/// The type a member gets when its directive names none.
template <typename T>
constexpr const TypedValue<T>& usual_type();

}  // namespace holdfast::config
