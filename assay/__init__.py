"""Assay: evaluation and governance for generative-AI applications."""

__all__ = ["__version__"]

__version__ = "0.1.0"
