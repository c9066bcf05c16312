"""Workbooks for people: the register of risks and the inventory of systems, as Excel and LibreOffice open them."""

from reports.workbooks._about import Origin
from reports.workbooks._inventory import SystemEntry, write_inventory
from reports.workbooks._register import SystemRegister, write_register
from reports.workbooks._sheets import WrittenBook

__all__ = ["Origin", "SystemEntry", "SystemRegister", "WrittenBook", "write_inventory", "write_register"]
