// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>
#include <utility>

#include "transport/byte_stream.h"

namespace holdfast::transport {

/// Base of decorators: passes everything on to the stream it owns.
class ForwardingStream : public ByteStream {
 public:
  explicit ForwardingStream(std::unique_ptr<ByteStream> inner) : inner_(std::move(inner)) {}

  std::size_t read(MutableBytes into) override { return inner_->read(into); }
  void write(Bytes data) override { inner_->write(data); }
  void set_timeout(std::chrono::milliseconds limit) override { inner_->set_timeout(limit); }
  void set_deadline(Deadline deadline) override { inner_->set_deadline(deadline); }
  void interrupt() noexcept override { inner_->interrupt(); }
  bool has_peer_hung_up() const override { return inner_->has_peer_hung_up(); }
  void close() override { inner_->close(); }
  std::string peer() const override { return inner_->peer(); }
  std::string encryption() const override { return inner_->encryption(); }
  bool speaks_extensions() const override { return inner_->speaks_extensions(); }

 protected:
  ByteStream& inner() { return *inner_; }

 private:
  std::unique_ptr<ByteStream> inner_;
};

}  // namespace holdfast::transport
