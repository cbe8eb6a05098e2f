// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "device/device.h"
#include "device/patience.h"
#include "os/fifo.h"

namespace holdfast::device {

/// Blocks for a program at the other end of a FIFO. Nothing can be read back, so nothing is known of a volume: it is
/// whatever its user says, and begins when it is opened (interop 03, section 15; 04, section 4.3).
class FifoDevice final : public Device {
 public:
  FifoDevice(os::FifoWriter fifo, std::stop_token stop) : fifo_(std::move(fifo)), stop_(std::move(stop)) {}

  void heed(std::stop_token stop) override { stop_ = std::move(stop); }
  Addressing addressing() const override { return Addressing::none; }
  /// Waits for the reader. Error{io} where it went away.
  Written write_block(Bytes block) override;
  /// There is nothing.
  ReadOutcome read_block(Buffer&) override { return EndOfData{}; }
  /// Error{unsupported} for anything but the position.
  void seek(std::uint64_t address) override;
  std::uint64_t seek_to_end() override { return written_; }
  /// Bytes written since it was opened.
  std::uint64_t position() const override { return written_; }
  std::optional<std::uint64_t> size() override { return std::nullopt; }
  void flush() override {}
  void truncate(std::uint64_t address) override { seek(address); }

 private:
  os::FifoWriter fifo_;
  std::stop_token stop_;
  std::uint64_t written_ = 0;
};

/// A FIFO; waits for its reader as long as Maximum Open Wait lasts.
class FifoDrive final : public LoadedDrive {
 public:
  FifoDrive(std::string path, std::chrono::seconds max_open_wait, Pause pause = real_pause())
      : path_(std::move(path)), max_open_wait_(max_open_wait), patience_(std::move(pause)) {}

  void heed(std::stop_token stop) override { patience_.heed(std::move(stop)); }
  /// Error{unsupported} for reading.
  std::unique_ptr<Device> open(std::string_view volume, Access access) override;
  bool has(std::string_view volume) override;

 private:
  std::string path_;
  std::chrono::seconds max_open_wait_;
  Patience patience_;
};

}  // namespace holdfast::device
