"""The verifier as one file, for whoever holds a store or a proof and no Assay: this package's modules in a row.

Rules of this place: the file needs Python alone, and `cryptography` for signatures; the same modules make the same
bytes; names are unique over all modules, since they come to stand in one.
"""

import ast
from collections.abc import Iterator
from importlib.resources import files

__all__ = ["single_file"]

_MODULES = (
    *("_types", "_signatures", "_notes", "_entries", "_trees", "_keys", "_schema", "_meanings", "_rows"),
    *("_witness", "_restores", "_stamps", "_runs", "_originals", "_walk", "_store", "_proofs", "_words", "_program"),
)
_PACKAGE = "governance.verifier"
_HEAD = '''#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Verify a ledger of Assay offline: a SQLite store or a proof, against a key and checkpoints that you kept.

    python verify_ledger.py STORE --key log.vkey --trusted checkpoint.txt
    python verify_ledger.py --proof proof.json --key log.vkey --trusted checkpoint.txt

Exit code 0: sound. 1: tampered, or the proof does not hold. 2: wrong usage. 3: cannot decide.
It needs Python 3.11 or newer. Signatures need the package `cryptography`; without it they stay unchecked, and the
verdict is never 0. This file is written from the modules of Assay's verifier, one after the other: read it before you
trust it. It opens the store for reading alone, and connects to nothing.
"""
'''
_FOOT = '\n\nif __name__ == "__main__":\n    sys.exit(main())\n'


def single_file() -> str:
    """Return the text of the program."""
    imports: dict[str, set[str]] = {}
    bodies, owners = [], dict[str, str]()
    for name in _MODULES:
        source = files(_PACKAGE).joinpath(f"{name}.py").read_text(encoding="utf-8")
        tree = ast.parse(source)
        for one in _names_of(tree):
            if owners.setdefault(one, name) != name:
                raise RuntimeError(f"{one} stands in {owners[one]} and in {name}: names are unique in one file")
        for module, names in _outer_imports(tree):
            imports.setdefault(module, set()).update(names)
        bodies.append(_body_of(name, source, tree))
    plain = [f"import {module}" for module, names in sorted(imports.items()) if not names]
    named = [f"from {module} import {', '.join(sorted(names))}" for module, names in sorted(imports.items()) if names]
    return "\n".join([_HEAD, *plain, *named, ""]) + "".join(bodies) + _FOOT


def _names_of(tree: ast.Module) -> set[str]:
    """Return the names that a module defines at its top."""
    found = {node.name for node in tree.body if isinstance(node, ast.ClassDef | ast.FunctionDef)}
    for node in tree.body:
        for target in node.targets if isinstance(node, ast.Assign) else []:
            found |= {one.id for one in ast.walk(target) if isinstance(one, ast.Name)}
    return found - {"__all__"}


def _outer_imports(tree: ast.Module) -> Iterator[tuple[str, set[str]]]:
    """Yield (module, names) of what a module takes from elsewhere; no names where it takes the module itself."""
    for node in tree.body:
        if isinstance(node, ast.Import):
            yield from ((one.name, set[str]()) for one in node.names)
        elif isinstance(node, ast.ImportFrom) and not str(node.module).startswith(_PACKAGE):
            yield str(node.module), {one.name for one in node.names}


def _body_of(name: str, source: str, tree: ast.Module) -> str:
    """Return a module without its imports, its docstring as a comment above it."""
    lines = source.split("\n")
    words = (ast.get_docstring(tree) or "").split("\n")
    gone: set[int] = set()
    for number, node in enumerate(tree.body):
        is_list = isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
        if number == 0 or is_list or isinstance(node, ast.Import | ast.ImportFrom):
            gone |= {*range(node.lineno - 1, node.end_lineno or node.lineno)}
    kept = "\n".join(line for number, line in enumerate(lines) if number not in gone).strip("\n")
    rule = "-" * (100 - len(name))
    comment = "".join(f"# {line}".rstrip() + "\n" for line in words)
    return f"\n\n# --- {name.removeprefix('_')} {rule}\n#\n{comment}\n\n{kept}\n"
