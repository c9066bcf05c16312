"""A process that appends reports until it is told or killed, and says which ones are recorded.

Arguments: folder, first number, how many, address of a server's database or nothing. Prints the number of a report once
`record_report` has returned.
"""

import sys
from pathlib import Path

from governance import BuiltReport
from tests.governance.samples import ME, Place

if __name__ == "__main__":
    folder, first, count = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    record = Place(folder, server_url="".join(sys.argv[4:])).open()
    for number in range(first, first + count):
        digest = f"sha256:{number:064x}"
        record.record_report(
            BuiltReport(kind="evaluation", format="html", system="default", subject="run-1", digest=digest, as_of=1), ME
        )
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()
