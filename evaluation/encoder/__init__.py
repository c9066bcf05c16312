"""Small models of our own: probabilities for pairs of texts and for single ones, in milliseconds, on a CPU, offline.

Rules of this place: onnxruntime and tokenizers are imported when a model is loaded and not before; nothing here reads
settings or the network. `docs/encoder-card.md` says what the model was trained on and what it is not good for.
"""

from evaluation.encoder._encoder import PairEncoder, free_threads, load_encoder
from evaluation.encoder._files import Card, TextCard
from evaluation.encoder._heads import Head, referenced
from evaluation.encoder._texts import TextModel, TokenTags, Window, WindowScores, load_text_model

__all__ = [
    "Card",
    "Head",
    "PairEncoder",
    "TextCard",
    "TextModel",
    "TokenTags",
    "Window",
    "WindowScores",
    "free_threads",
    "load_encoder",
    "load_text_model",
    "referenced",
]
