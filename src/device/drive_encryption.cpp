// SPDX-License-Identifier: AGPL-3.0-or-later
#include "device/drive_encryption.h"

#include <fmt/core.h>

#include <array>

#include "base/endian.h"
#include "base/error.h"

namespace holdfast::device {

namespace {

// SPC-4: SECURITY PROTOCOL IN and OUT.
constexpr std::uint8_t security_in = 0xA2;
constexpr std::uint8_t security_out = 0xB5;
constexpr std::uint8_t tape_data_encryption = 0x20;

// SSC-3: pages of the tape data encryption protocol.
enum class Page : std::uint16_t { set_data_encryption = 0x10, drive_status = 0x20, next_block_status = 0x21 };
constexpr std::uint8_t scope_of_all_hosts = 2 << 5;
constexpr std::uint8_t forget_with_medium = 1 << 2;
constexpr std::uint8_t first_algorithm = 1;  // AES-256 in Galois/counter mode on all LTO drives
constexpr std::uint8_t plain_key = 0;
constexpr std::size_t reserved_before_key = 8;
constexpr std::size_t longest_answer = 1024;

std::array<std::byte, 12> command(std::uint8_t operation, Page page, std::size_t size) {
  std::array<std::byte, 12> block{};
  block[0] = std::byte{operation};
  block[1] = std::byte{tape_data_encryption};
  store(&block[2], static_cast<std::uint16_t>(page));
  store(&block[6], static_cast<std::uint32_t>(size));
  return block;
}

Buffer set_page(DriveEncryption::Encrypting encrypting, DriveEncryption::Decrypting decrypting, Bytes key) {
  Buffer body;
  ByteWriter writer(body);
  writer.put(scope_of_all_hosts);
  writer.put(forget_with_medium);
  writer.put(static_cast<std::uint8_t>(encrypting));
  writer.put(static_cast<std::uint8_t>(decrypting));
  writer.put(first_algorithm);
  writer.put(plain_key);
  writer.put_bytes(Buffer(reserved_before_key));
  writer.put(static_cast<std::uint16_t>(key.size()));
  writer.put_bytes(key);
  Buffer page;
  ByteWriter whole(page);
  whole.put(static_cast<std::uint16_t>(Page::set_data_encryption));
  whole.put(static_cast<std::uint16_t>(body.size()));
  whole.put_bytes(body);
  return page;
}

/// The body of a page of this kind, as far as it came.
std::optional<ByteReader> opened(Bytes page, Page kind) {
  ByteReader reader(page);
  const auto code = reader.take<std::uint16_t>();
  const auto length = reader.take<std::uint16_t>();
  if (!length || code != static_cast<std::uint16_t>(kind)) return std::nullopt;
  return ByteReader(reader.left().first(std::min<std::size_t>(*length, reader.left().size())));
}

void send(os::ScsiTransport& drive, Bytes page) {
  drive.send(command(security_out, Page::set_data_encryption, page.size()), page);
}

template <typename Parse>
auto ask(os::ScsiTransport& drive, Page page, Parse parse) {
  Buffer answer(longest_answer);
  const auto size = drive.receive(command(security_in, page, answer.size()), answer);
  const auto parsed = parse(Bytes(answer).first(std::min(size, answer.size())));
  if (!parsed)
    throw Error(ErrorKind::unsupported,
                "the drive does not answer as one that encrypts (page {:#x}, {} bytes)",
                static_cast<unsigned>(page), size);
  return *parsed;
}

}  // namespace

Buffer set_key_page(Bytes key) {
  return set_page(DriveEncryption::Encrypting::on, DriveEncryption::Decrypting::mixed, key);
}

Buffer clear_key_page() {
  return set_page(DriveEncryption::Encrypting::off, DriveEncryption::Decrypting::off, {});
}

std::optional<DriveEncryption> parse_drive_encryption(Bytes page) {
  auto body = opened(page, Page::drive_status);
  if (!body || !body->take<std::uint8_t>()) return std::nullopt;  // scopes
  const auto encrypting = body->take<std::uint8_t>();
  const auto decrypting = body->take<std::uint8_t>();
  const auto algorithm = body->take<std::uint8_t>();
  const auto instances = body->take<std::uint32_t>();
  if (!instances || *encrypting > 2 || *decrypting > 3) return std::nullopt;
  return DriveEncryption{static_cast<DriveEncryption::Encrypting>(*encrypting),
                         static_cast<DriveEncryption::Decrypting>(*decrypting), *algorithm, *instances};
}

std::optional<BlockEncryption> parse_block_encryption(Bytes page) {
  constexpr unsigned encryption_bits = 0x0F;  // the upper ones tell about compression
  auto body = opened(page, Page::next_block_status);
  const auto block = body ? body->take<std::uint64_t>() : std::nullopt;
  const auto states = body ? body->take<std::uint8_t>() : std::nullopt;
  const auto algorithm = body ? body->take<std::uint8_t>() : std::nullopt;
  if (!block || !algorithm || (*states & encryption_bits) > 6) return std::nullopt;
  return BlockEncryption{*block, static_cast<BlockEncryption::State>(*states & encryption_bits), *algorithm};
}

std::string describe(const DriveEncryption& drive) {
  constexpr std::array encrypting{"not encrypted", "taken as encrypted by somebody else", "encrypted"};
  constexpr std::array decrypting{"encrypted data is not read", "encrypted data is read as it is",
                                  "only encrypted data is read, and decrypted",
                                  "encrypted data is decrypted, other data read as it is"};
  return fmt::format("What is written is {}; {}. Algorithm {}; keys loaded so far: {}.",
                     encrypting[static_cast<std::size_t>(drive.encrypting)],
                     decrypting[static_cast<std::size_t>(drive.decrypting)], drive.algorithm,
                     drive.key_instances);
}

std::string describe(const BlockEncryption& block) {
  constexpr std::array states{"in a state that the drive cannot tell",
                              "in a state that the drive cannot tell now",
                              "no block, but a file mark or the end of data",
                              "not encrypted",
                              "encrypted in a way that the drive does not know",
                              "encrypted, and can be read with the key that is loaded",
                              "encrypted, and cannot be read without another key"};
  return fmt::format("Block {} is {}.", block.block, states[static_cast<std::size_t>(block.state)]);
}

void set_key(os::ScsiTransport& drive, Bytes key) { send(drive, set_key_page(key)); }
void clear_key(os::ScsiTransport& drive) { send(drive, clear_key_page()); }
DriveEncryption drive_encryption(os::ScsiTransport& drive) {
  return ask(drive, Page::drive_status, parse_drive_encryption);
}
BlockEncryption next_block_encryption(os::ScsiTransport& drive) {
  return ask(drive, Page::next_block_status, parse_block_encryption);
}

}  // namespace holdfast::device
