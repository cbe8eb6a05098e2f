// SPDX-License-Identifier: AGPL-3.0-or-later
#include "format/bootstrap.h"

#include <fmt/format.h>

#include <iterator>

namespace holdfast::format {
namespace {

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + '"';
}

class Lines {
 public:
  explicit Lines(std::string& to) : to_(to) {}

  template <typename Value>
  void add(std::string_view keyword, const Value& value) {
    fmt::format_to(std::back_inserter(to_), "{}={}\n", keyword, value);
  }
  template <typename Value>
  void add_each(std::string_view keyword, const std::vector<Value>& values) {
    for (const auto& value : values) add(keyword, value);
  }
  template <typename T>
  void add_each(std::string_view keyword, const std::vector<Range<T>>& ranges) {
    for (const auto& range : ranges) {
      if (range.first == range.last) {
        add(keyword, range.first);
      } else {
        add(keyword, fmt::format("{}-{}", range.first, range.last));
      }
    }
  }
  void add_each(std::string_view keyword, const std::vector<std::string>& names) {
    for (const auto& name : names) add(keyword, quoted(name));
  }

 private:
  std::string& to_;
};

std::string joined_names(const std::vector<BootstrapVolume>& volumes) {
  std::string names;
  for (const auto& volume : volumes) {
    if (!names.empty()) names += '|';
    names += volume.name;
  }
  return names;
}

}  // namespace

void append_text(std::string& to, const BootstrapSection& section) {
  Lines lines(to);
  if (section.storage) lines.add("Storage", quoted(*section.storage));
  if (!section.volumes.empty()) {
    const auto& first = section.volumes.front();
    lines.add("Volume", quoted(joined_names(section.volumes)));
    lines.add("MediaType", quoted(first.media_type));
    if (!section.file_regex.empty()) lines.add("FileRegex", section.file_regex);
    if (!first.device.empty()) lines.add("Device", quoted(first.device));
    if (first.slot > 0) lines.add("Slot", first.slot);
  } else if (!section.file_regex.empty()) {
    lines.add("FileRegex", section.file_regex);
  }
  lines.add_each("VolSessionId", section.session_ids);
  lines.add_each("VolSessionTime", section.session_times);
  lines.add_each("VolFile", section.files);
  lines.add_each("VolBlock", section.blocks);
  lines.add_each("VolAddr", section.addresses);
  lines.add_each("FileIndex", section.file_indexes);
  lines.add_each("JobId", section.job_ids);
  lines.add_each("Job", section.jobs);
  lines.add_each("Client", section.clients);
  lines.add_each("Stream", section.streams);
  if (section.count) lines.add("Count", *section.count);
}

std::string to_text(const Bootstrap& bootstrap) {
  std::string text;
  for (const auto& section : bootstrap.sections) append_text(text, section);
  return text;
}

}  // namespace holdfast::format
