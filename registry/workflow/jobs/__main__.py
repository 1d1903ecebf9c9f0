"""The process of one job: ``python -m registry.workflow.jobs ID SECRET``, started by a server."""

import os
import signal
import sys

from registry.settings import load
from registry.workflow.context import open_context
from registry.workflow.jobs.claim import Claim
from registry.workflow.jobs.run import run


def main(job: str, secret: str) -> None:
    """Run the job in the registry that the environment points to."""
    # A server that a shell started in the background ignores this signal, and so would we.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    run(open_context(load(os.environ), identified=False), Claim(int(job), secret))


if __name__ == "__main__":
    main(*sys.argv[1:3])
