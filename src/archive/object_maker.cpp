// SPDX-License-Identifier: AGPL-3.0-or-later
#include "archive/object_maker.h"

#include <fmt/core.h>

#include "base/text.h"

namespace holdfast::archive {

namespace {

using format::FileType;
using tree::Kind;
using tree::Outcome;

// Nobody else looks at a file before it has its own permissions.
constexpr std::uint32_t unfinished_file = 0600;
constexpr std::uint32_t new_directory = 0777;  // less what the umask takes away
constexpr std::uint32_t owner_may_enter = 0300;

std::string parent_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == path.npos || slash == 0 ? "/" : path.substr(0, slash);
}

template <typename T>
Outcome<void> without_value(const Outcome<T>& outcome) {
  if (!outcome) return unexpected(outcome.error());
  return {};
}

}  // namespace

Made ObjectMaker::make(const WantedObject& object, std::unique_ptr<tree::WritableFile>& file) {
  switch (object.type) {
    case FileType::regular_empty:
    case FileType::regular: return make_file(object, file);
    case FileType::hard_link_saved: return make_hard_link(object);
    case FileType::symlink: return make_symlink(object);
    case FileType::special: return make_node(object);
    case FileType::raw_device:
    case FileType::fifo: return make_raw(object, file);
    case FileType::directory:
    case FileType::no_recurse:
    case FileType::other_file_system:
    case FileType::unwanted_file_system:
    case FileType::unwanted_drive_type:
    case FileType::reparse_point:
    case FileType::junction: return make_directory(object);
    default:
      return fail(fmt::format("\"{}\" has the unknown type {}; not restored", printable(object.path),
                              number(object.type)));
  }
}

/// Tries; makes parents where they are missing; asks the replace rule where something is in the way.
Made ObjectMaker::make_with(const WantedObject& object, const char* what, const Attempt& attempt) {
  auto outcome = attempt();
  if (!outcome && outcome.error() == std::errc::no_such_file_or_directory) {
    const auto reason = make_parents(object);
    outcome = reason ? unexpected(reason) : attempt();
  }
  if (!outcome && outcome.error() == std::errc::operation_not_permitted && unprotect(parent_of(object.path)))
    outcome = attempt();
  if (!outcome && outcome.error() == std::errc::file_exists) {
    const auto existing = target_.stat(object.path);
    if (existing && must_skip(object, *existing)) return Made::skipped;
    if (existing && existing->kind() == Kind::directory)
      return fail(fmt::format("File {} already exists and could not be replaced. ERR={}.",
                              printable(object.path),
                              std::make_error_code(std::errc::is_a_directory).message()));
    if (existing && (existing->flags & os::protecting_flags) != 0) unprotect(object.path);
    if (existing && plan_.erase() && is_to_be_erased(*existing))
      if (const auto reason = plan_.erase()(object.path))
        return fail(fmt::format("{} was not replaced: {}", printable(object.path), *reason));
    const auto removed = remove(object.path);
    outcome = removed ? attempt() : removed;
  }
  if (outcome) return Made::made;
  new_.failures.failed(outcome.error());
  return fail(
      fmt::format("Could not {} {}: ERR={}", what, printable(object.path), outcome.error().message()));
}

/// Succeeds, too, where there is no such name (any more).
Outcome<void> ObjectMaker::remove(const std::string& path) {
  auto removed = target_.remove(path);
  if (!removed && removed.error() == std::errc::operation_not_permitted && unprotect(parent_of(path)))
    removed = target_.remove(path);
  if (!removed && removed.error() == std::errc::no_such_file_or_directory) return {};
  return removed;
}

/// Another name of the file must not change with it; and nobody who has it open already, or may open it while it is written,
/// shall see what he could not see in the restored one.
bool ObjectMaker::can_change(const WantedObject& object, const tree::FileStat& existing) const {
  return existing.kind() == Kind::regular && existing.links == 1 && existing.uid == object.stat.uid &&
         existing.gid == object.stat.gid && (existing.mode & os::mode_permissions & ~object.stat.mode) == 0 &&
         (existing.flags & os::protecting_flags) == 0;
}

/// False where it has to be made anew, or to be skipped.
bool ObjectMaker::open_in_place(const WantedObject& object, std::unique_ptr<tree::WritableFile>& file) {
  if (plan_.existing() != RestoreOptions::Existing::changed_in_place) return false;
  const auto existing = target_.stat(object.path);
  if (!existing || !can_change(object, *existing) || must_skip(object, *existing, Tell::no)) return false;
  auto opened = target_.open_to_change(object.path);
  if (!opened) return false;
  // It could have been exchanged in the meantime.
  const auto now = (*opened)->stat();
  if (!now || !now->is_same_file(*existing) || !can_change(object, *now)) return false;
  file = std::make_unique<InPlaceFile>(std::move(*opened), static_cast<std::uint64_t>(now->size), unchanged_);
  ++in_place_;
  return true;
}

Made ObjectMaker::make_file(const WantedObject& object, std::unique_ptr<tree::WritableFile>& file) {
  if (open_in_place(object, file)) return Made::made;
  return make_with(object, "create file", [&] {
    auto created = target_.create_file(object.path, unfinished_file);
    if (created) file = std::move(*created);
    return without_value(created);
  });
}

Made ObjectMaker::make_raw(const WantedObject& object, std::unique_ptr<tree::WritableFile>& file) {
  const auto existing = target_.stat(object.path);
  const bool is_there = existing && existing->kind() == os::kind_of_mode(object.stat.mode);
  if (is_there && !new_.nodes.contains(*existing)) {
    auto opened = target_.open_existing(object.path);
    if (!opened)
      return fail(fmt::format("Could not open {}: ERR={}", printable(object.path), opened.error().message()));
    file = std::move(*opened);
    return Made::made;
  }
  if (object.path == object.stored_name)
    return fail(fmt::format("Device restore on root failed, device {} missing.", printable(object.path)));
  return make_file(object, file);
}

Made ObjectMaker::make_directory(const WantedObject& object) {
  if (object.path == "/") return Made::made;
  const auto existing = target_.stat(object.path);
  if (existing && existing->kind() == Kind::directory) {
    if (new_.directories.contains(object.path)) return Made::made;
    if (must_skip(object, *existing)) return Made::skipped;
    if ((existing->flags & os::protecting_flags) != 0) unprotect(object.path);
    return Made::made;
  }
  return make_with(object, "make directory", [&] { return make_or_find_directory(object.path); });
}

/// Another engine may have made it in the meantime, for something that lies in it.
Outcome<void> ObjectMaker::make_or_find_directory(const std::string& path) {
  auto made = new_.directories.make(path, [&] { return target_.make_directory(path, new_directory); });
  if (made || made.error() != std::errc::file_exists) return made;
  const auto existing = target_.stat(path);
  if (existing && existing->kind() == Kind::directory) return {};
  return made;
}

Made ObjectMaker::make_symlink(const WantedObject& object) {
  const auto target = plan_.symlink_target(object.link);
  return make_with(object, "create symlink", [&] { return target_.make_symlink(target, object.path); });
}

Made ObjectMaker::make_hard_link(const WantedObject& object) {
  const std::string existing = plan_.path_for(object.link);
  // Where an expression gives both names the same path, making the second one would remove the file.
  if (existing == object.path) return Made::made;
  const auto what = fmt::format("hard link {} to", printable(existing));
  return make_with(object, what.c_str(), [&] { return target_.make_hard_link(existing, object.path); });
}

Made ObjectMaker::make_node(const WantedObject& object) {
  // The permissions come later, when the owner is right.
  const auto mode = (object.stat.mode & os::mode_type_mask) | unfinished_file;
  const auto made = make_with(object, "make device node",
                              [&] { return target_.make_node(object.path, mode, object.stat.rdev); });
  if (const auto node = made == Made::made ? target_.stat(object.path) : unexpected(std::error_code()))
    new_.nodes.add(*node);
  return made;
}

std::error_code ObjectMaker::make_parents(const WantedObject& object) {
  // From the bottom up to what exists, then down again: usually only one is missing.
  std::vector<std::string> missing;
  for (auto path = parent_of(object.path); path != "/"; path = parent_of(path)) {
    const auto existing = target_.stat(path);
    if (existing || existing.error() != std::errc::no_such_file_or_directory) break;
    missing.push_back(path);
  }
  for (auto path = missing.rbegin(); path != missing.rend(); ++path) {
    auto reason = make_parent(*path, object);
    if (reason == std::errc::operation_not_permitted && unprotect(parent_of(*path)))
      reason = make_parent(*path, object);
    if (reason) return reason;
  }
  return {};
}

std::error_code ObjectMaker::make_parent(const std::string& path, const WantedObject& object) {
  const auto made = new_.directories.make(path, [&] { return target_.make_directory(path, new_directory); });
  if (!made) return made.error() == std::errc::file_exists ? std::error_code() : made.error();
  if (!format::is_directory(object.type)) return {};
  // A directory that is restored alone lends what it has to those above it. Failing at that is no failure.
  const auto parent = target_.named(path);
  if (!parent) return {};
  (void)(*parent)->set_owner({object.stat.uid, object.stat.gid});
  (void)(*parent)->set_mode((object.stat.mode | owner_may_enter) & 0777);
  return {};
}

/// What `chattr` made immutable or append-only cannot be replaced, nor take new names.
bool ObjectMaker::unprotect(const std::string& path) {
  const auto existing = target_.stat(path);
  if (!existing || (existing->flags & os::protecting_flags) == 0) return false;
  const auto named = target_.named(path);
  if (!named || !(*named)->set_flags(existing->flags & ~os::protecting_flags)) return false;
  report_.message(
      MessageType::warning,
      fmt::format("\"{}\" was immutable or append-only; this was taken away, so that it can be restored",
                  printable(path)));
  return true;
}

bool ObjectMaker::must_skip(const WantedObject& object, const tree::FileStat& existing, Tell tell) {
  const auto stored = object.stat.modification_time, present = existing.modification.seconds;
  const char* reason = nullptr;
  switch (plan_.replace()) {
    case Replace::always: return false;
    case Replace::if_newer:
      if (stored <= present) reason = "Not newer";
      break;
    case Replace::if_older:
      if (stored >= present) reason = "Not older";
      break;
    case Replace::never: reason = "Already exists"; break;
  }
  if (reason == nullptr) return false;
  if (tell == Tell::yes)
    report_.message(MessageType::skipped,
                    fmt::format("File skipped. {}: {}", reason, printable(object.path)));
  return true;
}

Made ObjectMaker::fail(const std::string& text) {
  report_.message(MessageType::error, text);
  return Made::failed;
}

}  // namespace holdfast::archive
