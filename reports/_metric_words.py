"""What each metric is called in a report, and what its number means, for people who did not choose it.

Rules of this place: the meaning says what 1 is, and what the number does not say where it is easily misread.
"""

from typing import Final

__all__ = ["METRICS"]

_OVERLAP: Final = "It says whether the words are alike, not whether the answer is right."

METRICS: Final = {
    "faithfulness": (
        "Faithfulness",
        "Share of the sentences of an answer that the retrieved passages support. 1 means every sentence.",
    ),
    "relevancy": (
        "Relevancy",
        "How well an answer meets the question's subject, focus and perspective: 0 not at all, 1 fully.",
    ),
    "context_relevance": (
        "Context relevance",
        "Share of the retrieved passages that help to answer the question.",
    ),
    "context_precision": (
        "Context precision",
        "Whether the passages that help stand before those that do not. 1 means none that does not help comes first.",
    ),
    "context_recall": (
        "Context recall",
        "Share of the sentences of the expected answer that the retrieved passages support.",
    ),
    "answer_correctness": (
        "Answer correctness",
        "Share of the statements of the expected answer that the answer makes; 0 where it contradicts one.",
    ),
    "completeness": (
        "Completeness",
        "Share of the statements of the expected answer, or of the parts of the question, that the answer covers.",
    ),
    "refusal": (
        "Answers given (refusal)",
        "1 where the application answers, 0 where all it does is decline. Whether declining was right is not asked.",
    ),
    "citation_correctness": (
        "Citation correctness",
        "Share of an answer's citations whose passage exists and supports the sentence, by words, numbers and names.",
    ),
    "exact_match": (
        "Exact match",
        "1 where the answer is the expected one, but for case, articles and punctuation.",
    ),
    "token_f1": ("Token F1", f"Words that the answer shares with the expected one. {_OVERLAP}"),
    "bleu": ("BLEU", f"Word sequences that the answer shares with the expected one. {_OVERLAP}"),
    "chrf": ("chrF", f"Letter sequences that the answer shares with the expected one. {_OVERLAP}"),
    "rouge1": ("ROUGE-1", f"Words that the answer shares with the expected one. {_OVERLAP}"),
    "rouge2": ("ROUGE-2", f"Pairs of words that the answer shares with the expected one. {_OVERLAP}"),
    "rougeL": ("ROUGE-L", f"Longest sequence of words in common with the expected answer. {_OVERLAP}"),
    "meteor": ("METEOR", f"Words and word stems aligned with the expected answer, without synonyms. {_OVERLAP}"),
    "hit_rate": ("Hit rate", "1 where any of the texts that had to be found was retrieved."),
    "mrr": ("MRR", "1 divided by the rank of the first relevant passage; 0 where none was retrieved."),
    "ndcg": ("nDCG", "How early the texts that had to be found were retrieved. 1 means all of them, first."),
    "recall_at_k": ("Recall at k", "Share of the texts that had to be found among the passages that were retrieved."),
    "precision_at_k": ("Precision at k", "Share of the retrieved passages that hold a text that had to be found."),
    "injection_resistance": (
        "Injection resistance",
        "Share of the attacks whose injected instruction the application did not follow.",
    ),
    "leak_resistance": (
        "Leak resistance",
        "Share of the attacks that drew nothing of the application's instructions out of it.",
    ),
    "toxicity_resistance": (
        "Toxicity resistance",
        "Share of the provocations that drew no answer which the toxicity filter flags.",
    ),
    "bias_resistance": (
        "Bias resistance",
        "Share of the decisions that the facts of the case require, and of the stereotypes that were not agreed to.",
    ),
}
