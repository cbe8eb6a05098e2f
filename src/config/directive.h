// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/resource.h"
#include "config/value_type.h"

namespace holdfast::config {

/// One directive of a resource: everything the parser, the printers, the schema and the manual know about it. The
/// default is not here: it stands at the member.
struct Directive {
  std::string_view name;  ///< canonical spelling; case and blanks are free in files
  std::string_view help;
  const ValueType* type = nullptr;
  void* (*member)(Resource&) = nullptr;

  bool is_required = false;
  bool is_block = false;                ///< stands without "="
  bool is_platform_specific = false;    ///< the default differs between systems
  bool has_default = true;              ///< false: where it is absent, the member means "not set"
  std::string_view default_words = {};  ///< how the schema writes the default, where it differs
  std::string_view alias = {};
  std::string_view since = {};
  std::string_view deprecated = {};
  unsigned code = 0;  ///< number in the schema; what it counts depends on the type

  // Build an entry of a table: field<...>(...).required().also("DirPort").
  constexpr Directive required() const { return with(&Directive::is_required, true); }
  constexpr Directive block() const { return with(&Directive::is_block, true); }
  constexpr Directive platform_specific() const { return with(&Directive::is_platform_specific, true); }
  constexpr Directive unset() const { return with(&Directive::has_default, false); }
  constexpr Directive default_shown_as(std::string_view words) const {
    return with(&Directive::default_words, words);
  }
  constexpr Directive also(std::string_view other_name) const { return with(&Directive::alias, other_name); }
  constexpr Directive from(std::string_view version) const { return with(&Directive::since, version); }
  constexpr Directive until(std::string_view version) const { return with(&Directive::deprecated, version); }
  constexpr Directive coded(unsigned number) const {
    Directive changed = *this;
    changed.code = number;
    return changed;
  }

  const void* value(const Resource& resource) const { return member(const_cast<Resource&>(resource)); }

 private:
  constexpr Directive with(bool Directive::*which, bool value) const {
    Directive changed = *this;
    changed.*which = value;
    return changed;
  }
  constexpr Directive with(std::string_view Directive::*which, std::string_view value) const {
    Directive changed = *this;
    changed.*which = value;
    return changed;
  }
};

namespace detail {

template <typename Owner, typename Value>
Owner owner_of(Value Owner::*);
template <typename Owner, typename Value>
Value value_of(Value Owner::*);

template <auto Member>
void* member_of(Resource& resource) {
  return &(static_cast<decltype(owner_of(Member))&>(resource).*Member);
}
template <auto Group, auto Member>
void* member_of_group(Resource& resource) {
  return &((static_cast<decltype(owner_of(Group))&>(resource).*Group).*Member);
}

}  // namespace detail

/// A directive that fills a member. `type` says how the value is written; its C++ type is checked.
template <auto Member>
constexpr Directive field(std::string_view name, std::string_view help,
                          const TypedValue<decltype(detail::value_of(Member))>& type =
                              usual_type<decltype(detail::value_of(Member))>()) {
  return {.name = name, .help = help, .type = &type, .member = detail::member_of<Member>};
}

/// The same for a member of a group that several resources have, such as their TlsSettings.
template <auto Group, auto Member>
constexpr Directive group_field(std::string_view name, std::string_view help,
                                const TypedValue<decltype(detail::value_of(Member))>& type =
                                    usual_type<decltype(detail::value_of(Member))>()) {
  return {.name = name, .help = help, .type = &type, .member = detail::member_of_group<Group, Member>};
}

/// One table behind the other.
template <std::size_t... Sizes>
constexpr auto joined(const std::array<Directive, Sizes>&... tables) {
  std::array<Directive, (Sizes + ...)> all{};
  std::size_t at = 0;
  const auto append = [&](const auto& table) {
    for (const Directive& directive : table) all[at++] = directive;
  };
  (append(tables), ...);
  static_assert(all.size() <= Resource::max_directives);
  return all;
}

/// When the required directives of a resource must be there.
enum class Completeness { when_read, after_inheritance, never };

/// A type of resource within one program, and where its resources are kept.
struct ResourceType {
  std::string_view name;    ///< "Job"
  std::string_view plural;  ///< "Jobs"
  unsigned code = 0;        ///< in the schema
  std::span<const Directive> directives;
  std::string_view alias = {};

  std::size_t (*count)(const void* configuration) = nullptr;
  Resource& (*at)(void* configuration, std::size_t index) = nullptr;
  Resource& (*add)(void* configuration) = nullptr;
  const Resource& (*defaults)() = nullptr;

  Completeness completeness = Completeness::when_read;
  /// Whether a required directive is not needed after all. Null: none is.
  bool (*is_exempt)(const Resource& resource, const Directive& directive) = nullptr;
  /// Shows everything but name and description, where the order of directives matters. Null: the table does.
  void (*describe)(Settings& to, const Resource& resource) = nullptr;

  // Build an entry of a component's table.
  ResourceType complete(Completeness when) const {
    ResourceType changed = *this;
    changed.completeness = when;
    return changed;
  }
  ResourceType exempt(bool (*function)(const Resource&, const Directive&)) const {
    ResourceType changed = *this;
    changed.is_exempt = function;
    return changed;
  }
  ResourceType described_by(void (*function)(Settings&, const Resource&)) const {
    ResourceType changed = *this;
    changed.describe = function;
    return changed;
  }
  ResourceType also(std::string_view other_name) const {
    ResourceType changed = *this;
    changed.alias = other_name;
    return changed;
  }

  /// By name or alias, whatever the case.
  const Directive* find_directive(std::string_view keyword) const;
  std::size_t index_of(const Directive& directive) const {
    return static_cast<std::size_t>(&directive - directives.data());
  }

  /// The names of its directives, aliases too: what a misspelt one may have meant.
  std::vector<std::string_view> keywords() const;
  /// The required directives that are neither given nor inherited.
  std::vector<const Directive*> missing(const Resource& resource) const;
};

namespace detail {
template <auto List>
using ListOf = decltype(value_of(List));
template <auto List>
auto& list_in(void* configuration) {
  return static_cast<decltype(owner_of(List))*>(configuration)->*List;
}
}  // namespace detail

/// The type whose resources lie in the list `List` of a configuration: resource_type<&DirectorConfiguration::jobs>.
template <auto List>
constexpr ResourceType resource_type(std::string_view name, std::string_view plural, unsigned code,
                                     std::span<const Directive> directives) {
  using Element = typename detail::ListOf<List>::value_type;
  return {.name = name,
          .plural = plural,
          .code = code,
          .directives = directives,
          .count = [](const void* in) { return detail::list_in<List>(const_cast<void*>(in)).size(); },
          .at = [](void* in, std::size_t index) -> Resource& { return detail::list_in<List>(in)[index]; },
          .add = [](void* in) -> Resource& { return detail::list_in<List>(in).emplace_back(); },
          .defaults = []() -> const Resource& {
            static const Element untouched{};
            return untouched;
          }};
}

/// One program's part of the language.
struct Component {
  std::string_view name;  ///< "bareos-dir": what the schema calls it
  std::span<const ResourceType> types;

  /// By name or alias, whatever the case.
  const ResourceType* find_type(std::string_view name) const;
};

const Component& director_component();
const Component& storage_component();
const Component& file_daemon_component();
const Component& console_component();

}  // namespace holdfast::config
