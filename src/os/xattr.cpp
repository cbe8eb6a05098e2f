// SPDX-License-Identifier: AGPL-3.0-or-later
#include "os/xattr.h"

#include <fmt/core.h>
#include <sys/xattr.h>

#include <array>
#include <cerrno>

namespace holdfast::os {

namespace {

auto failure() { return unexpected(std::error_code(errno, std::generic_category())); }

/// There is no listxattrat: an open directory is named through /proc, which keeps the safety of the open
/// directory and has no limit on the length of the path before it.
std::string path_of(int directory, const char* name) {
  return fmt::format("/proc/self/fd/{}/{}", directory, name);
}

/// Runs `fetch(buffer, size)` with a buffer that suffices; nothing where it fails (see errno).
template <typename Fetch>
std::optional<std::string_view> fetch_all(std::array<char, 1024>& small, std::string& large, Fetch fetch) {
  ssize_t size = fetch(small.data(), small.size());
  if (size >= 0) return std::string_view(small.data(), static_cast<std::size_t>(size));
  while (errno == ERANGE) {
    size = fetch(nullptr, 0);
    if (size < 0) return std::nullopt;
    large.resize(static_cast<std::size_t>(size) + 64);
    size = fetch(large.data(), large.size());
    if (size >= 0) return std::string_view(large).substr(0, static_cast<std::size_t>(size));
  }
  return std::nullopt;
}

template <typename List, typename Get>
Outcome<ExtendedAttributes> all_attributes(List list, Get get) {
  ExtendedAttributes attributes;
  std::array<char, 1024> small;
  std::string large;
  const auto names = fetch_all(small, large, list);
  if (!names) {
    if (errno == ENOTSUP || errno == ENOSYS) return attributes;
    return failure();
  }
  std::array<char, 1024> small_value;
  std::string large_value;
  for (std::size_t at = 0; at < names->size();) {
    const std::string name(names->data() + at);
    at += name.size() + 1;
    const auto value = fetch_all(small_value, large_value,
                                 [&](char* to, std::size_t size) { return get(name.c_str(), to, size); });
    if (value) {
      attributes.push_back({name, to_buffer(*value)});
    } else if (errno != ENODATA && errno != ENOTSUP) {
      return failure();
    }
  }
  return attributes;
}

Outcome<void> removed(int result) {
  if (result < 0 && errno != ENODATA && errno != ENOTSUP) return failure();
  return {};
}

}  // namespace

Outcome<ExtendedAttributes> attributes_of(int fd) {
  return all_attributes(
      [&](char* to, std::size_t size) { return ::flistxattr(fd, to, size); },
      [&](const char* name, char* to, std::size_t size) { return ::fgetxattr(fd, name, to, size); });
}

Outcome<ExtendedAttributes> attributes_at(int directory, const char* name) {
  const std::string path = path_of(directory, name);
  return all_attributes([&](char* to, std::size_t size) { return ::llistxattr(path.c_str(), to, size); },
                        [&](const char* attribute, char* to, std::size_t size) {
                          return ::lgetxattr(path.c_str(), attribute, to, size);
                        });
}

bool has_attribute_at(int directory, const char* name, const char* attribute) {
  return ::lgetxattr(path_of(directory, name).c_str(), attribute, nullptr, 0) >= 0;
}

Outcome<void> set_attribute(int fd, const char* attribute, Bytes value) {
  if (::fsetxattr(fd, attribute, value.data(), value.size(), 0) < 0) return failure();
  return {};
}
Outcome<void> set_attribute_at(int directory, const char* name, const char* attribute, Bytes value) {
  if (::lsetxattr(path_of(directory, name).c_str(), attribute, value.data(), value.size(), 0) < 0)
    return failure();
  return {};
}
Outcome<void> remove_attribute(int fd, const char* attribute) {
  return removed(::fremovexattr(fd, attribute));
}
Outcome<void> remove_attribute_at(int directory, const char* name, const char* attribute) {
  return removed(::lremovexattr(path_of(directory, name).c_str(), attribute));
}

}  // namespace holdfast::os
