"""An article's text → its quotations: what was said, by whom, and which words say so."""

from __future__ import annotations

from searcher.analysis.quotations.attribution import quotations
from searcher.analysis.quotations.values import Confidence, Kind, Quotation

__all__ = ["Confidence", "Kind", "Quotation", "quotations"]
