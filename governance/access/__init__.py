"""Access: roles, permissions, and the one function that stands before every change."""

from governance.access._authorize import authorize, roles_that_give
from governance.access._emergency import BREAKABLE, has_broken_glass
from governance.access._standing import CountedRole, Standing, admins_of, covers, has_team, standing_of
from governance.access._types import (
    ANY_SYSTEM,
    APPROVING_ROLES,
    NEVER_BY_TOKEN,
    ONLY_SIGNED_IN,
    ROLE_PERMISSIONS,
    Permission,
    Role,
)

__all__ = [
    "ANY_SYSTEM",
    "APPROVING_ROLES",
    "BREAKABLE",
    "NEVER_BY_TOKEN",
    "ONLY_SIGNED_IN",
    "ROLE_PERMISSIONS",
    "CountedRole",
    "Permission",
    "Role",
    "Standing",
    "admins_of",
    "authorize",
    "covers",
    "has_broken_glass",
    "has_team",
    "roles_that_give",
    "standing_of",
]
