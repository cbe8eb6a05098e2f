// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <set>
#include <thread>

#include "director/lent_catalogs.h"
#include "transport/connect.h"

namespace holdfast::director {

/// Asks Storage Daemons with CollectStatistics for their samples, every StatisticsCollectInterval seconds, on a thread of
/// its own, and keeps them in the first catalog (interop 07, section 2.12).
class StatisticsCollector {
 public:
  struct Surroundings {
    std::function<std::shared_ptr<const config::DirectorConfiguration>()> configuration;
    std::function<transport::Connected(const config::Storage&, std::stop_token)> connect;
    LentCatalogs& catalogs;
    std::function<void(std::string_view)> warn;
  };

  explicit StatisticsCollector(Surroundings surroundings);
  StatisticsCollector(const StatisticsCollector&) = delete;
  StatisticsCollector& operator=(const StatisticsCollector&) = delete;

  /// Asks all of them now, on the thread that calls. One at a time.
  void collect(std::stop_token stop);

 private:
  void ask(const config::Storage& storage, const config::Catalog& catalog, std::stop_token stop);

  Surroundings surroundings_;
  std::set<std::string> failed_;  ///< which storages; told once
  std::jthread thread_;
};

}  // namespace holdfast::director
