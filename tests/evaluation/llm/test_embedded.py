"""The embedded model: what is refused before it is loaded, and, with real weights, what it answers."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from assay.kernel import InputError, MissingError
from evaluation.llm import Courier, EmbeddedServer, ModelError, ModelFailure, OpenAIChat
from evaluation.weights import entry_of, pull
from tests.evaluation.llm.conftest import question

SCHEMA = {"type": "object", "properties": {"verdict": {"enum": ["yes", "no"]}}, "required": ["verdict"]}


def test_missing_weights_name_the_command(tmp_path: Path) -> None:
    """No weights, no judge: never another one in silence."""
    with pytest.raises(MissingError) as caught, EmbeddedServer(tmp_path / "none.gguf"):
        pass
    assert caught.value.hint == "assay models pull judge"


def test_weights_with_another_digest_are_not_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The digest is compared before native code reads the file."""
    monkeypatch.setenv("ASSAY_CACHE", str(tmp_path / "cache"))
    (tmp_path / "some.gguf").write_bytes(b"GGUF and more")
    with (
        pytest.raises(InputError, match="not loaded"),
        EmbeddedServer(tmp_path / "some.gguf", sha256="sha256:" + "0" * 64),
    ):
        pass


def test_importing_the_package_loads_neither_aiohttp_nor_native_code(root: Path) -> None:
    """A command that asks no model does not pay for one; the run's process leaves HTTP to the courier."""
    code = (
        "import sys, evaluation.llm as llm; llm.Courier, llm.OpenAIChat, llm.EmbeddedServer;"
        "sys.exit(bool({'aiohttp', 'xllamacpp', 'sqlite3'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=root, timeout=60, check=False).returncode == 0


@pytest.mark.soak
def test_a_real_model_answers_in_the_schema_and_keeps_the_terminal_clean(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Schema, log probabilities, the recorded model, and a refusal for whoever has not this process's key."""
    entry = entry_of("plumbing")
    path = pull("plumbing")

    async def act() -> None:
        with EmbeddedServer(path, sha256=entry.sha256, model=entry.model, threads=1, context_tokens=1024) as options:
            async with Courier(tmp_path / "c.sqlite") as courier:
                reply = await OpenAIChat(options, courier).chat(question(schema=SCHEMA, top_logprobs=2))
                assert '"verdict"' in reply.text
                assert reply.model == entry.model
                assert reply.alternatives
                stranger = type(options)(name="stranger", base_url=options.base_url, model="m", api_key="guess")
                with pytest.raises(ModelError) as caught:
                    await OpenAIChat(stranger, courier).chat(question())
                assert caught.value.failure is ModelFailure.REFUSED

    asyncio.run(act())
    captured = capfd.readouterr()
    assert (captured.out, captured.err) == ("", "")
