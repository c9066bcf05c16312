"""The response cache holds answers: nobody but its owner reads it."""

from pathlib import Path

from evaluation.llm._cache import KeptReply, ReplyCache


def test_the_cache_is_for_its_owner_alone(tmp_path: Path) -> None:
    """A new file, one that was readable by all, and what SQLite puts beside it."""
    (tmp_path / "old.sqlite").touch(mode=0o644)
    for name in ("new.sqlite", "old.sqlite"):
        cache = ReplyCache(tmp_path / name, lambda _tickets, _problem: None)
        cache.keep([(1, "k", KeptReply(status=200, content_type="", body=b"answer", attempts=1, latency_ms=1))])
        beside = {path.name: path.stat().st_mode & 0o077 for path in tmp_path.glob(f"{name}*")}
        cache.close()
        assert beside == {name: 0, f"{name}-wal": 0, f"{name}-shm": 0}
