"""Write a checkpoint of Detoxify as ONNX, which reads several times faster on a CPU and needs no torch afterwards.

pip install 'assay[toxicity]' onnx
python -m evaluation.filters.toxicity.export --variant unbiased --checkpoint FILE --config FOLDER --out FOLDER
"""

import argparse
import hashlib
import importlib
import importlib.util
import sys
from pathlib import Path
from typing import Any

import yaml

from assay.kernel import AssayError, ConfigurationError
from evaluation.filters.toxicity._checkpoints import Loaded, load_checkpoint, verified
from evaluation.filters.toxicity._detoxify_onnx import CARD
from evaluation.filters.toxicity._options import Variant

__all__ = ["export"]


def export(variant: Variant, checkpoint: Path, config: Path | None, out: Path, pinned: str | None = None) -> Path:
    """Write `model.onnx`, `tokenizer.json` and their card to `out`, and return it.

    Raises `InputError` for a checkpoint that is not the expected one, `ConfigurationError` where the extra is missing.
    """
    content, digest = verified(checkpoint, variant, pinned)
    loaded = load_checkpoint(content, config, checkpoint.parent)
    out.mkdir(parents=True, exist_ok=True)
    _write_model(loaded, out / "model.onnx")
    loaded.tokenizer.backend_tokenizer.save(str(out / "tokenizer.json"))
    card = {
        "id": f"detoxify-{variant.value}",
        "checkpoint_sha256": digest,
        "model_sha256": _sha256(out / "model.onnx"),
        "tokenizer_sha256": _sha256(out / "tokenizer.json"),
        "classes": list(loaded.classes),
        "padding": loaded.tokenizer.pad_token,
        "padding_id": loaded.tokenizer.pad_token_id,
    }
    (out / CARD).write_text(yaml.safe_dump(card, sort_keys=False), encoding="utf-8")
    return out


def _write_model(loaded: Loaded, path: Path) -> None:
    if importlib.util.find_spec("onnx") is None:
        raise ConfigurationError("cannot write ONNX: onnx is not installed", hint="pip install onnx")
    torch = importlib.import_module("torch")
    inputs: dict[str, Any] = dict(loaded.tokenizer(["one text", "and another one"], return_tensors="pt", padding=True))
    names = list(inputs)

    class Logits(torch.nn.Module):  # type: ignore[misc, name-defined, unused-ignore]  # an extra without types
        """The model with its outputs alone, its inputs in the order of their names."""

        def __init__(self) -> None:
            """Hold the model, so that its weights are found."""
            super().__init__()
            self.model = loaded.model

        def forward(self, *given: Any) -> Any:  # noqa: ANN401 (tensors)
            """Return rows × outputs."""
            return self.model(**dict(zip(names, given, strict=True))).logits

    open_sizes = {name: {0: "rows", 1: "positions"} for name in names}
    torch.onnx.export(
        Logits(), tuple(inputs.values()), str(path), input_names=names, output_names=["logits"],
        dynamic_axes={**open_sizes, "logits": {0: "rows"}}, opset_version=17, dynamo=False,
    )  # fmt: skip


def _sha256(path: Path) -> str:
    return f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"


def main(arguments: list[str] | None = None) -> int:
    """Parse, export, say where; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--variant", type=Variant, choices=list(Variant), default=Variant.UNBIASED)
    parser.add_argument("--checkpoint", type=Path, required=True, help="Detoxify's released file")
    parser.add_argument("--config", type=Path, help="folder with config.json and the tokenizer's files")
    parser.add_argument("--sha256", help="of a checkpoint of yours: sha256:…")
    parser.add_argument("--out", type=Path, required=True, help="folder to write")
    options = parser.parse_args(arguments)
    try:
        folder = export(options.variant, options.checkpoint, options.config, options.out, options.sha256)
    except AssayError as error:
        sys.stderr.write(f"{error.message}\n{error.hint}\n")
        return error.exit_code
    sys.stdout.write(f"{folder}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
