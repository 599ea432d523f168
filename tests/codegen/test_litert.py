"""The Android project for TensorFlow Lite: the same every time, complete, with the file in it."""

from __future__ import annotations

import dataclasses
import hashlib
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest
from support import golden
from support.litert import litert_scores
from support.small_network import small_keywords
from support.small_run import BANDS, FRAMES, small_model
from support.stepwise_network import stepwise_model
from support.tflm_project import listening

from edgekws.codegen.android_files import CPP
from edgekws.codegen.android_view import Versions
from edgekws.codegen.litert import TOLERANCE, generate_litert
from edgekws.codegen.selftest import golden_view
from edgekws.errors import ConfigError, ModelError, UsageError
from edgekws.graph import read_model, run_graph
from edgekws.graph.types import Graph
from edgekws.resources import templates_folder

COMMAND = "edgekws export --target android --runtime litert"
NAMESPACE = "com.example.door_words"
KOTLIN = "kws/src/main/kotlin/com/example/door_words"
RESOURCES = "kws/src/main/resources/com/example/door_words"
# What `firmware_templates/android` makes differently here.
CHANGED = (
    "Makefile",
    "README.md",
    "check/Check.kt",
    "check/pom.xml",
    "kws/build.gradle.kts",
    "kws/consumer-rules.pro",
    f"{CPP}/CMakeLists.txt",
    f"{CPP}/kws_jni_config.h",
    f"{KOTLIN}/KeywordSpotter.kt",
    f"{KOTLIN}/NativeSpotter.kt",
)


def made(hops: int = 2) -> dict[str, str | bytes]:
    return generate_litert(
        listening(prefix="door", hops=hops), command=COMMAND, verified="no", namespace=NAMESPACE
    )


def texts() -> dict[str, str]:
    return {name: text for name, text in made().items() if isinstance(text, str)}


def test_golden_files() -> None:
    files = texts()
    folder = templates_folder() / "litert"
    own = {path.name.removesuffix(".j2") for path in folder.rglob("*.j2")}
    names = {n.replace("door_", ""): n for n in files if "selftest_data" not in n}
    shown = {n: files[n] for short, n in names.items() if Path(short).name in own}
    assert len(shown) == len(own)
    golden.expect("litert", {**shown, **{name: files[name] for name in CHANGED}})


def test_the_same_inputs_give_the_same_bytes() -> None:
    assert made() == made()


def test_every_include_and_every_c_file_is_in_the_project() -> None:
    files = texts()
    names = {Path(name).name for name in files}
    for text in files.values():
        assert set(re.findall(r'#include "(\w+\.h)"', text)) <= names
    there = {n.removeprefix(f"{CPP}/") for n in files if n.startswith(CPP) and n.endswith(".c")}
    assert set(re.findall(r"^  (\S+\.c)$", files[f"{CPP}/CMakeLists.txt"], re.M)) == there
    assert "kws_jni_link.c" in there
    assert not any("conv" in name or "model_data" in name for name in there)


def test_kotlin_and_c_agree_on_the_functions() -> None:
    files = texts()
    declared = re.findall(r"external fun (\w+)", files[f"{KOTLIN}/NativeSpotter.kt"])
    registered = re.findall(r'NATIVE\("(\w+)"', files[f"{CPP}/kws_jni.c"])
    more = re.findall(r'NATIVE\("(\w+)"', files[f"{CPP}/kws_jni_config.h"])
    assert declared == registered + more and len(more) == 2


def test_the_module_asks_for_tensorflow_lite_and_make_check_for_the_same() -> None:
    files = texts()
    wanted = f"org.tensorflow:tensorflow-lite:{Versions().tensorflow_lite}"
    assert f'implementation("{wanted}")' in files["kws/build.gradle.kts"]
    pom = ET.fromstring(files["check/pom.xml"])
    space = "{http://maven.apache.org/POM/4.0.0}"
    asked = {
        (found.findtext(f"{space}artifactId"), found.findtext(f"{space}version"))
        for found in pom.iter(f"{space}dependency")
        if found.findtext(f"{space}groupId") == "org.tensorflow"
    }
    version = Versions().tensorflow_lite
    assert asked == {("tensorflow-lite", version), ("tensorflow-lite-api", version)}


def test_litert_gives_the_golden_scores_and_other_features_do_not() -> None:
    keywords = listening()
    scores = golden_view(keywords).scores.astype(int)
    assert keywords.frontend is not None
    frames = keywords.frontend.reference(keywords.golden_pcm[np.newaxis])[0]
    windows = np.stack([frames[start : start + FRAMES] for start in range(len(scores))])
    found = litert_scores(keywords.model, windows)
    assert np.ptp(scores) > 100  # they say something
    assert np.abs(found - scores).max() <= 1
    assert np.abs(litert_scores(keywords.model, windows[::-1]) - scores).max() > TOLERANCE


@pytest.mark.parametrize("hops", [1, 2, 3])
def test_the_module_carries_the_file_and_golden_vectors_of_it(hops: int) -> None:
    keywords, files = listening(prefix="door", hops=hops), made(hops)
    network, vectors = files[f"{RESOURCES}/door.tflite"], files[f"{RESOURCES}/door_golden.bin"]
    assert network == keywords.model
    assert isinstance(vectors, bytes)
    scores = golden_view(keywords).scores
    values = np.frombuffer(vectors, np.int8)
    frames = values[: -scores.size].reshape(-1, BANDS)
    starts = range(0, len(frames) - FRAMES + 1, hops)
    windows = np.stack([frames[start : start + FRAMES] for start in starts])
    answers = run_graph(keywords.graph, windows.reshape(-1, *keywords.graph.input_tensor.shape[1:]))
    np.testing.assert_array_equal(answers.ravel(), values[-scores.size :])
    kotlin = files[f"{KOTLIN}/ModuleFiles.kt"]
    assert isinstance(kotlin, str)
    for content in (network, vectors):
        assert isinstance(content, bytes)
        assert hashlib.sha256(content).hexdigest() in kotlin


def test_a_model_without_a_frontend_is_refused() -> None:
    with pytest.raises(ConfigError, match="the module takes sound"):
        generate_litert(small_keywords(), command=COMMAND, verified="no")
    with pytest.raises(UsageError, match="namespace"):
        generate_litert(listening(), command=COMMAND, verified="no", namespace="words")


def test_a_file_whose_scores_are_not_those_of_the_network_is_refused() -> None:
    logits = listening(small_model(with_softmax=False))
    with pytest.raises(ModelError, match="ends in logits, not in scores; use --runtime native"):
        generate_litert(logits, command=COMMAND, verified="no")
    few = dataclasses.replace(listening(), labels=("yes", "no"))
    with pytest.raises(ModelError, match="4 scores but 2 labels"):
        generate_litert(few, command=COMMAND, verified="no")
    wide = dataclasses.replace(listening(), graph=_of_int16(listening().graph))
    with pytest.raises(ModelError, match="other numbers than int8; use --runtime native"):
        generate_litert(wide, command=COMMAND, verified="no")
    model = stepwise_model()
    remembers = dataclasses.replace(listening(), graph=read_model(model), model=model)
    with pytest.raises(ModelError, match="remembers from frame to frame; use --runtime native"):
        generate_litert(remembers, command=COMMAND, verified="no")


def _of_int16(graph: Graph) -> Graph:
    tensors = list(graph.tensors)
    tensors[graph.input] = dataclasses.replace(tensors[graph.input], dtype="int16")
    return dataclasses.replace(graph, tensors=tuple(tensors))
