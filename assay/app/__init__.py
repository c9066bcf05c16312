"""Composition: the one place that reads settings and builds the real things; long jobs start here."""
