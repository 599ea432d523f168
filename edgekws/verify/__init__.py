"""Prove: float, int8 graph, TFLite Micro and generated C say the same, or what differs first."""

from edgekws.verify.check import Check
from edgekws.verify.gate import Thoroughness, foreign_keywords, verify, verify_model
from edgekws.verify.report import Report

__all__ = ["Check", "Report", "Thoroughness", "foreign_keywords", "verify", "verify_model"]
