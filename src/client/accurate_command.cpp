// SPDX-License-Identifier: AGPL-3.0-or-later
#include "base/error.h"
#include "base/text.h"
#include "client/commands.h"
#include "crypto/base64.h"
#include "selection/bounded_known_files.h"
#include "wire/client_to_director.h"
#include "wire/director_to_client.h"

namespace holdfast::client {

namespace {

/// A full backup saves everything, whatever was saved before.
bool compares(const Session& session) {
  return session.level == JobLevel::incremental || session.level == JobLevel::differential;
}

void add(selection::KnownFiles& known, std::string_view packet) {
  const auto file = wire::decode_or_throw<wire::AccurateFile>(packet, "line of the accurate list");
  if (file.name.empty()) throw Error(ErrorKind::invalid, "bad line of the accurate list: it names no file");
  selection::KnownFile entry;
  // Without attributes that can be read it differs from whatever there is.
  if (const auto stat = format::unpack_stat(file.packed_stat)) entry.stat = *stat;
  const auto digest = crypto::decode_base64(file.digest);
  if (digest) entry.digest = as_text(*digest);
  entry.delta_sequence = file.delta_sequence;
  known.add(file.name, entry);
}

}  // namespace

selection::KnownFilesPlace place_of_lists(const config::FileDaemon& self) {
  selection::KnownFilesPlace place;
  place.directory = self.working_directory;
  if (self.lmdb_threshold > 0) place.most_in_memory = self.lmdb_threshold;
  if (self.always_use_lmdb) place.most_in_memory = 0;
  return place;
}

Next accurate_command(Session& session, std::string_view command) {
  if (!wire::decode<wire::AccurateCommand>(command)) {
    session.reply(wire::client::bad_accurate);
    return Next::go_on;
  }
  auto known = std::make_unique<selection::BoundedKnownFiles>(place_of_lists(session.self()));
  while (const auto packet = session.next_of_list())
    if (compares(session)) add(*known, *packet);
  known->complete();
  if (compares(session)) session.known = std::move(known);
  return Next::go_on;
}

}  // namespace holdfast::client
