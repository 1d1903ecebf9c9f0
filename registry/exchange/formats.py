"""Every format there is, by the id that the command takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from registry.exchange.croissant.format import CROISSANT
from registry.exchange.format import Format
from registry.exchange.hf_card import HF_CARD
from registry.exchange.opendp import OPENDP
from registry.exchange.openlineage import OPENLINEAGE
from registry.exchange.prov.formats import PROV, PROV_N

FORMATS: Final[Mapping[str, Format]] = {
    one.id: one for one in (CROISSANT, HF_CARD, OPENDP, PROV, PROV_N, OPENLINEAGE)
}
