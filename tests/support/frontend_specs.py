"""Hypothesis strategies for frontends of all supported shapes."""

from __future__ import annotations

from hypothesis import assume
from hypothesis import strategies as st

from edgekws.errors import ConfigError
from edgekws.features import Frontend, find_frontend
from edgekws.features.frontends.micro import Micro
from edgekws.recipe import FrontendSpec

SPECS = {
    "default": FrontendSpec(),
    "10 bands": FrontendSpec(bands=10),
    "10 ms hop": FrontendSpec(hop_ms=10),
    "64 ms": FrontendSpec(window_ms=64, hop_ms=32, bands=80),
    "20 ms from 0 Hz": FrontendSpec(window_ms=20, hop_ms=10, bands=20, low_hz=0, high_hz=8000),
    "8 kHz": FrontendSpec(sample_rate_hz=8000, high_hz=3800, bands=32),
    "8 kHz, 64 ms": FrontendSpec(sample_rate_hz=8000, high_hz=4000, window_ms=64, bands=40),
    "48 kHz": FrontendSpec(sample_rate_hz=48000, high_hz=20000),
    "48 kHz, 64 ms": FrontendSpec(sample_rate_hz=48000, high_hz=20000, window_ms=64, bands=80),
}


@st.composite
def frontends(draw: st.DrawFn) -> Frontend:
    """Any frontend that is accepted."""
    rate_hz = draw(st.sampled_from([8_000, 16_000, 32_000, 44_100, 48_000]))
    window_ms = draw(st.integers(20, 64))
    low_hz = draw(st.integers(0, rate_hz // 4))
    spec = FrontendSpec(
        sample_rate_hz=rate_hz,
        window_ms=window_ms,
        hop_ms=draw(st.integers(10, min(32, window_ms))),
        bands=draw(st.integers(10, 80)),
        low_hz=low_hz,
        high_hz=draw(st.integers(low_hz + 1, rate_hz // 2)),
    )
    try:
        return find_frontend(spec)
    except ConfigError:
        assume(False)
        raise


@st.composite
def mfcc_frontends(draw: st.DrawFn) -> Frontend:
    """Any ``mfcc`` of the common windows that is accepted."""
    rate_hz = draw(st.sampled_from([8_000, 16_000, 48_000]))
    spec = FrontendSpec(
        name="mfcc",
        sample_rate_hz=rate_hz,
        window_ms=draw(st.sampled_from([30, 32, 40])),
        hop_ms=draw(st.sampled_from([10, 20])),
        bands=draw(st.integers(1, 40)),
        low_hz=draw(st.sampled_from([20, 125])),
        high_hz=draw(st.integers(3_000, rate_hz // 2)),
    )
    try:
        return find_frontend(spec)
    except ConfigError:
        assume(False)
        raise


@st.composite
def micro_frontends(draw: st.DrawFn) -> Micro:
    """Any ``micro`` of the common windows that is accepted."""
    rate_hz = draw(st.sampled_from([8_000, 16_000, 48_000]))
    spec = FrontendSpec(
        name="micro",
        sample_rate_hz=rate_hz,
        window_ms=draw(st.sampled_from([20, 30, 32, 40, 64])),
        hop_ms=draw(st.sampled_from([10, 20])),
        bands=draw(st.integers(1, 60)),
        low_hz=draw(st.sampled_from([20, 125])),
        high_hz=draw(st.integers(3_000, rate_hz // 2)),
    )
    try:
        return Micro(spec)
    except ConfigError:
        assume(False)
        raise
