#!/usr/bin/env python3
"""Names that clash where a target's sources are compiled as one, as the preset demo does it.

Looks at the sources of every selfreg_library and selfreg_program for functions, types and constants of unnamed namespaces
that two of them define alike. By the text, not by a compiler: it reads the tree in a moment, and a compiler has the last
word. Prints what it finds; exit 1 then.
"""
import collections
import pathlib
import re
import sys

TARGET = re.compile(r"(?:selfreg_library|selfreg_program)\((\S+)[^)]*?SOURCES\s+([^)]*?)(?:PUBLIC|PRIVATE|LIBS|\))")
APART = re.compile(r"selfreg_compile_apart\(([^)]*)\)")
UNNAMED = re.compile(r"^namespace \{\n(.*?)^\}  // namespace\n", re.S | re.M)
CONSTANT = re.compile(r"^(?:static )?(?:constexpr|const)\b[^;(]*?\b(k[A-Z]\w*)\b", re.M)
TYPE = re.compile(r"^(?:class|struct|enum class) (\w+)\b[^;]*?\{", re.M)
FUNCTION = re.compile(r"^[A-Za-z][\w:<>,&* ]*?[ &*](\w+)\(([^{;]*?)\)[^;{]*\{", re.M)


def local_names(text):
    space = re.search(r"^namespace ([\w:]+) \{", text, re.M)
    for part in UNNAMED.findall(text):
        names = CONSTANT.findall(part) + TYPE.findall(part)
        for name, parameters in FUNCTION.findall(part):
            types = re.sub(r"\s*\w+\s*(,|$)", r"\1", re.sub(r"\s+", " ", parameters))
            names.append(f"{name}({types})")
        for name in names:
            yield f"{space.group(1)}::{name}" if space else name


found = False
for lists in sorted(pathlib.Path().glob("[!.b]*/**/CMakeLists.txt")):
    text = lists.read_text()
    apart = {name for names in APART.findall(text) for name in names.split()}
    for target, sources in TARGET.findall(text):
        users = collections.defaultdict(set)
        for source in sources.split():
            file = lists.parent / source
            if source in apart or not file.is_file():
                continue
            for name in set(local_names(file.read_text())):
                users[name].add(str(file))
        for name, files in sorted(users.items()):
            if len(files) > 1:
                print(f"{target}: {name} in {', '.join(sorted(files))}")
                found = True
sys.exit(found)
