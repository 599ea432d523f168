"""Schemas that Zephyr publishes for ``module.yml`` and ``sample.yaml``, in our own words.

They are cut down to what we use: another key is a fault.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Schema = dict[str, Any]

TEXT: Schema = {"type": "string", "minLength": 1}
TEXTS: Schema = {"type": "array", "items": TEXT}


def mapping(properties: Schema, required: Sequence[str] = ()) -> Schema:
    """A table with these keys and no others."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


MODULE = mapping(
    {
        "name": TEXT,
        "build": mapping({"cmake": TEXT, "kconfig": TEXT, "depends": TEXTS}),
        "samples": TEXTS,
        "tests": TEXTS,
    }
)

_SCENARIO = mapping(
    {
        "tags": TEXT,
        "integration_platforms": TEXTS,
        "platform_allow": TEXTS,
        "harness": TEXT,
        "harness_config": mapping({"type": {"enum": ["one_line", "multi_line"]}, "regex": TEXTS}),
    }
)

SAMPLE = mapping(
    {
        "sample": mapping({"name": TEXT, "description": TEXT}, ["name"]),
        "common": _SCENARIO,
        "tests": {
            "type": "object",
            "patternProperties": {"^[a-zA-Z0-9_.]+$": _SCENARIO},
            "additionalProperties": False,
        },
    },
    ["sample", "tests"],
)
