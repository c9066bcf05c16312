"""`--budget`: read strictly, refused where it would stop nothing, and a run that spends it goes on with another."""

import asyncio
import threading
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from assay.app.init import create_workspace
from assay.app.run import RunRequest, RunResult, run
from assay.app.run_budget import parse_budget
from assay.app.workspace import Workspace
from assay.kernel import AssayError, ConfigurationError, InputError
from evaluation.llm import Budget
from evaluation.runs import RunOutcome
from tests.fakes.openai_server import FakeOpenAI

PRICES = {"price_prompt": "3", "price_completion": "15"}


@pytest.fixture
def fake() -> Iterator[FakeOpenAI]:
    """Serve a fake model from a thread of its own."""
    loop, judge = asyncio.new_event_loop(), FakeOpenAI(latency_ms=5)
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    asyncio.run_coroutine_threadsafe(judge.__aenter__(), loop).result()
    yield judge
    asyncio.run_coroutine_threadsafe(judge.__aexit__(), loop).result()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


def workspace_with(folder: Path, url: str, **prices: str) -> Workspace:
    """Return a workspace whose judge and target are the fake, with ten questions."""
    endpoint = {"base_url": url, "model": "m", "concurrency": 16, **prices}
    workspace = create_workspace(folder / "w")
    settings = yaml.safe_load((workspace.root / "assay.yaml").read_text())
    settings |= {"judges": {"gpt": endpoint}, "targets": {"app": {"kind": "openai", **endpoint}}, "target": "app"}
    settings |= {"metrics": ["relevancy"]}
    (workspace.root / "assay.yaml").write_text(yaml.safe_dump(settings))
    lines = [f'{{"id": "q{n}", "question": "What is number {n}?"}}\n' for n in range(10)]
    (workspace.root / "q.jsonl").write_text("".join(lines))
    return Workspace(workspace.root)


def execute(workspace: Workspace, budget: Budget | None, **more: str) -> RunResult:
    """Ask every question and judge every answer."""
    request = RunRequest(questions=str(workspace.root / "q.jsonl"), judge="gpt", budget=budget, **more)  # type: ignore[arg-type]  # by name
    return run(workspace, request, on_message=lambda _: None, on_progress=lambda _: None)


@pytest.mark.parametrize(
    ("texts", "budget"),
    [
        ([], None),
        (["2.50"], Budget(money=Decimal("2.50"))),
        (["5000calls", "2"], Budget(calls=5000, money=Decimal(2))),
        (["2Mtokens"], Budget(tokens=2_000_000)),
        (["1.5k tokens".replace(" ", "")], Budget(tokens=1500)),
        (["1 call"], Budget(calls=1)),
    ],
)
def test_a_budget_is_money_calls_or_tokens(texts: list[str], budget: Budget | None) -> None:
    """A bare number is money in the currency of the prices."""
    assert parse_budget(texts) == budget


@pytest.mark.parametrize(
    "text", ["", "-1", "1e3", "$5", "5 euros", "2k", "nan", "0.5calls", "1.0001ktokens", "5calls7"]
)
def test_what_is_no_budget_is_refused(text: str) -> None:
    """A limit that is not understood limits nothing."""
    with pytest.raises(InputError, match="--budget is"):
        parse_budget([text])


def test_one_kind_of_limit_is_given_once() -> None:
    """Of two limits nobody knows which is meant."""
    with pytest.raises(InputError, match="limits calls twice"):
        parse_budget(["5calls", "6calls"])


def test_money_without_prices_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    """A budget that could stop nothing is no budget."""
    workspace = workspace_with(tmp_path, "http://127.0.0.1:9/v1")

    with pytest.raises(ConfigurationError, match=r"\['gpt', 'target app'\] have no price") as caught:
        execute(workspace, Budget(money=Decimal(1)))

    assert "price_prompt" in caught.value.hint
    assert not workspace.state.exists()


def test_money_where_nothing_costs_any_is_refused(tmp_path: Path) -> None:
    """The free checks are free."""
    workspace = workspace_with(tmp_path, "http://127.0.0.1:9/v1", **PRICES)
    (workspace.root / "a.jsonl").write_text('{"id": "a", "question": "q", "answer": "a"}\n')
    request = RunRequest(answers=workspace.root / "a.jsonl", judge="checks", budget=Budget(money=Decimal(1)))

    with pytest.raises(AssayError, match="nothing that this run asks has a price"):
        run(workspace, request, on_message=lambda _: None, on_progress=lambda _: None)


@pytest.mark.parametrize("limit", [Budget(calls=7), Budget(tokens=2500), Budget(money=Decimal("0.0040"))])
def test_a_run_stops_at_its_budget_and_goes_on_with_another(tmp_path: Path, fake: FakeOpenAI, limit: Budget) -> None:
    """Application and judge spend from one budget; the run is partial, keeps what was paid, and pays nothing twice."""
    workspace = workspace_with(tmp_path, fake.url, **PRICES)

    first = execute(workspace, limit)
    calls = len(fake.calls)
    second = execute(workspace, None, resume=first.log.plan.run)

    assert first.completeness.outcome is RunOutcome.PARTIAL
    assert first.stopped.startswith("budget: ")
    assert calls <= (limit.calls or calls)
    assert 110 * calls <= (limit.tokens or 110 * calls)  # the fake charges 100 + 10 tokens a call
    assert calls * (100 * 3 + 10 * 15) / 1e6 <= (limit.money or 1)
    assert (second.completeness.outcome, second.failed) == (RunOutcome.COMPLETE, 0)
    assert len(fake.calls) == 20
