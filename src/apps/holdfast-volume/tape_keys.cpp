// SPDX-License-Identifier: AGPL-3.0-or-later
#include <fmt/core.h>

#include <iostream>
#include <iterator>
#include <optional>

#include "apps/common/command_line.h"
#include "apps/holdfast-volume/source.h"
#include "base/error.h"
#include "base/local_time.h"
#include "base/text.h"
#include "crypto/base64.h"
#include "crypto/key_wrap.h"
#include "device/drive_encryption.h"
#include "os/scsi_device.h"
#include "os/system_clock.h"
#include "os/text_file.h"
#include "volumes/key_cache.h"

namespace holdfast::apps {
namespace {

constexpr std::string_view terminal = "-";
constexpr std::size_t largest_key_file = 64 * 1024;

struct Wanted {
  std::string generate, show, wrapped_with;
  std::string dump, populate, renew;
  std::string set;
  bool base64 = false, clear = false, drive_status = false, volume_status = false;
  std::vector<std::string> device;

  bool is_about_key_files() const { return !generate.empty() || !show.empty(); }
  bool is_about_cache() const { return !dump.empty() || !populate.empty() || !renew.empty(); }
  bool changes_drive() const { return !set.empty() || clear; }
  bool asks_drive() const { return drive_status || volume_status; }
  bool is_about_drive() const { return changes_drive() || asks_drive(); }
};

/// What the options say cannot all be meant; empty where they can. The words are the peer's.
std::string contradiction(const Wanted& wanted) {
  if (!wanted.generate.empty() && !wanted.show.empty()) return "Either use -g or -k not both";
  if (wanted.clear && !wanted.set.empty()) return "Either use -c or -s not both";
  if (wanted.changes_drive() && wanted.asks_drive())
    return "Either set or clear the crypto key or ask for status not both";
  if (wanted.is_about_key_files() + wanted.is_about_cache() + wanted.is_about_drive() > 1)
    return "Don't mix operations which are incompatible e.g. generate/show vs set/clear etc.";
  if (wanted.is_about_drive() && wanted.device.empty()) return "Missing device_name argument for this option";
  return "";
}

/// What stands in the file, or is typed, without the white space around it.
std::string key_text(const std::string& path) {
  if (path == terminal) {
    fmt::print("Enter Encryption Key (close with ^D): ");
    std::fflush(stdout);
    const std::string typed{std::istreambuf_iterator<char>(std::cin), {}};
    return std::string(trim(typed));
  }
  try {
    const auto text = os::read_text(path, largest_key_file);
    return std::string(trim(text));
  } catch (const Error&) {
    throw Error(ErrorKind::not_found, "Cannot open keyfile {}", path);
  }
}

std::string key_encryption_key(const Wanted& wanted) {
  return wanted.wrapped_with.empty() ? "" : key_text(wanted.wrapped_with);
}

/// The key itself, of a file that holds it as the options say.
std::string plain_key(const Wanted& wanted, const std::string& path) {
  const auto text = key_text(path);
  if (wanted.wrapped_with.empty() && !wanted.base64) return text;
  const auto key = crypto::read_tape_key(text, key_encryption_key(wanted));
  if (!key) throw Error(ErrorKind::invalid, "The key in {} cannot be used: {}", path, key.error());
  return std::string(as_text(*key));
}

void generate(const Wanted& wanted) {
  auto key = crypto::new_tape_key();
  if (!wanted.wrapped_with.empty() || wanted.base64)
    key = crypto::write_tape_key(as_bytes(key), key_encryption_key(wanted));
  if (wanted.generate == terminal) {
    fmt::print("{}\n", key);
  } else {
    os::replace_file(wanted.generate, key);
  }
}

void populate(const std::string& path, Time now) {
  volumes::KeyCache cache(path);
  std::size_t count = 0;
  for (std::string line; std::getline(std::cin, line); ++count) {
    const auto tab = line.find('\t');
    cache.put(line.substr(0, tab), tab == line.npos ? "" : std::string(trim(line.substr(tab + 1))), now);
  }
  cache.save(now);
  fmt::print("{} keys taken.\n", count);
}

void serve_cache(const Wanted& wanted) {
  const auto now = os::SystemClock().now();
  if (!wanted.populate.empty()) populate(wanted.populate, now);
  if (!wanted.renew.empty()) {
    volumes::KeyCache cache(wanted.renew);
    cache.renew_all(now);
    cache.save(now);
  }
  if (wanted.dump.empty()) return;
  const volumes::KeyCache cache(wanted.dump);
  for (const auto& [volume, entry] : cache.entries())
    fmt::print("{}\t{}\t{}\n", volume, entry.key, local_time(entry.added, "%Y-%m-%d %H:%M:%S"));
}

void serve_drive(const Wanted& wanted) {
  std::string key;
  if (!wanted.set.empty()) {
    key = plain_key(wanted, wanted.set);
    if (key.size() != crypto::tape_key_size)
      throw Error(ErrorKind::invalid, "The key in {} has {} bytes instead of {}", wanted.set, key.size(),
                  crypto::tape_key_size);
  }
  os::ScsiDevice drive(wanted.device.front());
  if (!key.empty()) device::set_key(drive, as_bytes(key));
  if (wanted.clear) device::clear_key(drive);
  if (wanted.drive_status)
    fmt::print("Drive encryption status:\n{}\n", device::describe(device::drive_encryption(drive)));
  if (wanted.volume_status)
    fmt::print("Volume encryption status:\n{}\n", device::describe(device::next_block_encryption(drive)));
}

void declare(CommandLine& line, Wanted& wanted) {
  line.option("-g,--generate-passphrase", "Make a new key and write it to this file; - is standard output.",
              wanted.generate);
  line.option("-k,--show-keyfile", "Show the key in this file.", wanted.show);
  line.flag("-b,--base64", "Keys in files are written as base64.", wanted.base64);
  line.option("-w,--wrap-unwrap-key",
              "Keys in files are wrapped with the key in this file, and written as base64.",
              wanted.wrapped_with);
  line.option("-D,--dump-cache", "Print the keys in this cache.", wanted.dump);
  line.option("-p,--populate-cachefile",
              "Add keys from standard input to this cache: volume, tabulator, key.", wanted.populate);
  line.option("-r,--reset-expiry-time", "Keep the keys in this cache for another 60 days.", wanted.renew);
  line.option("-s,--set-encryption-key", "Load the key in this file into the drive.", wanted.set);
  line.flag("-c,--clear-encryption", "Let the drive forget its key and encrypt no more.", wanted.clear);
  line.flag("-e,--drive-encryption-status", "Tell whether the drive encrypts.", wanted.drive_status);
  line.flag("-v,--volume-encryption-status", "Tell whether the next block on the tape is encrypted.",
            wanted.volume_status);
  line.positional("device", "SCSI generic device of the drive, or its tape device.", wanted.device, 0, 1);
}

}  // namespace

int run_tape_keys(int argc, const char* const* argv) {
  CommandLine line("bscrypto", "Makes and shows keys of encrypted tapes, and loads them into drives");
  Wanted wanted;
  declare(line, wanted);
  if (const auto code = line.parse(argc, argv)) return *code;
  if (const auto wrong = contradiction(wanted); !wrong.empty()) {
    fmt::print(stderr, "{}\n", wrong);
    return exit_failure;
  }
  if (!wanted.generate.empty()) generate(wanted);
  if (!wanted.show.empty()) fmt::print("{}\n", plain_key(wanted, wanted.show));
  serve_cache(wanted);
  if (wanted.is_about_drive()) serve_drive(wanted);
  if (!wanted.is_about_key_files() && !wanted.is_about_cache() && !wanted.is_about_drive()) {
    fmt::print(stderr, "{}", line.help());
    return exit_failure;
  }
  return exit_success;
}

}  // namespace holdfast::apps
