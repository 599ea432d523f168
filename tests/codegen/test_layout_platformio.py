"""PlatformIO takes the project: its linter, its packer, and its own build system on this machine.

Its registry is not asked: a stand-in for the platform ``native`` and SCons from PyPI take the place
of what it would download. Programs for an Arduino board are compiled against a stand-in core.
"""

from __future__ import annotations

import os
import shutil
import sys
import tarfile
from pathlib import Path

import pytest
from support import tools
from support.layouts import (
    FEATURES_PASSED,
    KEYWORDS,
    PASSED,
    SUPPORT,
    made,
    run,
    written,
)
from support.projects import expected_lines

PIO = [sys.executable, "-m", "platformio"]
# The list of licences is on the network; the manifest is checked against this one instead.
PIO_WITHOUT_NETWORK = [
    sys.executable,
    "-c",
    "import sys; from platformio.package.manifest.schema import ManifestSchema; "
    "ManifestSchema.load_spdx_licenses = lambda *_: {'licenses': [{'licenseId': 'Apache-2.0'}]}; "
    "from platformio.__main__ import main; sys.exit(main())",
]


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    for package in ("platformio", "SCons"):
        tools.require_package(package)
    core = tmp_path_factory.mktemp("core")
    shutil.copytree(SUPPORT / "platformio_host", core, dirs_exist_ok=True)
    nowhere = "http://127.0.0.1:9"
    return {
        **os.environ,
        "PLATFORMIO_CORE_DIR": str(core),
        "PLATFORMIO_SETTING_ENABLE_TELEMETRY": "no",
        "PLATFORMIO_SETTING_CHECK_PLATFORMIO_INTERVAL": "9999",
        "HTTP_PROXY": nowhere,
        "HTTPS_PROXY": nowhere,
    }


@pytest.mark.parametrize("keywords", KEYWORDS)
def test_the_linter_finds_nothing(
    tmp_path: Path, keywords: str, environment: dict[str, str]
) -> None:
    folder = written(tmp_path, "platformio", KEYWORDS[keywords])
    done = run([*PIO, "project", "config", "--lint"], folder, environment)
    assert done.returncode == 0
    assert "free from linting errors" in done.stdout


def test_the_linter_sees_a_planted_fault(tmp_path: Path, environment: dict[str, str]) -> None:
    folder = written(tmp_path, "platformio", KEYWORDS["listens"])
    text = (folder / "platformio.ini").read_text().replace("platform = native", "plattform = x")
    (folder / "platformio.ini").write_text(text)
    assert "plattform" in run([*PIO, "project", "config", "--lint"], folder, environment).stdout


@pytest.mark.parametrize("keywords", KEYWORDS)
def test_the_library_can_be_packed(
    tmp_path: Path, keywords: str, environment: dict[str, str]
) -> None:
    folder = written(tmp_path, "platformio", KEYWORDS[keywords])
    library = next((folder / "lib").iterdir())
    pack = [*PIO_WITHOUT_NETWORK, "pkg", "pack", str(library), "-o", "packed.tar.gz"]
    done = run(pack, folder, environment)
    assert done.returncode == 0, done.stderr
    with tarfile.open(folder / "packed.tar.gz") as archive:
        inside = set(archive.getnames())
    assert {"library.json", f"src/{library.name}.h", f"src/{library.name}.c"} <= inside
    manifest = library / "library.json"
    manifest.write_text(manifest.read_text().replace('"1.0.0"', '"one"'))
    assert "semantic versioning" in run(pack, folder, environment).stderr


@pytest.mark.slow
@pytest.mark.parametrize(("keywords", "said"), [("listens", PASSED), ("features", FEATURES_PASSED)])
def test_its_build_system_builds_and_the_self_test_passes(
    tmp_path: Path, keywords: str, said: str, environment: dict[str, str]
) -> None:
    tools.require("gcc", "g++")
    folder = written(tmp_path, "platformio", KEYWORDS[keywords])
    done = run([*PIO, "run", "-e", "selftest", "-t", "exec"], folder, environment)
    assert done.returncode == 0, done.stdout + done.stderr
    assert said in done.stdout
    assert f"|-- {'kws_keywords' if keywords == 'listens' else 'demo_model'} @ 1.0.0" in done.stdout


@pytest.mark.slow
def test_the_program_hears_what_numpy_hears(tmp_path: Path, environment: dict[str, str]) -> None:
    tools.require("gcc", "g++")
    keywords = KEYWORDS["listens"]
    folder = written(tmp_path, "platformio", keywords)
    done = run([*PIO, "run", "-e", "listen", "-t", "exec"], folder, environment)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "\n".join(expected_lines(keywords, keywords.golden_pcm)[:-1]) in done.stdout


def test_programs_for_an_arduino_board_are_the_sketches(tmp_path: Path) -> None:
    project, library = (made(name, KEYWORDS["listens"]) for name in ("platformio", "arduino"))
    for source, sketch in (("listen", "Listen"), ("selftest", "SelfTest")):
        cpp = project[f"src/arduino_{source}/{source}.cpp"]
        ino = library[f"examples/{sketch}/{sketch}.ino"]
        assert isinstance(cpp, str)
        assert isinstance(ino, str)
        assert cpp.replace("platformio", "arduino") == ino
