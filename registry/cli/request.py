"""How a request is named at the command line: to submit, sign, withdraw and review it."""

from typing import Annotated

import typer

Request = Annotated[
    str, typer.Argument(metavar="R-17", help="The request, or NAME@V with one open request.")
]
