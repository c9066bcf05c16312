"""What `assay --help` costs beside importing the libraries that it is made with, in one run.

Prints the best of N for each, in alternation so that both see the same machine, and the ratio. Limit: 1.6.
"""

import argparse
import resource
import subprocess
import sys

IMPORTS = [sys.executable, "-c", "import typer, rich.console"]
HELP = [sys.executable, "-m", "assay", "--help"]


def cpu_seconds(command: list[str]) -> float:
    """Return user and system time of one run of a command."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=15)
    repeats = parser.parse_args().repeats
    pairs = [(cpu_seconds(IMPORTS), cpu_seconds(HELP)) for _ in range(repeats)]
    imports, shown = (min(times) for times in zip(*pairs, strict=True))
    print(f"import typer, rich.console   {imports * 1000:6.0f} ms CPU (best of {repeats})")
    print(f"assay --help                 {shown * 1000:6.0f} ms CPU (best of {repeats})")
    print(f"ratio                        {shown / imports:6.2f} (limit 1.6)")


if __name__ == "__main__":
    main()
