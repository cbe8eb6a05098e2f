// SPDX-License-Identifier: AGPL-3.0-or-later
#include "crypto/tls_errors.h"

#include <openssl/err.h>

namespace holdfast::crypto {

std::string take_openssl_error() {
  const unsigned long last = ::ERR_peek_last_error();
  ::ERR_clear_error();
  if (last == 0) return "no reason given";
  const char* reason = ::ERR_reason_error_string(last);
  return reason != nullptr ? reason : "error " + std::to_string(last);
}

}  // namespace holdfast::crypto
