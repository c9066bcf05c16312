"""Access: roles, permissions, and the one function that stands before every change."""

from governance.access._authorize import authorize
from governance.access._types import ANY_SYSTEM, NEVER_BY_TOKEN, ROLE_PERMISSIONS, Permission, Role

__all__ = ["ANY_SYSTEM", "NEVER_BY_TOKEN", "ROLE_PERMISSIONS", "Permission", "Role", "authorize"]
