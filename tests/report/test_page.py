"""The page of a run: whole, offline, safe, and clicked in a browser."""

from __future__ import annotations

import base64
import re
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support import tools
from support.small_run import QUICK, small_run

from edgekws.audio.read import read_clip
from edgekws.errors import ConfigError
from edgekws.report import write_page
from edgekws.report.answers import read_answers
from edgekws.report.mistakes import MOST_OF_A_PAIR, worst
from edgekws.run import Run
from edgekws.verify import verify


class Tags(HTMLParser):
    """Every tag with its attributes; knows whether all were closed."""

    VOID = frozenset({"meta", "br", "img", "link"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    root = tmp_path_factory.mktemp("page")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EDGEKWS_CACHE_DIR", str(root / "cache"))
        run = small_run(root, lossy=2)
        (run.path / "float" / "history.json").write_text(
            '[{"step": 100, "training_accuracy": 0.5, "training_loss": 1.2, '
            '"validation_accuracy": 0.4, "validation_loss": 1.3, "learning_rate": 0.001}]'
        )
        tools.require("gcc")
        verify(run, thoroughness=QUICK, tolerance_points=100)
        yield root


@pytest.fixture
def run(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("EDGEKWS_CACHE_DIR", str(made / "cache"))
    shutil.copytree(made / "runs", tmp_path / "runs")
    return Run(tmp_path / "runs" / "small")


def test_the_page_needs_nothing_but_itself(run: Run) -> None:
    page = write_page(run).read_text(encoding="utf-8")
    tags = Tags(page)
    assert not tags.open
    links = [a[key] for _, a in tags.found for key in ("src", "href") if a.get(key)]
    assert links
    assert all(link and link.startswith(("data:", "#")) for link in links)
    anchors = {a["id"] for _, a in tags.found if "id" in a}
    assert {link[1:] for link in links if link and link.startswith("#")} <= anchors
    assert "://" not in re.sub(r"data:[^\"]*", "", page)
    assert write_page(run, run.path / "again.html").read_text(encoding="utf-8") == page


def test_its_numbers_are_those_of_the_run(run: Run) -> None:
    tags = Tags(write_page(run).read_text(encoding="utf-8"))
    answers = read_answers(run)
    assert answers.int8_scores is not None
    given = answers.int8_scores.argmax(axis=1)
    for button in tags.all("button"):
        if "data-label" in button:
            assert button["data-label"] != button["data-answer"]
    pairs = {(str(t), str(g)) for t, g in zip(answers.truth, given, strict=True) if t != g}
    buttons = {(b.get("data-label"), b.get("data-answer")) for b in tags.all("button")}
    assert pairs == {pair for pair in buttons if pair[0] is not None}
    shown = [a for a in tags.all("div") if a.get("class") == "clip"]
    assert [(a["data-label"], a["data-answer"]) for a in shown] == [
        (str(answers.truth[clip]), str(given[clip])) for clip in worst(answers)
    ]


def test_its_sounds_are_the_clips(run: Run, tmp_path: Path) -> None:
    tags = Tags(write_page(run).read_text(encoding="utf-8"))
    answers = read_answers(run)
    folder = Path(run.recipe.data.source or "")
    checked = 0
    for clip, audio in zip(worst(answers), tags.all("audio"), strict=True):
        if answers.names[clip].startswith("_"):
            continue
        wav = tmp_path / "clip.wav"
        wav.write_bytes(base64.b64decode((audio["src"] or "").partition("base64,")[2]))
        original = read_clip(folder / answers.names[clip], 16_000)
        np.testing.assert_array_equal(read_clip(wav, 16_000)[: len(original)], original[:16_000])
        checked += 1
    assert checked > 3


def test_the_worst_come_first_and_no_pair_hides_the_others(run: Run) -> None:
    answers = read_answers(run)
    scores = answers.best_known
    chosen = worst(answers)
    margins = [scores[c].max() - scores[c, answers.truth[c]] for c in chosen]
    assert margins == sorted(margins, reverse=True)
    pairs = [(answers.truth[c], scores[c].argmax()) for c in chosen]
    assert all(label != answer for label, answer in pairs)
    assert max(pairs.count(pair) for pair in pairs) <= MOST_OF_A_PAIR


def test_without_the_sounds_there_is_still_a_page(run: Run, made: Path) -> None:
    text = (run.path / "recipe.toml").read_text()
    moved = text.replace(str(made / "data"), str(made / "gone"))
    (run.path / "recipe.toml").write_text(moved)
    with pytest.raises(ConfigError, match=r"recipe\.toml changed"):
        write_page(run)
    recipe = {"recipe": run.path / "recipe.toml"}
    test = {"test": run.path / "float" / "test_scores.npz"}
    run.record("train", inputs=recipe, outputs=test)
    page = write_page(run).read_text(encoding="utf-8")
    assert "Without sound and features: " in page
    assert "<audio" not in page
    assert "not quantized" in page or "not verified" in page


def test_names_of_files_cannot_break_the_page(run: Run) -> None:
    stored = run.path / "float" / "test_scores.npz"
    with np.load(stored) as file:
        kept: dict[str, Any] = {key: file[key] for key in file.files}
    kept["names"] = np.array(
        [f"<script>alert({n})</script>.wav" for n in range(len(kept["names"]))]
    )
    np.savez(stored, **kept)
    run.record("train", inputs={"recipe": run.path / "recipe.toml"}, outputs={"test": stored})
    page = write_page(run).read_text(encoding="utf-8")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_an_untrained_run_is_refused(run: Run) -> None:
    (run.path / "manifest.json").unlink()
    with pytest.raises(ConfigError, match=r"no train yet; run `edgekws train --resume small`"):
        write_page(run)


@pytest.mark.slow
def test_a_browser_opens_it_and_clicks(run: Run) -> None:
    tools.require("chromium", "chromedriver")
    tools.require_package("selenium")
    from selenium import webdriver
    from selenium.webdriver.common.by import By

    page = write_page(run)
    options = webdriver.ChromeOptions()
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    options.binary_location = shutil.which("chromium") or ""
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    service = webdriver.ChromeService(executable_path=shutil.which("chromedriver"))
    browser = webdriver.Chrome(options=options, service=service)
    try:
        browser.get(page.resolve().as_uri())
        clips = browser.find_elements(By.CLASS_NAME, "clip")
        assert len(clips) == len(worst(read_answers(run)))
        assert all(clip.is_displayed() for clip in clips)
        button = browser.find_element(By.CSS_SELECTOR, ".confusion button")
        wanted = (button.get_attribute("data-label"), button.get_attribute("data-answer"))
        button.click()
        for clip in clips:
            pair = (clip.get_attribute("data-label"), clip.get_attribute("data-answer"))
            assert clip.is_displayed() == (pair == wanted)
        browser.find_element(By.ID, "all").click()
        assert all(clip.is_displayed() for clip in clips)
        play = (
            "const [audio, done] = arguments; audio.onerror = () => done(-1);"
            "audio.onloadedmetadata = () => done(audio.duration); audio.load();"
        )
        browser.set_script_timeout(20)
        audio = browser.find_element(By.TAG_NAME, "audio")
        browser.execute_script("arguments[0].preload = 'metadata'", audio)
        assert browser.execute_async_script(play, audio) == pytest.approx(1.0, abs=0.01)
        drawn = "return [...document.images].every(i => i.complete && i.naturalWidth > 0)"
        assert browser.execute_script(drawn)
        assert not [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"]
    finally:
        browser.quit()
