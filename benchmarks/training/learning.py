"""One training run: batches of like length, AdamW, a warm start and a linear end; word vectors stay as they were.

Rules of this place: the loss of a pair is weighted; every batch mixes heads; progress goes to the log, with the mean
loss and, at the end of each round, the AUC of every source in the held-back slice.
"""

import logging
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.synchronize import Barrier

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import multiprocessing as mp
from torch.nn import functional

from benchmarks.training.network import EMBEDDINGS, HEAD, POOL, Weights, logits
from benchmarks.training.rows import Pair
from evaluation.encoder import Head
from evaluation.encoder._tokens import rows_of

__all__ = ["Recipe", "learn", "ranked", "scores"]

_log = logging.getLogger(__name__)
_POOL = 24  # batches sorted by length at a time


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """What was chosen for the run; the model card repeats it."""

    seed: int = 20261121
    rate: float = 1.2e-4  # highest step size
    fresh: float = 8.0  # how much larger for the layers that are new
    batch: int = 16
    warm: int = 30  # steps in which the step size rises
    decay: float = 0.01
    dropout: float = 0.1
    smoothing: float = 0.03  # labels are 1 − s and s: some are wrong
    seconds: float = 1800.0  # the schedule ends then, whatever the number of steps
    workers: int = 2  # processes, each on one core
    together: int = 10  # steps after which they meet


@dataclass(frozen=True, kw_only=True)
class _Batch:
    ids: torch.Tensor
    types: torch.Tensor
    heads: torch.Tensor
    labels: torch.Tensor
    weights: torch.Tensor


def _batches(tokenizer: Tokenizer, pairs: Sequence[Pair], size: int, draw: random.Random | None) -> Iterator[_Batch]:
    """Yield batches; mixed with a draw, in their order without."""
    order = list(range(len(pairs)))
    if draw:
        draw.shuffle(order)
    for start in range(0, len(order), size * _POOL):
        chosen = [pairs[at] for at in order[start : start + size * _POOL]]
        rows = [rows_of(tokenizer, pair.head, [(pair.first, pair.second)])[0] for pair in chosen]
        places = sorted(range(len(rows)), key=lambda at: len(rows[at][0])) if draw else list(range(len(rows)))
        groups = [places[at : at + size] for at in range(0, len(places), size)]
        if draw:
            draw.shuffle(groups)
        for group in groups:
            yield _batch([rows[at] for at in group], [chosen[at] for at in group])


def _batch(rows: Sequence[tuple[list[int], int]], pairs: Sequence[Pair]) -> _Batch:
    longest = max(len(ids) for ids, _ in rows)
    ids = torch.zeros(len(rows), longest, dtype=torch.long)
    types = torch.zeros_like(ids)
    for at, (tokens, second) in enumerate(rows):
        ids[at, : len(tokens)] = torch.tensor(tokens)
        types[at, second : len(tokens)] = 1
    order = list(Head)
    return _Batch(
        ids=ids,
        types=types,
        heads=torch.tensor([order.index(pair.head) for pair in pairs]),
        labels=torch.tensor([float(pair.positive) for pair in pairs]),
        weights=torch.tensor([pair.weight for pair in pairs]),
    )


def learn(
    weights: Weights, tokenizer: Tokenizer, rounds: Sequence[Sequence[Pair]], dev: Sequence[Pair], recipe: Recipe
) -> Weights:
    """Train on each round's pairs in turn and return the weights; `weights` are changed in place.

    With several workers each takes its share of every round on one core, and every `recipe.together` steps all go on
    from the mean of their weights (local SGD: Stich 2019). A worker that other work slows down does less.
    """
    flat = _flat(weights)
    shared = torch.zeros(recipe.workers, flat.numel()).share_memory_()
    meeting = mp.get_context("fork").Barrier(recipe.workers)
    others = [
        mp.get_context("fork").Process(target=_work, args=(at, weights, tokenizer, rounds, [], recipe, shared, meeting))
        for at in range(1, recipe.workers)
    ]
    for other in others:
        other.start()
    _work(0, weights, tokenizer, rounds, dev, recipe, shared, meeting)
    for other in others:
        other.join()
    return {name: value.detach() for name, value in weights.items()}


def _work(
    place: int,
    weights: Weights,
    tokenizer: Tokenizer,
    rounds: Sequence[Sequence[Pair]],
    dev: Sequence[Pair],
    recipe: Recipe,
    shared: torch.Tensor,
    meeting: Barrier,
) -> None:
    torch.set_num_threads(1)
    torch.manual_seed(recipe.seed + place)
    learned = {name: value.requires_grad_() for name, value in weights.items() if name != EMBEDDINGS}
    optimiser = _optimiser(learned, recipe)
    mine = [pairs[place :: recipe.workers] for pairs in rounds]
    total = min(
        sum(-(-len(pairs[at :: recipe.workers]) // recipe.batch) for pairs in rounds) for at in range(recipe.workers)
    )
    begun, losses, spent = time.perf_counter(), [0.0], 0.0
    for step, batch in enumerate(_of_rounds(tokenizer, mine, recipe, place)):
        if step % recipe.together == 0:
            _meet(place, weights, shared, meeting)
            spent = _agreed(place, max(step / total, (time.perf_counter() - begun) / recipe.seconds), shared, meeting)
        if spent >= 1 or step >= total:
            break
        for group in optimiser.param_groups:
            group["lr"] = group["share"] * recipe.rate * min((step + 1) / recipe.warm, (1 - spent) / 0.9, 1)
        losses.append(_step(weights, list(learned.values()), optimiser, batch, recipe))
        if step % 50 == 0:
            _log.info(
                "worker %d, step %d, %.0f %% spent, loss %.4f, %.0f s",
                place, step, spent * 100, sum(losses[-50:]) / len(losses[-50:]), time.perf_counter() - begun,
            )  # fmt: skip
    _meet(place, weights, shared, meeting)
    for line in ranked(dev, scores(weights, tokenizer, dev)):
        _log.info("%s", line)


def _of_rounds(tokenizer: Tokenizer, rounds: Sequence[Sequence[Pair]], recipe: Recipe, place: int) -> Iterator[_Batch]:
    draw = random.Random(recipe.seed + place)  # noqa: S311 (a repeatable order, not a secret)
    for pairs in rounds:
        yield from _batches(tokenizer, pairs, recipe.batch, draw)


def _optimiser(learned: Weights, recipe: Recipe) -> torch.optim.Optimizer:
    fresh = [value for name, value in learned.items() if name.startswith((HEAD, POOL))]
    dense = [value for name, value in learned.items() if value.ndim > 1 and not name.startswith((HEAD, POOL))]
    plain = [value for name, value in learned.items() if value.ndim < 2 and not name.startswith((HEAD, POOL))]
    groups = [
        {"params": dense, "weight_decay": recipe.decay, "share": 1.0},
        {"params": plain, "weight_decay": 0.0, "share": 1.0},
        {"params": fresh, "weight_decay": 0.0, "share": recipe.fresh},
    ]
    return torch.optim.AdamW(groups, lr=recipe.rate, fused=True)


def _step(
    weights: Weights,
    learned: Sequence[torch.Tensor],
    optimiser: torch.optim.Optimizer,
    batch: _Batch,
    recipe: Recipe,
) -> float:
    loss = _loss(weights, batch, recipe)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(learned, 1.0)
    optimiser.step()
    optimiser.zero_grad(set_to_none=True)
    return float(loss.item())


def _flat(weights: Weights) -> torch.Tensor:
    """Return everything that is learned, in one row."""
    return torch.cat([value.detach().reshape(-1) for name, value in weights.items() if name != EMBEDDINGS])


def _meet(place: int, weights: Weights, shared: torch.Tensor, meeting: Barrier) -> None:
    """Go on from the mean of all workers' weights."""
    if len(shared) == 1:
        return
    shared[place] = _flat(weights)
    meeting.wait()
    mean, start = shared.mean(0), 0
    meeting.wait()
    for name, value in weights.items():
        if name != EMBEDDINGS:
            value.detach().copy_(mean[start : start + value.numel()].view_as(value))
            start += value.numel()


def _agreed(place: int, spent: float, shared: torch.Tensor, meeting: Barrier) -> float:
    """Return the largest share of the schedule that any worker has spent, so that all end at the same step."""
    shared[place, 0] = spent
    meeting.wait()
    agreed = float(shared[:, 0].max())
    meeting.wait()
    return agreed


def _loss(weights: Weights, batch: _Batch, recipe: Recipe) -> torch.Tensor:
    with torch.autocast("cpu", torch.bfloat16):
        found = logits(weights, batch.ids, batch.types, dropout=recipe.dropout)
    asked = found.gather(1, batch.heads[:, None])[:, 0]
    labels = batch.labels * (1 - 2 * recipe.smoothing) + recipe.smoothing
    each = functional.binary_cross_entropy_with_logits(asked, labels, reduction="none")
    return (each * batch.weights).sum() / batch.weights.sum()


def scores(weights: Weights, tokenizer: Tokenizer, pairs: Sequence[Pair]) -> list[float]:
    """Return each pair's probability."""
    found: list[float] = []
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        for batch in _batches(tokenizer, pairs, 32, None):
            asked = logits(weights, batch.ids, batch.types).gather(1, batch.heads[:, None])[:, 0]
            found += torch.sigmoid(asked).tolist()
    return found


def ranked(pairs: Sequence[Pair], found: Sequence[float]) -> list[str]:
    """Return one line for each head and source: the chance that a positive pair scores above a negative one."""
    lines = []
    for head, source in sorted({(pair.head, pair.source.split(":")[0]) for pair in pairs}):
        chosen = [at for at, pair in enumerate(pairs) if pair.head is head and pair.source.split(":")[0] == source]
        good = np.array([found[at] for at in chosen if pairs[at].positive])
        bad = np.array([found[at] for at in chosen if not pairs[at].positive])
        if len(good) and len(bad):
            chance = (good[:, None] > bad[None, :]).mean() + (good[:, None] == bad[None, :]).mean() / 2
            lines.append(f"held back: {head:12} {source:28} AUC {chance:.3f} ({len(good)} + {len(bad)})")
    return lines
