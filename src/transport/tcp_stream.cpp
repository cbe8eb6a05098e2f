// SPDX-License-Identifier: AGPL-3.0-or-later
#include "transport/tcp_stream.h"

#include <atomic>

#include "base/error.h"
#include "transport/stream_limits.h"

namespace holdfast::transport {

namespace {

class TcpStream final : public ByteStream {
 public:
  explicit TcpStream(os::Socket socket) : socket_(std::move(socket)) {}

  std::size_t read(MutableBytes into) override {
    return complete([&] { return socket_.receive(into, limits_.left()); });
  }

  void write(Bytes data) override {
    while (!data.empty()) data = data.subspan(complete([&] { return socket_.send(data, limits_.left()); }));
  }

  void set_timeout(std::chrono::milliseconds limit) override { limits_.set_timeout(limit); }
  void set_deadline(Deadline deadline) override { limits_.set_deadline(deadline); }

  // The descriptor itself is closed by the destructor only, so that it cannot be taken by another connection
  // while a thread is blocked on it.
  void interrupt() noexcept override {
    interrupted_ = true;
    socket_.shutdown();
  }

  bool has_peer_hung_up() const override { return socket_.has_peer_hung_up(); }

  void close() override { socket_.shutdown_sending(); }

  std::string peer() const override { return socket_.peer().text(); }
  std::string encryption() const override { return "None"; }

 private:
  template <typename Transfer>
  std::size_t complete(Transfer transfer) {
    throw_if_over();
    try {
      if (const auto count = transfer()) {
        throw_if_interrupted();  // which looks like the end of the stream
        return *count;
      }
    } catch (const Error&) {
      throw_if_interrupted();
      throw;
    }
    throw_timeout();
  }

  void throw_if_interrupted() const {
    if (interrupted_) throw Error(ErrorKind::cancelled, "connection to {} was interrupted", peer());
  }

  void throw_if_over() const {
    throw_if_interrupted();
    if (limits_.deadline_passed()) throw_timeout();
  }

  [[noreturn]] void throw_timeout() const {
    throw Error(ErrorKind::timeout, "{} did not answer in time", peer());
  }

  os::Socket socket_;
  StreamLimits limits_;
  std::atomic<bool> interrupted_ = false;
};

}  // namespace

std::unique_ptr<ByteStream> tcp_stream(os::Socket socket) {
  return std::make_unique<TcpStream>(std::move(socket));
}

}  // namespace holdfast::transport
