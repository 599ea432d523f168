"""Zephyr takes the module: west, Kconfig, the published schemas, and its CMake commands as a
stand-in that builds for this machine."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest
import yaml
from support import tools
from support.layouts import (
    FEATURES_PASSED,
    KEYWORDS,
    PASSED,
    SUPPORT,
    cmake,
    run,
    written,
)
from support.projects import expected_lines
from support.zephyr_rules import MODULE, SAMPLE

HOST = SUPPORT / "zephyr_host"
SYMBOLS = {"listens": "KWS_KEYWORDS", "features": "DEMO_MODEL"}


def folder(tmp_path: Path, keywords: str) -> Path:
    return written(tmp_path, "zephyr", KEYWORDS[keywords])


def read_yaml(path: Path) -> object:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def accepted(document: object, schema: dict[str, object]) -> bool:
    return jsonschema.Draft202012Validator(schema).is_valid(document)


@pytest.mark.parametrize("keywords", KEYWORDS)
def test_it_is_a_module(tmp_path: Path, keywords: str) -> None:
    where = folder(tmp_path, keywords)
    module = read_yaml(where / "zephyr/module.yml")
    assert accepted(module, MODULE)
    assert isinstance(module, dict)
    assert module["name"] == SYMBOLS[keywords].lower()
    assert (where / module["build"]["cmake"] / "CMakeLists.txt").is_file()
    assert (where / module["build"]["kconfig"]).is_file()
    for samples in module["samples"]:
        assert sorted((where / samples).glob("*/sample.yaml"))
    assert not accepted({**module, "kconfig": "Kconfig"}, MODULE)


@pytest.mark.parametrize("keywords", KEYWORDS)
def test_twister_finds_the_samples(tmp_path: Path, keywords: str) -> None:
    where = folder(tmp_path, keywords)
    paths = sorted(where.glob("samples/*/sample.yaml"))
    assert len(paths) == (2 if keywords == "listens" else 1)
    for path in paths:
        sample = read_yaml(path)
        assert accepted(sample, SAMPLE)
        assert isinstance(sample, dict)
        assert list(sample["tests"]) == [f"sample.{SYMBOLS[keywords].lower()}.{path.parent.name}"]
        assert not accepted({**sample, "test": {}}, SAMPLE)


def test_west_reads_its_manifest(tmp_path: Path) -> None:
    tools.require_package("west")
    from west.manifest import ImportFlag, MalformedManifest, Manifest

    text = (folder(tmp_path, "listens") / "west.yml").read_text()
    manifest = Manifest.from_data(text, import_flags=ImportFlag.IGNORE)
    assert [project.name for project in manifest.projects] == ["manifest", "zephyr"]
    assert manifest.projects[1].url == "https://github.com/zephyrproject-rtos/zephyr"
    assert manifest.yaml_path == "kws_keywords"
    with pytest.raises(MalformedManifest):
        Manifest.from_data(text.replace("remote:", "remot:"))


def options(where: Path, sample: str) -> Path:
    """Resolve Kconfig and the sample's options, into a file that CMake reads."""
    tools.require_package("kconfiglib")
    from kconfiglib import Kconfig

    kconfig = Kconfig(str(where / "Kconfig"), warn_to_stderr=False)
    lines = (where / f"samples/{sample}/prj.conf").read_text().splitlines()
    ours = tuple(f"CONFIG_{symbol}" for symbol in SYMBOLS.values())  # the others are Zephyr's
    own = "".join(f"{line}\n" for line in lines if line.startswith(ours))
    (where / "own.conf").write_text(own)
    kconfig.load_config(str(where / "own.conf"))
    assert kconfig.warnings == []
    set_to_yes = [symbol.name for symbol in kconfig.unique_defined_syms if symbol.str_value == "y"]
    path = where / "options.cmake"
    path.write_text("".join(f"set(CONFIG_{name} y)\n" for name in set_to_yes))
    return path


def built(where: Path, sample: str) -> Path:
    tools.require("cmake", "gcc", "make")
    resolved = options(where, sample)
    project = where / "samples" / sample
    cmake(project, "build", f"-DZephyr_DIR={HOST}", f"-DOPTIONS={resolved}")
    return project / "build/app"


@pytest.mark.slow
@pytest.mark.parametrize(("keywords", "said"), [("listens", PASSED), ("features", FEATURES_PASSED)])
def test_the_self_test_passes(tmp_path: Path, keywords: str, said: str) -> None:
    program = built(folder(tmp_path, keywords), "selftest")
    done = run([program], tmp_path)
    assert (done.returncode, done.stdout) == (0, said)


@pytest.mark.slow
def test_the_program_hears_what_numpy_hears(tmp_path: Path) -> None:
    program, keywords = built(folder(tmp_path, "listens"), "listen"), KEYWORDS["listens"]
    done = run([program], tmp_path)
    expected = expected_lines(keywords, keywords.golden_pcm)[:-1]
    assert done.stdout.splitlines() == [*expected, f"heard: {len(expected)}"]
