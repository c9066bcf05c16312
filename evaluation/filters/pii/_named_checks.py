"""Checks by the names that recognisers call them in YAML; a name that is not here is refused when the file is read."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias

from evaluation.filters.pii import _checks
from evaluation.filters.pii._secrets import chosen, json_web_token, varied
from evaluation.filters.pii._vat import vat

__all__ = ["CHECKS", "Check"]

Check: TypeAlias = Callable[[str], bool]

CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        check.__name__: check
        for check in (
            _checks.at_svnr,
            _checks.baltic_code,
            _checks.be_nn,
            _checks.bg_egn,
            _checks.ch_ahv,
            _checks.cz_rc,
            _checks.dk_cpr,
            _checks.de_id_card,
            _checks.de_tax_id,
            _checks.es_nif,
            _checks.fr_nir,
            _checks.gr_amka,
            _checks.hr_oib,
            _checks.iban,
            _checks.ie_pps,
            _checks.luhn,
            _checks.machine_readable,
            _checks.mod_97_10,
            _checks.nhs,
            _checks.nl_bsn,
            _checks.no_fnr,
            _checks.payment_card,
            _checks.pl_nip,
            _checks.pl_pesel,
            _checks.pt_nif,
            _checks.ro_cnp,
            _checks.ssn,
            chosen,
            json_web_token,
            varied,
            vat,
        )
    }
)
