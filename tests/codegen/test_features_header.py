"""The features of a sound as C: the compiler reads the same values."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pytest
from support import golden, tools
from support.sound_folder import tone, write_sound

from edgekws.codegen.features import c_name, features_header
from edgekws.features import find_frontend
from edgekws.features.whole import features_of_file
from edgekws.recipe import FrontendSpec

PROGRAM = """#include "a.h"
#include "a.h"
#include <stdio.h>
int main(void)
{
    for (int i = 0; i < YES_FEATURES_FRAMES * YES_FEATURES_BANDS; i++) {
        printf("%d\\n", yes_features[i]);
    }
    printf("%d %g %d\\n", YES_FEATURES_BANDS, (double)YES_FEATURES_SCALE, YES_FEATURES_ZERO_POINT);
    return 0;
}
"""


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_the_compiler_reads_the_same_values(compiler: str, tmp_path: Path) -> None:
    tools.require(compiler)
    path = write_sound(tmp_path / "Yes!.wav", tone(3))
    found = features_of_file(find_frontend(FrontendSpec(bands=10)), path)
    (tmp_path / "a.h").write_text(features_header(found))
    (tmp_path / "a.c").write_text(PROGRAM)
    flags = ["-std=c99", "-pedantic", "-Wall", "-Wextra", "-Wconversion", "-Werror"]
    subprocess.run([compiler, *flags, "a.c", "-o", "a"], cwd=tmp_path, check=True)
    done = subprocess.run([tmp_path / "a"], capture_output=True, text=True, check=True)
    *values, numbers = done.stdout.splitlines()
    assert np.array_equal(np.array(values, int), found.values.ravel())
    assert numbers == "10 0.125 8"


def test_golden_file(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "yes.wav", tone(3)[:1600])
    found = features_of_file(find_frontend(FrontendSpec(bands=10)), path)
    golden.expect("sound", {"yes_features.h": features_header(found)})


def test_the_header_depends_on_the_sound_only(tmp_path: Path) -> None:
    frontend = find_frontend(FrontendSpec())
    texts = [
        features_header(features_of_file(frontend, write_sound(tmp_path / name / "a.wav", tone(3))))
        for name in ("one", "other")
    ]
    assert texts[0] == texts[1]
    assert str(tmp_path) not in texts[0]


@pytest.mark.parametrize(
    ("stem", "name"),
    [
        ("yes", "yes"),
        ("0a7c-Yes", "sound_0a7c_yes"),
        ("ja/ü", "ja"),
        ("", "sound"),
        ("日本", "sound"),
        ("_a" * 40, "a" + "_a" * 19),
    ],
)
def test_every_file_name_becomes_a_c_name(stem: str, name: str) -> None:
    assert c_name(stem) == name
