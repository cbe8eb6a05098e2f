// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <tuple>
#include <vector>

#include "catalog/catalog.h"
#include "config/director_resources.h"

namespace holdfast::director {

/// Sessions with catalogs for those who need one for a moment, such as the logs of hundreds of jobs that wait: a server has
/// room for few. There are as many as are in use at the same time, and some more that wait for the next. Any thread.
class LentCatalogs {
 public:
  using Open = std::function<std::unique_ptr<catalog::Catalog>(const config::Catalog&)>;

  explicit LentCatalogs(Open open) : open_(std::move(open)) {}

  /// Calls `action` with a session of its own. Where it throws, the session is closed, and the exception goes on; but a
  /// session whose server went away while nobody used it is replaced, and `action` called once more.
  void use(const config::Catalog& resource, const std::function<void(catalog::Catalog&)>& action);

 private:
  /// Which database it is: a reload may give a resource another one.
  using Place = std::tuple<std::string, std::string, std::string, std::uint32_t>;
  using Sessions = std::vector<std::unique_ptr<catalog::Catalog>>;

  std::unique_ptr<catalog::Catalog> take(const Place& place);
  void give_back(const Place& place, std::unique_ptr<catalog::Catalog> session);

  Open open_;
  std::mutex mutex_;
  std::map<Place, Sessions> idle_;
};

}  // namespace holdfast::director
