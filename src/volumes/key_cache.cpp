// SPDX-License-Identifier: AGPL-3.0-or-later
#include "volumes/key_cache.h"

#include <fmt/core.h>

#include <chrono>

#include "base/error.h"
#include "base/text.h"
#include "os/file.h"
#include "os/text_file.h"

namespace holdfast::volumes {

namespace {

constexpr auto longest_stay = std::chrono::hours(24) * 60;
constexpr auto fresh = std::chrono::hours(24);
constexpr std::size_t largest_file = 64 * 1024 * 1024;
constexpr std::string_view separators = "\t\n";

}  // namespace

KeyCache::KeyCache(std::string path) : path_(std::move(path)) {
  if (!os::file_exists(path_)) return;
  const auto text = os::read_text(path_, largest_file);
  for (const auto line : split(text, '\n')) {
    if (line.empty()) continue;
    const auto fields = split(line, '\t');
    const auto added = fields.size() == 3 ? parse_number<std::int64_t>(fields[2]) : std::nullopt;
    if (!added) throw Error(ErrorKind::invalid, "{} is no cache of keys made by this program", path_);
    entries_[std::string(fields[0])] = {std::string(fields[1]), from_unix_seconds(*added)};
  }
}

void KeyCache::put(const std::string& volume, const std::string& key, Time now) {
  if (volume.empty() || key.empty() || volume.find_first_of(separators) != volume.npos ||
      key.find_first_of(separators) != key.npos)
    throw Error(ErrorKind::invalid, "\"{}\" is no line of a volume and its key", printable(volume));
  entries_[volume] = {key, now};
}

void KeyCache::renew_all(Time now) {
  for (auto& [volume, entry] : entries_) entry.added = now;
}

void KeyCache::save(Time now) const {
  std::string text;
  for (const auto& [volume, entry] : entries_)
    if (now - entry.added < longest_stay)
      text += fmt::format("{}\t{}\t{}\n", volume, entry.key, unix_seconds(entry.added));
  os::replace_file(path_, text);
}

void KeyKeeper::keep(const std::string& volume, const std::string& key, Time now) {
  const std::lock_guard lock(writing_);
  KeyCache cache(path_);
  const auto known = cache.entries().find(volume);
  if (known != cache.entries().end() && known->second.key == key && now - known->second.added < fresh) return;
  cache.put(volume, key, now);
  cache.save(now);
}

}  // namespace holdfast::volumes
