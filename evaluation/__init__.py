"""The measuring instrument: documents, questions, targets, answers, judges, statistics, runs.

Knows nothing of risks, articles, the store or the pages. Packages here are the public nouns; `_modules` are private.
"""
