// SPDX-License-Identifier: AGPL-3.0-or-later
#include "volumes/listing.h"

#include "base/local_time.h"
#include "base/text.h"
#include "os/account_names.h"

namespace holdfast::volumes {
namespace {

using format::LabelType;

std::string date_of(Time time) { return local_time(time, "%d-%b-%Y %H:%M:%S"); }

// Of st_mode; the values are the same on every Unix.
char kind_letter(std::uint32_t mode) {
  switch (mode & 0170000) {
    case 0040000: return 'd';
    case 0120000: return 'l';
    case 0060000: return 'b';
    case 0020000: return 'c';
    case 0010000: return 'f';
    case 0140000: return 's';
    default: return '-';
  }
}

std::string mode_letters(std::uint32_t mode) {
  std::string text(1, kind_letter(mode));
  for (int shift = 6; shift >= 0; shift -= 3) {
    const auto bits = mode >> shift;
    text += (bits & 4) != 0 ? 'r' : '-';
    text += (bits & 2) != 0 ? 'w' : '-';
    text += (bits & 1) != 0 ? 'x' : '-';
  }
  const auto special = [&](std::uint32_t bit, std::size_t place, char executable, char other) {
    if ((mode & bit) != 0) text[place] = text[place] == 'x' ? executable : other;
  };
  special(04000, 3, 's', 'S');
  special(02000, 6, 's', 'S');
  special(01000, 9, 't', 'T');
  return text;
}

std::string user(std::uint32_t id) { return os::user_name(id).value_or(std::to_string(id)); }
std::string group(std::uint32_t id) { return os::group_name(id).value_or(std::to_string(id)); }

std::string_view label_name(LabelType type) {
  switch (type) {
    case LabelType::pre_label: return "Fresh Volume";
    case LabelType::volume: return "Volume";
    case LabelType::session_start: return "Begin Job Session";
    case LabelType::session_end: return "End Job Session";
    case LabelType::end_of_medium: return "End of Media";
    case LabelType::end_of_tape: return "End of Tape";
  }
  return "Unknown";
}

/// As single records are announced, which is not as labels are listed (interop 10, section 3).
std::string_view record_name(std::int32_t file_index) {
  constexpr std::string_view names[] = {"Fresh Volume Label", "Volume Label",    "End of Medium",
                                        "Begin Job Session",  "End Job Session", "End of Physical Medium",
                                        "Start of object",    "End of object"};
  const auto place = static_cast<std::size_t>(-(file_index + 1));
  return place < std::size(names) ? names[place] : "Unknown";
}

/// Of a volume label; empty where the record is none.
std::string continuation_warning_of(const format::Record& record) {
  if (record.label_type() != LabelType::volume) return {};
  const auto label = format::parse_volume_label(record.payload);
  return label ? continuation_warning(*label) : std::string();
}

std::string label_constant(std::int32_t type) {
  switch (static_cast<LabelType>(type)) {
    case LabelType::pre_label: return "PRE_LABEL";
    case LabelType::volume: return "VOL_LABEL";
    case LabelType::end_of_medium: return "EOM_LABEL";
    case LabelType::session_start: return "SOS_LABEL";
    case LabelType::session_end: return "EOS_LABEL";
    case LabelType::end_of_tape: return "EOT_LABEL";
  }
  return fmt::format("Unknown {}", type);
}

std::string index_name(std::int32_t file_index) {
  return file_index < 0 ? label_constant(file_index) : std::to_string(file_index);
}

std::string stream_name(const format::RecordPiece& piece) {
  if (piece.is_label()) return std::to_string(piece.header.stream);
  return (piece.is_continuation() ? "cont" : "") + format::listing_name(piece.stream());
}

std::string describe_session(const format::SessionLabel& label, LabelType type) {
  auto text = fmt::format(
      "\n{} Record:\nJobId             : {}\nVerNum            : {}\nPoolName          : {}\nPoolType        "
      "  : {}\n"
      "JobName           : {}\nClientName        : {}\nJob (unique name) : {}\nFileSet           : {}\n"
      "JobType           : {}\nJobLevel          : {}\n",
      label_name(type), label.job_id.value, format::label_version, label.pool, label.pool_type,
      label.job_name, label.client, label.job, label.file_set, label.type, label.level);
  if (const auto& end = label.end) {
    text += fmt::format(
        "JobFiles          : {}\nJobBytes          : {}\nStartBlock        : {}\nEndBlock          : {}\n"
        "StartFile         : {}\nEndFile           : {}\nJobErrors         : {}\nJobStatus         : {}\n",
        with_thousands(end->files), with_thousands(end->bytes), with_thousands(end->start_block),
        with_thousands(end->end_block), with_thousands(end->start_file), with_thousands(end->end_file),
        with_thousands(end->errors), end->status);
  }
  return text + fmt::format("Date written      : {}\n", date_of(label.written));
}

}  // namespace

std::string file_line(const format::Attributes& attributes) {
  std::string line;
  const auto stat = format::unpack_stat(attributes.packed_stat);
  if (attributes.type == format::FileType::deleted || !stat) {
    line = "----------   - -        -                - ---------- --------";
  } else {
    line = fmt::format("{}  {:2} {:<8.8} {:<8.8}{:>12.12} {}", mode_letters(stat->mode), stat->links,
                       user(stat->uid), group(stat->gid), std::to_string(stat->size),
                       local_time(from_unix_seconds(stat->change_time), "%Y-%m-%d %H:%M:%S"));
  }
  line += "  ";
  line += attributes.name;
  if (attributes.type == format::FileType::symlink) {
    line += " -> ";
    line += attributes.link;
  }
  return line;
}

std::string continuation_warning(const format::VolumeLabel& label) {
  if (label.previous_volume.empty()) return {};
  return fmt::format("\nWarning, this Volume is a continuation of Volume {}\n",
                     printable(label.previous_volume));
}

void RecordListing::record(const format::Record& record, const Block&) {
  if (is_attributes(record.stream_id())) ++count_;
  output_(fmt::format("FileIndex={} VolSessionId={} VolSessionTime={} Stream={} DataLen={}\n",
                      record.file_index, record.session.id, record.session.time, record.stream,
                      record.payload.size()));
}

void RecordListing::label(const format::Record& record, const Block&) {
  output_(fmt::format("{} Record: VolSessionId={} VolSessionTime={} JobId={} DataLen={}\n",
                      record_name(record.file_index), record.session.id, record.session.time, record.stream,
                      record.payload.size()));
  output_(continuation_warning_of(record));
}

void FileListing::label(const format::Record& record, const Block&) {
  output_(continuation_warning_of(record));
  if (record.label_type() == LabelType::session_start) jobs_[record.session] = record.stream;
}

void FileListing::record(const format::Record& record, const Block&) {
  if (!is_attributes(record.stream_id())) return;
  const auto attributes = format::parse_attributes(record.payload);
  if (!attributes || (is_wanted_ && !is_wanted_(attributes->name))) return;
  ++count_;
  const auto job = jobs_.find(record.session);
  output_(fmt::format("bls JobId {}: {}\n", job == jobs_.end() ? 0 : job->second, file_line(*attributes)));
}

void LabelListing::label(const format::Record& record, const Block& block) {
  const auto type = record.label_type();
  if (type == LabelType::session_start || type == LabelType::session_end) return session(record, block);
  output_(fmt::format("{} Record: File:blk={}:{} SessId={} SessTime={} JobId={} DataLen={}\n",
                      label_name(type), block.last_address >> 32, block.last_address & 0xFFFFFFFF,
                      record.session.id, record.session.time, record.stream, record.payload.size()));
  const auto label = format::parse_volume_label(record.payload);
  if (label) output_(continuation_warning(*label));
  if (detail_ == Detail::full && label) {
    output_(describe(*label, block.last_address >> 32, record.file_index, record.payload.size()));
  }
}

void LabelListing::session(const format::Record& record, const Block& block) {
  const auto type = record.label_type();
  const auto edge = type == LabelType::session_start ? format::SessionEdge::start : format::SessionEdge::end;
  const auto label = format::parse_session_label(record.payload, edge);
  if (detail_ == Detail::full && label) return output_(describe_session(*label, type));
  output_(fmt::format("{} Record: File:blk={}:{} SessId={} SessTime={} JobId={}\n", label_name(type),
                      block.last_address >> 32, block.last_address & 0xFFFFFFFF, record.session.id,
                      record.session.time, record.stream));
  if (!label) return output_("   The label is damaged.\n");
  auto line = fmt::format("   Job={} Date={} Level={} Type={}", label->job, date_of(label->written),
                          label->level, label->type);
  if (const auto& end = label->end) {
    line += fmt::format(" Files={} Bytes={} Errors={} Status={}", with_thousands(end->files),
                        with_thousands(end->bytes), end->errors, end->status);
  }
  output_(line + "\n");
}

void BlockListing::block(const Block& block) {
  ++count_;
  if (contents_ == Contents::all_records) return dump(block);
  if (contents_ == Contents::none) {
    return output_(fmt::format("Block: {} size={}\n", count_, block.bytes.size()));
  }
  format::RecordCursor cursor(block.bytes);
  const auto piece = cursor.next();
  output_(fmt::format(
      "File:blk={}:{} blk_num={} blen={} First rec FI={} SessId={} SessTim={} Strm={} rlen={}\n",
      block.last_address >> 32, block.last_address & 0xFFFFFFFF, block.header.number, block.header.length,
      piece ? index_name(piece->header.file_index) : "none", block.header.session.id,
      block.header.session.time, piece ? stream_name(*piece) : "none", piece ? piece->header.length : 0));
}

void BlockListing::dump(const Block& block) {
  output_(fmt::format("Dump block {}: size={} BlkNum={}\n               Hdrcksum={:x} cksum={:x}\n",
                      block.address, block.header.length, block.header.number, block.header.checksum,
                      block.header.checksum));
  format::RecordCursor cursor(block.bytes);
  while (const auto piece = cursor.next()) {
    output_(fmt::format("   Rec: VId={} VT={} FI={} Strm={} len={} p={}\n", block.header.session.id,
                        block.header.session.time, index_name(piece->header.file_index), stream_name(*piece),
                        piece->header.length, piece->data.data() - block.bytes.data()));
  }
}

std::string describe(const format::VolumeLabel& label, std::uint64_t file, std::int32_t type,
                     std::size_t size) {
  return fmt::format(
      "\nVolume Label:\nId                : {}VerNo             : {}\nVolName           : {}\nPrevVolName    "
      "   : {}\n"
      "VolFile           : {}\nLabelType         : {}\nLabelSize         : {}\nPoolName          : {}\n"
      "MediaType         : {}\nPoolType          : {}\nHostName          : {}\nDate label written: {}\n",
      format::label_id, format::label_version, label.volume, label.previous_volume, file,
      label_constant(type), size, label.pool, label.media_type, label.pool_type, label.host,
      date_of(label.labelled));
}

}  // namespace holdfast::volumes
