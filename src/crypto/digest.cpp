// SPDX-License-Identifier: AGPL-3.0-or-later
#include "crypto/digest.h"

#include <openssl/evp.h>
#include <xxhash.h>

#include "base/error.h"

namespace holdfast::crypto {

namespace {

struct Algorithm {
  DigestKind kind;
  const char* name;
};
constexpr std::array algorithms{
    Algorithm{DigestKind::md5, "MD5"},       Algorithm{DigestKind::sha1, "SHA1"},
    Algorithm{DigestKind::sha256, "SHA256"}, Algorithm{DigestKind::sha512, "SHA512"},
    Algorithm{DigestKind::xxh128, "XXH128"},
};

const char* name_of(DigestKind kind) {
  for (const auto& algorithm : algorithms)
    if (algorithm.kind == kind) return algorithm.name;
  return "unknown";
}

[[noreturn]] void fail(DigestKind kind) {
  throw Error(ErrorKind::internal, "The digest {} cannot be computed by this OpenSSL", name_of(kind));
}

}  // namespace

std::string_view to_string(DigestKind kind) { return name_of(kind); }

DigestValue::DigestValue(Bytes bytes) : size_(static_cast<std::uint8_t>(bytes.size())) {
  if (bytes.size() > largest) throw Error(ErrorKind::internal, "A digest of {} bytes", bytes.size());
  std::copy(bytes.begin(), bytes.end(), bytes_.begin());
}

namespace detail {
class DigestState {
 public:
  virtual ~DigestState() = default;
  virtual void update(Bytes data) = 0;
  virtual DigestValue finish() = 0;
};
}  // namespace detail

namespace {

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
struct FreeMethod {
  void operator()(EVP_MD* method) const { EVP_MD_free(method); }
};
struct FreeXxh {
  void operator()(XXH3_state_t* state) const { XXH3_freeState(state); }
};

class OpenSslState final : public detail::DigestState {
 public:
  explicit OpenSslState(DigestKind kind)
      : kind_(kind), method_(EVP_MD_fetch(nullptr, name_of(kind), nullptr)), context_(EVP_MD_CTX_new()) {
    if (!method_ || !context_) fail(kind);
    start();
  }
  void update(Bytes data) override {
    if (EVP_DigestUpdate(context_.get(), data.data(), data.size()) != 1) fail(kind_);
  }
  DigestValue finish() override {
    std::array<unsigned char, EVP_MAX_MD_SIZE> value;
    unsigned size = 0;
    if (EVP_DigestFinal_ex(context_.get(), value.data(), &size) != 1) fail(kind_);
    start();
    return DigestValue(std::as_bytes(std::span(value)).first(size));
  }

 private:
  void start() {
    if (EVP_DigestInit_ex2(context_.get(), method_.get(), nullptr) != 1) fail(kind_);
  }
  DigestKind kind_;
  std::unique_ptr<EVP_MD, FreeMethod> method_;
  std::unique_ptr<EVP_MD_CTX, FreeContext> context_;
};

class XxhState final : public detail::DigestState {
 public:
  XxhState() : state_(XXH3_createState()) {
    if (!state_) throw std::bad_alloc();
    XXH3_128bits_reset(state_.get());
  }
  void update(Bytes data) override { XXH3_128bits_update(state_.get(), data.data(), data.size()); }
  DigestValue finish() override {
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(state_.get()));
    XXH3_128bits_reset(state_.get());
    return DigestValue(std::as_bytes(std::span(canonical.digest)));
  }

 private:
  std::unique_ptr<XXH3_state_t, FreeXxh> state_;
};

}  // namespace

Digest::Digest(DigestKind kind) : kind_(kind) {
  if (kind == DigestKind::xxh128) {
    state_ = std::make_unique<XxhState>();
  } else {
    state_ = std::make_unique<OpenSslState>(kind);
  }
}
Digest::Digest(Digest&&) noexcept = default;
Digest& Digest::operator=(Digest&&) noexcept = default;
Digest::~Digest() = default;

void Digest::update(Bytes data) { state_->update(data); }
DigestValue Digest::finish() { return state_->finish(); }

DigestValue digest_of(DigestKind kind, Bytes data) {
  Digest digest(kind);
  digest.update(data);
  return digest.finish();
}

}  // namespace holdfast::crypto
