// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "archive/in_place_file.h"
#include "archive/report.h"
#include "archive/restore_plan.h"
#include "format/attributes.h"
#include "format/fine_attributes.h"
#include "format/packed_stat.h"
#include "tree/file_target.h"

namespace holdfast::archive {

/// What an attributes record asks to make.
struct WantedObject {
  std::string stored_name;
  std::string path;  ///< where it goes
  std::string link;
  format::FileType type = format::FileType::regular;
  format::PackedStat stat{};
  format::FineAttributes fine{};
};

enum class Made { made, skipped, failed };

/// Gives objects their place and makes them: parent directories, the replace rule, and every kind of file
/// (interop 05, section 13.1). One thread.
class ObjectMaker {
 public:
  ObjectMaker(tree::FileTarget& target, const RestorePlan& plan, NewObjects& made, Report& report)
      : target_(target), plan_(plan), new_(made), report_(report) {}

  /// Makes the object. A file that will get data comes back open in `file`.
  Made make(const WantedObject& object, std::unique_ptr<tree::WritableFile>& file);

  std::uint64_t files_in_place() const { return in_place_; }
  std::uint64_t unchanged_bytes() const { return unchanged_.bytes; }

 private:
  using Attempt = std::function<tree::Outcome<void>()>;

  Made make_with(const WantedObject& object, const char* what, const Attempt& attempt);
  tree::Outcome<void> remove(const std::string& path);
  bool can_change(const WantedObject& object, const tree::FileStat& existing) const;
  bool open_in_place(const WantedObject& object, std::unique_ptr<tree::WritableFile>& file);
  Made make_file(const WantedObject& object, std::unique_ptr<tree::WritableFile>& file);
  Made make_raw(const WantedObject& object, std::unique_ptr<tree::WritableFile>& file);
  Made make_directory(const WantedObject& object);
  tree::Outcome<void> make_or_find_directory(const std::string& path);
  Made make_symlink(const WantedObject& object);
  Made make_hard_link(const WantedObject& object);
  Made make_node(const WantedObject& object);
  std::error_code make_parents(const WantedObject& object);
  std::error_code make_parent(const std::string& path, const WantedObject& object);
  bool unprotect(const std::string& path);
  enum class Tell { yes, no };
  bool must_skip(const WantedObject& object, const tree::FileStat& existing, Tell tell = Tell::yes);
  Made fail(const std::string& text);

  tree::FileTarget& target_;
  const RestorePlan& plan_;
  NewObjects& new_;
  Report& report_;
  std::uint64_t in_place_ = 0;
  Unchanged unchanged_;
};

}  // namespace holdfast::archive
