// SPDX-License-Identifier: AGPL-3.0-or-later
#include "storage/attribute_courier.h"

#include "base/error.h"

namespace holdfast::storage {
AttributeCourier::AttributeCourier(DirectorLine& director, const std::string& spool_path,
                                   volumes::SpoolCounters& counters, Catalog catalog)
    : director_(director), catalog_(catalog), counters_(counters) {
  if (spool_path.empty()) {
    carrying_ = std::jthread([this] { carry(); });
    return;
  }
  spool_ = std::make_unique<AttributeSpool>(std::make_unique<volumes::SpoolFile>(spool_path));
  counters_.begin();
}

AttributeCourier::~AttributeCourier() {
  queue_.abandon();
  queue_.close();
  if (spool_) counters_.end(spool_->bytes());
}

void AttributeCourier::attributes(std::vector<volumes::CatalogRecord> batch) {
  if (catalog_ == Catalog::unused) return;
  if (spool_) {
    for (const auto& record : batch) spool(record);
    return;
  }
  if (queue_.push(std::move(batch), {})) return;
  if (const auto failure = failure_.read([](const std::exception_ptr& e) { return e; })) {
    std::rethrow_exception(failure);
  }
}

void AttributeCourier::carry() {
  try {
    while (const auto batch = queue_.pop()) {
      for (const auto& record : *batch) director_.attributes(record);
    }
    director_.flush();
  } catch (...) {
    failure_.with([](std::exception_ptr& failure) { failure = std::current_exception(); });
    queue_.abandon();
  }
}

void AttributeCourier::finish() {
  queue_.close();
  if (carrying_.joinable()) carrying_.join();
  if (const auto failure = failure_.read([](const std::exception_ptr& e) { return e; })) {
    std::rethrow_exception(failure);
  }
}

void AttributeCourier::spool(const volumes::CatalogRecord& record) {
  if (is_disk_full_) return director_.attributes(record);
  const auto before = spool_->bytes();
  const auto is_room = spool_->add(director_.head_of(record), record.data);
  counters_.add(spool_->bytes() - before);
  if (!is_room) give_up_spooling();
}

/// To fail a job because its list of files does not fit on this disk would help nobody.
void AttributeCourier::give_up_spooling() {
  director_.message(
      MessageType::warning,
      "The disk for spooling attributes is full. They go to the Director at once from here on.\n");
  is_disk_full_ = true;
  spool_->send_all(director_);
}

void AttributeCourier::despool() {
  spool_->send_all(director_);
  director_.flush();
}

}  // namespace holdfast::storage
