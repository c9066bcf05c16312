"""The trained pair encoder as an ONNX file, and back.

Rules of this place: the names and the arithmetic are those of `network.py`, and a run of both must agree.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from benchmarks.training.graph import Array, Graph, layer, mask_of, rounded, write
from benchmarks.training.network import EMBEDDINGS, HEAD, LAYERS, POOL

__all__ = ["linears", "norms", "restored", "write_onnx"]


def write_onnx(weights: dict[str, Array], path: Path) -> None:
    """Write the network; inputs `ids` and `types` (int64, rows × positions), output `logits` (rows × heads)."""
    graph = Graph(weights=weights)
    hidden = _embedded(graph)
    bias = mask_of(graph)
    for number in range(LAYERS):
        hidden = layer(graph, hidden, bias, f"encoder.layer.{number}")
    out = graph.constant("head.weight", np.ascontiguousarray(weights[f"{HEAD}.weight"].T))
    product = graph.node("MatMul", [_compared(graph, hidden), out], "head.product")
    graph.node("Add", [product, graph.constant("head.bias", weights[f"{HEAD}.bias"])], "logits")
    shape = ["rows", "positions"]
    write(
        graph,
        [helper.make_tensor_value_info(name, TensorProto.INT64, shape) for name in ("ids", "types")],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["rows", weights[f"{HEAD}.bias"].size])],
        path,
    )


def _compared(graph: Graph, hidden: str) -> str:
    """Compare the two texts as `network._compared` does: rows × (pooled, mean, least)."""
    said = graph.node("Cast", ["types"], "said", to=TensorProto.FLOAT)
    one = graph.constant("one", np.array(1, np.float32))
    full = graph.node("Sub", [one, "empty.cast"], "full")
    known = graph.node("Sub", [full, said], "known")
    unit = graph.node("Div", [hidden, graph.reduced("ReduceL2", hidden, -1, "sizes", keep=1)], "unit")
    across = graph.node("Transpose", [unit], "unit.across", perm=[0, 2, 1])
    axis = graph.constant("axis.1", np.array([1], np.int64))
    columns = graph.node("Unsqueeze", [graph.far("known.far", known), axis], "known.columns")
    alike = graph.node("Add", [graph.node("MatMul", [unit, across], "alike.all"), columns], "alike")
    best = graph.reduced("ReduceMax", alike, -1, "best", keep=0)
    total = graph.reduced("ReduceSum", graph.node("Mul", [best, said], "best.said"), 1, "best.total", keep=1)
    mean = graph.node("Div", [total, graph.reduced("ReduceSum", said, 1, "said.count", keep=1)], "mean")
    others = graph.node("Sub", [best, graph.far("said.far", said)], "best.or.far")
    least = graph.reduced("ReduceMin", others, 1, "least", keep=1)
    first, second = (graph.mean(hidden, mask, name) for mask, name in ((known, "first"), (said, "second")))
    apart = graph.node("Abs", [graph.node("Sub", [first, second], "apart.signed")], "apart")
    product = graph.node("Mul", [first, second], "product")
    joined = graph.node("Concat", [second, apart, product], "joined", axis=1)
    pooled = graph.node("Tanh", [graph.linear(joined, [POOL], "pool")], "pooled")
    return graph.node("Concat", [pooled, mean, least], "compared", axis=1)


def restored(path: Path, base: dict[str, Array]) -> dict[str, Array]:
    """Return the weights of a file that `write_onnx` wrote, so that training can go on from it.

    What was rounded stays rounded; word vectors, which training leaves alone, are those of `base`.
    """
    kept = {one.name: numpy_helper.to_array(one) for one in onnx.load(path).graph.initializer}
    found = dict(base)
    for written, names in linears(LAYERS):
        dense = (kept[f"{written}.int8"].astype(np.float32) * kept[f"{written}.scale"]).T
        for name, weight, bias in zip(
            names, np.split(dense, len(names)), np.split(kept[f"{written}.bias"], len(names)), strict=True
        ):
            found[f"{name}.weight"], found[f"{name}.bias"] = weight.copy(), bias.copy()
    for written, name in norms(LAYERS):
        found[f"{name}.weight"], found[f"{name}.bias"] = kept[f"{written}.gain"].copy(), kept[f"{written}.shift"].copy()
    found["embeddings.position_embeddings.weight"] = kept["places.all"].copy()
    found["embeddings.token_type_embeddings.weight"] = kept["sides.all"].copy()
    found[f"{HEAD}.weight"], found[f"{HEAD}.bias"] = kept["head.weight"].T.copy(), kept["head.bias"].copy()
    return found


def linears(layers: int) -> Iterator[tuple[str, list[str]]]:
    """Yield the name of each rounded product in a file of so many layers, and the layers that it holds."""
    for number in range(layers):
        name = f"encoder.layer.{number}"
        yield f"{name}.qkv", [f"{name}.attention.self.{part}" for part in ("query", "key", "value")]
        yield f"{name}.said", [f"{name}.attention.output.dense"]
        yield f"{name}.wide", [f"{name}.intermediate.dense"]
        yield f"{name}.narrow", [f"{name}.output.dense"]
    yield "pool", [POOL]


def norms(layers: int) -> Iterator[tuple[str, str]]:
    """Yield the name of each normalising in a file of so many layers, and that of its layer."""
    yield "embedded", "embeddings.LayerNorm"
    for number in range(layers):
        name = f"encoder.layer.{number}"
        yield f"{name}.first", f"{name}.attention.output.LayerNorm"
        yield f"{name}.out", f"{name}.output.LayerNorm"


def _embedded(graph: Graph) -> str:
    """Look up rounded word vectors, scale them, add place and side."""
    whole, scale = rounded(graph.weights[EMBEDDINGS], axis=1)
    words = graph.node("Gather", [graph.constant("words.int8", whole), "ids"], "words.rounded")
    sizes = graph.node("Gather", [graph.constant("words.scale", scale[:, None]), "ids"], "words.sizes")
    cast = graph.node("Cast", [words], "words.cast", to=TensorProto.FLOAT)
    value = graph.node("Mul", [cast, sizes], "words")
    length = graph.node("Shape", ["ids"], "length", start=1, end=2)
    begin = graph.constant("begin", np.array([0], np.int64))
    places = graph.constant("places.all", graph.weights["embeddings.position_embeddings.weight"])
    value = graph.node("Add", [value, graph.node("Slice", [places, begin, length], "places")], "words.placed")
    sides = graph.constant("sides.all", graph.weights["embeddings.token_type_embeddings.weight"])
    value = graph.node("Add", [value, graph.node("Gather", [sides, "types"], "sides")], "words.sided")
    return graph.norm(value, "embeddings.LayerNorm", "embedded")
