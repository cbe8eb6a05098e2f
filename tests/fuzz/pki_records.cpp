// SPDX-License-Identifier: AGPL-3.0-or-later
#include <cstdlib>

#include "crypto/pki_records.h"

using namespace holdfast;

// The DER of streams 19 and 22.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes input(reinterpret_cast<const std::byte*>(data), size);
  const auto is_inside = [&](Bytes view) {
    return view.data() >= input.data() && view.data() + view.size() <= input.data() + input.size();
  };
  if (const auto session = crypto::parse_session_record(input)) {
    if (session->iv.size() != crypto::iv_size(session->cipher)) std::abort();
    for (const auto& recipient : session->recipients)
      if (!is_inside(recipient.key_id) || !is_inside(recipient.encrypted_key)) std::abort();
  }
  if (const auto signatures = crypto::parse_signature_record(input)) {
    for (const auto& signature : *signatures)
      if (!is_inside(signature.key_id) || !is_inside(signature.value)) std::abort();
  }
  return 0;
}
