"""Fewer passes over memory: rewrites a model of single texts that `integers.py` has rewritten; its weights stay.

Half of the time of such a model went into passes over large arrays between the products. Here rounding is one operator
instead of four; a sum is normalised where it is made (`SkipLayerNormalization`); GELU is the approximation with tanh,
within 0.0005, a twentieth of a step of the rounding that follows; and the inputs of two products of each layer, whose
least and greatest numbers hardly differ from text to text, are rounded by fixed steps, so that the product itself
scales and adds the bias. The others keep a scale for each position. A result still depends on its own text alone.

Rules of this place: ranges are measured over texts that the model is not judged on alone, and widened; what is beyond
counts as their end. Results change by rounding: measure the model again (`benchmarks/names.py`).

pip install onnx
python -m benchmarks.training.passes FOLDER --data DIR
"""

import argparse
import gzip
import hashlib
import json
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from evaluation.encoder._files import OWN_FOLDER, read_text_card
from evaluation.encoder._texts import pieces_of
from evaluation.encoder._tokens import plain_tokenizer

__all__ = ["with_fewer_passes"]

_FUSED = "com.microsoft"  # onnxruntime's own operators
_STEPS = ("sizes", "greatest", "bounded", "up", "spread", "raised", "whole", "raw", "down")  # nodes of a product
_FIXED = ("qkv.product", "said.product")  # products whose inputs have a fixed range
_WIDER = 1.01
_LEAST_GELU = 0.17  # GELU is never below -0.17: its greatest number alone bounds a position of one
_PER_SET, _LONGEST = 25, 4_000  # texts of each open set, and their code points
_WINDOWS = 4  # of a text that are read

Range = tuple[float, float]


@dataclass(kw_only=True)
class _Rewriting:
    """What has been written, and what was there."""

    old: Mapping[str, onnx.NodeProto]
    weights: Mapping[str, tuple[int, int]]  # of products: their inputs and outputs
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    constants: dict[str, onnx.TensorProto] = field(default_factory=dict)

    def constant(self, name: str, value: npt.ArrayLike, kind: type[np.generic]) -> str:
        self.constants[name] = numpy_helper.from_array(np.array(value, kind), name)
        return name

    def one(self, kind: str, inputs: list[str], name: str, domain: str = "", **more: object) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [name], name=name, domain=domain, **more))
        return name


def with_fewer_passes(path: Path, ranges: Mapping[str, Range]) -> None:
    """Rewrite the file in place; `ranges` are those of values that products with fixed steps read."""
    model = onnx.load(path)
    graph = model.graph
    old = {node.name: node for node in graph.node}
    products = {name.removesuffix(".raw") for name in old if name.endswith(".product.raw")}
    if not products:
        raise SystemExit(f"{path} has no products in whole numbers, or was rewritten already")
    made = _Rewriting(old=old, weights=_sizes(graph))
    gone = {f"{product}.{step}" for product in products for step in _STEPS}
    for node in graph.node:
        if node.name not in gone:
            _write(made, node, products, ranges)
    nodes, read = _read(made.nodes, {one.name for one in graph.output})
    kept = [one for one in (*graph.initializer, *made.constants.values()) if one.name in read]
    del graph.node[:], graph.initializer[:]
    graph.node.extend(nodes)
    graph.initializer.extend(kept)
    path.write_bytes(model.SerializeToString())


def _sizes(graph: onnx.GraphProto) -> dict[str, tuple[int, int]]:
    return {one.name: (one.dims[0], one.dims[1]) for one in graph.initializer if one.name.endswith(".int8")}


def _read(nodes: list[onnx.NodeProto], outputs: set[str]) -> tuple[list[onnx.NodeProto], set[str]]:
    """Return the nodes that the outputs need, and the names of all that is read."""
    read, kept = set(outputs), []
    for node in reversed(nodes):
        if not read.isdisjoint(node.output):
            kept.append(node)
            read.update(node.input)
    return kept[::-1], read


def _write(made: _Rewriting, node: onnx.NodeProto, products: set[str], ranges: Mapping[str, Range]) -> None:
    """Write what takes the node's place; a sum that another operator makes now is written and not read."""
    before = made.old.get(node.input[0]) if node.input else None
    if node.name in products:
        value = made.old[f"{node.name}.sizes"].input[0]
        if value in ranges:
            _fixed(made, node.name, value, ranges[value])
        else:
            _scaled(made, node.name, value)
    elif node.op_type == "Add" and node.input[0].endswith("qkv.product") and f"{node.input[0]}.step" in made.constants:
        _biased(made, node)
    elif node.op_type == "Gelu" and before is not None:
        made.one("FastGelu", list(before.input), node.name, _FUSED)
    elif node.op_type == "LayerNormalization" and before is not None and before.name.endswith(".sum"):
        hidden, biased = before.input
        product, bias = made.old[biased].input
        inputs = [product, hidden, *node.input[1:], bias]
        epsilon = next(one.f for one in node.attribute if one.name == "epsilon")
        made.one("SkipLayerNormalization", inputs, node.name, _FUSED, epsilon=epsilon)
    else:
        made.nodes.append(node)


def _fixed(made: _Rewriting, product: str, value: str, ends: Range) -> None:
    """Round by a fixed step, and let the product scale."""
    raw = made.old[f"{product}.raw"]
    step = (ends[1] - ends[0]) / 255
    size = made.constant(f"{product}.step", step, np.float32)
    zero = made.constant(f"{product}.zero", round(-ends[0] / step), np.uint8)
    whole = made.one("QuantizeLinear", [value, size, zero], f"{product}.whole")
    made.one("MatMulIntegerToFloat", [whole, raw.input[1], size, raw.input[3], zero], product, _FUSED)


def _biased(made: _Rewriting, add: onnx.NodeProto) -> None:
    """Let a product with a fixed step add the bias too."""
    product = made.nodes.pop()
    made.one("MatMulIntegerToFloat", [*product.input, "", add.input[1]], add.name, _FUSED)


def _scaled(made: _Rewriting, product: str, value: str) -> None:
    """Round each position by a scale of its own, as `integers.py` does, in one operator."""
    raw = made.old[f"{product}.raw"]
    least, sizes = "integers.least", value
    if value in made.old and made.old[value].op_type == "Gelu":
        least = made.constant("integers.gelu", _LEAST_GELU, np.float32)
    else:
        sizes = made.one("Abs", [value], f"{product}.sizes")
    greatest = made.one("ReduceMax", [sizes, "integers.last"], f"{product}.greatest", keepdims=1)
    bounded = made.one("Max", [greatest, least], f"{product}.bounded")
    down = made.one("Mul", [bounded, "integers.share"], f"{product}.down")
    flat = made.constant("integers.flat", [-1], np.int64)
    scales = made.one("Reshape", [down, flat], f"{product}.scales")
    zero = numpy_helper.from_array(np.array([128], np.uint8))
    zeros = made.one(
        "ConstantOfShape", [made.one("Shape", [scales], f"{product}.count")], f"{product}.zeros", value=zero
    )
    inner, outer = made.weights[raw.input[1]]
    rows = made.one(
        "Reshape", [value, made.constant(f"integers.rows.{inner}", [-1, inner], np.int64)], f"{product}.rows"
    )
    whole = made.one("QuantizeLinear", [rows, scales, zeros], f"{product}.whole", axis=0)
    flat_product = made.one("MatMulIntegerToFloat", [whole, *raw.input[1:]], f"{product}.raw", _FUSED)
    places = made.one("Shape", [value], f"{product}.places", end=-1)
    width = made.constant(f"integers.width.{outer}", [outer], np.int64)
    shape = made.one("Concat", [places, width], f"{product}.shape", axis=0)
    made.one("Mul", [made.one("Reshape", [flat_product, shape], f"{product}.wide"), down], product)


def _ranges(folder: Path, texts: list[str]) -> dict[str, Range]:
    """Return the least and the greatest number of every value that is to be rounded by a fixed step."""
    import onnxruntime  # noqa: PLC0415 (dear)

    model = onnx.load(folder / "model.onnx")
    names = [
        node.input[0]
        for node in model.graph.node
        if node.op_type == "Abs" and node.name.removesuffix(".sizes").endswith(_FIXED)
    ]
    model.graph.output.extend(helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in names)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    found = dict.fromkeys(names, (0.0, 0.0))
    for inputs in _inputs(folder, texts):
        for name, value in zip(names, session.run(names, inputs), strict=True):
            low, high = found[name]
            found[name] = min(low, float(value.min())), max(high, float(value.max()))
    return {name: (low * _WIDER, high * _WIDER) for name, (low, high) in found.items()}


def _inputs(folder: Path, texts: Sequence[str]) -> Iterator[dict[str, npt.NDArray[np.generic]]]:
    """Yield what the model reads of each window, one at a time: no padding."""
    tokenizer = plain_tokenizer((OWN_FOLDER / "tokenizer.json").read_text(encoding="utf-8"))
    with np.load(OWN_FOLDER / "words.npz") as arrays:
        words_of, scales = arrays["words"], arrays["scales"]
    for piece in pieces_of(tokenizer, texts, read_text_card(folder).length, _WINDOWS, [True] * len(texts)):
        ids = np.array([piece.ids])
        words = words_of[ids].astype(np.float32) * scales[ids][..., None]
        yield {"words": words, "casings": np.array([piece.casings]), "mask": np.ones(ids.shape, np.float32)}


def _texts(data: Path) -> list[str]:
    """Return texts of every open set."""
    found: list[str] = []
    for path in sorted(data.glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines]
        random.Random(path.name).shuffle(rows)  # noqa: S311 (a repeatable sample, not a secret)
        said = (value for row in rows for value in row.values() if isinstance(value, str) and " " in value)
        found += [text[:_LONGEST] for text, _ in zip(said, range(_PER_SET), strict=False)]
    return found


def main(folder: Path, data: Path) -> None:
    """Measure, rewrite, and put the new digest into the card."""
    path, card = folder / "model.onnx", folder / "model.yaml"
    ranges = _ranges(folder, _texts(data))
    for name, (low, high) in ranges.items():
        print(f"{name}\t{low:.3f}\t{high:.3f}")
    with_fewer_passes(path, ranges)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    said = card.read_text(encoding="utf-8")
    card.write_text(re.sub(r"(?m)^model_sha256: .*$", f'model_sha256: "sha256:{digest}"', said), encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where model.onnx and model.yaml are")
    parser.add_argument("--data", type=Path, required=True, help="folder with the open sets, gzipped JSON Lines")
    given = parser.parse_args()
    main(given.folder, given.data)
