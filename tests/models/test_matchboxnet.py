"""The published counts of matchboxnet that the common tests do not have."""

from __future__ import annotations

from math import prod

import pytest

from edgekws.models import find_architecture

pytestmark = pytest.mark.tensorflow


def test_numbers_with_those_of_batch_normalization_are_the_published_ones() -> None:
    assert find_architecture("matchboxnet").build((98, 40), 12).count_params() == 73_092


def test_products_are_the_published_ones() -> None:
    model = find_architecture("matchboxnet").build((98, 40), 12, deploy=True)
    kernels = [layer for layer in model.layers if layer.weights and layer.name != "logits"]
    products = sum(prod(layer.weights[0].shape) * 98 for layer in kernels) + 128 * 12
    assert products == 6_711_792
