"""Trained weights as an ONNX file: int8 numbers with one scale for each output channel, arithmetic in float32.

Rules of this place: only weights are rounded (symmetric, per output channel; embeddings per word); activations stay
float32, so a pair's result does not depend on the other pairs of its batch. The graph is written node by node from
standard operators; nothing is traced.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from benchmarks.training.network import EMBEDDINGS, FAR, HEAD, HEADS, LAYERS, NORM, POOL, WIDTH

__all__ = ["restored", "write_onnx"]

_OPSET = 20  # Gelu
_Array = npt.NDArray[np.float32]


@dataclass(kw_only=True)
class _Graph:
    """What has been written so far."""

    weights: dict[str, _Array]
    nodes: list[object] = field(default_factory=list)
    initial: dict[str, object] = field(default_factory=dict)

    def constant(self, name: str, value: npt.NDArray[np.generic]) -> str:
        """Keep an array under its name."""
        self.initial[name] = numpy_helper.from_array(value, name)
        return name

    def node(self, kind: str, inputs: list[str], name: str, **attributes: object) -> str:
        """Add an operator with one output, named as the operator."""
        self.nodes.append(helper.make_node(kind, inputs, [name], name=name, **attributes))
        return name

    def linear(self, value: str, names: list[str], name: str) -> str:
        """Multiply with rounded weights (several layers side by side as one) and add the bias."""
        weight = np.concatenate([self.weights[f"{one}.weight"] for one in names]).T
        bias = np.concatenate([self.weights[f"{one}.bias"] for one in names])
        rounded, scale = _rounded(weight, axis=0)
        self.constant(f"{name}.int8", rounded)
        self.constant(f"{name}.scale", scale)
        dense = self.node("DequantizeLinear", [f"{name}.int8", f"{name}.scale"], f"{name}.weight", axis=1)
        product = self.node("MatMul", [value, dense], f"{name}.product")
        return self.node("Add", [product, self.constant(f"{name}.bias", bias)], name)

    def reduced(self, kind: str, value: str, axis: int, name: str, *, keep: int) -> str:
        """Reduce along one axis."""
        return self.node(kind, [value, self.constant(f"along.{axis}", np.array([axis], np.int64))], name, keepdims=keep)

    def far(self, name: str, mask: str) -> str:
        """Return 0 where the mask is 1, and −FAR where it is 0."""
        less = self.node("Sub", [mask, self.constant("one", np.array(1, np.float32))], f"{name}.less")
        return self.node("Mul", [less, self.constant("far", np.array(FAR, np.float32))], name)

    def mean(self, hidden: str, mask: str, name: str) -> str:
        """Return the direction of the mean of the masked positions, its parts of size about 1."""
        column = self.node("Unsqueeze", [mask, self.constant("along.-1", np.array([-1], np.int64))], f"{name}.column")
        total = self.reduced(
            "ReduceSum", self.node("Mul", [hidden, column], f"{name}.kept"), 1, f"{name}.total", keep=0
        )
        size = self.reduced("ReduceL2", total, -1, f"{name}.size", keep=1)
        unit = self.node("Div", [total, size], f"{name}.unit")
        return self.node("Mul", [unit, self.constant("root", np.array(WIDTH**0.5, np.float32))], name)

    def norm(self, value: str, source: str, name: str) -> str:
        """Normalise each position."""
        scale = self.constant(f"{name}.gain", self.weights[f"{source}.weight"])
        bias = self.constant(f"{name}.shift", self.weights[f"{source}.bias"])
        return self.node("LayerNormalization", [value, scale, bias], name, axis=-1, epsilon=NORM)


def _rounded(weight: _Array, axis: int) -> tuple[npt.NDArray[np.int8], _Array]:
    scale = np.maximum(np.abs(weight).max(axis=axis), 1e-8).astype(np.float32) / 127
    spread = np.expand_dims(scale, axis)
    return np.clip(np.rint(weight / spread), -127, 127).astype(np.int8), scale


def write_onnx(weights: dict[str, _Array], path: Path) -> None:
    """Write the network; inputs `ids` and `types` (int64, rows × positions), output `logits` (rows × heads)."""
    graph = _Graph(weights=weights)
    hidden = _embedded(graph)
    bias = _mask(graph)
    for layer in range(LAYERS):
        hidden = _layer(graph, hidden, bias, f"encoder.layer.{layer}")
    out = graph.constant("head.weight", np.ascontiguousarray(weights[f"{HEAD}.weight"].T))
    product = graph.node("MatMul", [_compared(graph, hidden), out], "head.product")
    graph.node("Add", [product, graph.constant("head.bias", weights[f"{HEAD}.bias"])], "logits")
    shape = ["rows", "positions"]
    made = helper.make_graph(
        graph.nodes,
        "encoder",
        [helper.make_tensor_value_info(name, TensorProto.INT64, shape) for name in ("ids", "types")],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["rows", weights[f"{HEAD}.bias"].size])],
        list(graph.initial.values()),
    )
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=9)
    onnx.checker.check_model(model, full_check=True)
    path.write_bytes(model.SerializeToString())


def _compared(graph: _Graph, hidden: str) -> str:
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


def restored(path: Path, base: dict[str, _Array]) -> dict[str, _Array]:
    """Return the weights of a file that `write_onnx` wrote, so that training can go on from it.

    What was rounded stays rounded; word vectors, which training leaves alone, are those of `base`.
    """
    kept = {one.name: numpy_helper.to_array(one) for one in onnx.load(path).graph.initializer}
    found = dict(base)
    for written, names in _linears():
        dense = (kept[f"{written}.int8"].astype(np.float32) * kept[f"{written}.scale"]).T
        for name, weight, bias in zip(
            names, np.split(dense, len(names)), np.split(kept[f"{written}.bias"], len(names)), strict=True
        ):
            found[f"{name}.weight"], found[f"{name}.bias"] = weight.copy(), bias.copy()
    for written, name in _norms():
        found[f"{name}.weight"], found[f"{name}.bias"] = kept[f"{written}.gain"].copy(), kept[f"{written}.shift"].copy()
    found["embeddings.position_embeddings.weight"] = kept["places.all"].copy()
    found["embeddings.token_type_embeddings.weight"] = kept["sides.all"].copy()
    found[f"{HEAD}.weight"], found[f"{HEAD}.bias"] = kept["head.weight"].T.copy(), kept["head.bias"].copy()
    return found


def _linears() -> Iterator[tuple[str, list[str]]]:
    """Yield the name of each rounded product in the file, and the layers that it holds."""
    for layer in range(LAYERS):
        name = f"encoder.layer.{layer}"
        yield f"{name}.qkv", [f"{name}.attention.self.{part}" for part in ("query", "key", "value")]
        yield f"{name}.said", [f"{name}.attention.output.dense"]
        yield f"{name}.wide", [f"{name}.intermediate.dense"]
        yield f"{name}.narrow", [f"{name}.output.dense"]
    yield "pool", [POOL]


def _norms() -> Iterator[tuple[str, str]]:
    yield "embedded", "embeddings.LayerNorm"
    for layer in range(LAYERS):
        name = f"encoder.layer.{layer}"
        yield f"{name}.first", f"{name}.attention.output.LayerNorm"
        yield f"{name}.out", f"{name}.output.LayerNorm"


def _embedded(graph: _Graph) -> str:
    """Look up rounded word vectors, scale them, add place and side."""
    rounded, scale = _rounded(graph.weights[EMBEDDINGS], axis=1)
    words = graph.node("Gather", [graph.constant("words.int8", rounded), "ids"], "words.rounded")
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


def _mask(graph: _Graph) -> str:
    """Return 0 for what is read and a very low number for padding: rows × 1 × 1 × positions."""
    empty = graph.node("Equal", ["ids", graph.constant("padding", np.array(0, np.int64))], "empty")
    cast = graph.node("Cast", [empty], "empty.cast", to=TensorProto.FLOAT)
    low = graph.node("Mul", [cast, graph.constant("low", np.array(-1e9, np.float32))], "low.mask")
    return graph.node("Unsqueeze", [low, graph.constant("mask.axes", np.array([1, 2], np.int64))], "mask")


def _layer(graph: _Graph, hidden: str, mask: str, name: str) -> str:
    parts = [f"{name}.attention.self.{part}" for part in ("query", "key", "value")]
    joined = graph.linear(hidden, parts, f"{name}.qkv")
    shape = graph.constant("split.shape", np.array([0, 0, 3, HEADS, WIDTH // HEADS], np.int64))
    split = graph.node("Reshape", [joined, shape], f"{name}.split")
    turned = graph.node("Transpose", [split], f"{name}.turned", perm=[2, 0, 3, 1, 4])
    query, key, value = (
        graph.node("Gather", [turned, graph.constant(f"part{at}", np.array(at, np.int64))], f"{name}.part{at}", axis=0)
        for at in range(3)
    )
    across = graph.node("Transpose", [key], f"{name}.across", perm=[0, 1, 3, 2])
    size = graph.constant("attention.size", np.array((WIDTH // HEADS) ** -0.5, np.float32))
    scaled = graph.node("Mul", [query, size], f"{name}.scaled")
    scores = graph.node("MatMul", [scaled, across], f"{name}.scores")
    masked = graph.node("Add", [scores, mask], f"{name}.masked")
    mixed = graph.node("MatMul", [graph.node("Softmax", [masked], f"{name}.shares", axis=-1), value], f"{name}.mixed")
    back = graph.node("Transpose", [mixed], f"{name}.back", perm=[0, 2, 1, 3])
    flat = graph.node(
        "Reshape", [back, graph.constant("flat.shape", np.array([0, 0, WIDTH], np.int64))], f"{name}.flat"
    )
    said = graph.linear(flat, [f"{name}.attention.output.dense"], f"{name}.said")
    hidden = graph.node("Add", [hidden, said], f"{name}.first.sum")
    hidden = graph.norm(hidden, f"{name}.attention.output.LayerNorm", f"{name}.first")
    wide = graph.node("Gelu", [graph.linear(hidden, [f"{name}.intermediate.dense"], f"{name}.wide")], f"{name}.gelu")
    summed = graph.node("Add", [hidden, graph.linear(wide, [f"{name}.output.dense"], f"{name}.narrow")], f"{name}.sum")
    return graph.norm(summed, f"{name}.output.LayerNorm", f"{name}.out")
