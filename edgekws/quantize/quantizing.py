"""From the float network of a run to its int8 ``.tflite``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edgekws.errors import ConfigError, UsageError
from edgekws.files import sha256, write_bytes
from edgekws.models import find_architecture
from edgekws.run import Run
from edgekws.train.checkpoint import load_arrays
from edgekws.train.loop import Examples
from edgekws.train.material import Material, open_material
from edgekws.train.moment import Tell, silent

METHODS = ("qat", "ptq")


@dataclass(frozen=True)
class QuantizeResult:
    """An int8 network. Accuracies are 0..1, on the validation clips."""

    path: str
    method: str
    bytes: int
    sha256: str
    steps: int  # of fine-tuning; 0 by ptq
    best_step: int  # after which the kept weights were reached; 0: the float ones
    float_accuracy: float
    int8_accuracy: float  # in TensorFlow Lite, which may differ by 2 LSB from the exact engine
    validation_clips: int


def quantize(
    run: Run, *, method: str = "qat", steps: int | None = None, progress: Tell | None = None
) -> QuantizeResult:
    """Write the int8 network of ``run`` to ``int8/model.tflite``, and what it was rounded from.

    The input has the frontend's scale and zero point, the output is a softmax; no tensor is
    float. The same run gives the same bytes.

    Parameters
    ----------
    method
        ``qat`` simulates int8 and fine-tunes; ``ptq`` only measures ranges and converts.
    steps
        Fine-tuning steps of ``qat``; None takes ``schedule.qat_steps`` of the recipe.
    progress
        Called after each fine-tuning step with how the learning stands.

    Raises
    ------
    UsageError
        The method is not known, or ``ptq`` is asked for steps.
    ConfigError
        The run is not trained, or its files or its data changed since.
    CheckFailed
        The converter left something float, or weights that use too little of int8.
    """
    if method not in METHODS:
        raise UsageError(f"unknown method {method!r}; known: {', '.join(METHODS)}")
    if method == "ptq" and steps is not None:
        raise UsageError("steps are for method qat; ptq does not learn")
    if steps is not None and steps < 1:
        raise UsageError(f"steps must be 1 or more, got {steps}")
    trained = run.require("train")
    from edgekws.models.backend import keras, tf
    from edgekws.quantize.check import check
    from edgekws.quantize.float_weights import save_float_weights
    from edgekws.quantize.judge import float_accuracy, int8_accuracy

    keras.backend.clear_session()  # names of layers go into the file
    material = open_material(run.recipe)
    if material.dataset.fingerprint != trained["facts"]["dataset"]:
        raise ConfigError(
            f"{material.dataset.folder}: its files changed since `train` ran; train a new run"
        )
    validation = material.examples("validation")
    model = float_network(run, material)
    asked = 0 if method == "ptq" else steps or run.recipe.schedule.qat_steps
    best_step, data, rounded = _converted(model, material, validation, asked, progress or silent)
    check(data, scale=material.frontend.scale, zero_point=material.frontend.zero_point)
    write_bytes(run.model, data)
    fused = _fused(rounded, material, run.model_stream)
    save_float_weights(rounded, run.float_weights)
    result = QuantizeResult(
        path=str(run.model),
        method=method,
        bytes=len(data),
        sha256=sha256(data),
        steps=asked,
        best_step=best_step,
        float_accuracy=float_accuracy(model, material, validation),
        int8_accuracy=int8_accuracy(data, validation),
        validation_clips=len(validation.labels),
    )
    facts = {name: value for name, value in vars(result).items() if name not in ("path", "sha256")}
    run.record(
        "quantize",
        inputs={"recipe": run.path / "recipe.toml", "weights": _weights(run)},
        outputs={"model": run.model, "float_weights": run.float_weights} | fused,
        facts=facts | {"tensorflow": tf.__version__},
    )
    return result


def float_network(run: Run, material: Material) -> Any:
    """The trained network in its deployment form.

    Raises
    ------
    ConfigError
        The stored weights are not of this architecture.
    """
    recipe = material.recipe
    architecture = find_architecture(recipe.architecture)
    trained = architecture.build(recipe.input_shape, len(recipe.labels))
    stored = load_arrays(_weights(run))
    try:
        trained.set_weights([stored[name] for name in sorted(stored)])
    except ValueError as exc:
        raise ConfigError(
            f"{_weights(run)}: not weights of {recipe.architecture}; "
            f"run `edgekws train --resume {run.name}` again"
        ) from exc
    return architecture.deployed(trained)


def _converted(
    model: Any, material: Material, validation: Examples, steps: int, tell: Tell
) -> tuple[int, bytes, Any]:
    """Best step, the file, and the network whose weights it rounds."""
    from edgekws.quantize.calibrate import real_batches
    from edgekws.quantize.convert import convert_calibrated, convert_simulated, pinned

    if steps:
        from edgekws.quantize.finetune import fine_tuned

        tuned = fine_tuned(model, material, validation, steps, tell)
        return tuned.best_step, convert_simulated(tuned.model), tuned.model
    ends = material.frontend.scale, material.frontend.zero_point
    return 0, convert_calibrated(model, pinned(real_batches(material), *ends)), model


def _fused(rounded: Any, material: Material, path: Path) -> dict[str, Path]:
    """Write the file with the fused SVDF operator, where the network is made of such layers."""
    stages = find_architecture(material.recipe.architecture).stages
    if stages is None:
        return {}
    from edgekws.quantize.calibrate import real_batches
    from edgekws.quantize.float_weights import named_weights
    from edgekws.quantize.fused import fused_model

    found = stages(named_weights(rounded))
    ends = material.frontend.scale, material.frontend.zero_point
    write_bytes(path, fused_model(found, real_batches(material), *ends))
    return {"model_stream": path}


def _weights(run: Run) -> Path:
    return run.path / "float" / "weights.npz"
