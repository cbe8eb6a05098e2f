// SPDX-License-Identifier: AGPL-3.0-or-later
#include "archive/backup.h"
#include "base/error.h"
#include "base/text.h"
#include "client/commands.h"
#include "client/decryption_keys.h"
#include "client/heartbeat.h"
#include "client/incoming_storage.h"
#include "client/protection.h"
#include "client/verify_sink.h"
#include "wire/client_to_director.h"
#include "wire/director_to_client.h"

namespace holdfast::client {

namespace {

/// What a Director compares where volumes are read.
constexpr std::string_view volume_options = "pinsug5";

/// Letters of the first option block that has some, as the peer does; a V goes before them.
std::string verify_options(const selection::FileSet& files) {
  for (const selection::Include& include : files.includes)
    for (const selection::FileOptions& options : include.options)
      if (!options.verify_letters.empty()) return "VV" + options.verify_letters;
  return "V";
}

/// Nothing is sent but attributes and digests: what else a backup does is left out.
void look_only(selection::FileOptions& options) {
  options.compression.reset();
  options.acl = options.extended_attributes = false;
  options.attributes_only = !options.signature;
}

/// What plugins saved is no file of this machine: the Director will miss it.
void tell_of_plugins(Session& session) {
  for (const auto& include : session.files.includes)
    if (!include.plugins.empty())
      return session.log.message(MessageType::warning,
                                 "Verify jobs of this level ask no plugins. What plugins saved is not "
                                 "compared, and is told as missing where "
                                 "the catalog has it; verify it with the level VolumeToCatalog.");
}

void verify_files(Session& session) {
  VerifySink sink(session.channel, verify_options(session.files), VerifySink::Lstat::without_stream);
  archive::BackupOptions options;
  options.files = session.files;
  // The digests of encrypted backups cover blocks of zeros, since encrypted data has no offsets to leave any out.
  const bool has_offsets = !is_encrypted(session.self(), session.files);
  for (selection::Include& include : options.files.includes)
    for (selection::FileOptions& chosen : include.options) {
      chosen.sparse = chosen.sparse && has_offsets;
      look_only(chosen);
    }
  tell_of_plugins(session);
  archive::Backup walk(session.daemon.files, options, sink, session.log);
  const auto totals = walk.run(session.stop());
  session.totals = {sink.files(), totals.read_bytes, totals.job_bytes, totals.errors};
}

void verify_volume(Session& session) {
  if (!has_storage(session)) throw Error(ErrorKind::invalid, "No Storage daemon to read the volumes");
  std::shared_ptr<const crypto::KeyRing> keys;
  VerifySink sink(session.channel, std::string(volume_options), VerifySink::Lstat::as_stored);
  if (session.level == JobLevel::verify_data) {
    keys = decryption_keys(session.self());
    sink.digest_anew(session.files, keys.get(), session.log);
  }
  const Heartbeat beats(session.channel, session.self().heartbeat_interval);
  session.storage->read(session.volume_session, session.bandwidth(),
                        [&](const archive::RecordHead& head, Bytes payload) {
                          if (session.is_cancelled()) throw Error(ErrorKind::cancelled, "Job canceled.");
                          sink.record(head, payload);
                        });
  session.totals.files = sink.files();
}

}  // namespace

Next verify_command(Session& session, std::string_view command) {
  session.set_type(JobType::verify);
  const auto verify = wire::decode<wire::VerifyCommand>(command);
  if (!verify) {
    session.reply(wire::encode(wire::client::BadVerify{std::string(trim(command))}));
    return Next::end;
  }
  session.level = verify->level;
  session.record->identity.with([&](JobRecord::Identity& identity) { identity.level = verify->level; });
  session.reply(wire::client::ok_verify);
  if (verify->level == JobLevel::verify_volume || verify->level == JobLevel::verify_data) {
    verify_volume(session);
  } else {
    verify_files(session);
  }
  session.channel.send(wire::Signal::end_of_data);
  return Next::end;
}

}  // namespace holdfast::client
