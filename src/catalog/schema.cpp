// SPDX-License-Identifier: AGPL-3.0-or-later
#include "catalog/schema.h"

#include "base/error.h"
#include "base/text.h"
#include "catalog/own_tables.h"

namespace holdfast::catalog {
namespace {

// {serial}, {bigserial} and {bytes} stand for what the databases name differently.
constexpr std::string_view schema = R"sql(
CREATE TABLE basefiles (
  baseid {bigserial},
  jobid INTEGER NOT NULL,
  fileid BIGINT NOT NULL,
  fileindex INTEGER,
  basejobid INTEGER);
CREATE INDEX basefiles_jobid_idx ON basefiles (jobid);
CREATE TABLE client (
  clientid {serial},
  name TEXT NOT NULL,
  uname TEXT NOT NULL,
  autoprune SMALLINT DEFAULT 0,
  fileretention BIGINT DEFAULT 0,
  jobretention BIGINT DEFAULT 0);
CREATE UNIQUE INDEX client_name_idx ON client (name);
CREATE TABLE counters (
  counter TEXT NOT NULL,
  minvalue INTEGER DEFAULT 0,
  maxvalue INTEGER DEFAULT 0,
  currentvalue INTEGER DEFAULT 0,
  wrapcounter TEXT NOT NULL,
  PRIMARY KEY (counter));
CREATE TABLE device (
  deviceid {serial},
  name TEXT NOT NULL,
  mediatypeid INTEGER NOT NULL,
  storageid INTEGER NOT NULL,
  devmounts INTEGER NOT NULL DEFAULT 0,
  devreadbytes BIGINT NOT NULL DEFAULT 0,
  devwritebytes BIGINT NOT NULL DEFAULT 0,
  devreadbytessincecleaning BIGINT NOT NULL DEFAULT 0,
  devwritebytessincecleaning BIGINT NOT NULL DEFAULT 0,
  devreadtime BIGINT NOT NULL DEFAULT 0,
  devwritetime BIGINT NOT NULL DEFAULT 0,
  devreadtimesincecleaning BIGINT NOT NULL DEFAULT 0,
  devwritetimesincecleaning BIGINT NOT NULL DEFAULT 0,
  cleaningdate TIMESTAMP,
  cleaningperiod BIGINT NOT NULL DEFAULT 0);
CREATE TABLE devicestats (
  deviceid INTEGER DEFAULT 0,
  sampletime TIMESTAMP NOT NULL,
  readtime BIGINT NOT NULL DEFAULT 0,
  writetime BIGINT NOT NULL DEFAULT 0,
  readbytes BIGINT DEFAULT 0,
  writebytes BIGINT DEFAULT 0,
  spoolsize BIGINT DEFAULT 0,
  numwaiting SMALLINT DEFAULT 0,
  numwriters SMALLINT DEFAULT 0,
  mediaid INTEGER NOT NULL,
  volcatbytes BIGINT DEFAULT 0,
  volcatfiles BIGINT DEFAULT 0,
  volcatblocks BIGINT DEFAULT 0);
CREATE TABLE file (
  fileid {bigserial},
  fileindex INTEGER NOT NULL DEFAULT 0,
  jobid INTEGER NOT NULL,
  pathid INTEGER NOT NULL,
  deltaseq SMALLINT NOT NULL DEFAULT 0,
  markid INTEGER NOT NULL DEFAULT 0,
  fhinfo NUMERIC(20) NOT NULL DEFAULT 0,
  fhnode NUMERIC(20) NOT NULL DEFAULT 0,
  lstat TEXT NOT NULL,
  md5 TEXT NOT NULL,
  name TEXT NOT NULL);
CREATE INDEX file_jpfid_idx ON file (jobid, pathid, name);
CREATE INDEX file_pjidpart_idx ON file (pathid, jobid) WHERE fileindex = 0 AND name = '';
CREATE TABLE fileset (
  filesetid {serial},
  fileset TEXT NOT NULL,
  filesettext TEXT DEFAULT '',
  md5 TEXT NOT NULL,
  createtime TIMESTAMP NOT NULL);
CREATE INDEX fileset_name_idx ON fileset (fileset);
CREATE TABLE job (
  jobid {serial},
  job TEXT NOT NULL,
  name TEXT NOT NULL,
  type CHAR(1) NOT NULL,
  level CHAR(1) NOT NULL,
  clientid INTEGER DEFAULT 0,
  jobstatus CHAR(1) NOT NULL,
  schedtime TIMESTAMP,
  starttime TIMESTAMP,
  endtime TIMESTAMP,
  realendtime TIMESTAMP,
  jobtdate BIGINT DEFAULT 0,
  volsessionid INTEGER DEFAULT 0,
  volsessiontime INTEGER DEFAULT 0,
  jobfiles INTEGER DEFAULT 0,
  jobbytes BIGINT DEFAULT 0,
  readbytes BIGINT DEFAULT 0,
  joberrors INTEGER DEFAULT 0,
  jobmissingfiles INTEGER DEFAULT 0,
  poolid INTEGER DEFAULT 0,
  filesetid INTEGER DEFAULT 0,
  priorjobid INTEGER DEFAULT 0,
  purgedfiles SMALLINT DEFAULT 0,
  hasbase SMALLINT DEFAULT 0,
  hascache SMALLINT DEFAULT 0,
  reviewed SMALLINT DEFAULT 0,
  comment TEXT);
CREATE INDEX job_name_idx ON job (name);
CREATE TABLE jobhisto (
  jobid INTEGER NOT NULL,
  job TEXT NOT NULL,
  name TEXT NOT NULL,
  type CHAR(1) NOT NULL,
  level CHAR(1) NOT NULL,
  clientid INTEGER,
  jobstatus CHAR(1) NOT NULL,
  schedtime TIMESTAMP,
  starttime TIMESTAMP,
  endtime TIMESTAMP,
  realendtime TIMESTAMP,
  jobtdate BIGINT,
  volsessionid INTEGER,
  volsessiontime INTEGER,
  jobfiles INTEGER,
  jobbytes BIGINT,
  readbytes BIGINT,
  joberrors INTEGER,
  jobmissingfiles INTEGER,
  poolid INTEGER,
  filesetid INTEGER,
  priorjobid INTEGER,
  purgedfiles SMALLINT,
  hasbase SMALLINT,
  hascache SMALLINT,
  reviewed SMALLINT,
  comment TEXT);
CREATE INDEX jobhisto_idx ON jobhisto (starttime);
CREATE TABLE jobmedia (
  jobmediaid {serial},
  jobid INTEGER NOT NULL,
  mediaid INTEGER NOT NULL,
  firstindex INTEGER DEFAULT 0,
  lastindex INTEGER DEFAULT 0,
  startfile INTEGER DEFAULT 0,
  endfile INTEGER DEFAULT 0,
  startblock BIGINT DEFAULT 0,
  endblock BIGINT DEFAULT 0,
  jobbytes NUMERIC(20) DEFAULT 0,
  volindex INTEGER DEFAULT 0);
CREATE INDEX job_media_job_id_media_id_idx ON jobmedia (jobid, mediaid);
CREATE INDEX job_media_media_id_job_id_idx ON jobmedia (mediaid, jobid);
CREATE TABLE jobstats (
  deviceid INTEGER DEFAULT 0,
  sampletime TIMESTAMP NOT NULL,
  jobid INTEGER NOT NULL,
  jobfiles INTEGER DEFAULT 0,
  jobbytes BIGINT DEFAULT 0);
CREATE TABLE location (
  locationid {serial},
  location TEXT NOT NULL,
  cost INTEGER DEFAULT 0,
  enabled SMALLINT);
CREATE TABLE locationlog (
  loclogid {serial},
  date TIMESTAMP,
  comment TEXT NOT NULL,
  mediaid INTEGER DEFAULT 0,
  locationid INTEGER DEFAULT 0,
  newvolstatus TEXT NOT NULL CHECK (newvolstatus IN ('Unlabeled', 'Full', 'Archive', 'Append', 'Recycle',
      'Purged', 'Read-Only', 'Disabled', 'Error', 'Busy', 'Used', 'Cleaning', 'Scratch')),
  newenabled SMALLINT);
CREATE TABLE log (
  logid {serial},
  jobid INTEGER NOT NULL,
  time TIMESTAMP,
  logtext TEXT NOT NULL);
CREATE INDEX log_name_idx ON log (jobid);
CREATE TABLE media (
  mediaid {serial},
  volumename TEXT NOT NULL,
  slot BIGINT DEFAULT 0,
  poolid INTEGER DEFAULT 0,
  mediatype TEXT NOT NULL,
  mediatypeid INTEGER DEFAULT 0,
  labeltype INTEGER DEFAULT 0,
  firstwritten TIMESTAMP,
  lastwritten TIMESTAMP,
  labeldate TIMESTAMP,
  voljobs BIGINT DEFAULT 0,
  volfiles BIGINT DEFAULT 0,
  volblocks BIGINT DEFAULT 0,
  volmounts BIGINT DEFAULT 0,
  volbytes BIGINT DEFAULT 0,
  volerrors BIGINT DEFAULT 0,
  volwrites BIGINT DEFAULT 0,
  volcapacitybytes BIGINT DEFAULT 0,
  volstatus TEXT NOT NULL CHECK (volstatus IN ('Unlabeled', 'Full', 'Archive', 'Append', 'Recycle',
      'Purged', 'Read-Only', 'Disabled', 'Error', 'Busy', 'Used', 'Cleaning', 'Scratch')),
  enabled SMALLINT DEFAULT 1,
  recycle SMALLINT DEFAULT 0,
  actiononpurge SMALLINT DEFAULT 0,
  volretention BIGINT DEFAULT 0,
  voluseduration BIGINT DEFAULT 0,
  maxvoljobs BIGINT DEFAULT 0,
  maxvolfiles BIGINT DEFAULT 0,
  maxvolbytes BIGINT DEFAULT 0,
  inchanger SMALLINT DEFAULT 0,
  storageid INTEGER DEFAULT 0,
  deviceid INTEGER DEFAULT 0,
  mediaaddressing SMALLINT DEFAULT 0,
  volreadtime BIGINT DEFAULT 0,
  volwritetime BIGINT DEFAULT 0,
  endfile BIGINT DEFAULT 0,
  endblock BIGINT DEFAULT 0,
  locationid INTEGER DEFAULT 0,
  recyclecount BIGINT DEFAULT 0,
  minblocksize BIGINT DEFAULT 0,
  maxblocksize BIGINT DEFAULT 0,
  initialwrite TIMESTAMP,
  scratchpoolid INTEGER DEFAULT 0,
  recyclepoolid INTEGER DEFAULT 0,
  encryptionkey TEXT,
  comment TEXT);
CREATE INDEX media_poolid_idx ON media (poolid);
CREATE UNIQUE INDEX media_volumename_id ON media (volumename);
CREATE TABLE mediatype (
  mediatypeid {serial},
  mediatype TEXT NOT NULL,
  readonly INTEGER DEFAULT 0);
CREATE TABLE ndmpjobenvironment (
  jobid INTEGER NOT NULL,
  fileindex INTEGER NOT NULL,
  envname TEXT NOT NULL,
  envvalue TEXT NOT NULL,
  PRIMARY KEY (jobid, fileindex, envname));
CREATE TABLE ndmplevelmap (
  clientid INTEGER NOT NULL,
  filesetid INTEGER NOT NULL DEFAULT 0,
  filesystem TEXT NOT NULL,
  dumplevel INTEGER NOT NULL,
  PRIMARY KEY (clientid, filesetid, filesystem));
CREATE TABLE path (
  pathid {serial},
  path TEXT NOT NULL);
CREATE UNIQUE INDEX path_name_idx ON path (path);
CREATE TABLE pathhierarchy (
  pathid INTEGER NOT NULL,
  ppathid INTEGER NOT NULL,
  PRIMARY KEY (pathid));
CREATE INDEX pathhierarchy_ppathid ON pathhierarchy (ppathid);
CREATE TABLE pathvisibility (
  pathid INTEGER NOT NULL,
  jobid INTEGER NOT NULL,
  size BIGINT DEFAULT 0,
  files INTEGER DEFAULT 0,
  PRIMARY KEY (jobid, pathid));
CREATE TABLE pool (
  poolid {serial},
  name TEXT NOT NULL,
  numvols INTEGER DEFAULT 0,
  maxvols INTEGER DEFAULT 0,
  useonce SMALLINT DEFAULT 0,
  usecatalog SMALLINT DEFAULT 0,
  acceptanyvolume SMALLINT DEFAULT 0,
  volretention BIGINT DEFAULT 0,
  voluseduration BIGINT DEFAULT 0,
  maxvoljobs INTEGER DEFAULT 0,
  maxvolfiles INTEGER DEFAULT 0,
  maxvolbytes BIGINT DEFAULT 0,
  autoprune SMALLINT DEFAULT 0,
  recycle SMALLINT DEFAULT 0,
  actiononpurge SMALLINT DEFAULT 0,
  pooltype TEXT CHECK (pooltype IN ('Backup', 'Copy', 'Cloned', 'Archive', 'Migration', 'Scratch')),
  labeltype INTEGER DEFAULT 0,
  labelformat TEXT NOT NULL,
  enabled SMALLINT DEFAULT 1,
  scratchpoolid INTEGER DEFAULT 0,
  recyclepoolid INTEGER DEFAULT 0,
  nextpoolid INTEGER DEFAULT 0,
  minblocksize INTEGER DEFAULT 0,
  maxblocksize INTEGER DEFAULT 0,
  migrationhighbytes BIGINT DEFAULT 0,
  migrationlowbytes BIGINT DEFAULT 0,
  migrationtime BIGINT DEFAULT 0);
CREATE INDEX pool_name_idx ON pool (name);
CREATE TABLE quota (
  clientid INTEGER NOT NULL,
  gracetime BIGINT DEFAULT 0,
  quotalimit BIGINT DEFAULT 0,
  PRIMARY KEY (clientid));
CREATE TABLE restoreobject (
  restoreobjectid {serial},
  objectname TEXT NOT NULL,
  restoreobject {bytes} NOT NULL,
  pluginname TEXT NOT NULL,
  objectlength INTEGER DEFAULT 0,
  objectfulllength INTEGER DEFAULT 0,
  objectindex INTEGER DEFAULT 0,
  objecttype INTEGER DEFAULT 0,
  fileindex INTEGER DEFAULT 0,
  jobid INTEGER,
  objectcompression INTEGER DEFAULT 0);
CREATE INDEX restore_jobid_idx ON restoreobject (jobid);
CREATE TABLE status (
  jobstatus CHAR(1) NOT NULL,
  jobstatuslong TEXT,
  severity INTEGER,
  PRIMARY KEY (jobstatus));
INSERT INTO status (jobstatus, jobstatuslong, severity) VALUES
  ('C', 'Created, not yet running', 15),
  ('R', 'Running', 15),
  ('B', 'Blocked', 15),
  ('T', 'Completed successfully', 10),
  ('E', 'Terminated with errors', 25),
  ('e', 'Non-fatal error', 20),
  ('f', 'Fatal error', 100),
  ('D', 'Verify found differences', 15),
  ('A', 'Canceled by user', 90),
  ('I', 'Incomplete job', 15),
  ('L', 'Committing data', 15),
  ('W', 'Terminated with warnings', 20),
  ('l', 'Doing data despooling', 15),
  ('q', 'Queued waiting for device', 15),
  ('F', 'Waiting for Client', 15),
  ('S', 'Waiting for Storage daemon', 15),
  ('m', 'Waiting for new media', 15),
  ('M', 'Waiting for media mount', 15),
  ('s', 'Waiting for storage resource', 15),
  ('j', 'Waiting for job resource', 15),
  ('c', 'Waiting for client resource', 15),
  ('d', 'Waiting on maximum jobs', 15),
  ('t', 'Waiting on start time', 15),
  ('p', 'Waiting on higher priority jobs', 15),
  ('a', 'SD despooling attributes', 15),
  ('i', 'Doing batch insert file records', 15);
CREATE TABLE storage (
  storageid {serial},
  name TEXT NOT NULL,
  autochanger INTEGER DEFAULT 0);
CREATE TABLE tapealerts (
  deviceid INTEGER DEFAULT 0,
  sampletime TIMESTAMP NOT NULL,
  alertflags BIGINT DEFAULT 0);
CREATE TABLE version (
  versionid INTEGER NOT NULL);
INSERT INTO version (versionid) VALUES
  (2250);
)sql";

}  // namespace

void create_schema(SqlConnection& connection) {
  using Width = SqlConnection::KeyWidth;
  std::string script = replace_all(std::string(schema), "{serial}", connection.serial_key(Width::integer));
  script = replace_all(std::move(script), "{bigserial}", connection.serial_key(Width::bigint));
  script = replace_all(std::move(script), "{bytes}", connection.bytes_type());
  script += connection.own_schema();
  Transaction transaction(connection, SqlConnection::Durability::power_cut);
  // Another program may have created it while this one waited for the transaction.
  if (!connection.has_table("version")) connection.execute(script);
  transaction.commit();
}

std::int64_t schema_version_of(SqlConnection& connection) {
  const auto statement = connection.prepare("SELECT VersionId FROM Version");
  statement->start({});
  std::int64_t version = 0;
  while (statement->next()) version = statement->number(0);
  return version;
}

void require_schema(SqlConnection& connection, std::string_view database) {
  if (!connection.has_table("version")) create_schema(connection);
  const std::int64_t found = schema_version_of(connection);
  if (found == schema_version) return require_own_tables(connection);
  throw Error(
      ErrorKind::unsupported, "Version error for database \"{}\". Wanted {}, got {}. {}", database,
      schema_version, found,
      found < schema_version
          ? "It was made by an older Bareos: bring it up to date with the script update_bareos_tables of "
            "Bareos 25 first."
          : "It was made by a newer program, which must be used with it.");
}

}  // namespace holdfast::catalog
