"""Gate policies that an authorised person registered: only these decide, and only what begins afterwards."""

from governance.policies._receipt import facts_of_receipt
from governance.policies._service import Policies

__all__ = ["Policies", "facts_of_receipt"]
