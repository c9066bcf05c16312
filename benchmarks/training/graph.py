"""An ONNX graph written node by node: int8 numbers with one scale for each output channel, arithmetic in float32.

Rules of this place: only weights are rounded (symmetric, per output channel; embeddings per word); activations stay
float32, so a row's result does not depend on the other rows of its batch. Standard operators alone; nothing is traced.
"""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from benchmarks.training.network import FAR, HEADS, NORM, WIDTH

__all__ = ["Array", "Graph", "layer", "mask_of", "rounded", "write"]

Array = npt.NDArray[np.float32]
_OPSET = 20  # Gelu


@dataclass(kw_only=True)
class Graph:
    """What has been written so far."""

    weights: dict[str, Array]
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
        whole, scale = rounded(weight, axis=0)
        self.constant(f"{name}.int8", whole)
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


def rounded(weight: Array, axis: int) -> tuple[npt.NDArray[np.int8], Array]:
    """Return whole numbers and the scale by which each slice along the other axis is to be multiplied."""
    scale = np.maximum(np.abs(weight).max(axis=axis), 1e-8).astype(np.float32) / 127
    spread = np.expand_dims(scale, axis)
    return np.clip(np.rint(weight / spread), -127, 127).astype(np.int8), scale


def mask_of(graph: Graph) -> str:
    """Return 0 for what is read and a very low number for padding: rows × 1 × 1 × positions."""
    empty = graph.node("Equal", ["ids", graph.constant("padding", np.array(0, np.int64))], "empty")
    cast = graph.node("Cast", [empty], "empty.cast", to=TensorProto.FLOAT)
    low = graph.node("Mul", [cast, graph.constant("low", np.array(-1e9, np.float32))], "low.mask")
    return graph.node("Unsqueeze", [low, graph.constant("mask.axes", np.array([1, 2], np.int64))], "mask")


def layer(graph: Graph, hidden: str, mask: str, name: str) -> str:
    """Write one layer, as `network.layer` computes it."""
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


def write(graph: Graph, inputs: list[object], outputs: list[object], path: Path) -> None:
    """Check the graph whole and write it."""
    made = helper.make_graph(graph.nodes, "encoder", inputs, outputs, list(graph.initial.values()))
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=9)
    onnx.checker.check_model(model, full_check=True)
    path.write_bytes(model.SerializeToString())
