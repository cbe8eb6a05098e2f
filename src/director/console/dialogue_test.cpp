// SPDX-License-Identifier: AGPL-3.0-or-later
// Whole dialogues, packet by packet, against the recordings of golden/console/more.
#include <gtest/gtest.h>

#include <algorithm>
#include <regex>

#include "base/text.h"
#include "testing/catalog/both_databases.h"
#include "testing/director/dialogue_director.h"
#include "testing/director/recorded_director.h"

namespace holdfast::director::console {
namespace {

using testing_support::ServicesDouble;

/// One command of a recording with the answers to its questions, up to the next command.
struct Exchange {
  std::vector<std::string> inputs;
  std::string packets;
};

/// What a recording was made of, and the state in which the Director was then.
struct Dialogue {
  const char* name;
  std::uint32_t newest_job;
  const char* time;  ///< of the clock, on 2026-11-22
  void (*prepare)(ServicesDouble&, const std::vector<Exchange>&) = nullptr;
  const char* login = "*UserAgent*";
};

enum class Compared { exactly, unordered, left_out };

/// How exchanges are compared whose command begins so; all others exactly.
struct Special {
  const char* recording;  ///< the beginning of its name; empty for all
  const char* command;
  Compared compared;
  const char* reason;
};

constexpr Special specials[] = {
    {"", ".bvfs_unknown", Compared::exactly, ""},
    {"bvfs", ".bvfs_get_jobids jobid=4 all", Compared::unordered,
     "25.1 does not sort FileSets; we do by name"},
    {"bvfs", ".bvfs_ls", Compared::left_out, "another catalog: only the files of one job are known"},
    {"bvfs", ".bvfs_versions jobid=0 client=lab-fd path=/srv/verify-c/mini/", Compared::left_out, "likewise"},
    {"prompts.api1", "query", Compared::left_out, "the QueryFile was not recorded"},
    {"volumes-and-prompts", "query", Compared::left_out, "likewise"},
    {"", "configure", Compared::left_out, "comes with a later issue, as do the commands that follow"},
    {"", "import", Compared::left_out, ""},
    {"", "label barcodes", Compared::left_out, "as changer_commands_test has it"},
    {"", "mount", Compared::left_out, ""},
    {"", "move", Compared::left_out, ""},
    {"", "rerun", Compared::left_out, ""},
    {"", "resolve", Compared::left_out, ""},
    {"", "setbandwidth", Compared::left_out, ""},
    {"", "setdevice", Compared::left_out, ""},
    {"", "setip", Compared::left_out, ""},
    {"", "status storage=File slots", Compared::left_out, "as changer_commands_test has it"},
    {"", "status subscriptions", Compared::left_out, ""},
    {"", "trace", Compared::left_out, ""},
    {"", "var", Compared::left_out, ""},
    {"", ".sql query=\"select", Compared::left_out, "the database has its own types and texts"},
    {"acl", "show ", Compared::left_out,
     "25.1 prints unset references after a reload; chapter 09 7.10: do not copy"},
    {"list-filters", "list volumes count", Compared::unordered, "25.1 does not sort pools; we do by id"},
    {"list-filters", "list volumes pool=nope", Compared::unordered, "likewise"},
    {"", "list jobtotals", Compared::unordered, "25.1 does not sort jobs; we do by name"},
    {"status-and-cancel.api1", "cancel job=slow yes", Compared::left_out,
     "25.1 overlooks job= and asks; we take it, as chapter 09 section 15 allows"},
    {"misc-and-errors", "messages", Compared::left_out,
     "25.1 sends raw text before the document; we put it in"},
    {"misc-and-errors", "time x", Compared::left_out, "the time of the recording"},
    {"restore-menu", "restore client=lab-fd ; 1 ; 2", Compared::unordered,
     "jobs that started in the same second"},
    {"volumes-and-prompts", "label storage=File pool=nope", Compared::unordered, "25.1 does not sort pools"},
    {"volumes-and-prompts", "list volume=L1", Compared::left_out, "another MediaId"},
    {"volumes-and-prompts", "update pool=Full", Compared::left_out, "another PoolId"},
    {"volumes-and-prompts", "delete pool=np", Compared::left_out, "25.1 does not sort pools"},
    {"", "update slots", Compared::left_out, "as changer_commands_test has it"},
    {"prompts.api1", "prune volume", Compared::left_out, "a pool more, and 25.1 does not sort them"},
    {"acl.api2", "truncate", Compared::left_out,
     "25.1 refuses without a reason; we find nothing to truncate"},
    {"volumes-and-prompts", "list volumes pool=XX", Compared::unordered, "25.1 does not sort pools"},
};

constexpr std::string_view prompts_for_commands[] = {"< signal -1", "< signal -18"};

bool ends_exchange(std::string_view line) {
  return std::any_of(
      std::begin(prompts_for_commands), std::end(prompts_for_commands),
      [&](std::string_view prompt) { return line == prompt || line.starts_with(std::string(prompt) + " "); });
}

/// The lines typed, as the first line of a recording shows them.
std::string command_of(const Exchange& exchange) {
  std::string command;
  for (const auto& input : exchange.inputs) command += (command.empty() ? "" : " ; ") + input;
  return command;
}

std::vector<Exchange> exchanges_of(std::string_view packets) {
  std::vector<Exchange> exchanges;
  bool at_command = true;
  for (const std::string_view line : split(packets, '\n')) {
    if (line.starts_with("> ")) {
      if (at_command) exchanges.emplace_back();
      at_command = false;
      exchanges.back().inputs.emplace_back(line.substr(2));
    }
    if (exchanges.empty() || line.empty() || line == "< (connection closed)") continue;
    exchanges.back().packets += std::string(line) + "\n";
    if (ends_exchange(line)) at_command = true;
  }
  return exchanges;
}

/// Where times are of now, they differ; and the numbers of bootstrap files, and the names of signals. Source positions of the
/// peer are no part of its messages. Where 25.1 exchanges two values of a copy job for programs, what it means.
std::string masked(std::string text) {
  static const testing_support::Mask masks[] = {
      {std::regex("signal (-\\d+)[^\\n]*"), "signal $1"},
      {std::regex("(When: +)2026-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d"), "$1TIME"},
      {std::regex("/[^ \"]*lab-dir\\.restore\\.\\d+\\.bsr"), "BOOTSTRAP"},
      {std::regex("cats/\\w+\\.cc:\\d+ "), ""},
      {std::regex("db:\\w+, .*? binary"), "db:DB, BUILD binary"},
      {std::regex("\"binary_info\":\"[^\"]*\""), "\"binary_info\":\"BUILD\""},
      {std::regex("Encryption: memory"), "Encryption: None"},
      {std::regex("Volume=\\\\?\"L\\d\\\\?\" Device"), "Volume=L Device"},
      {std::regex("< You have messages\\.\\\\n\n"), ""},
      {std::regex("< signal -17\n"), ""},
      {std::regex("< Automatically selected Catalog: MyCatalog\\\\n\n"), ""},
      {std::regex("< Using Catalog \"MyCatalog\"\\\\n\n"), ""},
      {std::regex("Write Storage: CopyPool\\\\nNextPool:      Inflate"),
       "Write Storage: Inflate\\nNextPool:      CopyPool"},
  };
  return testing_support::masked(std::move(text), masks);
}

std::string words_of(const std::string& packets) {
  return testing_support::sorted_words(std::regex_replace(replace_all(masked(packets), "\\n", "\n"),
                                                          std::regex("[{},\\[\\]]|\\b\\d+: "), " "));
}

const Special* special_of(std::string_view recording, std::string_view command) {
  for (const Special& special : specials)
    if (recording.starts_with(special.recording) && command.starts_with(special.command)) return &special;
  return nullptr;
}

/// The texts of an exchange, in full length.
std::vector<std::string> texts_of(const Exchange& exchange) {
  std::vector<std::string> texts;
  for (const std::string_view line : split(exchange.packets, '\n'))
    if (line.starts_with("< ") && !line.starts_with("< signal"))
      texts.push_back(replace_all(replace_all(std::string(line.substr(2)), "\\n", "\n"), "\\\\", "\\"));
  return texts;
}

std::vector<std::string> recorded_texts(const std::vector<Exchange>& exchanges, std::string_view command) {
  for (const Exchange& exchange : exchanges)
    if (exchange.inputs[0] == command) return texts_of(exchange);
  return {};
}

/// What a daemon said: all that follows the line about encryption.
std::vector<std::string> daemon_texts(const std::vector<Exchange>& exchanges, std::string_view command) {
  auto texts = recorded_texts(exchanges, command);
  const auto introduced = std::find(texts.begin(), texts.end(), " Encryption: None\n");
  if (introduced != texts.end()) texts.erase(texts.begin(), introduced + 1);
  return texts;
}

void when_listing(ServicesDouble& services, const std::vector<Exchange>&) {
  services.next_volumes["minisched"] = "Full-0001";
}

void when_labelling(ServicesDouble& services, const std::vector<Exchange>&) {
  services.daemon_answers["File"] = {
      "3000 OK label. VolFiles=0 VolBytes=177 Volume=\"L1\" Device=\"FileStorage\" (/srv/verify-c/vols)\n",
      "", "3906 File device \"FileStorage\" (/srv/verify-c/vols) is always mounted.\n"};
  testing_support::let_run(services, {25});
  testing_support::execute_sql(*services.catalog.open(), "DELETE FROM Media WHERE VolumeName LIKE 'XV%'");
}

void when_restricted(ServicesDouble& services, const std::vector<Exchange>& wanted) {
  services.daemon_answers["lab-fd"] = daemon_texts(wanted, "status client=lab-passive");
  services.daemon_answers["File"] = daemon_texts(wanted, "status storage=Inflate");
  services.run_count = 5;
}

void when_restricted_before(ServicesDouble& services, const std::vector<Exchange>&) {
  services.start_time = testing_support::on_the_day("22:17:00");
  for (const char* daemon : {"lab-fd", "File"}) services.daemon_answers[daemon] = {"\n"};
  services.run_count = 22;
}

/// A job that sleeps on the client until it is cancelled.
void when_cancelling(ServicesDouble& services, const std::vector<Exchange>& wanted) {
  const std::uint32_t job = services.next_job.value - 1;
  testing_support::let_run(services, {job});
  services.next_volumes["minisched"] = "XV0001";
  services.run_count = job - 25;
  services.daemon_answers["lab-fd"] = daemon_texts(wanted, "status client=lab-fd");
  for (const char* command : {"cancel all", "cancel all yes"}) {
    auto texts = recorded_texts(wanted, command);
    if (!texts.empty())
      services.cancel_answers[JobId(job)] = {std::find(texts.begin(), texts.end(), " Handshake: Cleartext,"),
                                             texts.end()};
  }
  services.while_waiting = [&services, job, lines = recorded_texts(wanted, "messages")] {
    testing_support::let_end(services);
    services.messages = lines;
    services.clock.advance(std::chrono::seconds(40));
    ++services.run_count;
  };
}

void when_programs_err(ServicesDouble& services, const std::vector<Exchange>&) {
  testing_support::let_run(services, {26, 27, 28});
  testing_support::execute_sql(*services.catalog.open(), "UPDATE Job SET JobStatus = 'C' WHERE JobId > 26");
  for (const char* daemon : {"lab-fd", "File"}) services.daemon_answers[daemon] = {"\n"};
  services.running[1].status = JobStatus::waiting_for_job_resource;
  services.running[2].status = JobStatus::created;
  services.cancel_answers[JobId(26)] = {"2001 Job marked to be canceled.\n"};
  services.next_volumes["minisched"] = "Full-0001";
  services.run_count = 1;
  services.while_waiting = [&services] {
    testing_support::let_end(services);
    services.run_count = 4;
  };
}

constexpr Dialogue dialogues[] = {
    {"bvfs.api0", 25, "22:30:50"},
    {"bvfs.api2", 26, "22:30:55"},
    {"restore-menu.api0", 19, "22:27:14"},
    {"restore-menu.api1", 19, "22:27:20"},
    {"restore-tree.api1", 18, "22:26:30"},
    {"restore-tree.api2", 19, "22:27:45"},
    {"list-filters.api0", 22, "22:28:30", when_listing},
    {"list-filters.api1", 22, "22:28:31", when_listing},
    {"list-filters.api2", 22, "22:28:32", when_listing},
    {"run-mod.api0", 22, "22:29:33"},
    {"run-mod.api1", 23, "22:29:33"},
    {"volumes-and-prompts.api0", 25, "22:30:18", when_labelling},
    {"misc-and-errors.api2", 28, "22:31:11", when_programs_err},
    {"prompts.api1", 28, "22:33:00"},
    {"acl.api0", 29, "22:37:30", when_restricted, "limited"},
    {"acl.api2", 22, "22:29:33", when_restricted_before, "limited"},
    {"status-and-cancel.api0", 32, "22:39:43", when_cancelling},
    {"status-and-cancel.api1", 33, "22:40:24", when_cancelling},
};

class ConsoleDialogues : public catalog::CasesOnBothDatabases<Dialogue> {};

TEST_P(ConsoleDialogues, GoAsRecorded) {
  const auto& [dialogue, database] = GetParam();
  const auto recording =
      testing_support::recorded_text(std::string("more/") + dialogue.name + ".packets.txt");
  const auto services = testing_support::dialogue_director(database, dialogue.newest_job);
  if (!recording || !services) GTEST_SKIP() << "the golden recordings are not at hand";
  std::vector<Exchange> wanted = exchanges_of(*recording);
  services->clock.set(testing_support::on_the_day(dialogue.time));
  if (dialogue.prepare) dialogue.prepare(*services, wanted);
  std::erase_if(wanted, [&, name = dialogue.name](const Exchange& exchange) {
    const Special* special = special_of(name, command_of(exchange));
    return special && special->compared == Compared::left_out;
  });
  std::vector<std::string> inputs;
  for (const Exchange& exchange : wanted)
    inputs.insert(inputs.end(), exchange.inputs.begin(), exchange.inputs.end());
  const auto ours = exchanges_of(services->talk(inputs, dialogue.login).packets());
  ASSERT_GE(ours.size(), wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    SCOPED_TRACE(wanted[i].inputs[0]);
    const Special* special = special_of(dialogue.name, command_of(wanted[i]));
    if (special && special->compared == Compared::unordered)
      EXPECT_EQ(words_of(ours[i].packets), words_of(wanted[i].packets));
    else
      EXPECT_EQ(masked(ours[i].packets), masked(wanted[i].packets));
  }
}

INSTANTIATE_TEST_SUITE_P(All, ConsoleDialogues, catalog::on_both_databases(dialogues), [](const auto& test) {
  return catalog::name_on_database(std::get<0>(test.param).name, std::get<1>(test.param));
});

}  // namespace
}  // namespace holdfast::director::console
