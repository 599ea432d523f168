"""Pack: a verified network becomes a project folder with its manifest."""

from edgekws.export.exporting import ExportResult, export, export_model
from edgekws.export.runtime import runtime_names
from edgekws.export.target import find_target, target_names

__all__ = [
    "ExportResult",
    "export",
    "export_model",
    "find_target",
    "runtime_names",
    "target_names",
]
