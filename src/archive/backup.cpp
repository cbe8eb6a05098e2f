// SPDX-License-Identifier: AGPL-3.0-or-later
#include "archive/backup.h"

#include <algorithm>
#include <thread>
#include <vector>

#include "archive/batcher.h"
#include "archive/encoder.h"
#include "archive/option_plugins.h"
#include "archive/pipeline.h"
#include "archive/plugin_objects.h"
#include "archive/plugin_questions.h"
#include "archive/sender.h"
#include "base/error.h"
#include "base/guarded.h"
#include "selection/accurate_changes.h"
#include "selection/selection.h"
#include "selection/walk.h"

namespace holdfast::archive {

namespace {

// With compression headers and offsets a record must stay under what fits into a packet.
constexpr std::uint32_t largest_block_size = 900'000;
constexpr std::uint32_t smallest_block_size = 1024;

unsigned worker_count(unsigned wanted) {
  if (wanted > 0) return wanted;
  return std::clamp(std::thread::hardware_concurrency(), 1U, 8U);
}

selection::FileSet prepared(selection::FileSet files, const Protection* protection, Precision precision) {
  const bool is_encrypted = protection != nullptr && protection->encryption;
  for (auto& include : files.includes)
    for (auto& options : include.options) {
      options.encrypted = is_encrypted;
      options.fine_attributes = precision == Precision::exact;
    }
  return files;
}

/// Runs something on a thread of the pipeline, so that an exception reaches the sender.
template <typename Action>
void guard(Pipeline& pipeline, Action action) {
  try {
    action();
  } catch (...) {
    pipeline.fail(std::current_exception());
  }
}

/// Lets plugins ask about files as long as it lives.
class Answering {
 public:
  Answering(plugins::PluginSet& plugins, plugins::JobFiles& files) : plugins_(plugins) {
    plugins_.answer_with(&files);
  }
  ~Answering() { plugins_.answer_with(nullptr); }
  Answering(const Answering&) = delete;
  Answering& operator=(const Answering&) = delete;

 private:
  plugins::PluginSet& plugins_;
};

}  // namespace

class Backup::Implementation {
 public:
  Implementation(tree::FileSource& source, BackupOptions options, RecordSink& sink, Report& report)
      : source_(source),
        sink_(sink),
        report_(report),
        protection_(std::move(options.protection)),
        selection_(prepared(std::move(options.files), protection_.get(), options.precision)),
        changes_(selection::make_changes(options.known, options.since)),
        last_file_index_(options.last_file_index),
        block_size_(std::clamp(options.block_size, smallest_block_size, largest_block_size)),
        workers_(worker_count(options.workers)),
        memory_(options.memory),
        plugins_(options.plugins),
        questions_(selection_, plugin_options_, *changes_) {
    for (const auto& include : selection_.files().includes)
      plugin_options_.push_back(options_for_plugins(include.options.back()));
  }

  BackupTotals run(const std::stop_token& stop) {
    std::stop_source ending;
    const std::stop_callback forward(stop, [&] { ending.request_stop(); });
    Pipeline pipeline(memory_, workers_, ending);
    Sender sender(sink_, report_, last_file_index_, block_size_, protection_.get());
    {
      // Whatever ends this block, the threads end with it, before what they work on does.
      struct EndOnExit {
        std::stop_source& ending;
        ~EndOnExit() { ending.request_stop(); }
      };
      // Workers may be busy in directories that it holds when an exception ends the walk.
      Batcher batcher(pipeline, block_size_, protection_.get());
      std::vector<std::jthread> threads;
      const EndOnExit end{ending};
      threads.emplace_back([&] { guard(pipeline, [&] { walk(pipeline, batcher, ending.get_token()); }); });
      for (unsigned i = 0; i < workers_; ++i)
        threads.emplace_back([&] { guard(pipeline, [&] { work(pipeline); }); });
      try {
        send(pipeline, sender);
      } catch (...) {
        if (plugins_ != nullptr) plugins_->interrupt();  // the walk may wait for what one of them gives
        throw;
      }
    }
    check(stop);
    send_deleted(sender, stop);
    return sender.totals();
  }

  BackupTotals progress() const {
    return progress_.read([](const BackupTotals& totals) { return totals; });
  }

 private:
  void walk(Pipeline& pipeline, Batcher& batcher, std::stop_token stop) {
    if (plugins_ == nullptr) {
      walk(batcher, batcher, std::move(stop));
    } else {
      PluginObjects objects(*plugins_, pipeline, *changes_, block_size_, protection_.get());
      const Answering answering(*plugins_, questions_);
      if (!plugin_options_.empty()) objects.begin(plugin_options_.front());
      OptionPlugins with_plugins(batcher, objects, questions_, handled_options_);
      walk(batcher, with_plugins, std::move(stop));
      save_plugins(objects);
    }
    pipeline.finish();
  }

  void walk(Batcher& batcher, selection::Visitor& visitor, std::stop_token stop) {
    selection::Walk(source_, selection_, *changes_, visitor).run(std::move(stop));
    batcher.flush();
  }

  void save_plugins(PluginObjects& objects) {
    const auto& includes = selection_.files().includes;
    for (std::size_t i = 0; i < includes.size(); ++i) {
      questions_.be_of(i);
      for (const auto& command : includes[i].plugins) objects.save(command, plugin_options_[i]);
    }
  }

  void work(Pipeline& pipeline) {
    Encoder encoder(block_size_, protection_.get());
    while (Batch* batch = pipeline.claim()) {
      encoder.prepare(*batch);
      pipeline.prepared(*batch);
    }
  }

  void send(Pipeline& pipeline, Sender& sender) {
    while (auto batch = pipeline.take()) {
      sender.send(*batch);
      pipeline.sent(std::move(batch));
      progress_.with([&](BackupTotals& totals) { totals = sender.totals(); });
    }
  }

  void send_deleted(Sender& sender, const std::stop_token& stop) {
    const auto unknown = changes_->list_deleted([&](std::string_view name, const selection::KnownFile& file) {
      check(stop);
      if (plugins_ != nullptr && plugins_->knows_of(name)) return;
      sender.send_deleted(name, file);
      progress_.with([&](BackupTotals& totals) { totals = sender.totals(); });
    });
    if (unknown > 0)
      report_.message(
          MessageType::info,
          fmt::format("     {} files saved before lie where nobody could look, see the errors above. They "
                      "do not count as deleted",
                      unknown));
  }

  static void check(const std::stop_token& stop) {
    if (stop.stop_requested()) throw Error(ErrorKind::cancelled, "The backup was cancelled");
  }

  tree::FileSource& source_;
  RecordSink& sink_;
  Report& report_;
  std::shared_ptr<const Protection> protection_;
  selection::Selection selection_;
  std::unique_ptr<selection::Changes> changes_;
  std::int32_t last_file_index_;
  std::uint32_t block_size_;
  unsigned workers_;
  std::size_t memory_;
  plugins::PluginSet* plugins_;
  std::vector<selection::FileOptions>
      plugin_options_;  ///< of each Include; items in the pipeline point to them
  PluginQuestions questions_;
  HandledOptions handled_options_;
  Guarded<BackupTotals> progress_;
};

Backup::Backup(tree::FileSource& source, BackupOptions options, RecordSink& sink, Report& report)
    : self_(std::make_unique<Implementation>(source, std::move(options), sink, report)) {}
Backup::~Backup() = default;

BackupTotals Backup::run(std::stop_token stop) { return self_->run(stop); }
BackupTotals Backup::progress() const { return self_->progress(); }

}  // namespace holdfast::archive
