"""Stand-ins with memory: what was asked of them can be read afterwards."""
