// SPDX-License-Identifier: AGPL-3.0-or-later
// Messages as chapters 01 to 03 of the interoperability description show them, where no recording has them.
#include <gtest/gtest.h>

#include "testing/wire/again.h"
#include "wire/all_messages.h"

namespace holdfast::wire {
namespace {

using testing_support::again;

struct Described {
  std::string text;
  std::string (*again)(std::string_view text);
};

const std::vector<Described> described{
    // 01
    {"Hello Client bareos-fd FdProtocolVersion=54 calling\n", again<ClientHello>},
    {"Hello Client bareos-fd calling\n", again<ClientHello>},
    {"Hello *UserAgent* calling version 25.1.0\n", again<ConsoleHello>},
    {"Hello admin calling\n", again<ConsoleHello>},
    {"Hello Start Storage Job J.2025-01-01_00.00.00_03\n", again<StartStorageJobHello>},
    {"Hello Director my\x01director calling\n", again<DirectorHello>},
    {"auth cram-md5c <1.2@x> ssl=2\n", again<AuthenticationChallenge>},
    {"auth cram-md5 <1.2@x>\n", again<AuthenticationChallenge>},
    {"1000\x1eOK: bareos-dir Version: 25.1.0 (03 August 2026)", again<ConsoleReply>},
    {"1001\x1e", again<ConsoleReply>},
    {"4002\x1euser\x1epassword", again<PamLogin>},
    {"1000 OK: bareos-dir Version: 25.1.0 (03 August 2026)\n", again<DirectorHelloReply>},
    // 02
    {"JobId=1 Job=J SDid=1 SDtime=1735689000 Authorization=AABA-CADA ssl=4\n", again<ClientJobCommand>},
    {"level = base  mtime_only=0 \n", again<LevelCommand>},
    {"level = accurate_differential  mtime_only=0 \n", again<LevelCommand>},
    {"pluginoptions python:module_path=/a\x01"
     "b\n",
     again<PluginOptionsCommand>},
    {"restoreobject JobId=3 5,5,1,27,0,2,python\n", again<RestoreObjectCommand>},
    {"storage address=sd1 port=9103 ssl=4 Authorization=\n", again<StorageCommand>},
    {"setauthorization Authorization=AABA-CADA\n", again<AuthorizationCommand>},
    {"restore replace=w prelinks=1 where=/tmp/a\x01"
     "b\n",
     again<RestoreCommand>},
    {"restore replace=a prelinks=0 regexwhere=!^/etc!/tmp!\n", again<RestoreCommand>},
    {"verify level=catalog\n", again<VerifyCommand>},
    {"setbandwidth=1000000 Job=J\n", again<BandwidthCommand>},
    {"setdebug=-1 trace=1 hangup=0 timestamp=-1\n", again<ClientDebugCommand>},
    {"setdebug=100 trace=1 hangup=0\n", again<ClientDebugCommand>},
    {"2000 OK setdebug=100 trace=1 hangup=0 timestamp=0 tracefile=/var/lib/bareos/fd.trace\n",
     again<client::DebugReply>},
    {"resolve sd1", again<ResolveCommand>},
    {"bareos-fd resolves sd1 to host[ipv4;127.0.0.1] \n", again<ResolveReply>},
    {"bareos-fd: Failed to resolve sd1\n", again<ResolveFailed>},
    {"2001 Job J marked to be canceled.\n", again<client::Cancelled>},
    {"2901 Job J not found.\n", again<client::JobNotFound>},
    {"JobId=5 JobStatus=R JobErrors=0\n", again<JobStatusLine>},
    {".status current\n", again<DotStatusCommand>},
    // 03
    {"pluginoptions python:x\n", again<StoragePluginOptions>},
    {"3915 Bad Job command. stat=-1 CMD: JobId=x\n", again<storage::BadJob>},
    {"3924 Device \"D0\" not in SD Device resources or no matching Media Type.\n",
     again<storage::NoSuchDevice>},
    {"replicate JobId=2 Job=J address=sd2 port=9103 ssl=4 Authorization=AABA\n", again<Replicate>},
    {"3000 OK start replicate ticket = 3\n", again<StartReplicateReply>},
    {"replicate data 3\n", again<ReplicateData>},
    {"3000 OK Job Authorization=AABA-CADA\n", again<storage::NextRunReply>},
    {"1997 Volume \"Full-0001\" not in catalog.\n", again<VolumeNotInCatalog>},
    {"1998 Volume \"Full-0001\" catalog status is Used, volume has expired.\n", again<VolumeRefused>},
    {"1990 Invalid Catalog Request: CatReq Job=J Frobnicate\n", again<InvalidCatalogRequest>},
    {"1991 Catalog Request for vol=Full-0001 failed: no such volume\n", again<CatalogRequestFailed>},
    {"1994 Invalid Catalog Update: UpdCat\n", again<InvalidCatalogUpdate>},
    {"Catreq Job=J UpdateJobRecord JobFiles=10 JobBytes=1000\n", again<UpdateJobRecord>},
    {"Catreq Job=J UpdateFileList\n", again<UpdateFileList>},
    {"relabel File\x01"
     "Device OldName=A-1 NewName=B-1 PoolName=Full MediaType=File Slot=0 drive=0 "
     "MinBlocksize=0 MaxBlocksize=0",
     again<RelabelCommand>},
    {"readlabel D0 Slot=3 drive=0\n", again<ReadLabelCommand>},
    {"3001 Volume=Full-0001 Slot=3\n", again<ReadLabelReply>},
    {"mount D0 drive=1 slot=4\n", again<MountCommand>},
    {"autochanger listall Changer \n", again<ListAllSlots>},
    {"autochanger list Changer \n", again<ListSlots>},
    {"autochanger slots Changer\n", again<CountSlots>},
    {"autochanger drives Changer\n", again<CountDrives>},
    {"autochanger transfer Changer 1 2 \n", again<TransferSlot>},
    {"slots=24", again<SlotsReply>},
    {"drives=2\n", again<DrivesReply>},
    {"3000 JobId=5 Job=\"J\" marked to be canceled.\n", again<StorageCancelled>},
    {"3904 Job J not found.\n", again<StorageJobNotFound>},
    {"setdebug=100 trace=-1 timestamp=-1\n", again<StorageDebugCommand>},
    {"3000 OK setdebug=100 tracefile=/var/lib/bareos/sd.trace\n", again<StorageDebugReply>},
    {"3000 OK setdebug=100 trace=0 timestamp=0 tracefile=/var/lib/bareos/sd.trace\n",
     again<StorageDebugReply>},
    {"setdevice device=D0 autoselect=0", again<SetDeviceCommand>},
    {"3000 OK setdevice=D0 autoselect=0\n", again<SetDeviceReply>},
    {"3999 Device \"D0\" not found or could not be opened.\n", again<DeviceNotFound>},
    {"Devicestats [1795383023]: Device=D0 Read=1, Write=2, SpoolSize=3, NumWaiting=4, NumWriters=5, "
     "ReadTime=6, "
     "WriteTime=7, MediaId=8, VolBytes=9, VolFiles=10, VolBlocks=11\n",
     again<DeviceStatistics>},
    {"Tapealerts [1795383023]: Device=D0 TapeAlert=4\n", again<TapeAlertStatistics>},
    {"Jobstats [1795383023]: JobId=1, JobFiles=2, JobBytes=3, DevName=D0\n", again<JobStatistics>},
};

TEST(DescribedMessages, AreReadAndWrittenAgainToTheSameBytes) {
  for (const Described& message : described) EXPECT_EQ(message.again(message.text), message.text);
}

TEST(DescribedMessages, AClientThatNamesNoProtocolSpeaksTheFirstOne) {
  const auto reply = decode<ClientHelloReply>("2000 OK Hello\n");
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->protocol.value_or(0), 0U);
}

}  // namespace
}  // namespace holdfast::wire
