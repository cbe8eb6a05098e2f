// SPDX-License-Identifier: AGPL-3.0-or-later
#include "base/error.h"

namespace holdfast {

std::string_view to_string(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::invalid: return "invalid";
    case ErrorKind::not_found: return "not found";
    case ErrorKind::refused: return "refused";
    case ErrorKind::network: return "network";
    case ErrorKind::timeout: return "timeout";
    case ErrorKind::cancelled: return "cancelled";
    case ErrorKind::no_space: return "no space";
    case ErrorKind::io: return "input/output";
    case ErrorKind::corrupt: return "corrupt";
    case ErrorKind::unsupported: return "unsupported";
    case ErrorKind::internal: return "internal";
  }
  return "unknown";
}

namespace detail {

void rethrow_with(const std::string& context) {
  try {
    throw;
  } catch (const Error& error) {
    throw Error(error.kind(), context + ": " + error.what());
  } catch (const std::exception& error) {
    throw Error(ErrorKind::internal, context + ": " + error.what());
  }
}

}  // namespace detail
}  // namespace holdfast
