// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "volumes/tool_library.h"

namespace holdfast::volumes {

/// A drive for the volume tools that gets the volume it is asked for: the robot looks for it in its slots, or a person is asked
/// for it (interop 10, section 3). Which volume a medium is, its label tells. What was loaded last stays in the drive, as the
/// Storage Daemon leaves it. The volumes' keys are given to a drive that encrypts.
class LoadingDrive final : public device::LoadedDrive {
 public:
  /// Asks a person to put the volume into the drive, where there is `instead` ("volume \"V-2\""); false: nobody will.
  using AskPerson = std::function<bool(const std::string& volume, const std::string& instead)>;
  /// The key of a volume as the catalog has it; empty: none is known.
  using FindKey = std::function<std::string(const std::string& volume)>;
  struct Surroundings {
    ToolLibrary::Tell tell;
    AskPerson ask;
    FindKey find_key;
  };

  /// `device` is one of the library's.
  LoadingDrive(std::shared_ptr<ToolLibrary> library, StorageDevice& device, Surroundings surroundings)
      : library_(std::move(library)), device_(device), surroundings_(std::move(surroundings)) {}

  void use_key(std::string_view encryption_key) override;
  /// An empty name is whatever is in the drive. Throws Error{not_found} where the volume cannot be had.
  std::unique_ptr<device::Device> open(std::string_view volume, Access access) override;
  bool has(std::string_view volume) override;
  void unload() override;

 private:
  struct Seen {
    std::unique_ptr<device::Device> medium;  ///< null: it is another one
    std::string instead;
  };
  template <typename Action>
  auto with_drive(Action&& action);
  Seen look(const std::string& volume, Access access);
  bool is_taken_for(const std::string& volume, bool is_empty);
  std::unique_ptr<device::Device> from_slots(const std::string& volume, Access access);
  std::unique_ptr<device::Device> from_person(const std::string& volume, Access access, std::string instead);

  std::shared_ptr<ToolLibrary> library_;
  StorageDevice& device_;
  Surroundings surroundings_;
};

}  // namespace holdfast::volumes
