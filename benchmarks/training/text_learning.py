"""Learning from single texts: labels for the whole text, or for the tokens that its spans cover.

Rules of this place: one thread, one process; word vectors stay as they were; a label that is not known (NaN) teaches
nothing; the schedule ends after `seconds` or with the examples, whichever is first; every `save_every` steps the
weights are handed to `save`, so that what was learned outlives a killed run.
"""

import logging
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
from tokenizers import Tokenizer
from torch.nn import functional

from benchmarks.training.network import EMBEDDINGS, HEAD, POOL, Weights
from benchmarks.training.text_network import text_logits
from evaluation.encoder._texts import Piece, pieces_of

__all__ = ["Example", "TextRecipe", "learn_texts", "text_scores"]

_log = logging.getLogger(__name__)
_POOL_OF_BATCHES = 32  # sorted by length together
_NO_CLASS = -100  # what cross_entropy leaves out


@dataclass(frozen=True, kw_only=True)
class Example:
    """One text, with what is known of it."""

    text: str
    labels: tuple[float, ...] = ()  # for models of texts: 0..1 for each output, NaN where nobody knows
    spans: tuple[tuple[int, int, int], ...] = ()  # for models of tokens: start, end (code points), class; else class 0
    weight: float = 1.0
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class TextRecipe:
    """What was chosen for the run; the model card repeats it."""

    seed: int = 20261121
    rate: float = 1.5e-4  # highest step size
    fresh: float = 8.0  # how much larger for the layers that are new
    batch: int = 16
    warm: int = 50  # steps in which the step size rises
    decay: float = 0.01
    dropout: float = 0.1
    smoothing: float = 0.02
    length: int = 64  # tokens of a window with its marks; of a longer text the first window is learned from
    frozen: int = 0  # so many of the lowest layers stay as they were
    begins: bool = False  # tokens: a span's first token has class 2c − 1, the others 2c (BIO); else all have c
    seconds: float = 1800.0
    save_every: int = 500


@dataclass(frozen=True)
class _Batch:
    ids: torch.Tensor
    casings: torch.Tensor
    labels: torch.Tensor
    weights: torch.Tensor


def learn_texts(
    weights: Weights,
    tokenizer: Tokenizer,
    examples: Sequence[Example],
    recipe: TextRecipe,
    save: Callable[[Weights], None] = lambda _: None,
) -> Weights:
    """Go once over the examples in a drawn order (repeat them for more rounds) and return what was learned."""
    torch.set_num_threads(1)
    torch.manual_seed(recipe.seed)
    learned = {name: value.requires_grad_() for name, value in weights.items() if _learns(name, recipe)}
    optimiser = _optimiser(learned, recipe)
    total, begun, losses = -(-len(examples) // recipe.batch), time.perf_counter(), []
    draw = random.Random(recipe.seed)  # noqa: S311 (a repeatable order, not a secret)
    for step, batch in enumerate(_batches(tokenizer, examples, recipe, draw)):
        spent = max(step / total, (time.perf_counter() - begun) / recipe.seconds)
        if spent >= 1:
            break
        for group in optimiser.param_groups:
            group["lr"] = group["share"] * recipe.rate * min((step + 1) / recipe.warm, (1 - spent) / 0.9, 1)
        loss = _loss(weights, batch, recipe)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(list(learned.values()), 1.0)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        losses.append(loss.item())
        if step % 100 == 0:
            mean = sum(losses[-100:]) / len(losses[-100:])
            _log.info("step %d, %.0f %%, loss %.4f, %.0f s", step, spent * 100, mean, time.perf_counter() - begun)
        if step % recipe.save_every == recipe.save_every - 1:
            save({name: value.detach() for name, value in weights.items()})
    return {name: value.detach() for name, value in weights.items()}


def text_scores(weights: Weights, tokenizer: Tokenizer, texts: Sequence[str], length: int) -> list[list[float]]:
    """Return the sigmoids of a model of texts, of each text's first window, in the order of the texts."""
    found: list[list[float]] = []
    recipe = TextRecipe(length=length, batch=32)
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        for batch in _batches(tokenizer, [Example(text=text) for text in texts], recipe, None):
            found += torch.sigmoid(text_logits(weights, batch.ids, batch.casings)).tolist()
    return found


def _learns(name: str, recipe: TextRecipe) -> bool:
    if recipe.frozen and name.startswith("embeddings."):
        return False
    if name.startswith("encoder.layer."):
        return int(name.split(".")[2]) >= recipe.frozen
    return name != EMBEDDINGS


def _optimiser(learned: Weights, recipe: TextRecipe) -> torch.optim.Optimizer:
    fresh = [value for name, value in learned.items() if name.startswith((HEAD, POOL))]
    dense = [value for name, value in learned.items() if value.ndim > 1 and not name.startswith((HEAD, POOL))]
    plain = [value for name, value in learned.items() if value.ndim < 2 and not name.startswith((HEAD, POOL))]
    groups = [
        {"params": dense, "weight_decay": recipe.decay, "share": 1.0},
        {"params": plain, "weight_decay": 0.0, "share": 1.0},
        {"params": fresh, "weight_decay": 0.0, "share": recipe.fresh},
    ]
    return torch.optim.AdamW(groups, lr=recipe.rate, fused=True)


def _loss(weights: Weights, batch: _Batch, recipe: TextRecipe) -> torch.Tensor:
    with torch.autocast("cpu", torch.bfloat16):
        found = text_logits(weights, batch.ids, batch.casings, dropout=recipe.dropout)
    if found.ndim == 3:
        each = functional.cross_entropy(
            found.transpose(1, 2), batch.labels, reduction="none", label_smoothing=recipe.smoothing
        )
        known = (batch.labels != _NO_CLASS).float() * batch.weights[:, None]
        return (each * known).sum() / known.sum().clamp(min=1)
    known = (~torch.isnan(batch.labels)).float() * batch.weights[:, None]
    labels = torch.nan_to_num(batch.labels) * (1 - 2 * recipe.smoothing) + recipe.smoothing
    each = functional.binary_cross_entropy_with_logits(found, labels, reduction="none")
    return (each * known).sum() / known.sum().clamp(min=1)


def _batches(
    tokenizer: Tokenizer, examples: Sequence[Example], recipe: TextRecipe, draw: random.Random | None
) -> Iterator[_Batch]:
    """Yield batches of like length; mixed with a draw, in their order without."""
    order = list(range(len(examples)))
    if draw:
        draw.shuffle(order)
    for start in range(0, len(order), recipe.batch * _POOL_OF_BATCHES):
        chosen = [examples[at] for at in order[start : start + recipe.batch * _POOL_OF_BATCHES]]
        pieces = _first_pieces(tokenizer, chosen, recipe.length)
        places = sorted(range(len(chosen)), key=lambda at: len(pieces[at].ids)) if draw else list(range(len(chosen)))
        groups = [places[at : at + recipe.batch] for at in range(0, len(places), recipe.batch)]
        if draw:
            draw.shuffle(groups)
        for group in groups:
            yield _batch([pieces[at] for at in group], [chosen[at] for at in group], recipe)


def _first_pieces(tokenizer: Tokenizer, examples: Sequence[Example], length: int) -> list[Piece]:
    """Return the first window of each text; a text without tokens is a full stop."""
    texts = [example.text if example.text.strip() else "." for example in examples]
    found = {piece.text: piece for piece in pieces_of(tokenizer, texts, length, 1, [True] * len(texts))}
    return [found.get(at) or Piece(at, [101, 1012, 102], [0, 0, 0], [(0, 1)]) for at in range(len(texts))]


def _batch(pieces: Sequence[Piece], examples: Sequence[Example], recipe: TextRecipe) -> _Batch:
    longest = max(len(piece.ids) for piece in pieces)
    ids = torch.zeros(len(pieces), longest, dtype=torch.long)
    casings = torch.zeros_like(ids)
    for at, piece in enumerate(pieces):
        ids[at, : len(piece.ids)] = torch.tensor(piece.ids)
        casings[at, : len(piece.ids)] = torch.tensor(piece.casings)
    labels = (
        torch.tensor([example.labels for example in examples])
        if examples[0].labels
        else torch.stack([_classes(piece, one, longest, recipe) for piece, one in zip(pieces, examples, strict=True)])
    )
    return _Batch(ids, casings, labels, torch.tensor([example.weight for example in examples]))


def _classes(piece: Piece, example: Example, length: int, recipe: TextRecipe) -> torch.Tensor:
    found = torch.full((length,), _NO_CLASS, dtype=torch.long)
    begun: set[int] = set()
    for place, (start, end) in enumerate(piece.offsets, start=1):
        found[place] = 0
        for number, (first, last, kind) in enumerate(example.spans):
            if start < last and end > first:
                found[place] = (2 * kind if number in begun else 2 * kind - 1) if recipe.begins else kind
                begun.add(number)
    return found
