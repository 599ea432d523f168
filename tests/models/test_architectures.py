"""Published parameter counts, and how architectures are found."""

from __future__ import annotations

import subprocess
import sys

import pytest
from support.architectures_page import rows
from support.small_shapes import small_shape

from edgekws.errors import UsageError
from edgekws.models import architecture_names, find_architecture
from edgekws.models.cost import macs, parameters

PUBLISHED = [
    # architecture, labels, deployed parameters, trained parameters
    ("bc_resnet_1", 12, 10_232, 9_232),
    ("bc_resnet_1", 10, 10_166, 9_166),
    ("bc_resnet_1_5", 12, 18_654, 17_154),
    ("bc_resnet_2", 12, 29_284, 27_284),
    ("bc_resnet_3", 12, 57_168, 54_168),
    ("conv", 12, 926_860, 926_860),
    ("ds_cnn", 12, 22_604, 23_756),
    ("ds_cnn_l", 12, 410_700, 416_772),
    ("ds_cnn_m", 12, 135_032, 138_128),
    ("ds_cnn_stream", 12, 22_604, 23_756),
    ("five_convolutions", 12, 313_340, 313_854),
    ("low_latency_conv", 12, 949_862, 949_862),
    ("low_latency_svdf", 12, 751_372, 751_372),
    ("matchboxnet", 12, 70_788, 71_556),
    ("simple_audio_32", 8, 1_625_608, 1_625_608),
    ("simple_audio_64", 8, 29_568_008, 29_568_008),
    ("single_fc", 12, 47_052, 47_052),
    ("streaming_wakeword", 3, 46_883, 47_715),
    ("svdf_20k", 12, 19_516, 19_996),
    ("svdf_32k", 12, 32_444, 33_052),
    ("svdf_354k", 12, 353_804, 356_876),
    ("tc_resnet14", 12, 135_320, 135_856),
    ("tc_resnet8", 12, 64_840, 65_168),
    ("tiny_conv", 4, 16_652, 16_652),
    ("tiny_conv", 12, 48_660, 48_660),
    ("tiny_embedding_conv", 4, 6_164, 6_164),
    ("tiny_embedding_conv", 12, 6_940, 6_940),
]
WITH_STATISTICS = [  # the tutorials count what normalization does not learn, too
    ("five_convolutions", 12, 314_368),
    ("simple_audio_32", 8, 1_625_611),
    ("simple_audio_64", 8, 29_568_011),
]
PUBLISHED_MACS = [
    ("conv", 12, 201_456_640),
    ("ds_cnn", 12, 2_656_768),
    ("ds_cnn_l", 12, 28_327_812),
    ("ds_cnn_m", 12, 9_816_384),
    ("low_latency_svdf", 12, 10_682_368),
    ("single_fc", 12, 47_040),
    ("streaming_wakeword", 3, 826_368),
    ("tc_resnet14", 12, 3_030_528),
    ("tc_resnet8", 12, 1_522_560),
    ("tiny_conv", 4, 336_000),
    ("tiny_embedding_conv", 4, 381_824),
]
SHAPES = {
    "bc_resnet_1": (98, 40),
    "bc_resnet_1_5": (98, 40),
    "bc_resnet_2": (98, 40),
    "bc_resnet_3": (98, 40),
    "conv": (98, 40),
    "ds_cnn": (49, 10),
    "ds_cnn_l": (49, 10),
    "ds_cnn_m": (49, 10),
    "ds_cnn_stream": (49, 10),
    "five_convolutions": (99, 81),
    "low_latency_conv": (98, 40),
    "low_latency_svdf": (98, 40),
    "matchboxnet": (98, 40),
    "simple_audio_32": (124, 129),
    "simple_audio_64": (124, 129),
    "single_fc": (98, 40),
    "spectrogram_cnn": (128, 128),
    "streaming_wakeword": (30, 40),
    "svdf_20k": (49, 40),
    "svdf_32k": (49, 40),
    "svdf_354k": (49, 30),
    "tc_resnet14": (98, 40),
    "tc_resnet8": (98, 40),
    "tiny_conv": (49, 40),
    "tiny_embedding_conv": (49, 40),
}


def test_all_are_found() -> None:
    assert architecture_names() == tuple(sorted(SHAPES))


@pytest.mark.parametrize("name", sorted(SHAPES))
def test_default_frontend_has_the_published_shape(name: str) -> None:
    architecture = find_architecture(name)
    spec = architecture.default_frontend
    assert architecture.name == name
    assert (spec.frames(spec.sample_rate_hz), spec.bands) == SHAPES[name]  # of 1 s


def test_an_unknown_one_is_refused_with_the_list() -> None:
    with pytest.raises(UsageError, match=r"'tiny_cnv'; known: .*conv, ds_cnn, .*tiny_conv"):
        find_architecture("tiny_cnv")


def test_finding_does_not_import_tensorflow() -> None:
    code = (
        "import sys; from edgekws.models import architecture_names, find_architecture; "
        "[find_architecture(name) for name in architecture_names()]; "
        "sys.exit('tensorflow' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.tensorflow
@pytest.mark.parametrize(("name", "labels", "deployed", "trained"), PUBLISHED)
def test_parameter_counts_are_the_published_ones(
    name: str, labels: int, deployed: int, trained: int
) -> None:
    build = find_architecture(name).build
    assert parameters(build(SHAPES[name], labels, deploy=True)) == deployed
    if labels == 12:
        assert rows()[name]["parameters"] == f"{deployed:,}"
    weights = build(SHAPES[name], labels).trainable_weights
    assert sum(weight.shape.num_elements() for weight in weights) == trained


@pytest.mark.tensorflow
@pytest.mark.parametrize(("name", "labels", "numbers"), WITH_STATISTICS)
def test_numbers_with_those_of_normalization_are_the_published_ones(
    name: str, labels: int, numbers: int
) -> None:
    assert find_architecture(name).build(SHAPES[name], labels).count_params() == numbers


@pytest.mark.tensorflow
@pytest.mark.parametrize(("name", "labels", "products"), PUBLISHED_MACS)
def test_products_are_the_published_ones(name: str, labels: int, products: int) -> None:
    model = find_architecture(name).build(SHAPES[name], labels, deploy=True)
    assert macs(model) == products
    if labels == 12:
        assert rows()[name]["MACs a clip"] == f"{products:,}"


@pytest.mark.tensorflow
@pytest.mark.parametrize("name", sorted(SHAPES))
def test_other_shapes_and_label_counts_build(name: str) -> None:
    model = find_architecture(name).build(small_shape(name), 3)
    assert model.output_shape == (None, 3)
    assert model.layers[-1].__class__.__name__ == "Softmax"
