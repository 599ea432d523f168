"""Look back: one page about a run, and runs side by side."""

from edgekws.report.comparing import Compared, Comparison, compare
from edgekws.report.page import PAGE, write_page

__all__ = ["PAGE", "Compared", "Comparison", "compare", "write_page"]
