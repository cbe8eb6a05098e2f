// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>

#include "base/bytes.h"

namespace holdfast::crypto {

/// The digests a job can store with a file (interop 05, section 7).
enum class DigestKind : std::uint8_t { md5, sha1, sha256, sha512, xxh128 };

/// "SHA256"; how the digest is named in messages and configuration.
std::string_view to_string(DigestKind kind);

/// A finished digest: raw bytes, XXH128 in its canonical big-endian form.
class DigestValue {
 public:
  static constexpr std::size_t largest = 64;

  DigestValue() = default;
  explicit DigestValue(Bytes bytes);

  Bytes bytes() const { return Bytes(bytes_).first(size_); }
  bool empty() const { return size_ == 0; }
  friend bool operator==(const DigestValue& a, const DigestValue& b) { return equal(a.bytes(), b.bytes()); }

 private:
  std::array<std::byte, largest> bytes_{};
  std::uint8_t size_ = 0;
};

namespace detail {
class DigestState;
}

/// Computes digests one after the other, keeping what setting up costs. One thread at a time.
///
///   Digest digest(DigestKind::sha256);
///   digest.update(block);
///   store(digest.finish());    // and it is ready for the next file
class Digest {
 public:
  explicit Digest(DigestKind kind);
  Digest(Digest&&) noexcept;
  Digest& operator=(Digest&&) noexcept;
  ~Digest();

  DigestKind kind() const { return kind_; }
  void update(Bytes data);
  /// The digest of everything since construction or the last finish().
  DigestValue finish();

 private:
  DigestKind kind_;
  std::unique_ptr<detail::DigestState> state_;
};

/// The digest of one piece.
DigestValue digest_of(DigestKind kind, Bytes data);

}  // namespace holdfast::crypto
