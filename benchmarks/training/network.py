"""The network as functions of named weights: a BERT encoder of six layers, and what is made of its last layer.

What is made of it: for every token of the second text the most similar token of the first (as in BERTScore: Zhang et
al. 2020), their mean and their least; the means of both texts, their difference and product (as in InferSent: Conneau
et al. 2017); one output for each head. The base weights come from a model that was trained to have similar means for
similar texts, so these are useful before training begins.

Rules of this place: the names of the weights are those of the safetensors file; the same names and the same arithmetic
stand in `export.py`, and a run of both must agree. Source: Devlin et al. 2018 (BERT); Wang et al. 2020 (MiniLM).
"""

import hashlib
from pathlib import Path
from typing import TypeAlias

import torch
from safetensors.torch import load  # type: ignore[import-not-found, unused-ignore]  # installed to train alone
from torch.nn import functional

from evaluation.encoder import Head

__all__ = [
    "BASE_SHA256",
    "EMBEDDINGS",
    "FAR",
    "HEAD",
    "HEADS",
    "LAYERS",
    "NORM",
    "POOL",
    "WIDTH",
    "Weights",
    "drop",
    "layer",
    "linear",
    "logits",
    "norm",
    "read_base",
    "read_layers",
]

Weights: TypeAlias = dict[str, torch.Tensor]

BASE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
LAYERS, HEADS, WIDTH, NORM = 6, 12, 384, 1e-12
EMBEDDINGS = "embeddings.word_embeddings.weight"
HEAD = "classifier"
POOL = "pool.dense"
FAR = 4.0  # more than any difference of two cosines
_COMPARED = WIDTH + 2


def read_layers(path: Path) -> Weights:
    """Read the base weights and refuse any other file."""
    content = path.read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != BASE_SHA256:
        raise SystemExit(f"{path} is not all-MiniLM-L6-v2: sha256 {found}, expected {BASE_SHA256}")
    return {
        name: value.float()
        for name, value in load(content).items()
        if not name.startswith("pooler") and value.is_floating_point()
    }


def read_base(path: Path, seed: int) -> Weights:
    """Read the base weights and add an untrained layer of outputs."""
    weights = read_layers(path)
    torch.manual_seed(seed)
    weights[f"{POOL}.weight"] = torch.randn(WIDTH, 3 * WIDTH) * 0.02
    weights[f"{POOL}.bias"] = torch.zeros(WIDTH)
    weights[f"{HEAD}.weight"] = torch.randn(len(Head), _COMPARED) * 0.02
    weights[f"{HEAD}.bias"] = torch.zeros(len(Head))
    return weights


def logits(weights: Weights, ids: torch.Tensor, types: torch.Tensor, *, dropout: float = 0.0) -> torch.Tensor:
    """Return one logit for each row and head; `ids` and `types` are rows × positions, padded with 0."""
    mask = (ids != 0)[:, None, None, :]
    at = torch.arange(ids.shape[1])
    hidden = functional.embedding(ids, weights[EMBEDDINGS])
    hidden = hidden + weights["embeddings.position_embeddings.weight"][at]
    hidden = hidden + functional.embedding(types, weights["embeddings.token_type_embeddings.weight"])
    hidden = drop(norm(hidden, weights, "embeddings.LayerNorm"), dropout)
    for number in range(LAYERS):
        hidden = layer(hidden, mask, weights, f"encoder.layer.{number}", dropout)
    with torch.autocast("cpu", enabled=False):
        return linear(drop(_compared(hidden.float(), ids, types, weights), dropout), weights, HEAD)


def _compared(hidden: torch.Tensor, ids: torch.Tensor, types: torch.Tensor, weights: Weights) -> torch.Tensor:
    said = (types == 1).float()
    known = (ids != 0).float() - said
    unit = hidden / hidden.norm(dim=-1, keepdim=True)
    alike = unit @ unit.transpose(1, 2) + (known[:, None, :] - 1) * FAR
    best = alike.amax(-1)
    mean = (best * said).sum(1, keepdim=True) / said.sum(1, keepdim=True)
    least = (best + (1 - said) * FAR).amin(1, keepdim=True)
    one, other = (_mean(hidden, mask) for mask in (known, said))
    pooled = torch.tanh(linear(torch.cat([other, (one - other).abs(), one * other], 1), weights, POOL))
    return torch.cat([pooled, mean, least], 1)


def _mean(hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Return the direction of the mean of some positions, its parts of size about 1."""
    total = (hidden * mask[:, :, None]).sum(1)
    return total / total.norm(dim=-1, keepdim=True) * WIDTH**0.5


def layer(hidden: torch.Tensor, mask: torch.Tensor, weights: Weights, name: str, dropout: float) -> torch.Tensor:
    """One layer: attention, then two products, each with its way round it."""
    rows, length, _ = hidden.shape
    parts = [
        linear(hidden, weights, f"{name}.attention.self.{part}").view(rows, length, HEADS, -1).transpose(1, 2)
        for part in ("query", "key", "value")
    ]
    mixed = functional.scaled_dot_product_attention(*parts, attn_mask=mask).transpose(1, 2).reshape(rows, length, WIDTH)
    mixed = drop(linear(mixed, weights, f"{name}.attention.output.dense"), dropout)
    hidden = norm(hidden + mixed, weights, f"{name}.attention.output.LayerNorm")
    wide = functional.gelu(linear(hidden, weights, f"{name}.intermediate.dense"))
    narrow = drop(linear(wide, weights, f"{name}.output.dense"), dropout)
    return norm(hidden + narrow, weights, f"{name}.output.LayerNorm")


def linear(value: torch.Tensor, weights: Weights, name: str) -> torch.Tensor:
    """Multiply with the weights of that name and add their bias."""
    return functional.linear(value, weights[f"{name}.weight"], weights[f"{name}.bias"])


def norm(value: torch.Tensor, weights: Weights, name: str) -> torch.Tensor:
    """Normalise each position."""
    return functional.layer_norm(value, (WIDTH,), weights[f"{name}.weight"], weights[f"{name}.bias"], NORM)


def drop(value: torch.Tensor, chance: float) -> torch.Tensor:
    """Drop parts by chance while learning."""
    return functional.dropout(value, chance) if chance else value
