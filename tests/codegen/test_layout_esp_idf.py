"""ESP-IDF takes the project: its component manager's linter and packer, its checker of Kconfig,
and its CMake commands as a stand-in that builds for this machine."""

from __future__ import annotations

import os
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
    cmake,
    run,
    written,
)
from support.projects import expected_lines

HOST = SUPPORT / "idf_host"
NAMES = {"listens": "kws_keywords", "features": "demo_model"}


def folder(tmp_path: Path, keywords: str) -> Path:
    return written(tmp_path, "esp-idf", KEYWORDS[keywords])


def compote(where: Path, *arguments: str) -> tuple[int, str]:
    program = Path(sys.executable).with_name("compote")
    done = run([program, *arguments], where, {**os.environ, "HTTPS_PROXY": "http://127.0.0.1:9"})
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("keywords", KEYWORDS)
def test_the_component_is_linted_and_packed(tmp_path: Path, keywords: str) -> None:
    tools.require_package("idf_component_manager")
    component = folder(tmp_path, keywords) / "components" / NAMES[keywords]
    assert compote(tmp_path, "manifest", "lint", ".") == (0, "")
    status, said = compote(component, "component", "pack", "--name", NAMES[keywords])
    assert status == 0, said
    with tarfile.open(component / "dist" / f"{NAMES[keywords]}_1.0.0.tgz") as archive:
        packed = archive.getnames()
    there = {path.relative_to(component).as_posix() for path in component.rglob("*.[chmy]*")}
    assert {f"./{path}" for path in there if not path.startswith("dist/")} <= set(packed)
    assert {"./CMakeLists.txt", "./Kconfig", "./LICENSE", "./idf_component.yml"} <= set(packed)


def test_the_linter_sees_a_planted_fault(tmp_path: Path) -> None:
    tools.require_package("idf_component_manager")
    manifest = folder(tmp_path, "listens") / "components/kws_keywords/idf_component.yml"
    manifest.write_text(manifest.read_text().replace('"1.0.0"', '"one"'))
    status, said = compote(tmp_path, "manifest", "lint", ".")
    assert status == 1
    assert "version" in said


@pytest.mark.parametrize("keywords", KEYWORDS)
def test_its_kconfig_is_as_espressif_wants_it(tmp_path: Path, keywords: str) -> None:
    tools.require_package("kconfcheck")
    files = ["main/Kconfig.projbuild", f"components/{NAMES[keywords]}/Kconfig"]
    done = run([sys.executable, "-m", "kconfcheck", *files], folder(tmp_path, keywords))
    assert done.returncode == 0, done.stdout + done.stderr


def options(where: Path, component: str, *defaults: str) -> Path:
    """Resolve Kconfig as ESP-IDF does, into a file that CMake reads."""
    tools.require_package("esp_kconfiglib")
    from esp_kconfiglib import Kconfig

    sources = [f"components/{component}/Kconfig", "main/Kconfig.projbuild"]
    lines = "".join(f'source "{where / source}"\n' for source in sources)
    (where / "Kconfig.all").write_text(f'mainmenu "test"\n{lines}')
    kconfig = Kconfig(str(where / "Kconfig.all"))
    for name in defaults:
        kconfig.load_config(str(where / name), replace=False)
    set_to_yes = [symbol.name for symbol in kconfig.unique_defined_syms if symbol.str_value == "y"]
    path = where / "options.cmake"
    path.write_text("".join(f"set(CONFIG_{name} y)\n" for name in set_to_yes))
    return path


@pytest.mark.slow
@pytest.mark.parametrize(("keywords", "said"), [("listens", PASSED), ("features", FEATURES_PASSED)])
def test_the_self_test_passes(
    tmp_path: Path, keywords: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tools.require("cmake", "gcc", "make")
    where = folder(tmp_path, keywords)
    monkeypatch.setenv("IDF_PATH", str(HOST))
    resolved = options(where, NAMES[keywords], "sdkconfig.defaults", "sdkconfig.selftest")
    cmake(where, "build_selftest", f"-DOPTIONS={resolved}")
    assert run([where / "build_selftest/program"], where).stdout == said


@pytest.mark.slow
def test_the_program_hears_what_numpy_hears(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tools.require("cmake", "gcc", "make")
    where, keywords = folder(tmp_path, "listens"), KEYWORDS["listens"]
    monkeypatch.setenv("IDF_PATH", str(HOST))
    resolved = options(where, "kws_keywords", "sdkconfig.defaults")
    assert resolved.read_text() == ""
    cmake(where, "build", f"-DOPTIONS={resolved}")
    lines = run([where / "build/program"], where).stdout.splitlines()
    assert lines[:-1] == expected_lines(keywords, keywords.golden_pcm)[:-1]
