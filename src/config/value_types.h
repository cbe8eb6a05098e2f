// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "config/keywords.h"
#include "config/messages.h"
#include "config/resource.h"
#include "config/value_type.h"

// The kinds of values (interop 06, section 4), one constant each; directive tables name those that are not the usual
// one of the member's C++ type.

namespace holdfast::config {

/// Appends it under the name of the directive.
void add_setting(Settings& to, const Directive& directive, SettingValue value);

/// Values that are one word: `Key = word`.
template <typename T>
class ScalarType : public TypedValue<T> {
 public:
  using TypedValue<T>::TypedValue;

 protected:
  ~ScalarType() = default;

  virtual SettingValue shown(const T& value) const = 0;
  void describe_typed(Settings& to, const Directive& directive, const T& value) const final {
    add_setting(to, directive, shown(value));
  }
};

class TextType final : public ScalarType<std::string> {
 public:
  enum class Rule : std::uint8_t { string, name, resource_name, directory };
  constexpr TextType(std::string_view schema_name, Rule rule) : ScalarType(schema_name), rule_(rule) {}
  Repeat repeat() const override { return rule_ == Rule::resource_name ? Repeat::fails : Repeat::replaces; }

 private:
  void read_typed(ValueReader& from, std::string& value) const override;
  SettingValue shown(const std::string& value) const override { return QuotedText{value}; }
  std::string schema_text(const std::string& value) const override { return value; }

  Rule rule_;
};

class BooleanType final : public ScalarType<bool> {
 public:
  using ScalarType::ScalarType;

 private:
  void read_typed(ValueReader& from, bool& value) const override;
  SettingValue shown(const bool& value) const override { return value; }
  std::string schema_text(const bool& value) const override;
};

/// PINT16 and PINT32.
template <typename T>
class PositiveType final : public ScalarType<T> {
 public:
  using ScalarType<T>::ScalarType;

 private:
  void read_typed(ValueReader& from, T& value) const override;
  SettingValue shown(const T& value) const override { return std::int64_t{value}; }
  std::string schema_text(const T& value) const override { return std::to_string(value); }
};

class IntegerType final : public ScalarType<std::int32_t> {
 public:
  using ScalarType::ScalarType;

 private:
  void read_typed(ValueReader& from, std::int32_t& value) const override;
  SettingValue shown(const std::int32_t& value) const override { return std::int64_t{value}; }
  std::string schema_text(const std::int32_t& value) const override { return std::to_string(value); }
};

class DurationType final : public ScalarType<seconds> {
 public:
  using ScalarType::ScalarType;

 private:
  void read_typed(ValueReader& from, seconds& value) const override;
  SettingValue shown(const seconds& value) const override;
  std::string schema_text(const seconds& value) const override { return std::to_string(value.count()); }
};

class SizeType final : public ScalarType<std::uint64_t> {
 public:
  enum class Unit : std::uint8_t { size, speed };
  constexpr SizeType(std::string_view schema_name, Unit unit) : ScalarType(schema_name), unit_(unit) {}

 private:
  void read_typed(ValueReader& from, std::uint64_t& value) const override;
  SettingValue shown(const std::uint64_t& value) const override;
  std::string schema_text(const std::uint64_t& value) const override { return std::to_string(value); }

  Unit unit_;
};

/// SIZE32, of which the low 32 bits count, and MAX_BLOCKSIZE, which has a limit (0: none).
class SmallSizeType final : public ScalarType<std::uint32_t> {
 public:
  constexpr SmallSizeType(std::string_view schema_name, std::uint32_t limit)
      : ScalarType(schema_name), limit_(limit) {}

 private:
  void read_typed(ValueReader& from, std::uint32_t& value) const override;
  SettingValue shown(const std::uint32_t& value) const override;
  std::string schema_text(const std::uint32_t& value) const override { return std::to_string(value); }

  std::uint32_t limit_;
};

class PasswordType final : public ScalarType<Password> {
 public:
  /// by_protocol: clear for peers that speak NDMP.
  enum class Storage : std::uint8_t { md5, clear, by_protocol };
  constexpr PasswordType(std::string_view schema_name, Storage storage)
      : ScalarType(schema_name), storage_(storage) {}

 private:
  void read_typed(ValueReader& from, Password& value) const override;
  SettingValue shown(const Password& value) const override;
  bool are_same(const Password& a, const Password& b) const override { return a.text == b.text; }

  Storage storage_;
};

/// Comma lists that add up.
class TextListType final : public TypedValue<std::vector<std::string>> {
 public:
  enum class Rule : std::uint8_t {
    strings,          ///< one line per element when printed
    directories,      ///< one per directive, resolved by the shell
    directory_words,  ///< BackendDirectory: a comma list, the first one given drops the default
    plugin_names,     ///< separated by commas, blanks or colons
    access,           ///< ACL entries, printed on one line
    names,            ///< printed on one line
  };
  constexpr TextListType(std::string_view schema_name, Rule rule) : TypedValue(schema_name), rule_(rule) {}
  Repeat repeat() const override { return Repeat::accumulates; }

 private:
  void read_typed(ValueReader& from, std::vector<std::string>& value) const override;
  void describe_typed(Settings& to, const Directive& directive,
                      const std::vector<std::string>& value) const override;
  std::string schema_text(const std::vector<std::string>& value) const override {
    return value.empty() ? std::string() : value.front();
  }

  Rule rule_;
};

/// Address, Port and Addresses of a daemon's own resource, which fill one list.
class AddressesType final : public TypedValue<ListenAddresses> {
 public:
  enum class Form : std::uint8_t { port, address, blocks };
  constexpr AddressesType(std::string_view schema_name, Form form) : TypedValue(schema_name), form_(form) {}
  bool is_always_shown() const override { return form_ == Form::blocks; }

 private:
  void read_typed(ValueReader& from, ListenAddresses& value) const override;
  void describe_typed(Settings& to, const Directive& directive, const ListenAddresses& value) const override;
  std::string schema_text(const ListenAddresses& value) const override {
    return std::to_string(value.default_port);
  }

  Form form_;
};

/// SourceAddress.
class SingleAddressType final : public ScalarType<std::string> {
 public:
  using ScalarType::ScalarType;

 private:
  void read_typed(ValueReader& from, std::string& value) const override;
  SettingValue shown(const std::string& value) const override { return PlainText{value}; }
  std::string schema_text(const std::string&) const override { return "0"; }
};

/// One of some words. What a word means is in the table of keywords.cpp.
template <typename Enum>
class KeywordType final : public ScalarType<Enum> {
 public:
  using ScalarType<Enum>::ScalarType;
  std::vector<KeywordCode> keywords() const override;

 private:
  void read_typed(ValueReader& from, Enum& value) const override;
  SettingValue shown(const Enum& value) const override { return PlainText{std::string(to_string(value))}; }
  std::string schema_text(const Enum& value) const override { return std::string(to_string(value)); }
};

/// A destination of messages; the code of the directive says which kind.
class DestinationType final : public TypedValue<std::vector<MessageDestination>> {
 public:
  using TypedValue::TypedValue;
  Repeat repeat() const override { return Repeat::accumulates; }

 private:
  void read_typed(ValueReader& from, std::vector<MessageDestination>& value) const override;
  void describe_typed(Settings&, const Directive&, const std::vector<MessageDestination>&) const override {}
};

namespace types {

extern const TextType string, string_name, resource_name, directory, directory_or_command;
extern const BooleanType boolean, bit;
extern const PositiveType<std::uint16_t> positive16;
extern const PositiveType<std::uint32_t> positive32;
extern const IntegerType integer;
extern const DurationType duration;
extern const SizeType size, speed;
extern const SmallSizeType small_size, block_size;
extern const PasswordType password, md5_password, clear_password, peer_password;
extern const TextListType strings, directories, directory_words, plugin_names, access_list, audit_commands,
    devices;
extern const AddressesType port, address, addresses;
extern const SingleAddressType source_address;
extern const DestinationType destination;

extern const KeywordType<JobType> job_type;
extern const KeywordType<JobLevel> level;
extern const KeywordType<JobProtocol> job_protocol;
extern const KeywordType<PeerProtocol> peer_protocol;
extern const KeywordType<AuthType> auth_type;
extern const KeywordType<Replace> replace;
extern const KeywordType<SelectionType> selection_type;
extern const KeywordType<ActionOnPurge> action_on_purge;
extern const KeywordType<CatalogDriver> catalog_driver;
extern const KeywordType<PoolType> pool_type;
extern const KeywordType<LabelType> label_type;
extern const KeywordType<IoDirection> io_direction;
extern const KeywordType<CompressionAlgorithm> compression_algorithm;
extern const KeywordType<Cipher> cipher;

}  // namespace types

// clang-format off
template <> constexpr const TypedValue<std::string>& usual_type() { return types::string; }
template <> constexpr const TypedValue<bool>& usual_type() { return types::boolean; }
template <> constexpr const TypedValue<std::uint16_t>& usual_type() { return types::positive16; }
template <> constexpr const TypedValue<std::uint32_t>& usual_type() { return types::positive32; }
template <> constexpr const TypedValue<std::int32_t>& usual_type() { return types::integer; }
template <> constexpr const TypedValue<std::uint64_t>& usual_type() { return types::size; }
template <> constexpr const TypedValue<seconds>& usual_type() { return types::duration; }
template <> constexpr const TypedValue<Password>& usual_type() { return types::password; }
template <> constexpr const TypedValue<std::vector<std::string>>& usual_type() { return types::strings; }
template <> constexpr const TypedValue<ListenAddresses>& usual_type() { return types::addresses; }
template <> constexpr const TypedValue<std::vector<MessageDestination>>& usual_type() { return types::destination; }
template <> constexpr const TypedValue<JobType>& usual_type() { return types::job_type; }
template <> constexpr const TypedValue<JobLevel>& usual_type() { return types::level; }
template <> constexpr const TypedValue<JobProtocol>& usual_type() { return types::job_protocol; }
template <> constexpr const TypedValue<PeerProtocol>& usual_type() { return types::peer_protocol; }
template <> constexpr const TypedValue<AuthType>& usual_type() { return types::auth_type; }
template <> constexpr const TypedValue<Replace>& usual_type() { return types::replace; }
template <> constexpr const TypedValue<SelectionType>& usual_type() { return types::selection_type; }
template <> constexpr const TypedValue<ActionOnPurge>& usual_type() { return types::action_on_purge; }
template <> constexpr const TypedValue<CatalogDriver>& usual_type() { return types::catalog_driver; }
template <> constexpr const TypedValue<PoolType>& usual_type() { return types::pool_type; }
template <> constexpr const TypedValue<LabelType>& usual_type() { return types::label_type; }
template <> constexpr const TypedValue<IoDirection>& usual_type() { return types::io_direction; }
template <> constexpr const TypedValue<CompressionAlgorithm>& usual_type() { return types::compression_algorithm; }
template <> constexpr const TypedValue<Cipher>& usual_type() { return types::cipher; }
// clang-format on

}  // namespace holdfast::config
