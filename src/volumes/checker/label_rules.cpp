// SPDX-License-Identifier: AGPL-3.0-or-later
#include "volumes/checker/label_rules.h"

#include <fmt/core.h>

#include "base/endian.h"
#include "base/text.h"

namespace holdfast::volumes {
namespace {

// Room of the peer's buffers, the NUL included.
constexpr std::size_t id_room = 32;
constexpr std::size_t name_room = 128;
constexpr std::size_t program_room = 50;
constexpr std::size_t payload_room = 1024;

constexpr std::string_view wanted_id = "Bareos 2.0 immortal\n";
constexpr std::uint32_t wanted_version = 20;

constexpr std::string_view pool_types[] = {"Backup", "Copy", "Cloned", "Archive", "Migration", "Scratch"};
constexpr std::string_view job_types = "BMVRUIDACcgSOo";
constexpr std::string_view job_levels = "FIDSCVOdABf ";
constexpr std::string_view job_statuses = "CRBTEefDAILWlqFSmMsjcdtpai";

// No label is older than the format, and none comes from the far future.
constexpr std::int64_t earliest = 946'684'800;  // 2000
constexpr std::int64_t latest = 4'102'444'800;  // 2100

/// Takes field after field; after the first that is cut off, all are empty.
class Fields {
 public:
  Fields(Bytes payload, const Say& say) : left_(payload), say_(say) {
    if (payload.size() > payload_room)
      say(Severity::error,
          fmt::format("the label has {} bytes, readers have room for {}", payload.size(), payload_room));
  }

  std::string text(const char* name, std::size_t room) {
    std::size_t length = 0;
    while (length < left_.size() && left_[length] != std::byte{0}) ++length;
    if (length == left_.size()) return cut(name), std::string();
    const std::string value(as_text(left_.first(length)));
    left_ = left_.subspan(length + 1);
    if (length >= room)
      say_(Severity::error,
           fmt::format("{} has {} characters, readers have room for {}", name, length, room - 1));
    if (printable(value) != value && value != wanted_id)
      say_(Severity::warning, fmt::format("{} \"{}\" is no plain text", name, printable(value)));
    return value;
  }

  template <typename T>
  T number(const char* name) {
    if (left_.size() < sizeof(T)) return cut(name), T{};
    const T value = load<T>(left_.data());
    left_ = left_.subspan(sizeof(T));
    return value;
  }

  Time time(const char* name) {
    const auto value = number<std::int64_t>(name);
    const auto seconds = value / 1'000'000;
    if (!is_cut_ && (seconds < earliest || seconds > latest))
      say_(Severity::warning, fmt::format("{} is {} microseconds after 1970", name, value));
    return Time(std::chrono::microseconds(value));
  }

  void unused(const char* name) {
    if (const auto value = number<std::uint64_t>(name); value != 0)
      say_(Severity::warning, fmt::format("{} is not 0", name));
  }

  char letter(const char* name, std::string_view known) {
    const auto value = number<std::uint32_t>(name);
    const bool is_known = value < 128 && known.find(static_cast<char>(value)) != std::string_view::npos;
    if (!is_cut_ && !is_known)
      say_(Severity::warning, fmt::format("{} is {}, which is no known letter", name, value));
    return value < 128 ? static_cast<char>(value) : '?';
  }

  /// The two fields that all labels begin with. False where this is none.
  bool head() {
    if (const auto id = text("Id", id_room); id != wanted_id)
      return say_(Severity::error, fmt::format("Volume Header Id bad: {}", printable(id))), false;
    if (const auto version = number<std::uint32_t>("VerNum"); version != wanted_version)
      return say_(Severity::error, fmt::format("wrong version. Wanted {} got {}", wanted_version, version)),
             false;
    return true;
  }

  /// Whether all fields were there.
  bool end() {
    if (!is_cut_ && !left_.empty())
      say_(Severity::warning, fmt::format("{} bytes stand behind the last field of the label", left_.size()));
    return !is_cut_;
  }

 private:
  void cut(const char* name) {
    if (!is_cut_) say_(Severity::error, fmt::format("the label ends before its field {}", name));
    is_cut_ = true;
    left_ = {};
  }

  Bytes left_;
  const Say& say_;
  bool is_cut_ = false;
};

void check_pool_type(const std::string& type, const Say& say) {
  for (const auto known : pool_types)
    if (type == known) return;
  say(Severity::warning, fmt::format("PoolType \"{}\" is not known", printable(type)));
}

void check_not_empty(const char* name, const std::string& value, Severity severity, const Say& say) {
  if (value.empty()) say(severity, fmt::format("{} is empty", name));
}

void check_begin(const char* name, const std::string& value, std::string_view begin, const Say& say) {
  if (!value.starts_with(begin))
    say(Severity::warning,
        fmt::format("{} \"{}\" does not begin with \"{}\"", name, printable(value), begin));
}

format::SessionEnd end_fields(Fields& from) {
  format::SessionEnd end;
  end.files = from.number<std::uint32_t>("JobFiles");
  end.bytes = from.number<std::uint64_t>("JobBytes");
  end.start_block = from.number<std::uint32_t>("StartBlock");
  end.end_block = from.number<std::uint32_t>("EndBlock");
  end.start_file = from.number<std::uint32_t>("StartFile");
  end.end_file = from.number<std::uint32_t>("EndFile");
  end.errors = from.number<std::uint32_t>("JobErrors");
  end.status = from.letter("JobStatus", job_statuses);
  return end;
}

}  // namespace

std::optional<format::VolumeLabel> check_volume_label(Bytes payload, const Say& say) {
  Fields from(payload, say);
  if (!from.head()) return std::nullopt;
  format::VolumeLabel label;
  label.labelled = from.time("label_btime");
  label.written = from.time("write_btime");
  from.unused("write_date");
  from.unused("write_time");
  label.volume = from.text("VolumeName", name_room);
  label.previous_volume = from.text("PrevVolumeName", name_room);
  label.pool = from.text("PoolName", name_room);
  label.pool_type = from.text("PoolType", name_room);
  label.media_type = from.text("MediaType", name_room);
  label.host = from.text("HostName", name_room);
  label.program = from.text("LabelProg", program_room);
  label.version = from.text("ProgVersion", program_room);
  label.build = from.text("ProgDate", program_room);
  if (!from.end()) return std::nullopt;
  check_not_empty("VolumeName", label.volume, Severity::error, say);
  check_not_empty("PoolName", label.pool, Severity::warning, say);
  check_not_empty("MediaType", label.media_type, Severity::warning, say);
  check_pool_type(label.pool_type, say);
  check_begin("ProgVersion", label.version, "Ver. ", say);
  check_begin("ProgDate", label.build, "Build ", say);
  if (label.written < label.labelled) say(Severity::warning, "the label was written before it was made");
  return label;
}

std::optional<format::SessionLabel> check_session_label(Bytes payload, format::SessionEdge edge,
                                                        const Say& say) {
  Fields from(payload, say);
  if (!from.head()) return std::nullopt;
  format::SessionLabel label;
  label.job_id = JobId(from.number<std::uint32_t>("JobId"));
  label.written = from.time("write_btime");
  from.unused("write_time");
  label.pool = from.text("PoolName", name_room);
  label.pool_type = from.text("PoolType", name_room);
  label.job_name = from.text("JobName", name_room);
  label.client = from.text("ClientName", name_room);
  label.job = from.text("Job", name_room);
  label.file_set = from.text("FileSetName", name_room);
  label.type = from.letter("JobType", job_types);
  label.level = from.letter("JobLevel", job_levels);
  label.file_set_md5 = from.text("FileSetMD5", program_room);
  if (edge == format::SessionEdge::end) label.end = end_fields(from);
  if (!from.end()) return std::nullopt;
  check_not_empty("Job", label.job, Severity::warning, say);
  check_pool_type(label.pool_type, say);
  return label;
}

void check_same_job(const format::SessionLabel& start, const format::SessionLabel& end, const Say& say) {
  if (start.job_id != end.job_id)
    say(Severity::error, fmt::format("the session began with JobId {} and ends with {}", start.job_id.value,
                                     end.job_id.value));
  // Copies begin with the names of the job they copy, so that differences are no damage.
  struct Pair {
    const char* name;
    const std::string& first;
    const std::string& last;
  };
  const Pair pairs[] = {{"Job", start.job, end.job},
                        {"JobName", start.job_name, end.job_name},
                        {"ClientName", start.client, end.client},
                        {"FileSetName", start.file_set, end.file_set},
                        {"FileSetMD5", start.file_set_md5, end.file_set_md5},
                        {"PoolName", start.pool, end.pool},
                        {"PoolType", start.pool_type, end.pool_type}};
  for (const auto& [name, first, last] : pairs) {
    if (first != last)
      say(Severity::warning, fmt::format("{} is \"{}\" at the start of the session and \"{}\" at its end",
                                         name, printable(first), printable(last)));
  }
  if (start.type != end.type || start.level != end.level)
    say(Severity::warning,
        fmt::format("type and level are {}{} at the start of the session and {}{} at its end", start.type,
                    start.level, end.type, end.level));
  if (end.written < start.written) say(Severity::warning, "the session ends before it began");
}

}  // namespace holdfast::volumes
