from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest
from support.sound_folder import make_folder

from edgekws.audio.dataset import open_dataset
from edgekws.errors import ConfigError, UsageError
from edgekws.train.plan import Wishes, plan, rehearse


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


def test_wishes_about_time_and_pitch_reach_the_recipe(folder: Path) -> None:
    wishes = Wishes(
        data=folder, sample_rate_hz=8000, clip_ms=1500, window_ms=40, hop_ms=10, bands=20
    )
    recipe = plan("tiny_conv", wishes)
    frontend = recipe.frontend
    assert (recipe.audio.sample_rate_hz, recipe.audio.clip_ms) == (8000, 1500)
    assert (frontend.sample_rate_hz, frontend.window_ms, frontend.hop_ms) == (8000, 40, 10)
    assert (frontend.low_hz, frontend.high_hz) == (125, 3750)  # in proportion to 16 kHz
    assert recipe.input_shape == (147, 20)
    asked = plan("tiny_conv", Wishes(data=folder, sample_rate_hz=48_000, low_hz=0, high_hz=9_000))
    assert (asked.frontend.low_hz, asked.frontend.high_hz) == (0, 9_000)
    assert plan("tiny_conv", Wishes(data=folder, sample_rate_hz=48_000)).frontend.high_hz == 7_500


def test_bands_end_lower_where_the_network_sees_half_the_rate(folder: Path) -> None:
    def high_hz(**wishes: Any) -> int:
        frontend = plan("tiny_conv", Wishes(data=folder, halved=True, **wishes)).frontend
        assert frontend.halved
        return frontend.high_hz

    assert (high_hz(), high_hz(sample_rate_hz=32_000)) == (3_750, 7_500)
    assert high_hz(high_hz=4_000) == 4_000
    tutorial = plan("five_convolutions", Wishes(data=folder, halved=True)).frontend
    assert (tutorial.halved, tutorial.high_hz) == (True, 4_000)
    with pytest.raises(UsageError, match=r"high_hz <= 4000 \(a quarter of the sample rate\)"):
        high_hz(high_hz=4_001)


def test_a_frontend_by_its_name_keeps_the_networks_numbers(folder: Path) -> None:
    asked = plan("ds_cnn", Wishes(data=folder, frontend="mfcc", hop_ms=20, bands=10))
    own = plan("ds_cnn", Wishes(data=folder, hop_ms=20, bands=10))
    assert asked.frontend == dataclasses.replace(own.frontend, name="mfcc")
    with pytest.raises(UsageError, match=r"'nosuch' is not known; known: log_mel, .*mfcc, micro"):
        rehearse(plan("tiny_conv", Wishes(data=folder, frontend="nosuch")))
    with pytest.raises(ConfigError, match="41 coefficients of 40 bands"):
        rehearse(plan("tiny_conv", Wishes(data=folder, frontend="mfcc", bands=41)))


def test_an_epoch_is_every_training_clip_once(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "data", {"yes": 40, "no": 40, "bed": 40})
    told: list[str] = []
    wishes = Wishes(data=folder, epochs=(3,), learning_rates=(0.1,), batch_size=2)
    recipe = plan("tiny_conv", wishes, told.append)
    clips = open_dataset(recipe).epoch_clips
    assert recipe.schedule.steps == (-(-3 * clips // 2),)
    assert told == [f"an epoch is {clips} clips, silence and unknown words included"]


@pytest.mark.parametrize(("wishes", "every"), [({"steps": (20,)}, 4), ({"steps": (9000,)}, 500)])
def test_a_short_training_is_looked_at_too(
    folder: Path, wishes: dict[str, Any], every: int
) -> None:
    assert plan("tiny_conv", Wishes(data=folder, **wishes)).schedule.evaluate_every == every
    said = plan("tiny_conv", Wishes(data=folder, evaluate_every=7, **wishes))
    assert said.schedule.evaluate_every == 7


@pytest.mark.parametrize(
    ("wishes", "message"),
    [
        ({"time_shift_ms": 1000}, "time_shift_ms 1000 must be below clip_ms 1000"),
        ({"background_volume": float("nan")}, r"background_volume must be in 0\.\.1, got nan"),
        ({"split": "dice"}, "split 'dice' is not known; known: hash, random, lists"),
        ({"sample_rate_hz": 8000, "high_hz": 4001}, r"high_hz <= 4000 \(half the sample rate\)"),
        (
            {"sample_rate_hz": 20, "low_hz": 0},
            "window_ms 30 and hop_ms 20 must be a sample or more",
        ),
        ({"steps": (4,), "epochs": (4,)}, "--epochs cannot go with --steps"),
        ({"clip_ms": 20, "time_shift_ms": 0}, "window_ms 30 is longer than a clip of 20 ms"),
    ],
)
def test_what_cannot_be_meant(folder: Path, wishes: dict[str, object], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        plan("tiny_conv", Wishes(data=folder, **wishes))  # type: ignore[arg-type]


def test_unknown_that_is_the_data_itself(folder: Path) -> None:
    with pytest.raises(UsageError, match="other folders than the data"):
        plan("tiny_conv", Wishes(data=folder, unknown_folders=(folder,)))
