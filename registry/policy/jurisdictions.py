"""Countries by ISO 3166-1 alpha-2 code, and the groups of them that a policy may name.

The lists are as of ``AS_OF``. A change of membership is a change of this file, so that a decision
can be repeated with the list it was made with.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

AS_OF: Final = "2025-01-01"


def _codes(text: str) -> frozenset[str]:
    return frozenset(text.split())


# The 27 member states since 2020-02-01: https://european-union.europa.eu/principles-countries-history
_EU: Final = _codes(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
)

GROUPS: Final[dict[str, frozenset[str]]] = {
    "EU": _EU,
    "EEA": _EU | {"IS", "LI", "NO"},  # where GDPR applies by the EEA Agreement, Annex XI
}

COUNTRIES: Final = _codes(
    """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR
    BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ
    EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW
    GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY
    KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV
    MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY
    QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG
    TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM
    ZW
    """
)


def known() -> frozenset[str]:
    """Every code a policy may name."""
    return COUNTRIES | GROUPS.keys()


def expand(codes: Iterable[str]) -> frozenset[str]:
    """The countries that codes stand for; a code of no group stands for itself."""
    return frozenset().union(*(GROUPS.get(code, frozenset({code})) for code in codes))


def inside(jurisdiction: str, permitted: Iterable[str]) -> bool:
    """Whether all of a jurisdiction (a country or a group) lies within those permitted."""
    return expand([jurisdiction]) <= expand(permitted)
