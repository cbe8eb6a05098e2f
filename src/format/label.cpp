// SPDX-License-Identifier: AGPL-3.0-or-later
#include "format/label.h"

#include "base/endian.h"

namespace holdfast::format {
namespace {

// Longer texts would overrun the peer's buffers.
constexpr std::size_t max_name = 127;
constexpr std::size_t max_program = 49;

class LabelWriter {
 public:
  LabelWriter() {
    writer_.put_terminated(label_id);
    writer_.put(label_version);
  }
  template <std::integral T>
  void number(T value) {
    writer_.put(value);
  }
  void code(char value) { writer_.put(static_cast<std::uint32_t>(static_cast<unsigned char>(value))); }
  void time(Time value) { writer_.put(std::int64_t{value.time_since_epoch().count()}); }
  void unused_float() { writer_.put(std::uint64_t{0}); }
  void name(std::string_view text) { put(text, max_name); }
  void program(std::string_view text) { put(text, max_program); }
  Buffer take() { return std::move(payload_); }

 private:
  void put(std::string_view text, std::size_t limit) {
    writer_.put_terminated(text.substr(0, std::min(limit, text.find('\0'))));
  }
  Buffer payload_;
  ByteWriter writer_{payload_};
};

/// Reads on after a failure, with zeros; `is_good` tells at the end.
class LabelReader {
 public:
  explicit LabelReader(Bytes payload) : reader_(payload) {}

  std::optional<LabelFault> head() {
    const auto id = text();
    const auto version = number<std::uint32_t>();
    if (!is_good()) return LabelFault{LabelFault::Kind::cut_short, {}};
    if (id != label_id) return LabelFault{LabelFault::Kind::wrong_id, id};
    if (version != label_version) return LabelFault{LabelFault::Kind::wrong_version, std::to_string(version)};
    return std::nullopt;
  }
  template <std::integral T>
  T number() {
    const auto value = reader_.take<T>();
    good_ = good_ && value;
    return value.value_or(0);
  }
  char code() { return static_cast<char>(number<std::uint32_t>()); }
  Time time() { return Time(std::chrono::microseconds(number<std::int64_t>())); }
  void unused_float() { number<std::uint64_t>(); }
  std::string text() {
    const auto value = reader_.take_terminated();
    good_ = good_ && value;
    return std::string(value.value_or(std::string_view{}));
  }
  bool is_good() const { return good_; }

 private:
  ByteReader reader_;
  bool good_ = true;
};

}  // namespace

Buffer encode(const VolumeLabel& label) {
  LabelWriter to;
  to.time(label.labelled);
  to.time(label.written);
  to.unused_float();
  to.unused_float();
  for (const auto* name : {&label.volume, &label.previous_volume, &label.pool, &label.pool_type,
                           &label.media_type, &label.host}) {
    to.name(*name);
  }
  to.program(label.program);
  to.program(label.version);
  to.program(label.build);
  return to.take();
}

Expected<VolumeLabel, LabelFault> parse_volume_label(Bytes payload) {
  LabelReader from(payload);
  if (auto fault = from.head()) return unexpected(std::move(*fault));
  VolumeLabel label;
  label.labelled = from.time();
  label.written = from.time();
  from.unused_float();
  from.unused_float();
  for (auto* text : {&label.volume, &label.previous_volume, &label.pool, &label.pool_type, &label.media_type,
                     &label.host, &label.program, &label.version, &label.build}) {
    *text = from.text();
  }
  if (!from.is_good()) return unexpected(LabelFault{LabelFault::Kind::cut_short, {}});
  return label;
}

Buffer encode(const SessionLabel& label) {
  LabelWriter to;
  to.number(label.job_id.value);
  to.time(label.written);
  to.unused_float();
  for (const auto* name :
       {&label.pool, &label.pool_type, &label.job_name, &label.client, &label.job, &label.file_set}) {
    to.name(*name);
  }
  to.code(label.type);
  to.code(label.level);
  to.program(label.file_set_md5);
  if (!label.end) return to.take();
  to.number(label.end->files);
  to.number(label.end->bytes);
  for (const auto value : {label.end->start_block, label.end->end_block, label.end->start_file,
                           label.end->end_file, label.end->errors}) {
    to.number(value);
  }
  to.code(label.end->status);
  return to.take();
}

Expected<SessionLabel, LabelFault> parse_session_label(Bytes payload, SessionEdge edge) {
  LabelReader from(payload);
  if (auto fault = from.head()) return unexpected(std::move(*fault));
  SessionLabel label;
  label.job_id = JobId(from.number<std::uint32_t>());
  label.written = from.time();
  from.unused_float();
  for (auto* text :
       {&label.pool, &label.pool_type, &label.job_name, &label.client, &label.job, &label.file_set}) {
    *text = from.text();
  }
  label.type = from.code();
  label.level = from.code();
  label.file_set_md5 = from.text();
  if (edge == SessionEdge::end) {
    SessionEnd end;
    end.files = from.number<std::uint32_t>();
    end.bytes = from.number<std::uint64_t>();
    for (auto* value : {&end.start_block, &end.end_block, &end.start_file, &end.end_file, &end.errors}) {
      *value = from.number<std::uint32_t>();
    }
    end.status = from.code();
    label.end = end;
  }
  if (!from.is_good()) return unexpected(LabelFault{LabelFault::Kind::cut_short, {}});
  return label;
}

}  // namespace holdfast::format
