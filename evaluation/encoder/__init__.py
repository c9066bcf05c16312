"""A small cross-encoder of our own: probabilities for pairs of texts, in milliseconds, on a CPU, offline.

Rules of this place: onnxruntime and tokenizers are imported when a model is loaded and not before; nothing here reads
settings or the network. `docs/encoder-card.md` says what the model was trained on and what it is not good for.
"""

from evaluation.encoder._encoder import PairEncoder, free_threads, load_encoder
from evaluation.encoder._files import Card
from evaluation.encoder._heads import Head, referenced

__all__ = ["Card", "Head", "PairEncoder", "free_threads", "load_encoder", "referenced"]
