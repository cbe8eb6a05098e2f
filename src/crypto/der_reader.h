// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"

namespace holdfast::crypto {

/// The universal tags that records of PKI data use (interop 05, section 11).
enum class DerTag : std::uint8_t {
  integer = 0x02,
  octet_string = 0x04,
  object_identifier = 0x06,
  sequence = 0x30,
  set = 0x31,
};

/// Takes elements from the front of DER: a tag, a definite length, contents. Every length is checked against what is
/// there; where an element is not as expected, nothing is taken.
///
///   DerReader outer(record);
///   const auto sequence = outer.take(DerTag::sequence);
class DerReader {
 public:
  explicit DerReader(Bytes from) : left_(from) {}

  bool at_end() const { return left_.empty(); }
  /// The contents of the next element: a view into what is read.
  std::optional<Bytes> take(DerTag tag);
  /// Whether the next element is the integer 0, which is taken: the version of all records there are.
  bool take_version_zero();

 private:
  Bytes left_;
};

}  // namespace holdfast::crypto
