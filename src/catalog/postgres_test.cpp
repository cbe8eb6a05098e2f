// SPDX-License-Identifier: AGPL-3.0-or-later
// PostgreSQL when the world is bad, and what only PostgreSQL has.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <thread>

#include "base/error.h"
#include "catalog/postgres_setup.h"
#include "catalog/schema.h"
#include "catalog/sql_catalog.h"
#include "os/socket.h"
#include "testing/catalog/postgres_server.h"

namespace holdfast::catalog {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

template <typename Thrown, typename Action>
Thrown thrown(Action&& action) {
  try {
    action();
  } catch (const Thrown& error) {
    return error;
  }
  throw std::logic_error("nothing was thrown");
}

/// With a server that other tests use too.
class Postgres : public ::testing::Test {
 protected:
  void SetUp() override {
    server_ = PostgresServer::shared();
    if (server_ == nullptr) GTEST_SKIP() << "PostgreSQL is not installed";
  }
  PostgresServer* server_ = nullptr;
};

/// With a server of its own, which the test may stop.
class PostgresThatEnds : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!PostgresServer::is_installed()) GTEST_SKIP() << "PostgreSQL is not installed";
    server_ = std::make_unique<PostgresServer>(
        std::vector<std::string>{"max_connections=6", "superuser_reserved_connections=0"});
    address_ = server_->address(server_->new_catalog());
  }

  void restart() {
    server_->stop();
    server_->start();
  }

  static JobId new_job(Catalog& catalog) {
    JobRow row;
    row.job = row.name = "j";
    return catalog.jobs().create(row);
  }

  static void add(Catalog& catalog, JobId job, std::uint32_t index) {
    const std::string name = std::to_string(index);
    const NewFile file{.file_index = index, .path = "/srv/", .name = name, .stat = "A", .digest = "0"};
    catalog.files().add(job, {&file, 1});
  }

  std::unique_ptr<PostgresServer> server_;
  PostgresAddress address_;
};

TEST_F(PostgresThatEnds, ASessionGoesOnWhenTheServerIsBack) {
  const auto catalog = open_postgres_catalog(address_);
  const JobId job = new_job(*catalog);
  restart();
  EXPECT_TRUE(catalog->jobs().find(job)) << "prepared statements are prepared anew";
  restart();
  const JobId next = new_job(*catalog);
  EXPECT_GT(next, job);
  restart();
  add(*catalog, job, 1);
  restart();
  EXPECT_EQ(catalog->jobs().list({}).size(), 2U);
}

TEST_F(PostgresThatEnds, FilesAddedWhileTheServerCameAndWentAreThereOnce) {
  const auto catalog = open_postgres_catalog(address_);
  const JobId job = new_job(*catalog);
  for (std::uint32_t index = 1; index <= 5; ++index) {
    add(*catalog, job, index);
    // A commit that survives everything, so that the restart loses nothing.
    catalog->jobs().checkpoint(job, index, index);
    restart();
  }
  EXPECT_EQ(catalog->files().count(job), 5U);
}

TEST_F(PostgresThatEnds, ATransactionThatLostItsConnectionIsDoneOnceMore) {
  const auto connection = connect_postgres(address_);
  int tries = 0;
  in_transaction(*connection, SqlConnection::Durability::power_cut, [&] {
    connection->execute("INSERT INTO Storage (Name) VALUES ('tape')");
    if (++tries == 1) restart();
    connection->execute("INSERT INTO Storage (Name) VALUES ('disk')");
  });
  EXPECT_EQ(tries, 2);
  const auto names = connection->prepare("SELECT COUNT(*) FROM Storage");
  names->start({});
  ASSERT_TRUE(names->next());
  EXPECT_EQ(names->number(0), 2);
}

TEST_F(PostgresThatEnds, AConnectionCutByTheAdministratorIsMadeAnew) {
  const auto catalog = open_postgres_catalog(address_);
  const JobId job = new_job(*catalog);
  server_->execute(
      "postgres",
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'holdfast' AND "
      "pid <> pg_backend_pid()");
  EXPECT_TRUE(catalog->jobs().find(job));
}

TEST_F(PostgresThatEnds, AServerThatStaysAwayFailsWithAClearMessageInALimitedTime) {
  const auto catalog = open_postgres_catalog(address_);
  const JobId job = new_job(*catalog);
  server_->stop();
  const Error error = thrown<Error>([&] { add(*catalog, job, 1); });
  EXPECT_EQ(error.kind(), ErrorKind::network);
  EXPECT_THAT(error.message(),
              AllOf(HasSubstr("the connection to the catalog was lost and cannot be made again"),
                    HasSubstr("Unable to connect to PostgreSQL server"), HasSubstr(address_.database)));
  server_->start();
  EXPECT_TRUE(catalog->jobs().find(job)) << "the session is not lost with it";
}

// A server whose packets get lost: the operating system takes connections, nobody answers.
TEST(PostgresOutOfReach, FailsInTheTimeThatItsPatienceAllows) {
  const os::Listener silent({os::ListenAddress{.host = "127.0.0.1"}});
  PostgresAddress address;
  address.host = "127.0.0.1";
  address.port = silent.addresses().front().port();
  address.patience = std::chrono::milliseconds(90);
  address.between_attempts = std::chrono::milliseconds(10);
  address.longest_attempt = std::chrono::milliseconds(40);
  const auto began = std::chrono::steady_clock::now();
  const Error error = thrown<Error>([&] { connect_any_postgres(address); });
  EXPECT_EQ(error.kind(), ErrorKind::network);
  EXPECT_THAT(error.message(), HasSubstr("the server does not answer"));
  EXPECT_GE(std::chrono::steady_clock::now() - began, std::chrono::milliseconds(60)) << "it was tried again";
}

TEST(PostgresOutOfReach, SessionsWaitForTheSameOutageTogether) {
  using std::chrono::seconds;
  Outage outage;
  const Outage::Time began = std::chrono::steady_clock::now();
  EXPECT_EQ(outage.missed(began), began);
  EXPECT_EQ(outage.missed(began + seconds(50)), began);
  EXPECT_EQ(outage.missed(began + seconds(100)), began);
  EXPECT_EQ(outage.missed(began + seconds(161)), began + seconds(161)) << "nobody missed it for a minute";
  outage.is_over();
  EXPECT_EQ(outage.missed(began + seconds(162)), began + seconds(162));
}

TEST(PostgresOutOfReach, WhatOneSessionHasWaitedTheNextNeedNot) {
  std::stop_source stop;
  stop.request_stop();
  Outage outage;
  PostgresAddress address;
  address.host = "/nonexistent";
  address.patience = std::chrono::seconds(30);
  address.stop = stop.get_token();  // so that one who waits is seen to do so
  address.outage = &outage;
  EXPECT_EQ(thrown<Error>([&] { connect_any_postgres(address); }).kind(), ErrorKind::cancelled);
  outage.is_over();
  outage.missed(std::chrono::steady_clock::now() - address.patience);
  EXPECT_EQ(thrown<Error>([&] { connect_any_postgres(address); }).kind(), ErrorKind::network);
}

TEST_F(PostgresThatEnds, WithoutReconnectTheSessionIsOver) {
  std::vector<std::string> lost;
  address_.lost = [&](std::string_view why) { lost.emplace_back(why); };
  address_.reconnects = false;
  const auto catalog = open_postgres_catalog(address_);
  restart();
  EXPECT_EQ(thrown<Error>([&] { new_job(*catalog); }).kind(), ErrorKind::network);
  EXPECT_FALSE(lost.empty());
}

TEST_F(PostgresThatEnds, WhoWantsToKnowIsToldThatItCannotBeReachedAgain) {
  std::vector<std::string> lost;
  address_.lost = [&](std::string_view why) { lost.emplace_back(why); };
  const auto catalog = open_postgres_catalog(address_);
  restart();
  new_job(*catalog);
  EXPECT_TRUE(lost.empty()) << "it came back";
  server_->stop();
  EXPECT_THROW(new_job(*catalog), Error);
  ASSERT_FALSE(lost.empty());
  EXPECT_THAT(lost.front(), HasSubstr("Unable to connect to PostgreSQL server"));
  server_->start();
}

TEST_F(PostgresThatEnds, AStopEndsTheWaitForAServer) {
  std::stop_source stop;
  server_->stop();
  address_.patience = std::chrono::hours(1000);
  address_.between_attempts = std::chrono::hours(1);
  address_.stop = stop.get_token();
  const std::jthread stopper([&] { stop.request_stop(); });
  EXPECT_EQ(thrown<Error>([&] { open_postgres_catalog(address_); }).kind(), ErrorKind::cancelled);
}

TEST_F(PostgresThatEnds, SaysThatThereIsNoRoomForAnotherConnection) {
  address_.patience = std::chrono::milliseconds(0);  // so that the first answer counts
  std::vector<std::unique_ptr<SqlConnection>> connections;
  std::optional<Error> error;
  for (int i = 0; i < 20 && !error; ++i) {
    try {
      connections.push_back(connect_postgres(address_));
    } catch (const Error& full) {
      error = full;
    }
  }
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind(), ErrorKind::refused);
  EXPECT_THAT(error->message(), AllOf(HasSubstr("max_connections exceeded"), HasSubstr("too many clients")));
  connections.pop_back();
  address_.patience = std::chrono::seconds(30);  // the server notices the end of a connection a little later
  EXPECT_TRUE(connect_postgres(address_));
}

TEST_F(Postgres, RefusesAnotherSchemaVersionAndSaysWhatToDo) {
  const std::string database = server_->new_catalog();
  server_->execute(database, "UPDATE Version SET VersionId = 2240");
  const Error older = thrown<Error>([&] { open_postgres_catalog(server_->address(database)); });
  EXPECT_EQ(older.kind(), ErrorKind::unsupported);
  EXPECT_THAT(
      older.message(),
      AllOf(HasSubstr(fmt::format("Version error for database \"{}\". Wanted 2250, got 2240", database)),
            HasSubstr("update_bareos_tables")));
  server_->execute(database, "UPDATE Version SET VersionId = 2260");
  EXPECT_THAT(thrown<Error>([&] { open_postgres_catalog(server_->address(database)); }).message(),
              HasSubstr("Wanted 2250, got 2260"));
}

TEST_F(Postgres, RefusesADatabaseThatWouldNotTakeEveryFileName) {
  server_->execute("postgres", "CREATE DATABASE in_utf8 TEMPLATE template0 ENCODING 'UTF8'");
  EXPECT_THAT(thrown<Error>([&] { open_postgres_catalog(server_->address("in_utf8")); }).message(),
              HasSubstr("Encoding error for database \"in_utf8\". Wanted SQL_ASCII, got UTF8"));
}

TEST_F(Postgres, SaysAtOnceThatThereIsNoSuchDatabase) {
  PostgresAddress address = server_->address("nowhere");
  address.patience = std::chrono::hours(1);
  const Error error = thrown<Error>([&] { open_postgres_catalog(address); });
  EXPECT_EQ(error.kind(), ErrorKind::not_found);
  EXPECT_THAT(error.message(), AllOf(HasSubstr("database \"nowhere\" does not exist"),
                                     HasSubstr("holdfast-dir --setup-catalog")));
}

TEST_F(Postgres, RefusesAWrongWordForEncryption) {
  PostgresAddress address = server_->address("postgres");
  address.ssl_mode = "perhaps";
  EXPECT_THAT(thrown<Error>([&] { connect_any_postgres(address); }).message(), HasSubstr("sslmode"));
}

TEST_F(Postgres, AFullDiskIsToldAsSuchAndLeavesWhatWasThere) {
  const std::string database = server_->new_catalog();
  const auto catalog = open_postgres_catalog(server_->address(database));
  JobRow row;
  row.job = row.name = "j";
  const JobId job = catalog->jobs().create(row);
  const NewFile file{.file_index = 1, .path = "/", .name = "f", .stat = "A", .digest = "0"};
  catalog->files().add(job, {&file, 1});
  server_->execute(
      database,
      "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'could not "
      "extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$; CREATE TRIGGER t BEFORE "
      "INSERT ON File FOR EACH ROW EXECUTE FUNCTION full_disk()");
  const Error error = thrown<Error>([&] { catalog->files().add(job, {&file, 1}); });
  EXPECT_EQ(error.kind(), ErrorKind::no_space);
  EXPECT_THAT(error.message(), HasSubstr("No space left on device"));
  EXPECT_EQ(catalog->files().count(job), 1U);
  server_->execute(database, "DROP TRIGGER t ON File");
  catalog->files().add(job, {&file, 1});
  EXPECT_EQ(catalog->files().count(job), 2U);
}

TEST_F(Postgres, JobsThatAddTheSameDirectoriesAtTheSameTimeDoNotDisturbEachOther) {
  const PostgresAddress address = server_->address(server_->new_catalog());
  std::vector<std::string> paths;
  for (int i = 0; i < 500; ++i) paths.push_back(fmt::format("/{}/", i));
  const auto add_all = [&](bool backwards) {
    const auto catalog = open_postgres_catalog(address);
    JobRow row;
    row.job = row.name = "j";
    const JobId job = catalog->jobs().create(row);
    std::vector<NewFile> files;
    for (std::uint32_t i = 0; i < paths.size(); ++i)
      files.push_back({.file_index = i + 1, .path = paths[i], .name = "f", .stat = "A", .digest = "0"});
    if (backwards) std::reverse(files.begin(), files.end());
    for (std::size_t at = 0; at < files.size(); at += 50) catalog->files().add(job, {files.data() + at, 50});
  };
  {
    std::vector<std::jthread> jobs;
    for (int i = 0; i < 4; ++i) jobs.emplace_back(add_all, i % 2 == 1);
  }
  const auto catalog = open_postgres_catalog(address);
  for (std::uint32_t job = 1; job <= 4; ++job) EXPECT_EQ(catalog->files().count(JobId(job)), 500U);
  catalog->queries().query("SELECT COUNT(*), COUNT(DISTINCT Path) FROM Path", {}, [](const ResultRow& row) {
    EXPECT_EQ(row.number(0), 500);
    EXPECT_EQ(row.number(1), 500);
    return true;
  });
}

TEST_F(Postgres, AChangeWhileRowsAreReadIsRefused) {
  const auto catalog = open_postgres_catalog(server_->address(server_->new_catalog()));
  JobRow row;
  row.job = row.name = "j";
  catalog->jobs().create(row);
  EXPECT_THROW(catalog->queries().query("SELECT JobId FROM Job", {},
                                        [&](const ResultRow&) {
                                          catalog->jobs().create(row);
                                          return true;
                                        }),
               Error);
  EXPECT_EQ(catalog->jobs().list({}).size(), 1U);
}

TEST_F(Postgres, VolumesOfTheSameNameAreCreatedOnce) {
  const PostgresAddress address = server_->address(server_->new_catalog());
  std::atomic<int> created = 0;
  const auto create_all = [&] {
    const auto catalog = open_postgres_catalog(address);
    for (int i = 0; i < 30; ++i) {
      VolumeRow row{.name = fmt::format("Full-{:04}", i), .media_type = "File"};
      try {
        catalog->volumes().create(row);
        ++created;
      } catch (const Error& error) {
        EXPECT_THAT(error.message(), HasSubstr("already exists in the catalog"));
      }
    }
  };
  { const std::jthread one(create_all), other(create_all); }
  EXPECT_EQ(created, 30);
}

TEST_F(Postgres, SetupMakesARoleADatabaseAndTablesOnce) {
  PostgresAddress catalog = server_->address("set_up");
  catalog.user = "Director's \"own\"";
  catalog.password = "it's secret";
  const PostgresAddress administrator = server_->address("postgres");
  ASSERT_EQ(setenv("PGUSER", administrator.user.c_str(), 1), 0);
  EXPECT_THAT(
      set_up_postgres(catalog),
      ::testing::ElementsAre("role Director's \"own\" created", "database set_up created",
                             "tables of version 2250 created", "rights granted to Director's \"own\""));
  EXPECT_THAT(set_up_postgres(catalog), ::testing::Contains("tables of version 2250 were there"));
  unsetenv("PGUSER");
  const auto opened = open_postgres_catalog(catalog);
  JobRow row;
  row.job = row.name = "j";
  const JobId job = opened->jobs().create(row);
  const NewFile file{.file_index = 1, .path = "/", .name = "f", .stat = "A", .digest = "0"};
  opened->files().add(job, {&file, 1});
  EXPECT_EQ(opened->files().count(job), 1U);
  EXPECT_THAT(connect_postgres(catalog)->has_table("job"), true);
  connect_postgres(catalog)->execute("CREATE TABLE HoldfastTest (a INTEGER)");
}

TEST_F(Postgres, SetupRefusesADatabaseOfAnotherEncoding) {
  server_->execute("postgres", "CREATE DATABASE other TEMPLATE template0 ENCODING 'UTF8'");
  PostgresAddress catalog = server_->address("other");
  ASSERT_EQ(setenv("PGUSER", catalog.user.c_str(), 1), 0);
  EXPECT_THAT(thrown<Error>([&] { set_up_postgres(catalog); }).message(),
              HasSubstr("Wanted SQL_ASCII, got UTF8"));
  unsetenv("PGUSER");
}

}  // namespace
}  // namespace holdfast::catalog
