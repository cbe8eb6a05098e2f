// SPDX-License-Identifier: AGPL-3.0-or-later
#include "transport/peeked_stream.h"

#include <algorithm>
#include <cstring>

#include "transport/forwarding_stream.h"

namespace holdfast::transport {

namespace {

class PeekedStream final : public ForwardingStream {
 public:
  PeekedStream(Bytes bytes, std::unique_ptr<ByteStream> stream)
      : ForwardingStream(std::move(stream)), front_(to_buffer(bytes)) {}

  std::size_t read(MutableBytes into) override {
    if (taken_ == front_.size()) return inner().read(into);
    const std::size_t count = std::min(into.size(), front_.size() - taken_);
    std::memcpy(into.data(), front_.data() + taken_, count);
    taken_ += count;
    return count;
  }

 private:
  Buffer front_;
  std::size_t taken_ = 0;
};

}  // namespace

std::unique_ptr<ByteStream> with_bytes_in_front(Bytes bytes, std::unique_ptr<ByteStream> stream) {
  if (bytes.empty()) return stream;
  return std::make_unique<PeekedStream>(bytes, std::move(stream));
}

}  // namespace holdfast::transport
