"""Values arrive in C as they are, and a misspelt name is an error."""

from __future__ import annotations

import subprocess
from pathlib import Path

import jinja2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import tools

from edgekws.codegen.environment import c_array, c_bytes, c_integer, c_string, c_type, environment


def test_a_misspelt_name_is_an_error() -> None:
    template = environment().from_string("{{ board.nme }}")
    with pytest.raises(jinja2.UndefinedError, match="nme"):
        template.render(board=object())


def test_arrays_are_flattened_row_by_row() -> None:
    values = np.arange(6, dtype=np.int8).reshape(2, 3) - 3
    assert c_array(values, 4) == "    -3, -2, -1, 0,\n    1, 2,"
    assert c_bytes(b"\x00\xff", 8) == "    0x00, 0xff,"


def test_extreme_numbers_need_no_wider_type() -> None:
    assert c_integer(-(2**31)) == "INT32_MIN"
    assert c_integer(2**31 - 1) == "2147483647"
    assert c_integer(2**32 - 1) == "4294967295u"
    assert c_integer(-(2**63)) == "INT64_MIN"
    assert c_integer(2**40) == "INT64_C(1099511627776)"


def test_only_sized_integers_have_tables() -> None:
    assert c_type(np.dtype(np.uint16)) == "uint16_t"
    with pytest.raises(TypeError, match="float32"):
        c_type(np.dtype(np.float32))


@given(st.text())
def test_strings_have_no_trigraph_and_no_raw_byte(text: str) -> None:
    literal = c_string(text)
    assert literal.isascii()
    assert literal.isprintable()
    assert "??" not in literal
    assert literal.encode().decode("unicode_escape").encode("latin-1") == (
        b'"' + text.encode() + b'"'
    )


def test_the_compiler_reads_the_same_values(tmp_path: Path) -> None:
    tools.require("gcc")
    numbers = [-(2**31), -1, 0, 2**31 - 1]
    labels = ['say "hi"\\', "ja\tü", "??=?", "\x01" + "7", "_unknown_"]
    text = f"""#include <stdint.h>
#include <stdio.h>
static const int32_t numbers[4] = {{
{c_array(np.array(numbers))}
}};
static const char *const labels[] = {{ {", ".join(map(c_string, labels))} }};
int main(void)
{{
    for (int i = 0; i < 4; i++) printf("%ld\\n", (long)numbers[i]);
    for (int i = 0; i < {len(labels)}; i++) printf("%s\\n", labels[i]);
    return 0;
}}
"""
    (tmp_path / "a.c").write_text(text)
    command = ["gcc", "-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror", "a.c", "-o", "a"]
    subprocess.run(command, cwd=tmp_path, check=True)
    done = subprocess.run([tmp_path / "a"], capture_output=True, check=True)
    assert done.stdout.decode() == "".join(f"{item}\n" for item in [*numbers, *labels])
