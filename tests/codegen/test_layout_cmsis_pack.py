"""The CMSIS-Pack keeps the schema's rules, and its components build as their description says."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path

import pytest
from support import tools
from support.layouts import (
    FEATURES_PASSED,
    KEYWORDS,
    PASSED,
    WARNINGS,
    Files,
    build,
    made,
    run,
)
from support.pack_rules import faults
from support.projects import expected_lines

NAMES = {"listens": "edgekws.kws_keywords", "features": "edgekws.demo_model"}


def pack(keywords: str) -> Files:
    return made("cmsis-pack", KEYWORDS[keywords])


def description(keywords: str) -> str:
    text = pack(keywords)[f"{NAMES[keywords]}.pdsc"]
    assert isinstance(text, str)
    return text


@pytest.mark.parametrize("keywords", KEYWORDS)
def test_the_description_keeps_the_rules(keywords: str) -> None:
    assert faults(description(keywords), f"{NAMES[keywords]}.pdsc", pack(keywords)) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('schemaVersion="1.7.7"', 'schemaVersion="one"', "schemaVersion"),
        ("<vendor>edgekws", "<vendor>edge kws", "text 'edge kws'"),
        ("<url></url>", "", "0 times url"),
        ("<url></url>", "<url>http://x</url>", "text 'http://x'"),
        ('release version="1.0.0"', 'release version="1.0"', "version='1.0'"),
        ("<license>LICENSE", "<license>LICENCE", "the licence is not"),
        ('condition="Spotter"', 'condition="spotter"', "no condition"),
        ('Csub="kws"/>', 'Csub="door"/>', "no component"),
        (' Self-test" Csub="kws"', '" Csub="kws"', "two components are one"),
        ('category="sourceC"', 'category="sauce"', "category='sauce'"),
        ('name="model/kws_model.c"', 'name="model/kws_modell.c"', "not in the pack"),
        ('category="include" name="model/"', 'category="include" name="model"', "ends with /"),
        ("<components>", "<examples/><components>", "examples is not allowed"),
        ('Cgroup="Keyword Spotter"', f'Cgroup="{"x" * 33}"', "Cgroup="),
    ],
)
def test_the_rules_see_a_planted_fault(old: str, new: str, fault: str) -> None:
    text = description("listens")
    assert old in text
    found = faults(text.replace(old, new), f"{NAMES['listens']}.pdsc", pack("listens"))
    assert any(fault in line for line in found), found


def test_the_name_of_the_description_is_checked() -> None:
    assert faults(description("listens"), "mine.pdsc", pack("listens"))[0].startswith("mine.pdsc")


@pytest.mark.parametrize("keywords", KEYWORDS)
def test_the_pack_holds_the_files_and_no_clock(keywords: str) -> None:
    files = pack(keywords)
    packed = files.pop(f"{NAMES[keywords]}.1.0.0.pack")
    assert isinstance(packed, bytes)
    archive = zipfile.ZipFile(io.BytesIO(packed))
    assert archive.testzip() is None
    assert archive.namelist() == sorted(files)
    for entry in archive.infolist():
        content = files[entry.filename]
        assert archive.read(entry) == (content.encode() if isinstance(content, str) else content)
        assert entry.date_time == (1980, 1, 1, 0, 0, 0)


def installed(tmp_path: Path, keywords: str) -> ET.Element:
    """Unpack as a pack manager does."""
    packed = pack(keywords)[f"{NAMES[keywords]}.1.0.0.pack"]
    assert isinstance(packed, bytes)
    zipfile.ZipFile(io.BytesIO(packed)).extractall(tmp_path)
    return ET.fromstring((tmp_path / f"{NAMES[keywords]}.pdsc").read_text())


def program(tmp_path: Path, root: ET.Element, chosen: list[ET.Element], template: str) -> Path:
    """Build the chosen components and one user code template as csolution does."""
    tools.require("gcc")
    before = "".join(f"{c.findtext('Pre_Include_Global_h') or ''}\n" for c in chosen)
    (tmp_path / "Pre_Include_Global.h").write_text(before)
    (tmp_path / "RTE_Components.h").write_text(
        "".join(f"{c.findtext('RTE_Components_h') or ''}\n" for c in chosen)
    )
    flags, sources = ["-include", "Pre_Include_Global.h", "-include", "RTE_Components.h"], []
    (tmp_path / "project").mkdir()
    for component in root.iter("component"):
        for file in component.iter("file"):
            path, kind = str(file.get("name")), file.get("category")
            if file.get("select") == template:  # is copied into the project
                copy = tmp_path / "project" / Path(path).name
                copy.write_text((tmp_path / path).read_text())
                sources += [f"project/{copy.name}"] if kind == "sourceC" else []
            elif component in chosen and file.get("attr") is None:
                sources += [path] if kind == "sourceC" else []
                flags += [f"-I{path}"] if kind == "include" else []
    return build(tmp_path, ["gcc", *WARNINGS, *flags, "-Iproject", *sources])


@pytest.mark.parametrize(("keywords", "said"), [("listens", PASSED), ("features", FEATURES_PASSED)])
def test_the_self_test_passes(tmp_path: Path, keywords: str, said: str) -> None:
    root = installed(tmp_path, keywords)
    both = list(root.iter("component"))
    done = run([program(tmp_path, root, both, "Prove the spotter")], tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, said, "")


def test_the_template_hears_what_numpy_hears(tmp_path: Path) -> None:
    root, keywords = installed(tmp_path, "listens"), KEYWORDS["listens"]
    spotter = next(root.iter("component"))
    done = run([program(tmp_path, root, [spotter], "Listen and print words")], tmp_path)
    expected = expected_lines(keywords, keywords.golden_pcm)[:-1]
    assert done.stdout.splitlines() == [*expected, f"heard: {len(expected)}"]
    assert done.stderr == ""
