// SPDX-License-Identifier: AGPL-3.0-or-later
#include "tree/posix_target.h"

#include "os/file_flags.h"
#include "os/files_at.h"
#include "os/xattr.h"
#include "tree/way.h"

namespace holdfast::tree {

namespace {

// What is made in a directory with a default ACL gets one that its original may not have had.
constexpr const char* access_acl = "system.posix_acl_access";
constexpr const char* default_acl = "system.posix_acl_default";
// Every file has one under SELinux: it can be changed, but not removed.
constexpr const char* unremovable = "security.selinux";
constexpr std::uint32_t owner_only = 0600;

class PosixWritable final : public WritableFile {
 public:
  explicit PosixWritable(os::UniqueFd fd) : fd_(std::move(fd)) {}

  Outcome<void> write_at(std::uint64_t offset, Bytes data) override {
    if (offset == position_) {
      auto done = os::write_fully(fd_.get(), data);
      if (done) position_ += data.size();
      if (done || done.error() != std::errc::invalid_seek) return done;
    }
    return os::write_fully_at(fd_.get(), offset, data);
  }
  Outcome<void> set_size(std::uint64_t size) override { return os::set_size(fd_.get(), size); }
  Outcome<FileStat> stat() override { return os::stat_of(fd_.get()); }
  Outcome<void> close() override { return os::close(std::move(fd_)); }
  Outcome<std::size_t> read_at(std::uint64_t offset, MutableBytes into) override {
    return os::read_fully_at(fd_.get(), offset, into);
  }
  Outcome<void> clear(std::uint64_t offset, std::uint64_t size) override {
    return os::make_zeros(fd_.get(), offset, size);
  }

  Outcome<void> set_owner(Owner owner) override { return os::set_owner(fd_.get(), owner.uid, owner.gid); }
  Outcome<void> set_mode(std::uint32_t permissions) override { return os::set_mode(fd_.get(), permissions); }
  Outcome<void> set_times(Timestamp access, Timestamp modification) override {
    return os::set_times(fd_.get(), access, modification);
  }
  Outcome<void> set_attribute(const std::string& name, Bytes value) override {
    return os::set_attribute(fd_.get(), name.c_str(), value);
  }
  Outcome<void> remove_attribute(const std::string& name) override {
    return os::remove_attribute(fd_.get(), name.c_str());
  }
  Outcome<void> set_flags(std::uint32_t flags) override {
    return os::change_flags(fd_.get(), flags, os::kept_flags);
  }

 private:
  os::UniqueFd fd_;
  std::uint64_t position_ = 0;  ///< of the descriptor; FIFOs know no other way to write
};

class PosixNamed final : public Attributable {
 public:
  PosixNamed(Place place, Kind kind) : place_(std::move(place)), kind_(kind) {}

  Outcome<void> set_owner(Owner owner) override {
    return os::set_owner_at(directory(), name(), owner.uid, owner.gid);
  }
  Outcome<void> set_mode(std::uint32_t permissions) override {
    if (kind_ == Kind::symlink) return {};
    return os::set_mode_at(directory(), name(), permissions);
  }
  Outcome<void> set_times(Timestamp access, Timestamp modification) override {
    return os::set_times_at(directory(), name(), access, modification);
  }
  Outcome<void> set_attribute(const std::string& attribute, Bytes value) override {
    return os::set_attribute_at(directory(), name(), attribute.c_str(), value);
  }
  Outcome<void> remove_attribute(const std::string& attribute) override {
    return os::remove_attribute_at(directory(), name(), attribute.c_str());
  }
  Outcome<void> set_flags(std::uint32_t flags) override {
    // A device would have to be opened for it, which may do something.
    if (kind_ != Kind::regular && kind_ != Kind::directory)
      return unexpected(std::make_error_code(std::errc::not_supported));
    return os::change_flags_at(directory(), name(), flags, os::kept_flags);
  }

 private:
  int directory() const { return place_.directory->get(); }
  const char* name() const { return place_.name.c_str(); }
  Place place_;
  Kind kind_;
};

Outcome<std::unique_ptr<WritableFile>> writable(Outcome<os::UniqueFd> fd) {
  if (!fd) return unexpected(fd.error());
  return std::make_unique<PosixWritable>(std::move(*fd));
}

}  // namespace

PosixTarget::PosixTarget(std::string inside)
    : inside_(std::move(inside)), way_(std::make_unique<Way>(inside_)) {}
PosixTarget::~PosixTarget() = default;

Outcome<FileStat> PosixTarget::stat(const std::string& path) {
  const auto place = way_->to(path);
  if (!place) return unexpected(place.error());
  return os::stat_at(place->directory->get(), place->name.c_str());
}

Outcome<std::unique_ptr<WritableFile>> PosixTarget::create_file(const std::string& path,
                                                                std::uint32_t permissions) {
  const auto place = way_->to(path);
  if (!place) return unexpected(place.error());
  auto fd = os::open_at(place->directory->get(), place->name.c_str(), os::OpenFor::create, permissions);
  if (fd && place->inherits_acl) (void)os::remove_attribute(fd->get(), access_acl);
  return writable(std::move(fd));
}

Outcome<std::unique_ptr<WritableFile>> PosixTarget::open_existing(const std::string& path) {
  const auto place = way_->to(path);
  if (!place) return unexpected(place.error());
  return writable(os::open_at(place->directory->get(), place->name.c_str(), os::OpenFor::write));
}

Outcome<std::unique_ptr<WritableFile>> PosixTarget::open_to_change(const std::string& path) {
  const auto place = way_->to(path);
  if (!place) return unexpected(place.error());
  auto fd = os::open_at(place->directory->get(), place->name.c_str(), os::OpenFor::change);
  if (!fd) return unexpected(fd.error());
  const auto attributes = os::attributes_of(fd->get());
  if (attributes && !attributes->empty()) {
    // Without its ACL nobody must get more than before.
    if (const auto closed = os::set_mode(fd->get(), owner_only); !closed) return unexpected(closed.error());
    for (const auto& attribute : *attributes)
      if (attribute.name != unremovable)
        if (const auto gone = os::remove_attribute(fd->get(), attribute.name.c_str()); !gone)
          return unexpected(gone.error());
  }
  return writable(std::move(fd));
}

Outcome<void> PosixTarget::make_directory(const std::string& path, std::uint32_t permissions) {
  const auto place = way_->to(path);
  if (!place) return unexpected(place.error());
  auto made = os::make_directory_at(place->directory->get(), place->name.c_str(), permissions);
  if (made && place->inherits_acl)
    for (const auto* acl : {access_acl, default_acl})
      (void)os::remove_attribute_at(place->directory->get(), place->name.c_str(), acl);
  return made;
}

Outcome<void> PosixTarget::make_symlink(const std::string& target, const std::string& path) {
  const auto place = way_->to(path);
  if (!place) return unexpected(place.error());
  return os::make_symlink_at(target.c_str(), place->directory->get(), place->name.c_str());
}

Outcome<void> PosixTarget::make_hard_link(const std::string& existing, const std::string& path) {
  const auto from = way_->to(existing);
  if (!from) return unexpected(from.error());
  const auto place = way_->to(path);
  if (!place) return unexpected(place.error());
  return os::make_hard_link_at(from->directory->get(), from->name.c_str(), place->directory->get(),
                               place->name.c_str());
}

Outcome<void> PosixTarget::make_node(const std::string& path, std::uint32_t mode, std::uint64_t rdev) {
  const auto place = way_->to(path);
  if (!place) return unexpected(place.error());
  return os::make_node_at(place->directory->get(), place->name.c_str(), mode, rdev);
}

Outcome<void> PosixTarget::remove(const std::string& path) {
  const auto place = way_->to(path);
  if (!place) return unexpected(place.error());
  auto removed = os::remove_at(place->directory->get(), place->name.c_str());
  if (removed) way_->forget(path);
  return removed;
}

Outcome<std::unique_ptr<Attributable>> PosixTarget::named(const std::string& path) {
  auto place = way_->to(path);
  if (!place) return unexpected(place.error());
  const auto status = os::stat_at(place->directory->get(), place->name.c_str());
  if (!status) return unexpected(status.error());
  return std::make_unique<PosixNamed>(std::move(*place), status->kind());
}

std::unique_ptr<FileTarget> PosixTarget::another() { return std::make_unique<PosixTarget>(inside_); }

}  // namespace holdfast::tree
