"""Programs that print ratios and figures measured in one run: `python -m benchmarks.NAME`."""
