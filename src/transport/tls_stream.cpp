// SPDX-License-Identifier: AGPL-3.0-or-later
#include "transport/tls_stream.h"

#include <mutex>

#include "base/error.h"

namespace holdfast::transport {

namespace {

constexpr std::size_t input_size = 256 * 1024;
// What is encrypted under the lock at a time.
constexpr std::size_t output_step = 256 * 1024;
// What goes out in one write: a step, what was gathered before it, and the record that completes both.
constexpr std::size_t sent_at_once = 2 * output_step;
constexpr std::chrono::seconds farewell_limit(2);

// One thread may read while another writes, but OpenSSL allows one at a time. So `session_mutex_` is held while
// OpenSSL computes, and never while the stream below is waited for. `write_mutex_` keeps what is written in
// order; it is taken first. Input belongs to the reader: OpenSSL looks at it in read() and in the handshake only.
class TlsOverStream final : public TlsStream {
 public:
  TlsOverStream(std::unique_ptr<ByteStream> stream, crypto::TlsSession session)
      : stream_(std::move(stream)), session_(std::move(session)) {}

  void handshake(const std::string& host) {
    try {
      while (!session_.handshake()) {
        send_output();
        if (!take_input()) throw_cut_off();
      }
      session_.check_peer(host);
    } catch (const Error&) {
      send_last_alert();
      throw;
    }
    send_output();
    identity_ = session_.key_identity();
    cipher_ = session_.cipher();
    speaks_extensions_ = session_.speaks_extensions();
  }

  std::size_t read(MutableBytes into) override {
    for (;;) {
      std::unique_lock lock(session_mutex_);
      const auto outcome = session_.read(into);
      const bool answer = session_.output_size() > 0;
      lock.unlock();
      if (answer) send_answer();
      if (const auto* count = std::get_if<std::size_t>(&outcome)) return *count;
      if (std::holds_alternative<crypto::TlsSession::Ended>(outcome)) return 0;
      if (!take_input()) throw_cut_off();
    }
  }

  void write(Bytes data) override { write_pieces({&data, 1}); }

  // A short piece shares its record with the next one: records cost the same whatever they hold.
  void write_pieces(std::span<const Bytes> pieces) override {
    const std::lock_guard lock(write_mutex_);
    for (const Bytes piece : pieces) encrypt(piece);
    {
      const std::lock_guard session_lock(session_mutex_);
      session_.finish_record();
    }
    send_output();
  }

  void gather_pieces(std::span<const Bytes> pieces) override {
    const std::lock_guard lock(write_mutex_);
    for (const Bytes piece : pieces) encrypt(piece);
  }

  void set_timeout(std::chrono::milliseconds limit) override { stream_->set_timeout(limit); }
  void set_deadline(Deadline deadline) override { stream_->set_deadline(deadline); }
  void interrupt() noexcept override { stream_->interrupt(); }
  bool has_peer_hung_up() const override { return stream_->has_peer_hung_up(); }

  void close() override {
    {
      const std::lock_guard lock(write_mutex_);
      {
        const std::lock_guard session_lock(session_mutex_);
        session_.end();
      }
      send_output();
    }
    await_farewell();
    stream_->close();
  }

  std::string peer() const override { return stream_->peer(); }
  std::string encryption() const override { return cipher_; }
  bool speaks_extensions() const override { return speaks_extensions_; }
  std::optional<std::string> key_identity() const override { return identity_; }

 private:
  /// With `write_mutex_` held. Sends what has become much; the rest stays for the caller to send.
  void encrypt(Bytes data) {
    while (!data.empty()) {
      const Bytes step = data.first(std::min(data.size(), output_step));
      data = data.subspan(step.size());
      std::unique_lock session_lock(session_mutex_);
      session_.write(step);
      const bool is_much = session_.output_size() >= sent_at_once;
      session_lock.unlock();
      if (is_much) send_output();
    }
  }

  /// False at the end of the stream.
  bool take_input() {
    const std::size_t count = stream_->read({input_.get(), input_size});
    const std::lock_guard lock(session_mutex_);
    session_.feed({input_.get(), count});
    return count > 0;
  }

  [[noreturn]] void throw_cut_off() const {
    throw Error(ErrorKind::network, "{} broke the TLS connection off", stream_->peer());
  }

  /// With `write_mutex_` held, or in the handshake. After a failure the stream below is in the middle of a
  /// record, so nothing is sent any more.
  void send_output() {
    if (write_failed_) throw Error(ErrorKind::network, "connection to {} failed earlier", stream_->peer());
    output_.clear();
    {
      const std::lock_guard lock(session_mutex_);
      session_.take_output(output_);
    }
    write_failed_ = true;
    if (!output_.empty()) stream_->write(output_);
    write_failed_ = false;
  }

  /// What TLS itself has to say while reading. If a writer is at work it goes out with the writer's next bytes: the
  /// reader must not wait for it, or two sides that both only write would wait for ever.
  void send_answer() {
    const std::unique_lock lock(write_mutex_, std::try_to_lock);
    if (lock.owns_lock()) send_output();
  }

  void send_last_alert() noexcept {
    try {
      send_output();
    } catch (const std::exception&) {
      // The failure of the handshake is what is reported.
    }
  }

  void await_farewell() noexcept {
    try {
      stream_->set_deadline(Deadline::clock::now() + farewell_limit);
      Buffer ignored(64 * 1024);
      while (read(ignored) > 0) continue;
    } catch (const std::exception&) {
      // The peer is allowed not to say good-bye.
    }
  }

  std::unique_ptr<ByteStream> stream_;
  std::mutex write_mutex_;
  std::mutex session_mutex_;
  crypto::TlsSession session_;
  // Not initialised, so that an idle connection occupies only the pages that were ever filled.
  std::unique_ptr<std::byte[]> input_ = std::make_unique_for_overwrite<std::byte[]>(input_size);
  Buffer output_;
  bool write_failed_ = false;
  std::optional<std::string> identity_;
  std::string cipher_;
  bool speaks_extensions_ = false;
};

}  // namespace

std::unique_ptr<TlsStream> start_tls(std::unique_ptr<ByteStream> stream, crypto::TlsSession session,
                                     const std::string& host) {
  auto tls = std::make_unique<TlsOverStream>(std::move(stream), std::move(session));
  tls->handshake(host);
  return tls;
}

}  // namespace holdfast::transport
