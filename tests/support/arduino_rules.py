"""Rules that arduino-lint publishes for a library, at its strict level, in our own words.

arduino-lint itself is in none of the registries that the tests use. A fault is its number and what
is wrong. Left out are the rules that ask the network (LP017, LP018, LP042, LP048), Git (LS004,
LP022) or a dictionary (LP033, LP035), and those of fields that we do not have.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

Files = Mapping[str, str | bytes]

CATEGORIES = (
    "Display", "Communication", "Signal Input/Output", "Sensors", "Device Control", "Timing",
    "Data Storage", "Data Processing", "Other",
)  # fmt: skip
REQUIRED = {
    "name": "LP007", "version": "LP019", "author": "LP023", "maintainer": "LP025",
    "sentence": "LP031", "paragraph": "LP034", "category": "LP037", "url": "LP040",
    "architectures": "LP043",
}  # fmt: skip
OPTIONAL = ("depends", "dot_a_linkage", "includes", "precompiled", "ldflags")
SEMVER = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[\w.-]+)?(\+[\w.-]+)?")
READMES = ("readme", "readme.md", "readme.txt", "readme.adoc")
LICENSES = ("license", "license.md", "license.txt", "copying", "copying.txt")


def faults(files: Files, folder: str) -> list[str]:
    """What is wrong with a library whose root folder has this name."""
    properties = _properties(files)
    return [
        *_structure(files, folder),
        *_fields(properties),
        *_name(properties.get("name", ""), files),
        *_build_fields(properties, files),
        *_code_and_documents(files),
        *_sketches(files),
    ]


def _properties(files: Files) -> dict[str, str]:
    text = str(files.get("library.properties", ""))
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return dict(tuple(line.partition("=")[::2]) for line in lines)  # type: ignore[misc]


def _structure(files: Files, folder: str) -> Iterator[str]:
    roots = {path.split("/")[0] for path in files}
    lower = {root: root.lower() for root in roots}
    checks = {
        "LS001: no valid library": "src" not in roots,
        "LS002: folder name too long": len(folder) > 63,
        "LS003: prohibited character in folder name": not re.fullmatch(
            r"[A-Za-z0-9_][A-Za-z0-9_.-]*", folder
        ),
        "LS006: .development file": ".development" in roots,
        "LS007: .exe file": any(path.endswith(".exe") for path in files),
        "LS010: utility folder beside src": {"utility", "src"} <= roots,
        "LS011: extras folder misspelled": "extra" in lower.values(),
        "LD005: examples folder misspelled": "example" in lower.values(),
        "LP001: no library.properties": "library.properties" not in files,
        "LP004: a second one": any(path.endswith("/library.properties") for path in files),
    }
    for number, name in (("LS009", "src"), ("LS012", "extras"), ("LD006", "examples")):
        wrong = any(small == name != root for root, small in lower.items())
        checks[f"{number}: case of {name}"] = wrong
    yield from (fault for fault, there in checks.items() if there)


def _fields(properties: Mapping[str, str]) -> Iterator[str]:
    for field, number in REQUIRED.items():
        if not properties.get(field, "").strip():
            yield f"{number}: no {field}, or blank"
    for field in set(properties) - set(REQUIRED) - set(OPTIONAL):
        yield f"LP006: {field} is no field"
    value = {name: properties.get(name, "") for name in REQUIRED}
    checks = {
        "LP021: version is not semver": not SEMVER.fullmatch(value["version"]),
        "LP028: email for maintainer": "email" in properties,
        "LP036: paragraph repeats sentence": value["paragraph"].startswith(value["sentence"]),
        "LP038: no such category": value["category"] not in CATEGORIES,
        "LP041: url is no URL": not re.fullmatch(r"https?://[\w.-]+(/\S*)?", value["url"]),
        "LP046: case of architectures": value["architectures"] != value["architectures"].lower(),
        "LP057: maintainer contains Arduino": "arduino" in value["maintainer"].lower(),
    }
    yield from (fault for fault, there in checks.items() if there)


def _name(name: str, files: Files) -> Iterator[str]:
    if len(name) > 63:
        yield "LP009: name too long"
    elif len(name) > 16:
        yield "LP010: name longer than recommended"
    if not re.fullmatch(r"(?=.*[A-Za-z])[A-Za-z0-9][A-Za-z0-9 _.-]*", name):
        yield "LP011: prohibited character in name"
    for number, word in (("LP014", "arduino"), ("LP015", " "), ("LP016", "library")):
        if word in name.lower():
            yield f"{number}: name contains {word!r}"
    if f"src/{name}.h" not in files:
        yield "LS008: no header of the library's name"


def _build_fields(properties: Mapping[str, str], files: Files) -> Iterator[str]:
    linkage = properties.get("dot_a_linkage", "false")
    if linkage not in ("true", "false"):
        yield "LP049: dot_a_linkage must be true or false"
    if linkage == "true" and not any(path.startswith("src/") for path in files):
        yield "LP050: dot_a_linkage needs src/"
    includes = properties.get("includes")
    if includes is not None and not includes.strip():
        yield "LP051: includes is blank"
    for header in (includes or "").split(","):
        if header.strip() and f"src/{header.strip()}" not in files:
            yield f"LP052: {header.strip()} is not in the library"


def _code_and_documents(files: Files) -> Iterator[str]:
    roots = {path.lower() for path in files if "/" not in path}
    for path, text in files.items():
        included = re.findall(r"#include\s*[<\"](arduino\.h)[>\"]", str(text), re.I)
        if any(name != "Arduino.h" for name in included):
            yield f"LC001: case of Arduino.h in {path}"
    if not roots & set(READMES):
        yield "LD001: no readme"
    if not roots & set(LICENSES):
        yield "LD002: no licence"


def _sketches(files: Files) -> Iterator[str]:
    sketches = [path for path in files if path.endswith((".ino", ".pde"))]
    if not sketches:
        yield "LD004: no examples"
    for path in sketches:
        if not path.startswith(("examples/", "extras/")):
            yield f"LD003: stray sketch {path}"
        if path.endswith(".pde"):
            yield f"SS004: {path} is a .pde"
    for folder in {path.rpartition("/")[0] for path in sketches}:
        own = folder.rpartition("/")[2]
        if f"{folder}/{own}.ino" not in files:
            yield f"SS001: no {own}.ino in {folder}"
        inside = [path for path in files if path.rpartition("/")[0] == folder]
        for name in (path.rpartition("/")[2] for path in inside):
            if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]*", name):
                yield f"SS002: prohibited character in {name}"
            if len(name.rpartition(".")[0]) > 63:
                yield f"SS003: {name} too long"
