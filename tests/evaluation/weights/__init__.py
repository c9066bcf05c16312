"""Tests of the catalogue of weights and of the pull."""
