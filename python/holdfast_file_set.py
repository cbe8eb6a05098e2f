# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a plugin changes in the FileSet of its job, told to the daemon in the lines that a Director describes FileSets with."""


class _Include:
    def __init__(self, place):
        self.place = place
        self.options = []  # [letters, lines of patterns]
        self.files = []

    def lines(self):
        for letters, patterns in self.options:
            yield "O " + letters
            yield from patterns
            yield "N"
        yield from ("F " + name for name in self.files)


def _kind(kind):
    """The letter of a kind of patterns; plugins give it as a letter or as its number."""
    return (chr(kind) if isinstance(kind, int) else kind).strip()


class FileSetChanges:
    """What is added goes to the Include block that names the plugin, or to the one that the plugin made last."""

    def __init__(self):
        self.includes = [_Include("own")]
        self.excluded = []

    def add_include_block(self, place):
        """`place`: "before" or "behind" those that there are."""
        self.includes.append(_Include(place))

    def add_options_block(self):
        self.includes[-1].options.append(["", []])

    def options(self):
        if not self.includes[-1].options:
            self.add_options_block()
        return self.includes[-1].options[-1]

    def add_letters(self, letters):
        self.options()[0] += letters

    def add_pattern(self, language, pattern, kind):
        """`language`: R for regular expressions, W for wildcards; `kind`: D directories, F files, none all."""
        self.options()[1].append(f"{language}{_kind(kind)} {pattern}")

    def add_file(self, name):
        self.includes[-1].files.append(name)

    def requests(self):
        """What the daemon is to hear."""
        for include in self.includes:
            lines = list(include.lines())
            if lines:
                yield ["include", include.place, *lines]
        if self.excluded:
            yield ["include", "excluded", *("F " + name for name in self.excluded)]
