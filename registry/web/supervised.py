"""A worker ends when the process that watches over it is gone, instead of holding the port."""

import logging
import os
import signal
import threading
from multiprocessing import parent_process
from multiprocessing.process import BaseProcess

_log = logging.getLogger("registry.web")


def end_with_supervisor() -> None:
    """From now on, stop as on SIGTERM once the process that started this worker has ended.

    A process that is no worker has nobody to end with.
    """
    supervisor = parent_process()
    if supervisor is not None:
        threading.Thread(
            target=_end_after, args=(supervisor,), name="supervisor", daemon=True
        ).start()


def _end_after(supervisor: BaseProcess) -> None:
    # A pipe that the kernel closes with the supervisor, however that ends: nothing is polled.
    supervisor.join()
    _log.warning("the process that watches over the workers is gone: this worker stops")
    os.kill(os.getpid(), signal.SIGTERM)
