// SPDX-License-Identifier: AGPL-3.0-or-later
#include "archive/estimate.h"

#include <fmt/core.h>

#include <array>
#include <set>

#include "archive/batcher.h"
#include "base/error.h"
#include "base/local_time.h"
#include "os/account_names.h"
#include "selection/selection.h"
#include "selection/walk.h"

namespace holdfast::archive {

namespace {

using tree::Kind;

class Counting final : public selection::Visitor {
 public:
  Counting(Report& report, const std::function<void(const std::string&)>& list)
      : report_(report), list_(list) {}

  void found(selection::Found file, tree::Directory*) override {
    if (!file.known_digest.empty()) return;
    const bool is_further_name = can_have_further_names(file) && !seen_.insert(key_of(file.stat)).second;
    ++total_.files;
    if (file.stat.kind() == Kind::regular && !is_further_name)
      total_.bytes += static_cast<std::uint64_t>(std::max<std::int64_t>(file.stat.size, 0));
    if (!list_) return;
    std::string target;
    if (file.stat.kind() == Kind::symlink)
      target = file.parent->read_link(std::string(file.name())).value_or("");
    list_(list_line(file.stat, file.stat.change.seconds, file.path, target));
  }
  void examined() override {}
  void leave(std::unique_ptr<tree::Directory>) override {}
  void trouble(Trouble, MessageType type, std::string text) override { report_.message(type, text); }

  const Estimate& total() const { return total_; }

 private:
  Report& report_;
  const std::function<void(const std::string&)>& list_;
  std::set<FileKey> seen_;
  Estimate total_;
};

char type_letter(Kind kind) {
  switch (kind) {
    case Kind::directory: return 'd';
    case Kind::symlink: return 'l';
    case Kind::fifo: return 'p';
    case Kind::socket: return 's';
    case Kind::character_device: return 'c';
    case Kind::block_device: return 'b';
    default: return '-';
  }
}

/// "-rwsr-xr-t", as ls shows it.
std::string mode_letters(std::uint32_t mode) {
  std::string text(1, type_letter(os::kind_of_mode(mode)));
  for (std::uint32_t bit = 0400, i = 0; bit != 0; bit >>= 1, ++i) text += (mode & bit) ? "rwx"[i % 3] : '-';
  struct Special {
    std::uint32_t bit;
    std::size_t at;
    char with_execute, without;
  };
  static constexpr std::array specials{Special{04000, 3, 's', 'S'}, Special{02000, 6, 's', 'S'},
                                       Special{01000, 9, 't', 'T'}};
  for (const auto& special : specials)
    if (mode & special.bit)
      text[special.at] = text[special.at] == 'x' ? special.with_execute : special.without;
  return text;
}

}  // namespace

Estimate estimate(tree::FileSource& source, const selection::FileSet& files, selection::Changes& changes,
                  Report& report, const std::function<void(const std::string&)>& list, std::stop_token stop) {
  const selection::Selection selection(files);
  Counting counting(report, list);
  selection::Walk(source, selection, changes, counting).run(stop);
  if (stop.stop_requested()) throw Error(ErrorKind::cancelled, "The estimate was cancelled");
  return counting.total();
}

Estimate estimate_plugins(plugins::PluginSet& plugins, const selection::FileSet& files,
                          const std::function<void(const std::string&)>& list) {
  Estimate total;
  for (const auto& include : files.includes)
    for (const auto& command : include.plugins) {
      auto& source = plugins.source(command);
      while (const auto offer = source.next()) {
        if (offer->is_restore_object()) continue;
        ++total.files;
        if (offer->has_size())
          total.bytes += static_cast<std::uint64_t>(std::max<std::int64_t>(offer->stat.size, 0));
        if (list) list(list_line(offer->stat, offer->stat.change.seconds, offer->name, offer->link));
        static_cast<void>(source.finish());
      }
    }
  return total;
}

std::string list_line(const tree::FileStat& stat, std::int64_t time, const std::string& name,
                      const std::string& link) {
  const auto user = os::user_name(stat.uid).value_or(fmt::format("{}", stat.uid));
  const auto group = os::group_name(stat.gid).value_or(fmt::format("{}", stat.gid));
  auto line = fmt::format("{}  {:>2} {:<8.8} {:<8.8}{:>12} {}  {}", mode_letters(stat.mode), stat.links, user,
                          group, stat.size, local_time(from_unix_seconds(time), "%Y-%m-%d %H:%M:%S"), name);
  if (!link.empty()) line += " -> " + link;
  return line;
}

}  // namespace holdfast::archive
