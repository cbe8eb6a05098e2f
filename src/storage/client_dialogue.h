// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>

#include "storage/append_run.h"
#include "storage/read_run.h"

namespace holdfast::storage {

/// Serves the File Daemon of a job, which appends or reads (interop 02, section 8), or the Storage Daemon that
/// sends what it reads (interop 03, section 6.3).
class ClientDialogue {
 public:
  /// One of the two may be null: a job appends or reads.
  ClientDialogue(const StorageContext& context, StorageJob& job, transport::Channel& client,
                 AppendRun* append, ReadRun* read);

  /// Until the client says good-bye. Throws Error for what it did wrong, and for failures of volumes; the
  /// client was told then.
  void run();

  /// The client ended its session in order.
  bool is_complete() const { return is_complete_; }

 private:
  enum class Next { go_on, end };
  struct Command {
    std::string_view prefix;
    Next (ClientDialogue::*handler)();
  };
  static const Command commands[];

  Next serve(std::string_view text);
  Next open_append();
  Next append_data();
  Next start_replicate();
  Next replicate_data();
  Next end_replicate();
  Next end_append();
  Next close_append();
  Next open_read();
  Next read_data();
  Next close_read();
  Next refuse(std::string_view reply);
  /// The data of a job flows once: its volumes are let go of afterwards.
  bool may_begin_data() { return !std::exchange(has_data_begun_, true); }
  void receive_all(std::string_view error_reply);
  void receive_streams();
  void receive_stream(std::int32_t file_index, std::int32_t stream);
  std::int32_t checked_index(std::int32_t file_index);

  const StorageContext& context_;
  StorageJob& job_;
  transport::Channel& client_;
  AppendRun* append_;
  ReadRun* read_;
  bool is_open_ = false;
  bool has_data_begun_ = false;
  bool is_replicating_ = false;
  bool is_complete_ = false;
  std::int32_t last_index_ = 0;
};

}  // namespace holdfast::storage
