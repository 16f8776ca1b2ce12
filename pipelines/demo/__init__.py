"""Extracts of invented customers, with the truth beside them: what `customer-hub demo` runs on."""

from pipelines.demo.extracts import Demo, make_extracts

__all__ = ["Demo", "make_extracts"]
