// SPDX-License-Identifier: AGPL-3.0-or-later
#include "testing/wire/transcript.h"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "testing/base/golden.h"

namespace holdfast::testing_support {

namespace {

char unescaped_byte(std::string_view digits) {
  return static_cast<char>(std::stoi(std::string(digits), nullptr, 16));
}

/// \xNN, \n and \\ of the recordings.
std::string unescaped(std::string_view text) {
  std::string bytes;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '\\') {
      bytes += text[at];
    } else if (text.at(++at) == 'x') {
      bytes += unescaped_byte(text.substr(at + 1, 2));
      at += 2;
    } else {
      bytes += text[at] == 'n' ? '\n' : text[at];
    }
  }
  return bytes;
}

std::string from_base64(std::string_view text) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  unsigned bits = 0;
  int count = 0;
  for (const char c : text) {
    const auto value = digits.find(c);
    if (value == std::string_view::npos) continue;
    bits = bits << 6 | static_cast<unsigned>(value);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes += static_cast<char>(bits >> count & 0xff);
  }
  return bytes;
}

RecordedPacket parse_packet(const std::string& line) {
  const auto json = nlohmann::json::parse(line);
  RecordedPacket packet;
  packet.time = json.at("t");
  packet.connection = json.at("conn");
  packet.listener = json.at("listener");
  packet.from =
      json.at("from") == "connector" ? RecordedPacket::From::connector : RecordedPacket::From::listener;
  if (json.contains("signal")) {
    packet.signal = static_cast<wire::Signal>(json.at("signal").get<int>());
    return packet;
  }
  packet.payload = json.contains("payload") ? unescaped(json.at("payload").get<std::string>())
                                            : from_base64(json.at("payload_base64").get<std::string>());
  if (packet.payload.size() != json.at("len").get<std::size_t>())
    throw std::runtime_error("length of a recorded packet does not match: " + line.substr(0, 200));
  return packet;
}

}  // namespace

std::vector<RecordedPacket> Transcript::connection(int number) const {
  std::vector<RecordedPacket> found;
  std::copy_if(packets.begin(), packets.end(), std::back_inserter(found),
               [number](const RecordedPacket& packet) { return packet.connection == number; });
  return found;
}

std::vector<int> Transcript::accepted_by(std::string_view listener) const {
  std::vector<int> found;
  for (const RecordedPacket& packet : packets) {
    const bool known = std::find(found.begin(), found.end(), packet.connection) != found.end();
    if (packet.listener == listener && !known) found.push_back(packet.connection);
  }
  return found;
}

std::optional<Transcript> read_transcript(const std::string& name) {
  const auto path = golden("transcripts/" + name + ".jsonl");
  if (!path) return std::nullopt;
  Transcript transcript{name, {}};
  std::ifstream lines(*path);
  for (std::string line; std::getline(lines, line);) transcript.packets.push_back(parse_packet(line));
  return transcript;
}

std::vector<std::string> transcript_names() {
  std::vector<std::string> names;
  const auto folder = golden("transcripts");
  if (!folder) return names;
  for (const auto& entry : std::filesystem::directory_iterator(*folder))
    if (entry.path().extension() == ".jsonl") names.push_back(entry.path().stem());
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace holdfast::testing_support
