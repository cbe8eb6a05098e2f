// SPDX-License-Identifier: AGPL-3.0-or-later
#include "testing/transport/faulty_stream.h"

#include <algorithm>

#include "base/error.h"

namespace holdfast::transport {

namespace {
[[noreturn]] void fail() { throw Error(ErrorKind::network, "injected fault"); }
}  // namespace

FaultyStream::FaultyStream(std::unique_ptr<ByteStream> inner, Faults faults)
    : ForwardingStream(std::move(inner)), faults_(faults) {}

bool FaultyStream::fails_now() {
  if (operations_++ < faults_.fail_at) return false;
  fired_ = true;
  if (reported_) *reported_ = true;
  return true;
}

std::size_t FaultyStream::read(MutableBytes into) {
  if (!fails_now()) return inner().read(into.first(std::min(into.size(), faults_.read_at_most)));
  if (faults_.kind == Faults::Kind::end) return 0;
  fail();
}

void FaultyStream::write(Bytes data) {
  if (fails_now()) fail();
  inner().write(data);
}

void FaultyStream::close() {
  if (fired_) fail();
  inner().close();
}

}  // namespace holdfast::transport
