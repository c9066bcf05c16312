"""Tests of the courier, the chat client and the embedded model."""
