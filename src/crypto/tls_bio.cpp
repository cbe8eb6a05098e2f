// SPDX-License-Identifier: AGPL-3.0-or-later
#include "crypto/tls_bio.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <new>

namespace holdfast::crypto {

namespace {

TlsBuffers& buffers_of(BIO* bio) { return *static_cast<TlsBuffers*>(::BIO_get_data(bio)); }

int read_input(BIO* bio, char* into, std::size_t size, std::size_t* count) {
  ::BIO_clear_retry_flags(bio);
  Bytes& input = buffers_of(bio).input;
  *count = std::min(size, input.size());
  if (*count == 0) {
    ::BIO_set_retry_read(bio);
    return 0;
  }
  std::memcpy(into, input.data(), *count);
  input = input.subspan(*count);
  return 1;
}

int write_output(BIO* bio, const char* from, std::size_t size, std::size_t* count) {
  ::BIO_clear_retry_flags(bio);
  append(buffers_of(bio).output, as_bytes({from, size}));
  *count = size;
  return 1;
}

long control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

BIO_METHOD* make_method() {
  BIO_METHOD* method = ::BIO_meth_new(::BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "holdfast buffers");
  if (method == nullptr) throw std::bad_alloc();
  ::BIO_meth_set_read_ex(method, read_input);
  ::BIO_meth_set_write_ex(method, write_output);
  ::BIO_meth_set_ctrl(method, control);
  return method;
}

}  // namespace

BIO* make_bio(TlsBuffers& buffers) {
  static const std::unique_ptr<BIO_METHOD, decltype(&::BIO_meth_free)> method(make_method(),
                                                                              &::BIO_meth_free);
  BIO* const bio = ::BIO_new(method.get());
  if (bio == nullptr) throw std::bad_alloc();
  ::BIO_set_data(bio, &buffers);
  ::BIO_set_init(bio, 1);
  return bio;
}

}  // namespace holdfast::crypto
