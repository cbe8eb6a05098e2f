// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <tuple>

#include "wire/catalog_requests.h"
#include "wire/client_to_director.h"
#include "wire/client_to_storage.h"
#include "wire/director_to_client.h"
#include "wire/director_to_storage.h"
#include "wire/handshake.h"
#include "wire/job_messages.h"
#include "wire/storage_console.h"
#include "wire/storage_statistics.h"
#include "wire/storage_to_director.h"
#include "wire/volume_line.h"

namespace holdfast::wire {

/// Every message with a table, for tests and fuzzers that go through all of them. AttributesUpdate and
/// FileSetLine, which have codecs of their own, are not among them.
using AllMessages = std::tuple<
    DirectorHello, ClientHello, ConsoleHello, StartJobHello, StorageCallingHello, StartStorageJobHello,
    AuthenticationChallenge, ClientHelloReply, ConsoleReply, PamLogin, DirectorHelloReply, JobMessage,
    ClockReply, CancelCommand, BandwidthCommand, ResolveCommand, ResolveReply, ResolveFailed, JobStatusLine,
    ClientJobCommand, LevelCommand, SinceCommand, FileSetCommand, PluginOptionsCommand, RestoreObjectCommand,
    RunScriptCommand, AccurateCommand, AccurateFile, StorageCommand, AuthorizationCommand, BackupCommand,
    RestoreCommand, DeleteLeftoversCommand, VerifyCommand, EstimateCommand, DotStatusCommand,
    ClientDebugCommand, client::JobReply, client::SecureEraseReply, client::EstimateReply, client::JobEnd,
    client::Cancelled, client::JobNotFound, client::BadBandwidth, client::BadDebug, client::BadVerify,
    client::BadVerifyLevel, client::VerifyAttributes, client::VerifyDigest, client::DebugReply, AppendData,
    AppendEnd, AppendClose, ReadOpen, ReadData, ReadClose, OpenReply, CloseReply, StreamHeader, RecordHeader,
    StartReplicateReply, ReplicateData, StorageJobCommand, StoragePluginOptions, UseStorage, UseDevice,
    PassiveClient, Replicate, VolumeLine, VolumeNotInCatalog, VolumeRefused, InvalidCatalogRequest,
    InvalidCatalogUpdate, CatalogRequestFailed, storage::JobReply, storage::NextRunReply,
    storage::SecureEraseReply, storage::UseDeviceReply, storage::NoSuchDevice, storage::InvalidCommand,
    storage::BadUse, storage::BadJob, storage::BadPluginOptions, storage::BadPassiveClient,
    storage::BadReplicate, storage::StatusChange, storage::JobStart, storage::JobEnd, FindMedia,
    GetVolumeInfo, UpdateMedia, CreateJobMedia, DeleteNullJobMedia, UpdateJobRecord, UpdateFileList,
    BlastAttributes, RecordProof, LabelCommand, RelabelCommand, LabelReply, ReadLabelCommand, ReadLabelReply,
    MountCommand, UnmountCommand, ReleaseCommand, ListAllSlots, ListSlots, CountSlots, CountDrives,
    TransferSlot, SlotsReply, DrivesReply, StorageDebugCommand, StorageDebugReply, SetDeviceCommand,
    SetDeviceReply, StorageStatusCommand, StorageCancelled, StorageJobNotFound, DeviceNotFound,
    DeviceStatistics, TapeAlertStatistics, JobStatistics>;

/// Calls action.operator()<Message>() for each of them.
template <typename Action, typename... Messages>
void for_each_message(Action&& action, std::tuple<Messages...>*) {
  (action.template operator()<Messages>(), ...);
}
template <typename Action>
void for_each_message(Action&& action) {
  for_each_message(std::forward<Action>(action), static_cast<AllMessages*>(nullptr));
}

}  // namespace holdfast::wire
