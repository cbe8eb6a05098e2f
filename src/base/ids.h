// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace holdfast {

/// A number that names one kind of thing and cannot be mixed up with another. 0 means none.
template <typename Tag, typename Number = std::uint32_t>
struct Id {
  Number value = 0;

  constexpr Id() = default;
  constexpr explicit Id(Number number) : value(number) {}
  constexpr explicit operator bool() const { return value != 0; }
  constexpr auto operator<=>(const Id&) const = default;
};

using JobId = Id<struct JobTag>;
using ClientId = Id<struct ClientTag>;
using PoolId = Id<struct PoolTag>;
using FileSetId = Id<struct FileSetTag>;
using StorageId = Id<struct StorageTag>;
using MediaId = Id<struct MediaTag, std::uint64_t>;
using PathId = Id<struct PathTag>;
using FileId = Id<struct FileTag, std::uint64_t>;

/// Names one run of one job on one Storage Daemon, on the wire, on volumes and in the catalog.
struct VolumeSession {
  std::uint32_t id = 0;    ///< counts from 1 in a Storage Daemon process
  std::uint32_t time = 0;  ///< when that process started, Unix seconds
  constexpr auto operator<=>(const VolumeSession&) const = default;
};

}  // namespace holdfast

template <typename Tag, typename Number>
struct std::hash<holdfast::Id<Tag, Number>> {
  std::size_t operator()(const holdfast::Id<Tag, Number>& id) const noexcept {
    return std::hash<Number>{}(id.value);
  }
};

template <>
struct std::hash<holdfast::VolumeSession> {
  std::size_t operator()(const holdfast::VolumeSession& session) const noexcept {
    return std::hash<std::uint64_t>{}((std::uint64_t{session.id} << 32) | session.time);
  }
};
