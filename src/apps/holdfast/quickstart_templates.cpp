// SPDX-License-Identifier: AGPL-3.0-or-later
#include "apps/holdfast/quickstart_templates.h"

namespace holdfast::apps {

const std::array<QuickstartTemplate, 4> quickstart_templates{{
    {"holdfast-dir.conf",
     R"(# Written by `holdfast quickstart`; yours to change. `reload` in the console reads it again.
Director {
  Name = holdfast-dir
  Address = 127.0.0.1
  Port = @DIR_PORT@
  Password = "@CONSOLE_PASSWORD@"
  Working Directory = "@ROOT@/work/holdfast-dir"
  Messages = Daemon
  Maximum Concurrent Jobs = 4
  TLS Require = yes
}

Catalog {
  Name = Catalog
  DB Driver = sqlite
  DB Name = "@CATALOG@"
  DB User = ""
}

Client {
  Name = this-machine
  Address = 127.0.0.1
  Port = @FD_PORT@
  Password = "@FD_PASSWORD@"
  Catalog = Catalog
}

Storage {
  Name = Disk
  Address = 127.0.0.1
  Port = @SD_PORT@
  Password = "@SD_PASSWORD@"
  Device = Disk
  Media Type = File
}

Pool {
  Name = Full
  Pool Type = Backup
  Label Format = "Full-"
  Maximum Volume Bytes = 50 g
}

Pool {
  Name = Incremental
  Pool Type = Backup
  Label Format = "Incremental-"
  Maximum Volume Bytes = 10 g
}

# What to save. One job can save several folders; one Director has many file sets.
FileSet {
  Name = Folder
  Include {
    Options {
      Signature = XXH128
      Hard Links = yes
    }
    File = "@SOURCE@"
  }
  Exclude {
    File = "@ROOT@"
  }
}

JobDefs {
  Name = Usual
  Type = Backup
  Level = Incremental
  Client = this-machine
  FileSet = Folder
  Storage = Disk
  Messages = Jobs
  Pool = Full
  Full Backup Pool = Full
  Incremental Backup Pool = Incremental
  Differential Backup Pool = Incremental
}

Job {
  Name = backup
  Job Defs = Usual
}

Job {
  Name = restore
  Type = Restore
  Job Defs = Usual
  Where = "@ROOT@/restored"
}

Messages {
  Name = Jobs
  Console = all, !skipped, !saved
  Catalog = all, !skipped, !saved
}

Messages {
  Name = Daemon
  Append = "@ROOT@/log/messages.log" = all, !skipped
}
)"},
    {"holdfast-sd.conf",
     R"(# Written by `holdfast quickstart`; yours to change. Restart the daemon to have it read.
Storage {
  Name = holdfast-sd
  Address = 127.0.0.1
  Port = @SD_PORT@
  Working Directory = "@ROOT@/work/holdfast-sd"
}

Director {
  Name = holdfast-dir
  Password = "@SD_PASSWORD@"
  TLS Require = yes
}

# Volumes are files in this folder.
Device {
  Name = Disk
  Media Type = File
  Device Type = File
  Archive Device = "@VOLUMES@"
  Label Media = yes
  Random Access = yes
  Automatic Mount = yes
  Removable Media = no
  Always Open = no
}

Messages {
  Name = ToDirector
  Director = holdfast-dir = all
}
)"},
    {"holdfast-fd.conf",
     R"(# Written by `holdfast quickstart`; yours to change. Restart the daemon to have it read.
Client {
  Name = this-machine
  Address = 127.0.0.1
  Port = @FD_PORT@
  Working Directory = "@ROOT@/work/holdfast-fd"
}

Director {
  Name = holdfast-dir
  Password = "@FD_PASSWORD@"
  TLS Require = yes
}

Messages {
  Name = ToDirector
  Director = holdfast-dir = all, !skipped, !restored
}
)"},
    {"bconsole.conf",
     R"(# Written by `holdfast quickstart`. Whoever can read this file can do everything the Director can.
Director {
  Name = holdfast-dir
  Address = 127.0.0.1
  Port = @DIR_PORT@
  Password = "@CONSOLE_PASSWORD@"
}
)"},
}};

}  // namespace holdfast::apps
