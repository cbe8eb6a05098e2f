# SPDX-License-Identifier: AGPL-3.0-or-later
"""The contestants that are one command each. A contestant has a name and says what it does (`about`) and why it cannot take part (`missing`),
prepares an empty repository (`prepare`), backs up, backs up again where nothing changed (`again`, if it knows how), and
restores, each returning its Cost."""
import os
import shutil

import measure


class Command:
    name = ""

    def __init__(self, work):
        self.work = work
        self.repository = work / "repository"
        self.log = work / "log"

    def missing(self):
        return "" if shutil.which(self.name) else f"{self.name} is not installed (tools/install-dependencies bench)"

    def prepare(self):
        self.repository.mkdir()

    def finish(self):
        pass

    def run(self, *command, **options):
        environment = {**os.environ, **self.environment()}
        return measure.run(command, name=self.name, log=self.log, env=environment, **options)

    def environment(self):
        return {}


class Restic(Command):
    name = "restic"
    about = "encrypts, compresses and deduplicates into a local repository"

    def environment(self):
        return {"RESTIC_REPOSITORY": str(self.repository), "RESTIC_PASSWORD": "bench",
                "RESTIC_CACHE_DIR": str(self.work / "cache")}

    def prepare(self):
        self.run("restic", "init")

    def backup(self, source):
        return self.run("restic", "backup", "--quiet", source)

    again = backup

    def restore(self, source, target):
        return self.run("restic", "restore", "latest", "--quiet", "--target", target)


class Borg(Command):
    name = "borg"
    about = "repokey-blake2, lz4, local repository"

    def environment(self):
        return {"BORG_REPO": str(self.repository), "BORG_PASSPHRASE": "bench", "BORG_BASE_DIR": str(self.work / "borg")}

    def prepare(self):
        (self.work / "borg").mkdir()
        self.run("borg", "init", "--encryption=repokey-blake2")

    def backup(self, source):
        return self.run("borg", "create", "::first", source)

    def again(self, source):
        return self.run("borg", "create", "::second", source)

    def restore(self, source, target):
        target.mkdir()
        return self.run("borg", "extract", "::first", cwd=target)


class Tar(Command):
    name = "tar"
    about = "no digest, no encryption"

    def backup(self, source):
        # The pipe keeps tar from noticing /dev/null-like targets and stands for the way to a server.
        return self.run("sh", "-c", 'tar -cPf - "$1" | cat > "$2"', "sh", source, self.repository / "archive.tar")

    def restore(self, source, target):
        target.mkdir()
        return self.run("tar", "-xf", self.repository / "archive.tar", "-C", target)


class Cp(Command):
    name = "cp"
    about = "cp -a"

    def backup(self, source):
        return self.run("cp", "-a", source, self.repository / "copy")

    def restore(self, source, target):
        (target / source.relative_to("/").parent).mkdir(parents=True)
        return self.run("cp", "-a", self.repository / "copy", target / source.relative_to("/"))
