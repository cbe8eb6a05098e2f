// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <unordered_set>
#include <vector>

#include "archive/attribute_setter.h"
#include "archive/data_decoder.h"
#include "archive/deferred_directories.h"
#include "archive/object_maker.h"
#include "archive/restore.h"
#include "archive/signature_check.h"

namespace holdfast::archive {

/// Makes objects of their records, one after the other (interop 05, section 13). Several engines share the work of
/// a restore; each gets all records of its objects. One thread.
class RestoreEngine : private PlainData {
 public:
  RestoreEngine(std::unique_ptr<tree::FileTarget> target, const RestorePlan& plan, NewObjects& new_objects,
                Report& report);

  /// Throws Error{corrupt} for a record that belongs to no object.
  void record(const RecordHead& head, Bytes payload);
  /// Completes the object in work.
  void finish_object();
  /// Gives directories what they could not get before, when all engines have finished their objects, and tells
  /// the sums.
  void finish();

  const RestoreTotals& totals() const { return totals_; }

 private:
  void attributes(const RecordHead& head, Bytes payload);
  void make();
  std::string listing() const;
  void plugin(const RecordHead& head, Bytes payload);
  bool make_by_plugin();
  void opened();
  void tell_plugin_messages();
  void check_belongs(const RecordHead& head) const;
  void session_key(Bytes payload);
  void locked(const std::string& reason);
  void data(format::StreamId stream, Bytes payload);
  void saved(Bytes data) override { signatures_.data(data); }
  Expected<void, std::string> write(const DataPiece& piece) override;
  void extra(format::StreamId stream, Bytes payload);
  void unknown(format::StreamId stream);
  void give_up(const std::string& reason);
  void finish_file(const ObjectAttributes& wanted);
  void finish_data();
  void note_closed(const tree::Outcome<void>& closed);
  void check_size();
  void remember_flags();
  void error(const std::string& text);
  void warning(const std::string& text);

  std::unique_ptr<tree::FileTarget> target_;
  Report& report_;
  const RestorePlan& plan_;
  NewObjects& new_;
  ObjectMaker maker_;
  AttributeSetter setter_;
  DataDecoder decoder_;
  SignatureCheck signatures_;
  DeferredDirectories directories_;
  DeferredDirectories flags_;                ///< objects, of which only path and file flags count
  std::unordered_set<std::size_t> flagged_;  ///< hashes of their paths

  // The object in work. `file_` is open for those that take data.
  VolumeSession session_{};
  std::int32_t file_index_ = 0;
  WantedObject object_;
  /// It will be made when its session key is known: a file in its place stays untouched where no key unlocks its data.
  bool is_waiting_ = false;
  bool is_open_ = false;
  bool is_given_up_ = false;   ///< its data is not whole
  std::string write_failure_;  ///< the message about a failed write
  std::unique_ptr<tree::WritableFile> file_;
  std::uint64_t position_ = 0, end_ = 0;
  std::vector<ObjectAttributes::Stream> streams_;
  std::size_t extra_size_ = 0;  ///< payload of ACLs and extended attributes of the open object

  std::uint64_t locked_ = 0;  ///< objects whose data no key unlocks
  std::set<std::int32_t> unknown_;
  std::set<std::string> missing_plugins_;
  plugins::ObjectTarget* plugin_ = nullptr;  ///< that saved the object in work
  enum class MadeBy { core, plugin } made_by_ = MadeBy::core;
  std::string plugin_failure_;  ///< why it failed, where it did
  std::map<format::StreamId, std::uint64_t> ignored_;
  RestoreTotals totals_;
};

}  // namespace holdfast::archive
