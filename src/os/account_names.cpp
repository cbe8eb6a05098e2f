// SPDX-License-Identifier: AGPL-3.0-or-later
#include "os/account_names.h"

#include <grp.h>
#include <pwd.h>

#include <cerrno>
#include <unordered_map>
#include <vector>

#include "base/guarded.h"

namespace holdfast::os {

namespace {

/// Asks one of the get...nam_r / get...id_r functions, with a buffer that suffices.
template <typename Record, typename Key, typename Value>
std::optional<Value> look_up(int (*ask)(Key, Record*, char*, std::size_t, Record**), Key key,
                             Value (*take)(const Record&)) {
  std::vector<char> buffer(1024);
  for (;;) {
    Record record;
    Record* found = nullptr;
    const int result = ask(key, &record, buffer.data(), buffer.size(), &found);
    if (result == ERANGE && buffer.size() < 1024 * 1024) {
      buffer.resize(buffer.size() * 2);
    } else if (result != 0 || found == nullptr) {
      return std::nullopt;
    } else {
      return take(record);
    }
  }
}

template <typename Key, typename Value>
class Remembered {
 public:
  template <typename Ask>
  std::optional<Value> get(const Key& key, Ask ask) {
    return answers_.with([&](auto& answers) -> std::optional<Value> {
      const auto known = answers.find(key);
      if (known != answers.end()) return known->second;
      // Whoever fills a directory with made-up owners must not fill our memory.
      if (answers.size() >= 10'000) answers.clear();
      return answers.emplace(key, ask()).first->second;
    });
  }

 private:
  Guarded<std::unordered_map<Key, std::optional<Value>>> answers_;
};

}  // namespace

std::optional<std::string> user_name(std::uint32_t uid) {
  static Remembered<std::uint32_t, std::string> names;
  return names.get(uid, [&] {
    return look_up<passwd, uid_t, std::string>(
        getpwuid_r, uid, [](const passwd& entry) { return std::string(entry.pw_name); });
  });
}

std::optional<std::string> group_name(std::uint32_t gid) {
  static Remembered<std::uint32_t, std::string> names;
  return names.get(gid, [&] {
    return look_up<group, gid_t, std::string>(getgrgid_r, gid,
                                              [](const group& entry) { return std::string(entry.gr_name); });
  });
}

std::optional<std::uint32_t> user_id(const std::string& name) {
  static Remembered<std::string, std::uint32_t> ids;
  return ids.get(name, [&] {
    return look_up<passwd, const char*, std::uint32_t>(
        getpwnam_r, name.c_str(), [](const passwd& entry) -> std::uint32_t { return entry.pw_uid; });
  });
}

std::optional<std::uint32_t> group_id(const std::string& name) {
  static Remembered<std::string, std::uint32_t> ids;
  return ids.get(name, [&] {
    return look_up<group, const char*, std::uint32_t>(
        getgrnam_r, name.c_str(), [](const group& entry) -> std::uint32_t { return entry.gr_gid; });
  });
}

}  // namespace holdfast::os
