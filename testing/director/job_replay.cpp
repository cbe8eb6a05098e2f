// SPDX-License-Identifier: AGPL-3.0-or-later
#include "testing/director/job_replay.h"

#include <algorithm>
#include <fstream>

#include "base/text.h"
#include "format/attributes.h"
#include "testing/base/golden.h"
#include "wire/catalog_requests.h"

namespace holdfast::testing_support {
namespace {

using From = RecordedPacket::From;

constexpr const char* all_of_job_1 =
    "Storage=\"File\"\nVolume=\"Full-0001\"\nMediaType=\"File\"\nDevice=\"FileStorage\"\nVolSessionId=1\n"
    "VolSessionTime=1795384262\nVolAddr=184-405860\nFileIndex=1-10\nCount=10\n";
constexpr const char* hello_of_job_1 =
    "Storage=\"File\"\nVolume=\"Full-0001\"\nMediaType=\"File\"\nDevice=\"FileStorage\"\nVolSessionId=1\n"
    "VolSessionTime=1795384262\nVolAddr=184-405860\nFileIndex=4\nCount=1\n";

/// A packet in the words of the tables below: '>' is said by us, '<' by the daemon.
struct Line {
  char from;
  std::string text;  ///< "TERMINATE" and "EOD" are signals
};

std::string volume_line(const std::string& counters, const std::string& end_block) {
  return "1000 OK VolName=Full-0001 " + counters +
         " MaxVolBytes=0 VolCapacityBytes=0 VolStatus=Append Slot=0 MaxVolJobs=0 MaxVolFiles=0 InChanger=0 "
         "VolReadTime=0 VolWriteTime=0 EndFile=0 EndBlock=" +
         end_block + " LabelType=0 MediaId=1 EncryptionKey= MinBlocksize=0 MaxBlocksize=0\n";
}

std::string update_media(const std::string& counters, const std::string& end_time) {
  return "CatReq Job=J UpdateMedia VolName=Full-0001 " + counters + " MaxVolBytes=0 EndTime=" + end_time +
         " VolStatus=Append Slot=0 relabel=0 InChanger=0 VolReadTime=0 "
         "VolWriteTime=0 VolFirstWritten=0\n";
}

const std::string after_job_1 =
    "VolJobs=1 VolFiles=0 VolBlocks=2 VolBytes=405861 VolMounts=1 VolErrors=0 VolWrites=2";
const std::string after_job_4 =
    "VolJobs=2 VolFiles=0 VolBlocks=3 VolBytes=410360 VolMounts=2 VolErrors=0 VolWrites=3";
const std::string after_job_8 =
    "VolJobs=6 VolFiles=0 VolBlocks=7 VolBytes=1328304 VolMounts=6 VolErrors=0 VolWrites=7";

/// The end of what the Storage Daemon of a backup says.
std::vector<Line> end_of_backup(const std::string& id, const std::string& counters,
                                const std::string& end_block, const std::string& totals) {
  return {{'<', update_media(counters, "1795384284")},
          {'>', volume_line(counters, end_block)},
          {'<', "CatReq Job=J DeleteNullJobmediaRecords jobid=" + id},
          {'>', "1000 OK DeleteNullJobmediaRecords\n"},
          {'<', "Status Job=J JobStatus=84\n"},
          {'<', "3099 Job J end JobStatus=84 " + totals + " JobErrors=0\n"},
          {'<', "EOD"},
          {'<', "TERMINATE"}};
}

struct RecordedFile {
  int type;
  const char* name;
  const char* stat;
};
/// As the Director of the next recording sends them back to the client.
constexpr RecordedFile files_of_job_8[] = {
    {3, "text.txt", "P4A FARs IGk B A A A +o BAA I BrA2Pc BrA2Pa BrA2Pa A A C"},
    {3, "sparse.bin", "P4A FARv IGk B A A A BJPg BAA A BrA2PK BfXhAA BrA2PE A A C"},
    {2, "empty", "P4A FARq IGk B A A A A BAA A BfXhAA BfXhAA BrA2PE A A C"},
    {3, "hello.txt", "P4A FARp IGk C A A A P BAA I BrA2PK BfXhAA BrA2PE A A C"},
    {3, "sub/deep.txt", "P4A FARt IGk B A A A F BAA I BrA2PK BfXhAA BrA2PE A A C"},
    {5, "sub/", "P4A FARo EHt C A A A BAA BAA I BrA2PK BfXhAA BrA2PE A A C"},
    {4, "soft", "P4A FARu KH/ B A A A J BAA A BrA2PK BfXhAA BrA2PE A A C"},
    {3, "random-100k.bin", "P4A FARr IGk B A A A Yag BAA DI BrA2PK BfXhAA BrA2PE A A C"},
    {3, "hard", "P4A FARp IGk C A A A P BAA I BrA2PK BfXhAA BrA2PE A A C"},
    {5, "", "P4A FARn EHt D A A A BAA BAA I BrA2PK BfXhAA BrA2PE A A C"},
};

std::vector<Line> attributes_of_job_8(std::int32_t from) {
  std::vector<Line> lines;
  for (std::int32_t index = from; index <= 10; ++index) {
    const RecordedFile& file = files_of_job_8[index - 1];
    const std::string name = std::string("/srv/demo/mini/") + file.name;
    format::Attributes attributes;
    attributes.file_index = static_cast<std::uint32_t>(index);
    attributes.type = static_cast<format::FileType>(file.type);
    attributes.name = name;
    attributes.packed_stat = file.stat;
    Buffer data;
    format::append_attributes(data, attributes);
    lines.push_back({'<', wire::encode(wire::AttributesUpdate{"J", {8, 1795384262}, index, 1, data})});
  }
  return lines;
}

template <typename... Parts>
std::vector<Line> joined(std::vector<Line> lines, const Parts&... parts) {
  (lines.insert(lines.end(), parts.begin(), parts.end()), ...);
  return lines;
}

/// Some recordings were cut off before their end. What lacks is taken from the other ones of their kind, with the
/// counters that the following recordings show.
struct Tail {
  const char* recording;
  const char* daemon;
  std::vector<Line> lines;
};
const std::vector<Tail> tails{
    {"restore-all",
     "filedaemon",
     {{'<', "2000 OK storage end\n"},
      {'>', "endrestore"},
      {'<',
       "2800 End Job TermCode=84 JobFiles=10 ReadBytes=404035 JobBytes=404035 Errors=0 VSS=0 Encrypt=0\n"},
      {'<', "TERMINATE"}}},
    {"restore-all",
     "storage",
     {{'<', update_media(after_job_1, "1795384275")},
      {'>', volume_line(after_job_1, "405860")},
      {'<', "3099 Job J end JobStatus=84 JobFiles=0 JobBytes=0 JobErrors=0\n"},
      {'<', "EOD"},
      {'<', "TERMINATE"}}},
    {"backup-incremental", "storage",
     joined({{'>', "1000 OK CreateJobMedia\n"}},
            end_of_backup("4", after_job_4, "410359", "JobFiles=1 JobBytes=4113"))},
    {"backup-accurate-full", "storage",
     joined(attributes_of_job_8(2),
            std::vector<Line>{{'<',
                               "CatReq Job=J CreateJobMedia FirstIndex=1 LastIndex=10 StartFile=0 EndFile=0 "
                               "StartBlock=922587 EndBlock=1328303 Copy=0 Strip=0 MediaId=1\n"},
                              {'>', "1000 OK CreateJobMedia\n"}},
            end_of_backup("8", after_job_8, "1328303", "JobFiles=10 JobBytes=405047"))},
};

RecordedPacket packet_of(const Line& line) {
  RecordedPacket packet;
  packet.from = line.from == '>' ? From::connector : From::listener;
  if (line.text == "EOD")
    packet.signal = wire::Signal::end_of_data;
  else if (line.text == "TERMINATE")
    packet.signal = wire::Signal::terminate;
  else
    packet.payload = line.text;
  return packet;
}

/// Our Director reads no files of a Storage Daemon, and is sent the records instead (interop 03, section 8).
std::vector<RecordedPacket> without_blast(std::vector<RecordedPacket> packets) {
  const auto blast = std::find_if(packets.begin(), packets.end(), [](const RecordedPacket& packet) {
    return packet.payload.starts_with("BlastAttr ");
  });
  if (blast == packets.end()) return packets;
  const auto answer = std::next(blast);
  answer->payload = wire::refused_blast_attributes;
  std::vector<RecordedPacket> records;
  for (const Line& line : attributes_of_job_8(1)) records.push_back(packet_of(line));
  packets.insert(std::next(answer), records.begin(), records.end());
  return packets;
}

/// The list of an accurate backup in the order of our catalog, by directory and name; clients do not mind.
std::vector<RecordedPacket> with_sorted_list(std::vector<RecordedPacket> packets) {
  const auto start = std::find_if(packets.begin(), packets.end(), [](const RecordedPacket& packet) {
    return packet.payload.starts_with("accurate files=");
  });
  if (start == packets.end()) return packets;
  const auto end = std::find_if(start, packets.end(), [](const RecordedPacket& packet) {
    return packet.signal == wire::Signal::end_of_data;
  });
  std::sort(start + 1, end, [](const RecordedPacket& a, const RecordedPacket& b) {
    const auto split = [](const RecordedPacket& packet) {
      const std::string name = packet.payload.substr(0, packet.payload.find('\0'));
      const auto slash = name.rfind('/') + 1;
      return std::pair(name.substr(0, slash), name.substr(slash));
    };
    return split(a) < split(b);
  });
  return packets;
}

std::vector<RecordedPacket> whole_conversation(const Transcript& transcript, std::string_view daemon) {
  auto packets = recorded_conversation(transcript, daemon);
  for (const Tail& tail : tails)
    if (tail.recording == transcript.name && tail.daemon == daemon)
      for (const Line& line : tail.lines) packets.push_back(packet_of(line));
  return with_sorted_list(without_blast(std::move(packets)));
}

const std::regex unique_names("([A-Za-z]+|-Console-)\\.[0-9]{4}-[0-9-]+_[0-9.]+_[0-9]+");

director::console::RunRequest request_of(const RecordedJob& recorded, Lab& lab) {
  director::console::RunRequest request = lab.request(recorded.job);
  request.verify_job = request.job->job_to_verify;
  if (*recorded.bootstrap != '\0') {
    request.bootstrap = (lab.files.folder() / "restore.bsr").string();
    std::ofstream(request.bootstrap) << recorded.bootstrap;
    request.expected_files = recorded.files;
  } else if (request.job->type == JobType::backup) {
    request.level = recorded.level;
  }
  return request;
}

}  // namespace

bool was_cut_off(const std::string& recording) {
  return std::any_of(tails.begin(), tails.end(),
                     [&](const Tail& tail) { return recording == tail.recording; });
}

std::vector<ReplayMask> job_masks() {
  auto all = usual_masks();
  all.push_back({unique_names, "$1.#"});
  all.push_back({std::regex("since_utime [0-9]+"), "since_utime #"});
  return all;
}

const std::vector<RecordedJob>& recorded_jobs() {
  static const std::vector<RecordedJob> all{
      {.recording = "backup-full-unlabelled-volume", .job = "mini", .time = 1795384266},
      {.recording = "estimate-listing", .job = "mini", .time = 1795384269, .is_estimate = true},
      {.recording = "restore-all",
       .job = "RestoreFiles",
       .time = 1795384275,
       .files = 10,
       .bootstrap = all_of_job_1},
      {.recording = "restore-tree-browser",
       .job = "RestoreFiles",
       .time = 1795384281,
       .files = 1,
       .bootstrap = hello_of_job_1},
      {.recording = "backup-incremental", .job = "mini", .time = 1795384284, .level = JobLevel::incremental},
      {.recording = "backup-differential",
       .job = "mini",
       .time = 1795384289,
       .level = JobLevel::differential},
      {.recording = "backup-gzip-sparse-sha1", .job = "minigzip", .time = 1795384293},
      {.recording = "backup-spooled", .job = "minispool", .time = 1795384297},
      {.recording = "backup-accurate-full", .job = "miniaccurate", .time = 1795384302},
      {.recording = "backup-accurate-incremental-deletion",
       .job = "miniaccurate",
       .time = 1795384306,
       .level = JobLevel::incremental},
      {.recording = "backup-passive-client", .job = "minipassive", .time = 1795384310},
      {.recording = "backup-runscripts", .job = "miniscripts", .time = 1795384317},
      {.recording = "verify-volume-to-catalog", .job = "verifycat", .time = 1795384320},
      {.recording = "verify-init-catalog", .job = "verifyinit", .time = 1795384325},
      // The peer reports a file as missing that is there: see the test.
      {.recording = "verify-disk-to-catalog", .job = "verifydisk", .time = 1795384328},
  };
  return all;
}

std::string recorded_job_resources() {
  return R"(
FileSet { Name = MiniGzip; Include { Options { Signature = SHA1; Compression = GZIP6; Sparse = yes; HardLinks = no
  AclSupport = yes; XattrSupport = yes }
  File = /srv/demo/mini } }
Job { Name = minigzip; JobDefs = D; FileSet = MiniGzip }
Job { Name = minispool; JobDefs = D; FileSet = Mini; SpoolData = yes }
Job { Name = miniaccurate; JobDefs = D; FileSet = Mini; Accurate = yes }
Job { Name = miniscripts; JobDefs = D; FileSet = Mini; RunBeforeJob = "/bin/echo dirbefore"
  ClientRunBeforeJob = "/bin/echo before %n %l"; ClientRunAfterJob = "/bin/echo after %e" }
Job { Name = verifycat; Type = Verify; Level = VolumeToCatalog; JobDefs = D; FileSet = Mini; JobToVerify = mini }
Job { Name = verifyinit; Type = Verify; Level = InitCatalog; JobDefs = D; FileSet = Mini }
Job { Name = verifydisk; Type = Verify; Level = DiskToCatalog; JobDefs = D; FileSet = Mini; JobToVerify = mini }
Job { Name = admin; Type = Admin; JobDefs = D; RunBeforeJob = "/bin/echo admin" }
Job { Name = slow; JobDefs = D; FileSet = Mini }
)";
}

RecordedDaemons::RecordedDaemons(const Transcript& transcript, Lab& lab) {
  auto with_storage = whole_conversation(transcript, "storage");
  if (!with_storage.empty()) {
    storage_.emplace(std::move(with_storage), From::connector, job_masks());
    lab.connector.add_storage(storage_->channel());
  }
  client_.emplace(whole_conversation(transcript, "filedaemon"), From::connector, job_masks());
  lab.connector.add_client(client_->channel());
}

std::vector<std::string> RecordedDaemons::differences() {
  auto all = client_->differences();
  if (storage_)
    for (auto& text : storage_->differences()) all.push_back(std::move(text));
  return all;
}

ReplayedJob replay(const RecordedJob& recorded, Lab& lab) {
  const auto transcript = read_transcript(recorded.recording);
  lab.clock.set(from_unix_seconds(recorded.time));
  RecordedDaemons daemons(*transcript, lab);
  ReplayedJob replayed;
  const auto request = request_of(recorded, lab);
  if (recorded.is_estimate) {
    std::string lines;
    lab.director().estimate(request, true, [&](std::string_view text) { lines += text; });
    if (lines.find("2000 OK estimate files=10 bytes=404,035\n") == std::string::npos)
      replayed.differences.push_back("the estimate said: " + lines);
  } else {
    const auto row = lab.run(request);
    replayed.id = row.id;
    if (row.status != recorded.status) replayed.differences.push_back("the job failed: " + lab.log(row.id));
  }
  for (auto& text : daemons.differences()) replayed.differences.push_back(std::move(text));
  return replayed;
}

std::vector<std::string> comparable_log(const std::string& text) {
  static const std::vector<ReplayMask> log_masks{
      {std::regex("^[0-9]{2}-[A-Z][a-z]{2} [0-9:]{5} "), ""},
      {unique_names, "$1.#"},
      {std::regex("((time|FileSet|Rate):\\s+).*"), "$1#"},
      {std::regex("(25\\.1\\.0 \\(03Aug26\\): ).*"), "$1#"},
      {std::regex("(Elapsed time=).*"), "$1#"},
      {std::regex("(records written to ).*/"), "$1"},
      {std::regex("restore\\.[0-9]+\\.bsr"), "restore.#.bsr"},
      {std::regex("( since=).*"), "$1#"},
  };
  std::vector<std::string> lines;
  for (const std::string_view line : split(text, '\n')) {
    if (line.empty()) continue;
    std::string masked(line);
    for (const ReplayMask& mask : log_masks)
      masked = std::regex_replace(masked, mask.pattern, mask.replacement);
    lines.push_back(std::move(masked));
  }
  std::sort(lines.begin(), lines.end());
  return lines;
}

std::vector<std::string> log_differences(std::vector<std::string> recorded, std::vector<std::string> ours) {
  std::sort(recorded.begin(), recorded.end());
  std::sort(ours.begin(), ours.end());
  std::vector<std::string> lacking, more;
  std::set_difference(recorded.begin(), recorded.end(), ours.begin(), ours.end(),
                      std::back_inserter(lacking));
  std::set_difference(ours.begin(), ours.end(), recorded.begin(), recorded.end(), std::back_inserter(more));
  std::vector<std::string> all;
  for (const auto& line : lacking) all.push_back("not said: " + line);
  for (const auto& line : more) all.push_back("said: " + line);
  return all;
}

std::vector<std::string> recorded_log(const std::string& recording) {
  const std::string text = read_file(*golden("console/" + recording + ".txt"));
  constexpr std::string_view start = "\nmessages\n";
  const auto at = text.rfind(start);
  return comparable_log(at == std::string::npos ? "" : text.substr(at + start.size()));
}

}  // namespace holdfast::testing_support
