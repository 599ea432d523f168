"""Pack: a verified network becomes a project folder with its manifest."""

from edgekws.export.exporting import ExportResult, export, export_model
from edgekws.export.target import find_target, target_names

__all__ = ["ExportResult", "export", "export_model", "find_target", "target_names"]
