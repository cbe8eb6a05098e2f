# SPDX-License-Identifier: AGPL-3.0-or-later
"""The manifest of the recorded tree, in the form of trees.manifest()."""
import ast
import json
import os
import stat


def manifest(golden, hard_links=True):
    """What extracting one of the golden volumes must bring back; sockets are never saved."""
    described = {}
    for line in (golden / "volumes" / "tree.manifest.jsonl").read_text().splitlines():
        entry = json.loads(line)
        mode = int(entry["mode"], 8)
        if stat.S_ISSOCK(mode):
            continue
        facts = {"mode": oct(mode), "owner": (entry["uid"], entry["gid"]), "attributes": attributes(entry)}
        if "mtime" in entry:
            facts["mtime"] = int(entry["mtime"])
        if stat.S_ISREG(mode):
            facts |= {"size": entry["size"], "content": entry["sha256"]}
        if "target" in entry:
            facts["target"] = name(entry["target"])
        if "rdev" in entry:
            facts["device"] = os.makedev(*entry["rdev"])
        if hard_links and "hardlink_of" in entry:
            facts["same file as"] = name(entry["hardlink_of"])
        described[name(entry["path"])] = facts
    return described


def name(escaped):
    """Names stand with Python's escapes, bytes that are not UTF-8 as lone surrogates."""
    return os.fsencode(escaped.encode("ascii").decode("unicode_escape"))


def attributes(entry):
    listed = entry.get("xattr", {})
    if isinstance(listed, str):
        listed = ast.literal_eval(listed)
    return {name: bytes.fromhex(value) for name, value in sorted(listed.items())}
