// SPDX-License-Identifier: AGPL-3.0-or-later
#include "testing/transport/memory_stream.h"

#include <atomic>

#include "base/error.h"
#include "base/guarded.h"
#include "transport/stream_limits.h"

namespace holdfast::transport {

namespace {

/// One direction.
struct Pipe {
  enum class State { open, closed, broken };
  std::deque<std::byte> bytes;
  State state = State::open;
};

struct Connection {
  explicit Connection(std::size_t limit) : capacity(limit) {}
  const std::size_t capacity;
  Guarded<Pipe> there;
  Guarded<Pipe> back;
};

class MemoryStream final : public ByteStream {
 public:
  // Both ends share the pipes, which live until the second of them is gone.
  MemoryStream(std::shared_ptr<Connection> connection, Guarded<Pipe>& in, Guarded<Pipe>& out)
      : connection_(std::move(connection)), in_(in), out_(out) {}

  ~MemoryStream() override {
    const auto leave = [](Pipe& pipe) {
      if (pipe.state == Pipe::State::open) pipe.state = Pipe::State::broken;
    };
    in_.with(leave);
    out_.with(leave);
  }

  std::size_t read(MutableBytes into) override {
    std::size_t count = 0;
    const auto ready = [&](const Pipe& pipe) {
      return interrupted_ || !pipe.bytes.empty() || pipe.state != Pipe::State::open;
    };
    wait(in_, ready, [&](Pipe& pipe) {
      if (pipe.bytes.empty() && pipe.state == Pipe::State::broken) throw_broken();
      count = std::min(into.size(), pipe.bytes.size());
      const auto end = pipe.bytes.begin() + static_cast<std::ptrdiff_t>(count);
      std::copy(pipe.bytes.begin(), end, into.begin());
      pipe.bytes.erase(pipe.bytes.begin(), end);
    });
    return count;
  }

  void write(Bytes data) override {
    while (!data.empty()) {
      const auto ready = [&](const Pipe& pipe) {
        return interrupted_ || pipe.bytes.size() < connection_->capacity || pipe.state != Pipe::State::open;
      };
      wait(out_, ready, [&](Pipe& pipe) {
        if (pipe.state != Pipe::State::open) throw_broken();
        const Bytes part = data.first(std::min(data.size(), connection_->capacity - pipe.bytes.size()));
        pipe.bytes.insert(pipe.bytes.end(), part.begin(), part.end());
        data = data.subspan(part.size());
      });
    }
  }

  void set_timeout(std::chrono::milliseconds limit) override { limits_.set_timeout(limit); }
  void set_deadline(Deadline deadline) override { limits_.set_deadline(deadline); }

  void interrupt() noexcept override {
    interrupted_ = true;
    in_.with([](Pipe&) {});
    out_.with([](Pipe&) {});
  }

  bool has_peer_hung_up() const override {
    return in_.read([](const Pipe& pipe) { return pipe.state != Pipe::State::open; });
  }

  void close() override {
    out_.with([](Pipe& pipe) {
      if (pipe.state == Pipe::State::open) pipe.state = Pipe::State::closed;
    });
  }

  std::string peer() const override { return "memory"; }
  std::string encryption() const override { return "None"; }

 private:
  template <typename Ready, typename Action>
  void wait(Guarded<Pipe>& pipe, Ready ready, Action action) {
    const auto act = [&](Pipe& value) {
      if (interrupted_) throw Error(ErrorKind::cancelled, "connection was interrupted");
      action(value);
    };
    if (limits_.deadline_passed()) throw_timeout();
    const auto limit = limits_.left();
    if (limit == StreamLimits::none) {
      pipe.wait({}, ready, act);
    } else if (!pipe.wait_for({}, limit, ready, act)) {
      throw_timeout();
    }
  }

  [[noreturn]] static void throw_broken() { throw Error(ErrorKind::network, "connection broke"); }
  [[noreturn]] static void throw_timeout() { throw Error(ErrorKind::timeout, "no answer in time"); }

  std::shared_ptr<Connection> connection_;
  Guarded<Pipe>& in_;
  Guarded<Pipe>& out_;
  StreamLimits limits_;
  std::atomic<bool> interrupted_ = false;
};

}  // namespace

StreamPair memory_pair(std::size_t capacity) {
  const auto connection = std::make_shared<Connection>(capacity);
  return {std::make_unique<MemoryStream>(connection, connection->back, connection->there),
          std::make_unique<MemoryStream>(connection, connection->there, connection->back)};
}

}  // namespace holdfast::transport
