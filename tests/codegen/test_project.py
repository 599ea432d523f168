"""Projects are the same every time and complete, and what cannot be is refused."""

from __future__ import annotations

import dataclasses
import platform
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from support import golden, templates, tools
from support.projects import COMMAND, build, made, without_emulator
from support.small_network import LABELS, small_keywords, small_network, sound_keywords
from support.time_network import ORDINARY, time_keywords

from edgekws.boards import find_board
from edgekws.codegen import project
from edgekws.codegen.project import generate, probe
from edgekws.errors import ConfigError, ModelError, UsageError
from edgekws.recipe import FrontendSpec
from edgekws.resources import license_text, templates_folder


def cases() -> Iterator[tuple[str, dict[str, str]]]:
    """Golden projects by name; among them every template is used."""
    yield "listens", made(sound_keywords())
    yield "features_m55", made(small_keywords(prefix="demo"), "mps3_an547")
    files = generate(sound_keywords(), "mine", without_emulator(), command=COMMAND, verified="yes")
    yield (
        "no_emulator",
        {
            name: files[name]
            for name in ("Makefile", "README.md", "linker.ld", "selftest/linker.ld")
        },
    )
    files = made(sound_keywords(), "arduino_nano_33_ble_sense")
    yield "driver", {name: files[name] for name in ("audio/nrf52_pdm.c", "README.md")}
    files = made(time_keywords(ORDINARY, 2))
    names = ("model/kws_model", "model/kws_keywords", "selftest/kws_selftest")
    yield "streams", {name: files[name] for name in files if name[:-2] in names}
    files = probe(time_keywords(ORDINARY, 2), *find_board("mps2_an386"))
    yield "probe_streams", {"probe.c": files["probe.c"]}
    yield "probe", {"probe.c": probe(sound_keywords(), *find_board("mps2_an386"))["probe.c"]}


def generated(files: dict[str, str]) -> dict[str, str]:
    """Leave out what is copied from the runtime: only templates have goldens."""
    copied = {path.name for path in (templates_folder() / "runtime").iterdir()} | {"LICENSE"}
    return {name: text for name, text in files.items() if name.split("/")[-1] not in copied}


@pytest.mark.parametrize("case", [case for case, _ in cases()])
def test_golden_files(case: str) -> None:
    golden.expect(case, generated(dict(cases())[case]))


def test_every_template_has_a_golden(monkeypatch: pytest.MonkeyPatch) -> None:
    used = templates.watch(monkeypatch)
    for case, _ in cases():
        assert (golden.FOLDER / case).is_dir()
    folder = templates_folder()
    there = {str(p.relative_to(folder)) for p in folder.rglob("*.j2")}
    # These have goldens of their own.
    elsewhere = ("android/", "layouts/", "litert/", "tflm/", "common/features.h.j2")
    assert {name for name in there if not name.startswith(elsewhere)} <= used


def test_the_licence_of_the_hand_written_files_is_there() -> None:
    for board_id in ("mps2_an386", "arduino_nano_33_ble_sense"):
        files = made(sound_keywords(), board_id)
        assert files["LICENSE"] == license_text()
        assert "`LICENSE`" in files["README.md"]


def test_the_same_inputs_give_the_same_bytes() -> None:
    first, second = made(sound_keywords()), made(sound_keywords())
    assert first == second
    assert list(first) == sorted(first)


def test_no_path_host_or_date_in_any_file() -> None:
    for name, text in made(sound_keywords()).items():
        for secret in (str(Path.cwd()), f"{Path.home()}/", f"@{platform.node()}"):
            assert secret not in text, f"{name}: {secret}"
        assert not re.search(r"\b20\d\d-[01]\d-[0-3]\d\b", text), name


def test_only_the_files_a_project_needs_are_in_it() -> None:
    listens, bare = made(sound_keywords()), made(small_keywords())
    assert "frontend/kws_log_mel.c" in listens
    assert "runtime/kws_depthwise_conv_2d.c" not in listens
    assert not any(name.startswith("frontend/") for name in bare)
    assert "runtime/kws_spotter.c" not in bare
    for files in (listens, bare):
        names = {path.split("/")[-1] for path in files}
        for text in files.values():
            assert set(re.findall(r'#include "(\w+\.h)"', text)) <= names


def test_two_models_fit_in_one_program(tmp_path: Path) -> None:
    tools.require("gcc")
    one = project.probe(sound_keywords(), *find_board("mps2_an386"))
    two = project.probe(sound_keywords(prefix="two", seed=2), *find_board("mps2_an386"))
    build(tmp_path, {**one, **two})
    includes = '#include "kws_keywords.h"\n#include "two_keywords.h"\n'
    (tmp_path / "probe.c").write_text(includes + "int main(void)\n{\n    return 0;\n}\n")
    parts = project.units({**one, **two})
    units = ["probe.c", *parts.common, *parts.host]
    folders = [f"-I{name}" for name in project.include(one)]
    subprocess.run(["gcc", "-std=c99", *folders, *units, "-o", "x"], cwd=tmp_path, check=True)


def test_a_frontend_that_does_not_fit_is_refused() -> None:
    right = sound_keywords()
    wrong = dataclasses.replace(right, graph=small_network(6, 10, scale=0.5, zero_point=8))
    with pytest.raises(ConfigError, match=r"scale 0\.125 and zero point 8, .* 0\.5 and 8; choose"):
        made(wrong)
    assert right.frontend is not None
    other = type(right.frontend)(FrontendSpec(bands=40))
    with pytest.raises(ConfigError, match="40 bands do not divide"):
        made(dataclasses.replace(right, frontend=other))


def test_a_short_recording_is_refused() -> None:
    with pytest.raises(ConfigError, match="needs a recording of 6 frames, this one has 0"):
        made(dataclasses.replace(sound_keywords(), golden_pcm=np.zeros(100, np.int16)))


def test_labels_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ModelError, match="4 scores but 3 labels"):
        made(dataclasses.replace(small_keywords(), labels=LABELS[:3]))


@pytest.mark.parametrize("prefix", ["", "2x", "a-b", "Kws"])
def test_a_prefix_that_is_no_c_name_is_refused(prefix: str) -> None:
    with pytest.raises(UsageError, match="prefix"):
        made(small_keywords(prefix=prefix))
