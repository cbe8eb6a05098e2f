// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <array>
#include <string_view>

namespace holdfast::testing_support {

/// The directives a type of resource must have, in the order of the table; "Tls*" stands for those of all peers.
struct KnownDirectives {
  std::string_view component;
  std::string_view type;
  std::string_view names;
};

inline constexpr std::string_view tls_directive_names =
    "TlsAuthenticate TlsEnable TlsRequire TlsCipherList TlsCipherSuites TlsDhFile TlsProtocol "
    "TlsVerifyPeer TlsCaCertificateFile TlsCaCertificateDir TlsCertificateRevocationList "
    "TlsCertificate TlsKey TlsAllowedCn";

/// A Job and its JobDefs take the same.
inline constexpr std::string_view job_directive_names =
    "Name Description Type Protocol BackupFormat Level Messages Storage Pool "
    "FullBackupPool VirtualFullBackupPool IncrementalBackupPool "
    "DifferentialBackupPool NextPool Client FileSet Schedule JobToVerify "
    "Catalog JobDefs Run Where RegexWhere StripPrefix AddPrefix AddSuffix "
    "Bootstrap WriteBootstrap WriteVerifyList Replace MaximumBandwidth "
    "MaxRunSchedTime MaxRunTime FullMaxRuntime IncrementalMaxRuntime "
    "DifferentialMaxRuntime MaxWaitTime MaxStartDelay MaxFullInterval "
    "MaxVirtualFullInterval MaxDiffInterval PrefixLinks PruneJobs PruneFiles "
    "PruneVolumes PurgeMigrationJob Enabled SpoolAttributes SpoolData "
    "SpoolSize RerunFailedLevels PreferMountedVolumes RunBeforeJob "
    "RunAfterJob RunAfterFailedJob ClientRunBeforeJob ClientRunAfterJob "
    "MaximumConcurrentJobs RescheduleOnError RescheduleInterval "
    "RescheduleTimes Priority AllowMixedPriority SelectionPattern RunScript "
    "SelectionType Accurate AllowDuplicateJobs AllowHigherDuplicates "
    "CancelLowerLevelDuplicates CancelQueuedDuplicates "
    "CancelRunningDuplicates SaveFileHistory FileHistorySize FdPluginOptions "
    "SdPluginOptions DirPluginOptions MaxConcurrentCopies AlwaysIncremental "
    "AlwaysIncrementalJobRetention AlwaysIncrementalKeepNumber "
    "AlwaysIncrementalMaxFullAge MaxFullConsolidations "
    "RunOnIncomingConnectInterval RunMissedSchedule DeleteFilesNotInBackup";

inline constexpr std::array known_directives{
    KnownDirectives{"bareos-dir", "Director",
                    "Name Description Messages Port Address Addresses SourceAddress QueryFile "
                    "WorkingDirectory PluginDirectory PluginNames ScriptsDirectory "
                    "Subscriptions MaximumConcurrentJobs MaximumConsoleConnections Password "
                    "FdConnectTimeout SdConnectTimeout HeartbeatInterval StatisticsRetention "
                    "StatisticsCollectInterval VerId KeyEncryptionKey NdmpSnooping "
                    "NdmpLogLevel NdmpNamelistFhinfoSetZeroForInvalidUquad AbsoluteJobTimeout "
                    "Auditing AuditEvents SecureEraseCommand LogTimestampFormat EnableKtls "
                    "Tls*"},
    KnownDirectives{"bareos-dir", "Client",
                    "Name Description Protocol AuthType Address LanAddress Port Username "
                    "Password Catalog Passive ConnectionFromDirectorToClient "
                    "ConnectionFromClientToDirector Enabled HardQuota SoftQuota "
                    "SoftQuotaGracePeriod StrictQuotas QuotaIncludeFailedJobs FileRetention "
                    "JobRetention HeartbeatInterval AutoPrune MaximumConcurrentJobs "
                    "MaximumBandwidthPerJob NdmpLogLevel NdmpBlockSize NdmpUseLmdb Tls*"},
    KnownDirectives{"bareos-dir", "JobDefs", job_directive_names},
    KnownDirectives{"bareos-dir", "Job", job_directive_names},
    KnownDirectives{"bareos-dir", "Storage",
                    "Name Description Protocol AuthType Address LanAddress Port Username "
                    "Password Device MediaType AutoChanger Enabled AllowCompression "
                    "HeartbeatInterval CacheStatusInterval MaximumConcurrentJobs "
                    "MaximumConcurrentReadJobs PairedStorage MaximumBandwidthPerJob "
                    "CollectStatistics NdmpChangerDevice Tls*"},
    KnownDirectives{"bareos-dir", "Catalog",
                    "Name Description DbDriver DbAddress DbPort DbPassword DbUser DbName "
                    "DbSocket DbSslMode DbSslCaCertificateFile DbSslCertificate DbSslKey DbPatience "
                    "MultipleConnections DisableBatchInsert Reconnect ExitOnFatal "
                    "MinConnections MaxConnections IncConnections IdleTimeout ValidateTimeout"},
    KnownDirectives{"bareos-dir", "Schedule", "Name Description Run Enabled"},
    KnownDirectives{"bareos-dir", "FileSet",
                    "Name Description Include Exclude IgnoreFileSetChanges EnableVSS"},
    KnownDirectives{"bareos-dir", "Pool",
                    "Name Description PoolType LabelFormat LabelType CleaningPrefix "
                    "UseCatalog PurgeOldestVolume ActionOnPurge RecycleOldestVolume "
                    "RecycleCurrentVolume MaximumVolumes MaximumVolumeJobs MaximumVolumeFiles "
                    "MaximumVolumeBytes CatalogFiles VolumeRetention VolumeUseDuration "
                    "MigrationTime MigrationHighBytes MigrationLowBytes NextPool Storage "
                    "AutoPrune Recycle AllowLosingLastFull RecyclePool ScratchPool Catalog FileRetention "
                    "JobRetention MinimumBlockSize MaximumBlockSize"},
    KnownDirectives{"bareos-dir", "Messages",
                    "Name Description MailCommand OperatorCommand TimestampFormat Syslog Mail "
                    "MailOnError MailOnSuccess File Append Stdout Stderr Director Console "
                    "Operator Catalog Webhook MailServer MailFrom MailUser MailPassword"},
    KnownDirectives{"bareos-dir", "Counter", "Name Description Minimum Maximum WrapCounter Catalog"},
    KnownDirectives{"bareos-dir", "Profile",
                    "Name Description JobAcl ClientAcl StorageAcl ScheduleAcl PoolAcl "
                    "CommandAcl FileSetAcl CatalogAcl WhereAcl PluginOptionsAcl"},
    KnownDirectives{"bareos-dir", "Console",
                    "Name Description Password JobAcl ClientAcl StorageAcl ScheduleAcl "
                    "PoolAcl CommandAcl FileSetAcl CatalogAcl WhereAcl PluginOptionsAcl "
                    "Profile UsePamAuthentication Tls*"},
    KnownDirectives{"bareos-dir", "User",
                    "Name Description JobAcl ClientAcl StorageAcl ScheduleAcl PoolAcl "
                    "CommandAcl FileSetAcl CatalogAcl WhereAcl PluginOptionsAcl Profile"},
    KnownDirectives{"bareos-sd", "Director",
                    "Name Description Password Monitor MaximumBandwidthPerJob "
                    "KeyEncryptionKey Tls*"},
    KnownDirectives{"bareos-sd", "Ndmp", "Name Description Username Password AuthType LogLevel"},
    KnownDirectives{"bareos-sd", "Storage",
                    "Name Description Port Address Addresses SourceAddress WorkingDirectory "
                    "BackendDirectory JustInTimeReservation PluginDirectory PluginNames "
                    "ScriptsDirectory MaximumConcurrentJobs Messages SdConnectTimeout "
                    "FdConnectTimeout HeartbeatInterval CheckpointInterval "
                    "MaximumNetworkBufferSize ClientConnectWait VerId MaximumBandwidthPerJob "
                    "AllowBandwidthBursting NdmpEnable NdmpSnooping NdmpLogLevel NdmpAddress "
                    "NdmpAddresses NdmpPort AutoXFlateOnReplication AbsoluteJobTimeout "
                    "CollectDeviceStatistics CollectJobStatistics StatisticsCollectInterval "
                    "DeviceReserveByMediaType FileDeviceConcurrentRead SecureEraseCommand "
                    "LogTimestampFormat EnableKtls Tls*"},
    KnownDirectives{"bareos-sd", "Device",
                    "Name Description MediaType DeviceType ArchiveDevice DeviceOptions "
                    "DiagnosticDevice HardwareEndOfFile HardwareEndOfMedium "
                    "BackwardSpaceRecord BackwardSpaceFile BsfAtEom TwoEof ForwardSpaceRecord "
                    "ForwardSpaceFile FastForwardSpaceFile RemovableMedia RandomAccess "
                    "AutomaticMount LabelMedia AlwaysOpen Autochanger CloseOnPoll "
                    "BlockPositioning UseMtiocget CheckLabels RequiresMount OfflineOnUnmount "
                    "BlockChecksum AccessMode AutoSelect ChangerDevice ChangerCommand "
                    "AlertCommand MaximumChangerWait MaximumOpenWait MaximumOpenVolumes "
                    "MaximumNetworkBufferSize VolumePollInterval MaximumRewindWait "
                    "LabelBlockSize MinimumBlockSize MaximumBlockSize MaximumFileSize "
                    "VolumeCapacity MaximumConcurrentJobs SpoolDirectory MaximumSpoolSize "
                    "MaximumJobSpoolSize DriveIndex MountPoint MountCommand UnmountCommand "
                    "LabelType NoRewindOnClose DriveTapeAlertEnabled DriveCryptoEnabled "
                    "QueryCryptoStatus AutoDeflate AutoDeflateAlgorithm AutoDeflateLevel "
                    "AutoInflate CollectStatistics EofOnErrorIsEot Count"},
    KnownDirectives{"bareos-sd", "Messages",
                    "Name Description MailCommand OperatorCommand TimestampFormat Syslog Mail "
                    "MailOnError MailOnSuccess File Append Stdout Stderr Director Console "
                    "Operator Catalog Webhook MailServer MailFrom MailUser MailPassword"},
    KnownDirectives{"bareos-sd", "Autochanger", "Name Description Device ChangerDevice ChangerCommand"},
    KnownDirectives{"bareos-fd", "Director",
                    "Name Description Password Address Port ConnectionFromDirectorToClient "
                    "ConnectionFromClientToDirector Monitor MaximumBandwidthPerJob "
                    "AllowedScriptDir AllowedJobCommand Tls*"},
    KnownDirectives{
        "bareos-fd", "Client",
        "Name Description Port Address Addresses SourceAddress WorkingDirectory "
        "PluginDirectory PluginNames PluginTimeout ScriptsDirectory MaximumConcurrentJobs "
        "MaximumWorkersPerJob Messages SdConnectTimeout HeartbeatInterval "
        "MaximumNetworkBufferSize PkiSignatures PkiEncryption EncryptWithoutSignatures PkiKeyPair "
        "PkiSigner PkiMasterKey PkiCipher VerId MaximumBandwidthPerJob "
        "AllowBandwidthBursting AllowedScriptDir AllowedJobCommand "
        "AbsoluteJobTimeout AlwaysUseLmdb LmdbThreshold SecureEraseCommand "
        "LogTimestampFormat GrpcModule EnableKtls Tls*"},
    KnownDirectives{"bareos-fd", "Messages",
                    "Name Description MailCommand OperatorCommand TimestampFormat Syslog Mail "
                    "MailOnError MailOnSuccess File Append Stdout Stderr Director Console "
                    "Operator Catalog Webhook MailServer MailFrom MailUser MailPassword"},
    KnownDirectives{"bconsole", "Console",
                    "Name Description RcFile HistoryFile HistoryLength Password Director "
                    "HeartbeatInterval Tls*"},
    KnownDirectives{"bconsole", "Director", "Name Description Port Address Password HeartbeatInterval Tls*"},
};

}  // namespace holdfast::testing_support
