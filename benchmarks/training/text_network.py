"""The network for single texts: the first layers of the base, and outputs for a whole text or for each token.

A text's outputs are made of the mean and the greatest of its positions. How a token was written goes in where the base
has its two segments: `Casing` has four, the first of which is the base's own.

Rules of this place: names of weights are those of the base; `text_export.py` writes the same arithmetic.
"""

from pathlib import Path

import torch
from torch.nn import functional

from benchmarks.training.network import (
    EMBEDDINGS,
    FAR,
    HEAD,
    POOL,
    WIDTH,
    Weights,
    drop,
    layer,
    linear,
    norm,
    read_layers,
)
from evaluation.encoder._texts import Casing

__all__ = ["SIDES", "layers_of", "read_text_base", "text_logits"]

SIDES = "embeddings.token_type_embeddings.weight"


def read_text_base(path: Path, seed: int, *, layers: int, outputs: int, tokens: bool) -> Weights:
    """Read the first `layers` layers of the base, add places for casing and an untrained layer of outputs."""
    torch.manual_seed(seed)
    kept = tuple(f"encoder.layer.{number}." for number in range(layers))
    weights = {
        name: value
        for name, value in read_layers(path).items()
        if not name.startswith("encoder.") or name.startswith(kept)
    }
    plain = weights[SIDES][:1]
    weights[SIDES] = torch.cat([plain, plain + torch.randn(len(Casing) - 1, WIDTH) * 0.02])
    if not tokens:
        weights[f"{POOL}.weight"] = torch.randn(WIDTH, 2 * WIDTH) * 0.02
        weights[f"{POOL}.bias"] = torch.zeros(WIDTH)
    weights[f"{HEAD}.weight"] = torch.randn(outputs, WIDTH) * 0.02
    weights[f"{HEAD}.bias"] = torch.zeros(outputs)
    return weights


def layers_of(weights: Weights) -> int:
    """Return how many layers there are."""
    return sum(name.endswith("attention.self.query.weight") for name in weights)


def text_logits(weights: Weights, ids: torch.Tensor, casings: torch.Tensor, *, dropout: float = 0.0) -> torch.Tensor:
    """Return rows × outputs, or rows × positions × outputs where the network has no pool; padding is 0."""
    mask = (ids != 0)[:, None, None, :]
    hidden = functional.embedding(ids, weights[EMBEDDINGS])
    hidden = hidden + weights["embeddings.position_embeddings.weight"][torch.arange(ids.shape[1])]
    hidden = hidden + functional.embedding(casings, weights[SIDES])
    hidden = drop(norm(hidden, weights, "embeddings.LayerNorm"), dropout)
    for number in range(layers_of(weights)):
        hidden = layer(hidden, mask, weights, f"encoder.layer.{number}", dropout)
    with torch.autocast("cpu", enabled=False):
        found = hidden.float()
        if f"{POOL}.weight" in weights:
            found = torch.tanh(linear(_pooled(found, (ids != 0).float()), weights, POOL))
        return linear(drop(found, dropout), weights, HEAD)


def _pooled(hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    mean = (hidden * mask[:, :, None]).sum(1) / mask.sum(1, keepdim=True)
    greatest = (hidden + (mask[:, :, None] - 1) * (FAR * WIDTH)).amax(1)
    return torch.cat([mean, greatest], 1)
