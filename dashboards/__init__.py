"""The pages: Streamlit routes and widgets.

Rules of this place: a page picks, loads and shows, in at most 60 lines, without SQL, arithmetic or thresholds; it reads
the view models that the reports read. No module directly in this folder carries the name of a package, because
Streamlit puts the folder first on the import path.
"""
