// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

// Objects of a backup that are no files of this machine: what plugins of the File Daemon read and write (interop 05,
// section 12). Here is what a plugin is (ObjectSource, ObjectTarget), which ones there are (bpipe, and Python modules in a
// process of their own), and how the one that a job names is found (PluginSet). How objects become records, and which
// records belong to a plugin, is the business of archive.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/expected.h"
#include "base/job_codes.h"
#include "format/file_type.h"
#include "os/file_stat.h"
#include "os/xattr.h"

namespace holdfast::plugins {

/// Something a plugin has to save.
struct Offer {
  std::string name;  ///< as it is stored; directories without a slash at the end
  std::string link;  ///< target of a symlink
  format::FileType type = format::FileType::regular;
  os::FileStat stat;                 ///< a size of -1: nobody knows
  bool has_data = true;              ///< read() is to be asked
  bool is_portable = true;           ///< told in the volume's record and nowhere used
  std::uint32_t delta_sequence = 0;  ///< how many parts saved before it builds on
  // Of restore objects only (types 25 and 27): what the plugin wants back before a restore begins.
  std::string object_name{};
  std::int32_t object_index = 0;
  Buffer object{};

  bool has_size() const { return type == format::FileType::regular || type == format::FileType::raw_device; }
  bool is_restore_object() const {
    return type == format::FileType::restore_first || type == format::FileType::plugin_config;
  }
};

/// What a plugin says of an object behind its data.
struct Extras {
  std::string acl{};  ///< in the text form of volumes; empty for none
  os::ExtendedAttributes attributes{};
};

/// A text for the operator.
struct Message {
  MessageType type;
  std::string text;
};

/// What a plugin adds to the FileSet, in lines of the wire (interop 02, section 4).
struct FileSetChange {
  enum class Place {
    own,     ///< the Include that names the plugin
    before,  ///< an Include of its own, before all others
    behind,
    excluded,
  };
  Place place = Place::own;
  std::vector<std::string> lines;
};

/// A word about a file that an accurate job knows and that the plugin does not offer.
struct Sighting {
  enum class Kind { seen, unseen };
  Kind kind = Kind::seen;
  std::string name;  ///< empty: all files
};

/// The reason why one object is not, or not wholly, saved or restored. What concerns the plugin as a whole (it crashed,
/// hangs, breaks the protocol) is thrown as Error instead.
template <typename T>
using Outcome = Expected<T, std::string>;

/// A file that the job's FileSet may name, or a plugin.
struct NamedFile {
  std::string name;  ///< without slash at the end
  std::string link;
  format::FileType type = format::FileType::regular;
  os::FileStat stat;
};

/// What plugins may ask about files of the job they work for. It is asked on the thread that asks the plugin.
class JobFiles {
 public:
  struct Comparison {
    bool is_changed = true;
    bool was_saved = false;
    std::uint32_t delta_sequence = 0;  ///< of what was saved before
  };

  virtual ~JobFiles() = default;
  /// Whether the FileSet wants it.
  virtual bool accepts(const NamedFile& file) = 0;
  /// With what an accurate job knows of it; it counts as seen then.
  virtual Comparison compare(const NamedFile& file) = 0;
};

/// What a plugin makes of a file of the walk.
enum class Handling {
  by_core,  ///< it is saved like any other
  left_out,
};

/// A plugin that saves: next(), then read() until it gives nothing where the object has data, then finish(), and so on.
/// One thread at a time. Any call may add messages (PluginSet::take_messages()).
class ObjectSource {
 public:
  virtual ~ObjectSource() = default;
  /// Nothing at the end.
  virtual std::optional<Offer> next() = 0;
  /// 0 at the end; fewer bytes than there is room for do not mean it.
  virtual Outcome<std::size_t> read(MutableBytes into) = 0;
  /// To be called for every object but restore objects.
  virtual Outcome<Extras> finish() = 0;
};

/// An object that is to be made again.
struct RestoredObject {
  std::string name;         ///< where it is to be, after `where` or a relocation
  std::string stored_name;  ///< on the volume
  std::string link;
  format::FileType type = format::FileType::regular;
  os::FileStat stat;
  std::int32_t file_index = 0;
};

/// What a plugin makes of an object.
enum class Created {
  failed,   ///< told in a message
  skipped,  ///< it is not wanted
  made,     ///< it is there; its data is not wanted
  takes_data,
  by_core,  ///< it is an ordinary file: whoever asked makes it
};

/// A plugin that restores: create(), then write() for each block where it takes data, then finish() where it made the
/// object itself. One thread at a time.
class ObjectTarget {
 public:
  virtual ~ObjectTarget() = default;
  virtual Created create(const RestoredObject& object) = 0;
  virtual Outcome<void> write(std::uint64_t position, Bytes data) = 0;
  virtual Outcome<void> finish(const Extras& extras) = 0;
};

}  // namespace holdfast::plugins
