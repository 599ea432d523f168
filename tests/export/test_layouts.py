"""``--layout``: the same proof, the same C, wrapped for another tool."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.small_run import QUICK, small_model

from edgekws.errors import BoardTooSmall, UsageError
from edgekws.export import ExportResult, export, export_model, exporting
from edgekws.resources import boards_folder
from edgekws.run import Run

pytestmark = [pytest.mark.qemu, pytest.mark.slow]


def manifest(result: ExportResult) -> dict[str, object]:
    return dict(json.loads((result.folder / "manifest.json").read_text()))


def no_verification(*arguments: object, **options: object) -> None:
    raise AssertionError("verified again")


def test_a_layout_has_the_proof_and_the_c_of_the_board(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "verify", no_verification)
    bare, wrapped = export(run), export(run, layout="zephyr")
    assert (bare.layout, manifest(bare)["layout"]) == ("make", "make")
    assert (wrapped.layout, manifest(wrapped)["layout"]) == ("zephyr", "zephyr")
    assert wrapped.folder == Path("export/small-zephyr")
    assert wrapped.board == bare.board
    for name in ("kws_fft.c", "kws_conv_2d_dsp.c"):
        one, other = (next(r.folder.rglob(name)).read_text() for r in (bare, wrapped))
        assert one == other
    readme = (wrapped.folder / "README.md").read_text()
    assert "`edgekws export --target cortex-m --layout zephyr --board mps2_an386`" in readme
    assert wrapped.verified in readme


def test_its_sizes_are_predicted_from_the_bare_program(run: Run) -> None:
    bare, wrapped = export(run), export(run, layout="platformio")
    assert (wrapped.flash_bytes, wrapped.ram_bytes) == (bare.flash_bytes, bare.ram_bytes)
    assert wrapped.origins["flash_bytes"] == "predicted"
    sizes = manifest(wrapped)["sizes"]
    assert sizes["ram_bytes"] == {  # type: ignore[index]
        "bytes": bare.ram_bytes, "origin": "predicted",
        "why": "linked for mps2_an386 with --layout make",
    }  # fmt: skip


def test_a_board_that_is_too_small_is_refused_for_any_tool(run: Run) -> None:
    text = (boards_folder() / "microbit.toml").read_text()
    kept = [line for line in text.splitlines(True) if not line.startswith("stack_bytes")]
    tight = "".join(kept).replace("[memory]", "[memory]\nstack_bytes = 14_336")
    Path("tight.toml").write_text(tight)
    with pytest.raises(BoardTooSmall, match="RAM"):
        export(run, layout="arduino", board_id="tight.toml")
    assert not Path("export").exists()


def test_a_folder_that_a_tool_built_in_is_replaced(run: Run) -> None:
    folder = export(run, layout="platformio").folder
    (folder / ".pio/build").mkdir(parents=True)
    (folder / ".pio/build/program").write_bytes(b"\x7fELF")
    export(run, layout="platformio")
    assert not (folder / ".pio").exists()
    (folder / "src/mic.c").write_text("1")
    with pytest.raises(UsageError, match=r"src/mic\.c is not as the export left it"):
        export(run, layout="platformio")


def test_wrong_requests(run: Run) -> None:
    with pytest.raises(UsageError, match="'toaster' is not known; known: arduino, cmsis-pack"):
        export(run, layout="toaster")
    with pytest.raises(UsageError, match="android has no layouts; leave --layout away"):
        export(run, target="android", layout="make")


def test_a_model_made_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("theirs.tflite").write_bytes(small_model())
    result = export_model(Path("theirs.tflite"), layout="cmsis-pack", thoroughness=QUICK)
    assert result.folder == Path("export/theirs-cmsis-pack")
    assert (result.folder / "edgekws.kws_model.1.0.0.pack").exists()
