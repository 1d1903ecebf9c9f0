"""The process of one job: ``python -m registry.workflow.jobs ID SECRET PID``, started by the server
with that process id.
"""

import os
import signal
import sys

from registry.settings import load
from registry.workflow.context import open_context
from registry.workflow.jobs.claim import Claim
from registry.workflow.jobs.run import run


def main(job: str, secret: str, server: str) -> None:
    """Run the job in the registry that the environment points to."""
    # A server that a shell started in the background ignores this signal, and so would we.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    run(open_context(load(os.environ), identified=False), Claim(int(job), secret), int(server))


if __name__ == "__main__":
    main(*sys.argv[1:4])
