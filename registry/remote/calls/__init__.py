"""Which call of the API each workflow of the command line is: the one table of both directions."""

from collections.abc import Mapping
from typing import Final

from registry.remote.call import Call
from registry.remote.calls import auditing, data, people, releasing

CALLS: Final[Mapping[str, Call]] = {
    **data.CALLS,
    **releasing.CALLS,
    **auditing.CALLS,
    **people.CALLS,
}
"""By the workflow, ``module:name``."""
