// SPDX-License-Identifier: AGPL-3.0-or-later
#include "testing/catalog/postgres_server.h"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <thread>

#include "base/error.h"
#include "catalog/schema.h"

namespace holdfast::catalog {
namespace {

constexpr const char* unprivileged = "nobody";
constexpr const char* superuser = "holdfast_test";

/// Where the newest server's programs lie; empty where there are none.
std::filesystem::path programs() {
  std::filesystem::path found;
  std::error_code none;
  for (const auto& version : std::filesystem::directory_iterator("/usr/lib/postgresql", none))
    if (exists(version.path() / "bin/postgres") && version.path() > found) found = version.path();
  return found.empty() ? found : found / "bin";
}

/// The server refuses to run as root.
void drop_root(const passwd* user) {
  if (user == nullptr) return;
  if (setgroups(0, nullptr) != 0 || setgid(user->pw_gid) != 0 || setuid(user->pw_uid) != 0) _exit(126);
}

/// In a child: becomes the program, with everything it says in `log`.
[[noreturn]] void become(const std::vector<std::string>& words, const std::filesystem::path& folder) {
  const passwd* user = getuid() == 0 ? getpwnam(unprivileged) : nullptr;
  drop_root(user);
  prctl(PR_SET_PDEATHSIG, SIGQUIT);
  const int log = open((folder / "log").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  dup2(log, 1);
  dup2(log, 2);
  if (chdir(folder.c_str()) != 0) _exit(126);
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  // Programs of the server need no more than that, and the tests' environment may hold PGHOST and the like.
  char path[] = "PATH=/usr/bin:/bin";
  char language[] = "LC_ALL=C";
  char* environment[] = {path, language, nullptr};
  execve(arguments[0], arguments.data(), environment);
  _exit(127);
}

pid_t start_program(const std::vector<std::string>& words, const std::filesystem::path& folder) {
  const pid_t child = fork();
  if (child == 0) become(words, folder);
  if (child < 0) throw Error(ErrorKind::io, "cannot start {}", words[0]);
  return child;
}

std::string content(const std::filesystem::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

bool PostgresServer::is_installed() { return !programs().empty(); }

PostgresServer* PostgresServer::shared() {
  static const std::unique_ptr<PostgresServer> server =
      is_installed() ? std::make_unique<PostgresServer>(std::vector<std::string>{"max_connections=500"})
                     : nullptr;
  return server.get();
}

PostgresServer::PostgresServer(std::vector<std::string> settings, const std::filesystem::path& parent)
    : settings_(std::move(settings)) {
  // Not in TMPDIR: the name of a socket is at most 107 bytes long.
  const std::filesystem::path usual = std::filesystem::is_directory("/dev/shm") ? "/dev/shm" : "/tmp";
  std::string pattern = ((parent.empty() ? usual : parent) / "holdfast-postgres-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) throw Error(ErrorKind::io, "no temporary folder {}", pattern);
  folder_ = pattern;
  make_cluster();
  start();
}

PostgresServer::PostgresServer(std::vector<std::string> settings, const KeptIn& kept)
    : settings_(std::move(settings)), folder_(kept.folder), is_kept_(true) {
  std::filesystem::create_directories(folder_);
  if (!exists(folder_ / "data")) make_cluster();
  start();
}

void PostgresServer::make_cluster() const {
  if (getuid() == 0)
    if (const passwd* user = getpwnam(unprivileged); user != nullptr)
      if (chown(folder_.c_str(), user->pw_uid, user->pw_gid) != 0)
        throw Error(ErrorKind::io, "chown {}", folder_.string());
  run({(programs() / "initdb").string(), "--pgdata=data", "--no-sync", "--auth=trust", "--encoding=SQL_ASCII",
       "--locale=C", std::string("--username=") + superuser});
}

PostgresServer::~PostgresServer() {
  if (is_kept_ && server_ > 0) {
    kill(server_, SIGINT);
    waitpid(server_, nullptr, 0);
    return;
  }
  stop();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void PostgresServer::run(const std::vector<std::string>& words) const {
  int status = 0;
  if (waitpid(start_program(words, folder_), &status, 0) < 0 || status != 0)
    throw Error(ErrorKind::io, "{} failed:\n{}", words[0], content(folder_ / "log"));
}

void PostgresServer::start() {
  std::vector<std::string> words{(programs() / "postgres").string(), "-D", "data", "-k", folder_.string()};
  std::vector<std::string> settings{"listen_addresses=",   "fsync=off",          "full_page_writes=off",
                                    "shared_buffers=32MB", "max_connections=60", "autovacuum=off"};
  settings.insert(settings.end(), settings_.begin(), settings_.end());
  for (const std::string& setting : settings) {
    words.push_back("-c");
    words.push_back(setting);
  }
  server_ = start_program(words, folder_);
  for (int tries = 0; !accepts(); ++tries) {
    if (tries > 1000 || waitpid(server_, nullptr, WNOHANG) != 0)
      throw Error(ErrorKind::io, "PostgreSQL does not start:\n{}", content(folder_ / "log"));
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

bool PostgresServer::accepts() const {
  try {
    connect_any_postgres(address("postgres"));
    return true;
  } catch (const Error&) {
    return false;
  }
}

void PostgresServer::stop() {
  if (server_ <= 0) return;
  kill(server_, SIGQUIT);
  waitpid(server_, nullptr, 0);
  server_ = -1;
}

PostgresAddress PostgresServer::address(const std::string& database) const {
  PostgresAddress address;
  address.host = folder_.string();
  address.database = database;
  address.user = superuser;
  address.patience = std::chrono::milliseconds(30);
  address.between_attempts = std::chrono::milliseconds(10);
  return address;
}

void PostgresServer::execute(const std::string& database, const std::string& sql) const {
  connect_any_postgres(address(database))->execute(sql);
}

std::string PostgresServer::new_database() {
  const std::string name = "catalog_" + std::to_string(++databases_);
  execute("postgres", "CREATE DATABASE " + name + " TEMPLATE template0");
  return name;
}

std::string PostgresServer::kept_catalog(const std::string& name) {
  try {
    connect_any_postgres(address(name));
  } catch (const Error&) {
    execute("postgres", "CREATE DATABASE " + name + " TEMPLATE template0");
    create_schema(*connect_postgres(address(name)));
  }
  return name;
}

std::string PostgresServer::new_catalog() {
  if (!has_template_) {
    execute("postgres", "CREATE DATABASE with_tables TEMPLATE template0");
    create_schema(*connect_postgres(address("with_tables")));
    has_template_ = true;
  }
  const std::string name = "catalog_" + std::to_string(++databases_);
  execute("postgres", "CREATE DATABASE " + name + " TEMPLATE with_tables");
  return name;
}

}  // namespace holdfast::catalog
