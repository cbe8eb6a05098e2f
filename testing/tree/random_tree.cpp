// SPDX-License-Identifier: AGPL-3.0-or-later
#include "testing/tree/random_tree.h"

#include <array>
#include <random>
#include <vector>

#include "base/error.h"
#include "os/posix_acl.h"

namespace holdfast::tree {

namespace {

template <typename T>
T must(Outcome<T> outcome, const std::string& path) {
  if (!outcome) throw Error(ErrorKind::io, "making {} for a test: {}", path, outcome.error().message());
  if constexpr (!std::is_void_v<T>) return std::move(*outcome);
}

class Builder {
 public:
  Builder(FileTarget& target, const std::string& root, std::uint32_t seed, const RandomTreeOptions& options)
      : target_(target), options_(options), random_(seed + 1), directories_{root} {}

  void run() {
    for (int i = 0; i < options_.objects; ++i) object(i);
    // What is made in a directory changes its times, so they come last.
    for (const auto& directory : directories_) decorate(directory, Kind::directory);
  }

 private:
  std::uint32_t below(std::uint32_t limit) { return static_cast<std::uint32_t>(random_()) % limit; }
  bool one_in(std::uint32_t count) { return below(count) == 0; }

  std::string new_path(int number) {
    static constexpr std::array odd{" blank ", "new\nline",   "\xff\xfe", "-dash",    "*?[",
                                    "~",       "back\\slash", "\xc3\xa4", "\"quote'", "\x01"};
    std::string name = std::to_string(number);
    if (one_in(4)) name += odd[below(odd.size())];
    if (one_in(20)) name += std::string(200, 'l');
    return directories_[below(static_cast<std::uint32_t>(directories_.size()))] + "/" + name;
  }

  void object(int number) {
    const auto path = new_path(number);
    switch (below(12)) {
      case 0:
      case 1:
        must(target_.make_directory(path, 0700), path);
        directories_.push_back(path);
        return;
      case 2:
        must(target_.make_symlink(one_in(2) ? "/does/not/exist" : "../x" + path, path), path);
        return decorate(path, Kind::symlink);
      case 3:
        if (files_.empty()) break;
        return must(target_.make_hard_link(files_[below(static_cast<std::uint32_t>(files_.size()))], path),
                    path);
      case 4: return node(path);
      default: break;
    }
    file(path);
  }

  void node(const std::string& path) {
    std::uint32_t mode = 0010600;
    if (options_.privileged && one_in(2)) mode = one_in(2) ? 0020600 : 0060600;
    must(target_.make_node(path, mode, mode == 0010600 ? 0 : 0x100 + below(200)), path);
    decorate(path, Kind::fifo);
  }

  void file(const std::string& path) {
    const auto file = must(target_.create_file(path, 0600), path);
    const std::size_t limit = one_in(6) ? options_.largest_file : 2000;
    const std::size_t size = one_in(8) ? 0 : below(static_cast<std::uint32_t>(limit));
    Buffer content(size);
    const bool is_repetitive = one_in(2);
    for (std::size_t i = 0; i < size; ++i)
      content[i] = static_cast<std::byte>(is_repetitive ? i / 100 % 7 : random_());
    if (one_in(4))
      std::fill(content.begin() + static_cast<std::ptrdiff_t>(size / 3), content.end(), std::byte{0});
    must(file->write_at(0, content), path);
    if (one_in(10)) must(file->set_size(one_in(2) ? 262136 * 3 : size + 1'000'000), path);
    must(file->close(), path);
    decorate(path, Kind::regular);
    files_.push_back(path);
  }

  void decorate(const std::string& path, Kind kind) {
    const auto object = must(target_.named(path), path);
    const bool is_directory = kind == Kind::directory;
    if (options_.privileged && one_in(3)) must(object->set_owner({1000 + below(5), 2000 + below(5)}), path);
    const auto special = one_in(8) && kind == Kind::regular ? 04000U : 0U;
    if (options_.attributes && (kind == Kind::regular || is_directory))
      attributes(*object, path, is_directory);
    must(object->set_mode(special | (is_directory ? 0700 : 0400) | below(0100)), path);
    const auto moment = static_cast<std::int64_t>(1'400'000'000 + below(200'000'000));
    must(object->set_times({moment + 5, 0}, {moment, 0}), path);
  }

  void attributes(Attributable& object, const std::string& path, bool is_directory) {
    if (one_in(4)) must(object.set_attribute("user.one", as_bytes("value")), path);
    if (one_in(10))
      must(object.set_attribute("user.binary", as_bytes(std::string_view("\0\n\xff", 3))), path);
    const auto acl = *os::acl_value("user::rwx\nuser:1234:rw-\ngroup::r--\nmask::rw-\nother::r--\n");
    if (one_in(6)) must(object.set_attribute("system.posix_acl_access", acl), path);
    if (is_directory && one_in(4)) must(object.set_attribute("system.posix_acl_default", acl), path);
    // cap_net_raw+ep, revision 2.
    static constexpr std::string_view capability(
        "\x01\x00\x00\x02\x00\x20\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00", 20);
    if (options_.privileged && !is_directory && one_in(8))
      must(object.set_attribute("security.capability", as_bytes(capability)), path);
  }

  FileTarget& target_;
  const RandomTreeOptions& options_;
  std::mt19937 random_;
  std::vector<std::string> directories_;
  std::vector<std::string> files_;
};

}  // namespace

void make_random_tree(FileTarget& target, const std::string& root, std::uint32_t seed,
                      const RandomTreeOptions& options) {
  Builder(target, root, seed, options).run();
}

}  // namespace holdfast::tree
