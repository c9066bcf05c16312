"""Tests mirror the rooms; `fakes` are stand-ins with memory."""
