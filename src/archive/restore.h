// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "archive/erase.h"
#include "archive/report.h"
#include "base/bytes.h"
#include "base/ids.h"
#include "crypto/key_ring.h"
#include "plugins/plugin_set.h"
#include "selection/known_files.h"
#include "tree/file_target.h"

namespace holdfast::archive {

/// What to do where the name exists already (interop 05, section 13.1); the letters of the wire.
enum class Replace : char { always = 'a', if_newer = 'w', if_older = 'o', never = 'n' };

/// When the signature of a file is verified; in any case only by certificates that are trusted (interop 05, section 11.4).
enum class Signatures {
  checked_where_there_are,  ///< files without one are as good as others
  required,                 ///< files without one are told as errors
};

struct RestoreOptions {
  enum class Links { as_stored, prefixed };
  /// What becomes of a regular file that is to be replaced (docs/adr/0411).
  enum class Existing { made_anew, changed_in_place };

  /// Put before every name; empty or "/" restores to the original place.
  std::string where;
  /// "!regex!replacement!flags,…" (interop 02, section 5.6); takes the place of `where` unless empty.
  std::string regex_where;
  Replace replace = Replace::always;
  Existing existing = Existing::made_anew;
  /// Whether absolute targets of symlinks get `where` too.
  Links links = Links::as_stored;
  /// How many threads make files; 1 means the caller's own, 0 chooses by the number of processors.
  unsigned workers = 0;
  /// They unlock encrypted data, and verify signatures; null for none.
  std::shared_ptr<const crypto::KeyRing> keys = nullptr;
  Signatures signatures = Signatures::checked_where_there_are;
  /// Where the plugins are found that saved objects; null: there are none.
  plugins::PluginSet* plugins = nullptr;
  /// Where not null: gets the path of everything that is in the backup, restored or not.
  selection::KnownFiles* paths = nullptr;
  /// Run on regular files before they are replaced; empty for nothing.
  Erase erase{};
};

struct RestoreTotals {
  std::uint64_t files = 0;            ///< created and skipped objects, directories included
  std::uint64_t skipped = 0;          ///< of those, left alone by the replace rule
  std::uint64_t read_bytes = 0;       ///< data payloads received
  std::uint64_t job_bytes = 0;        ///< bytes written into files
  std::uint64_t in_place = 0;         ///< files changed where they lay
  std::uint64_t unchanged_bytes = 0;  ///< of `job_bytes`, those that were there already
  std::uint64_t errors = 0;
  std::uint64_t warnings = 0;
  std::string current;  ///< the object in work
};

/// Which record this is, from the header before it.
struct RecordHead {
  VolumeSession session{};
  std::int32_t file_index = 0;
  std::int32_t stream = 0;  ///< with or without its flag bits
};

/// Makes files of records, in the order a Storage Daemon delivers them (interop 05, section 13). All calls come from
/// one thread; the work may be done by several others, each with a target of its own (FileTarget::another()).
///
/// Directories get owner, mode, times, ACLs and attributes in finish(), because what is made inside changes
/// them, and a restore of several jobs may bring them in any order.
class Restore {
 public:
  /// Throws Error{invalid} for a regex_where without a valid expression.
  Restore(tree::FileTarget& target, RestoreOptions options, Report& report);
  ~Restore();

  /// One record. Throws Error{corrupt} for a sequence of records that cannot be right, now or with a later record,
  /// at latest in finish(); what goes wrong with a single object is reported and counted instead.
  void record(const RecordHead& head, Bytes payload);

  /// Completes all objects but directories, which get their attributes in finish(): what changes names in them comes
  /// between. Returns what was done so far, and throws as record() does.
  RestoreTotals settle();

  /// Completes the last objects and the directories. Call it after errors and cancellation too, so that what was
  /// restored is complete; not calling it leaves directories without their attributes.
  RestoreTotals finish();

  /// How far it is; any thread, any time.
  RestoreTotals progress() const;

 private:
  class Implementation;
  std::unique_ptr<Implementation> self_;
};

}  // namespace holdfast::archive
