# SPDX-License-Identifier: MIT
"""The #include "…" lines of the product's sources. Lines with <…> are not read."""
import re
from pathlib import Path

FOLDERS = ["base", "include", "sealer", "loader", "tool", "gdb", "bench"]
INCLUDE = re.compile(r'\s*#\s*include\s*"([^"]+)"')


def read_includes(root):
    """Yields (file, line number, name) of each #include "name"; `file` is relative to `root`."""
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix not in (".h", ".c", ".cc", ".S"):
                continue
            for number, line in enumerate(path.read_text().splitlines(), 1):
                if match := INCLUDE.match(line):
                    yield str(path.relative_to(root)), number, match[1]


def find_file(root, including_file, name):
    """The file that `name` means in `including_file`, relative to `root`, or None."""
    for candidate in (Path(including_file).parent / name, Path(name), Path("include") / name):
        if (root / candidate).is_file():
            return str(candidate)
    return None
