"""The output filter: what an application says, read as the program would that takes it next.

Rules of this place: a browser, a shell, a database, a spreadsheet, a terminal and a template engine do not understand
what is meant, they run what is written (OWASP LLM05, improper output handling). What is shown as code to a reader is
told apart from running text and scores lower, unless a program would take it from there too. Patterns are data
(`data/rules.yaml`); each is bounded, whatever the text.
"""

from evaluation.filters.output._filter import OutputFilter, build

__all__ = ["OutputFilter", "build"]
