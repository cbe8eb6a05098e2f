// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <fmt/core.h>

#include <string>
#include <vector>

#include "base/text.h"
#include "config/value_reader.h"
#include "config/value_types.h"

namespace holdfast::config {

/// The name of another resource; the member points to it once everything is read. `T` must be complete.
template <typename T>
class ReferenceType final : public TypedValue<const T*> {
 public:
  constexpr explicit ReferenceType(std::string_view resource_type)
      : TypedValue<const T*>("RES"), resource_type_(resource_type) {}
  ValueType::Repeat repeat() const override { return ValueType::Repeat::fails; }
  std::string_view refers_to() const override { return resource_type_; }

 private:
  void read_typed(ValueReader& from, const T*& value) const override {
    Token name = from.name();
    Resource& resource = from.resource();
    const Directive& directive = from.directive();
    if (resource.given.test(resource.resource_type->index_of(directive))) {
      fail(name, fmt::format("Attempt to redefine resource \"{}\" referenced on line {}", directive.name,
                             from.quoted_line(name)));
    }
    std::string not_found = fmt::format("Could not find config resource \"{}\" referenced on line {}",
                                        printable(name.text), from.quoted_line(name));
    from.refer({resource_type_, std::move(name), std::move(not_found),
                [&value](Resource& found) { value = static_cast<T*>(&found); }});
    from.finish_line();
  }
  void describe_typed(Settings& to, const Directive& directive, const T* const& value) const override {
    if (value != nullptr) add_setting(to, directive, QuotedText{value->name});
  }

  std::string_view resource_type_;
};

/// A comma list of such names; it adds up.
template <typename T>
class ReferenceListType final : public TypedValue<std::vector<const T*>> {
 public:
  constexpr explicit ReferenceListType(std::string_view resource_type)
      : TypedValue<std::vector<const T*>>("RESOURCE_LIST"), resource_type_(resource_type) {}
  ValueType::Repeat repeat() const override { return ValueType::Repeat::accumulates; }
  std::string_view refers_to() const override { return resource_type_; }

 private:
  void read_typed(ValueReader& from, std::vector<const T*>& value) const override {
    do {
      Token name = from.name();
      std::string not_found = fmt::format("Could not find config Resource \"{}\" referenced on line {}",
                                          from.directive().name, from.quoted_line(name));
      from.refer({resource_type_, std::move(name), std::move(not_found),
                  [&value](Resource& found) { value.push_back(static_cast<T*>(&found)); }});
    } while (from.more_elements());
  }
  void describe_typed(Settings& to, const Directive& directive,
                      const std::vector<const T*>& value) const override {
    SettingList names;
    for (const T* resource : value) names.values.push_back(resource->name);
    if (!names.values.empty()) add_setting(to, directive, std::move(names));
  }

  std::string_view resource_type_;
};

}  // namespace holdfast::config
