// SPDX-License-Identifier: AGPL-3.0-or-later
#include "storage/attribute_courier.h"

#include <array>

#include "base/endian.h"
#include "base/error.h"

namespace holdfast::storage {
namespace {

constexpr std::size_t spool_head = 12;  // file index, stream, length

}  // namespace

AttributeCourier::AttributeCourier(DirectorLine& director, const std::string& spool_path, Catalog catalog)
    : director_(director), catalog_(catalog) {
  if (spool_path.empty()) {
    carrying_ = std::jthread([this] { carry(); });
    return;
  }
  spool_.reset(std::fopen(spool_path.c_str(), "w+b"));
  if (!spool_) throw Error(ErrorKind::io, "cannot make the attribute spool file {}", spool_path);
  // Without a name nobody must clean up after a crash.
  std::remove(spool_path.c_str());
}

AttributeCourier::~AttributeCourier() {
  queue_.abandon();
  queue_.close();
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
  std::array<std::byte, spool_head> head{};
  store(&head[0], record.file_index);
  store(&head[4], record.stream);
  store(&head[8], static_cast<std::uint32_t>(record.data.size()));
  const bool done =
      std::fwrite(head.data(), head.size(), 1, spool_.get()) == 1 &&
      (record.data.empty() || std::fwrite(record.data.data(), record.data.size(), 1, spool_.get()) == 1);
  if (!done) throw Error(ErrorKind::no_space, "cannot write the attribute spool file");
  spooled_bytes_ += head.size() + record.data.size();
}

void AttributeCourier::despool() {
  std::rewind(spool_.get());
  std::array<std::byte, spool_head> head{};
  volumes::CatalogRecord record;
  while (std::fread(head.data(), head.size(), 1, spool_.get()) == 1) {
    record.file_index = load<std::int32_t>(&head[0]);
    record.stream = load<std::int32_t>(&head[4]);
    record.data.resize(load<std::uint32_t>(&head[8]));
    if (!record.data.empty() && std::fread(record.data.data(), record.data.size(), 1, spool_.get()) != 1) {
      throw Error(ErrorKind::io, "cannot read the attribute spool file");
    }
    director_.attributes(record);
  }
  director_.flush();
}

}  // namespace holdfast::storage
