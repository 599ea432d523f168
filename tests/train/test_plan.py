from __future__ import annotations

from pathlib import Path

import pytest
from support.sound_folder import make_folder

from edgekws.errors import UsageError
from edgekws.train.plan import Wishes, plan


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_folder(tmp_path / "data", {"yes": 2, "no": 2})


def test_wishes_about_data_reach_the_recipe(folder: Path, tmp_path: Path) -> None:
    others = make_folder(tmp_path / "others", {"bed": 1})
    wishes = Wishes(
        data=folder,
        unknown_folders=(others,),
        split="random",
        split_seed=7,
        time_shift_ms=50,
        background_frequency=0.5,
        background_volume=0.3,
    )
    recipe = plan("tiny_conv", wishes)
    data, augment = recipe.data, recipe.augment
    assert (data.source, data.unknown) == (str(folder), (str(others),))
    assert (data.words, data.split, data.split_seed) == (("no", "yes"), "random", 7)
    assert augment.time_shift_ms == 50
    assert (augment.background_frequency, augment.background_volume) == (0.5, 0.3)


def test_paths_are_kept_whole(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder.parent)
    make_folder(folder.parent / "others", {"bed": 1})
    wishes = Wishes(data=Path("data"), unknown_folders=(Path("others"),))
    data = plan("tiny_conv", wishes).data
    assert (data.source, data.unknown) == (str(folder), (str(folder.parent / "others"),))


@pytest.mark.parametrize(
    ("wishes", "message"),
    [
        ({"time_shift_ms": 1000}, "time_shift_ms 1000 must be below clip_ms 1000"),
        ({"background_volume": float("nan")}, r"background_volume must be in 0\.\.1, got nan"),
        ({"split": "dice"}, "split 'dice' is not known; known: hash, random, lists"),
        ({"sample_rate_hz": 8000}, "audio and frontend must have the same sample_rate_hz|high_hz"),
    ],
)
def test_what_cannot_be_meant(folder: Path, wishes: dict[str, object], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        plan("tiny_conv", Wishes(data=folder, **wishes))  # type: ignore[arg-type]


def test_unknown_that_is_the_data_itself(folder: Path) -> None:
    with pytest.raises(UsageError, match="other folders than the data"):
        plan("tiny_conv", Wishes(data=folder, unknown_folders=(folder,)))
