"""A model of single texts as an ONNX file of its layers alone; word vectors and vocabulary stand once for all of them.

Rules of this place: the names and the arithmetic are those of `text_network.py`, and a run of both must agree
(`check`). Inputs: `words` (rows × positions × width), `casings` (int64), `mask` (1 where a token is, else 0).
"""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from benchmarks.training.export import linears, norms
from benchmarks.training.graph import Array, Graph, layer, rounded, write
from benchmarks.training.network import EMBEDDINGS, FAR, HEAD, POOL, WIDTH, Weights
from benchmarks.training.text_network import SIDES, layers_of, text_logits

__all__ = ["card_of", "check", "restored_texts", "sha256_of", "write_text_onnx", "write_words"]

_LONGEST = 256  # positions of a window, at most


def write_words(weights: Weights, path: Path) -> None:
    """Write the word vectors as int8 with one scale a word."""
    words, scales = rounded(weights[EMBEDDINGS].numpy(), axis=1)
    np.savez(path, words=words, scales=scales)


def sha256_of(path: Path) -> str:
    """Return the file's digest, tagged."""
    return f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"


def write_text_onnx(learned: Weights, path: Path) -> None:
    """Write the layers and the outputs."""
    weights = {name: value.numpy() for name, value in learned.items()}
    graph = Graph(weights=weights)
    hidden, bias = _begun(graph), _mask(graph)
    for number in range(layers_of(learned)):
        hidden = layer(graph, hidden, bias, f"encoder.layer.{number}")
    pooled = f"{POOL}.weight" in weights
    value = _pooled(graph, hidden) if pooled else hidden
    out = graph.constant("head.weight", np.ascontiguousarray(weights[f"{HEAD}.weight"].T))
    product = graph.node("MatMul", [value, out], "head.product")
    graph.node("Add", [product, graph.constant("head.bias", weights[f"{HEAD}.bias"])], "logits")
    rows, outputs = ["rows", "positions"], weights[f"{HEAD}.bias"].size
    write(
        graph,
        [
            helper.make_tensor_value_info("words", TensorProto.FLOAT, [*rows, WIDTH]),
            helper.make_tensor_value_info("casings", TensorProto.INT64, rows),
            helper.make_tensor_value_info("mask", TensorProto.FLOAT, rows),
        ],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, [*(rows[:1] if pooled else rows), outputs])],
        path,
    )


def restored_texts(path: Path, base: Weights) -> Weights:
    """Return the weights of a released file of a model of texts, so that training can go on from it.

    What was rounded stays rounded; word vectors, which training leaves alone, are those of `base`, and so are outputs
    that the file does not have.
    """
    kept = {one.name: numpy_helper.to_array(one) for one in onnx.load(path).graph.initializer}
    found = {name: value.numpy().copy() for name, value in base.items()}
    for written, names in linears(layers_of(base)):
        dense = (kept[f"{written}.int8"].astype(np.float32) * kept[f"{written}.scale"]).T
        for name, weight, bias in zip(
            names, np.split(dense, len(names)), np.split(kept[f"{written}.bias"], len(names)), strict=True
        ):
            found[f"{name}.weight"], found[f"{name}.bias"] = weight, bias
    for written, name in norms(layers_of(base)):
        found[f"{name}.weight"], found[f"{name}.bias"] = kept[f"{written}.gain"], kept[f"{written}.shift"]
    places = kept["places.all"]
    found["embeddings.position_embeddings.weight"][: len(places)] = places
    found[SIDES] = kept["sides.all"]
    outputs = kept["head.bias"].size
    found[f"{HEAD}.weight"][:outputs], found[f"{HEAD}.bias"][:outputs] = kept["head.weight"].T, kept["head.bias"]
    return {name: torch.from_numpy(np.array(value, np.float32)) for name, value in found.items()}


def check(learned: Weights, model: Path, words: Path, ids: Sequence[Sequence[int]]) -> float:
    """Return the greatest difference between the logits of both forms for rows of token numbers of one length."""
    import onnxruntime  # noqa: PLC0415 (dear)

    with np.load(words) as arrays:
        vectors = arrays["words"].astype(np.float32) * arrays["scales"][:, None]
    places = np.array(ids)
    casings, mask = np.zeros_like(places), (places != 0).astype(np.float32)
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    (found,) = session.run(["logits"], {"words": vectors[places], "casings": casings, "mask": mask})
    with torch.no_grad():
        wanted = text_logits(learned, torch.tensor(places), torch.tensor(casings)).numpy()
    return float(np.abs(found - wanted).max())


def _begun(graph: Graph) -> str:
    """Add place and casing to the word vectors."""
    length = graph.node("Shape", ["casings"], "length", start=1, end=2)
    begin = graph.constant("begin", np.array([0], np.int64))
    places = graph.constant("places.all", _rows(graph, "embeddings.position_embeddings.weight")[:_LONGEST])
    value = graph.node("Add", ["words", graph.node("Slice", [places, begin, length], "places")], "words.placed")
    sides = graph.constant("sides.all", _rows(graph, SIDES))
    value = graph.node("Add", [value, graph.node("Gather", [sides, "casings"], "sides")], "words.cased")
    return graph.norm(value, "embeddings.LayerNorm", "embedded")


def _rows(graph: Graph, name: str) -> Array:
    return np.ascontiguousarray(graph.weights[name])


def _mask(graph: Graph) -> str:
    """Return 0 for what is read and a very low number for padding: rows × 1 × 1 × positions."""
    less = graph.node("Sub", ["mask", graph.constant("one", np.array(1, np.float32))], "mask.less")
    low = graph.node("Mul", [less, graph.constant("high", np.array(1e9, np.float32))], "mask.low")
    return graph.node("Unsqueeze", [low, graph.constant("mask.axes", np.array([1, 2], np.int64))], "mask.wide")


def _pooled(graph: Graph, hidden: str) -> str:
    """Pool as `text_network._pooled` does, and let one layer read it."""
    column = graph.node("Unsqueeze", ["mask", graph.constant("along.last", np.array([-1], np.int64))], "mask.column")
    kept = graph.node("Mul", [hidden, column], "kept")
    count = graph.reduced("ReduceSum", "mask", 1, "count", keep=1)
    mean = graph.node("Div", [graph.reduced("ReduceSum", kept, 1, "total", keep=0), count], "mean")
    less = graph.node("Sub", [column, graph.constant("one", np.array(1, np.float32))], "column.less")
    far = graph.node("Mul", [less, graph.constant("far", np.array(FAR * WIDTH, np.float32))], "column.far")
    greatest = graph.reduced("ReduceMax", graph.node("Add", [hidden, far], "hidden.far"), 1, "greatest", keep=0)
    joined = graph.node("Concat", [mean, greatest], "pooled", axis=1)
    return graph.node("Tanh", [graph.linear(joined, [POOL], "pool")], "pooled.tanh")


def card_of(model: Path, words: Path, tokenizer: Path, **said: object) -> str:
    """Return the text of `model.yaml`: what is said of the model, then the digests of its files."""
    digests = {
        "model_sha256": sha256_of(model),
        "words_sha256": sha256_of(words),
        "tokenizer_sha256": sha256_of(tokenizer),
    }
    lines = [f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in {**said, **digests}.items()]
    return "\n".join(lines) + "\n"
