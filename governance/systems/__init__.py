"""Systems: the inventory of what is governed, and what is said of each."""

from governance.systems._inventory import Inventory
from governance.systems._rows import read_newest
from governance.systems._types import (
    ERASED,
    ActRole,
    Deployment,
    DescribedSystem,
    Hosting,
    Part,
    SystemProfile,
    parse_part,
)

__all__ = [
    "ERASED",
    "ActRole",
    "Deployment",
    "DescribedSystem",
    "Hosting",
    "Inventory",
    "Part",
    "SystemProfile",
    "parse_part",
    "read_newest",
]
