"""The server process: it announces its end before it stops, and finishes what it has begun."""

import multiprocessing
import os
import signal
import sys
import tempfile
import threading
from multiprocessing.process import BaseProcess
from types import FrameType

import uvicorn

from app.core.observe import configure_logs, log

draining = threading.Event()
"""Set when this process has been asked to stop: it is no longer ready, but still answers."""

SECONDS_TO_ANSWER = 30
"""How long a worker may take to tell its supervisor that it is alive, before it is ended and another one started."""

SECONDS_TO_FINISH = 20
"""How long requests that have begun may go on in a server that was asked to stop."""


def serve(*, host: str, port: int, workers: int, trusted_proxies: str, log_level: str) -> None:
    """Serves until it is asked to stop; then finishes open requests for up to twenty seconds, and exits with 0.

    ``trusted_proxies`` are the addresses or networks whose ``X-Forwarded-For`` is believed, separated by commas; of
    nobody else.
    """
    configure_logs(log_level)  # of the supervisor, too: it says which worker has died
    if workers > 1:
        # Where the processes keep their counters, so that whichever is asked can tell them all.
        os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", tempfile.mkdtemp(prefix="champions-counters-"))
    # Once it has stopped, uvicorn sends itself the signal again; having done what it was asked to is no failure.
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(0))
    uvicorn.run(
        "app.main:app_from_environment",
        factory=True,
        http="app.serving.connections:Guarded",
        ws="none",
        host=host,
        port=port,
        workers=workers,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(trusted_proxies),
        forwarded_allow_ips=trusted_proxies or None,
        timeout_graceful_shutdown=SECONDS_TO_FINISH,
        timeout_worker_healthcheck=SECONDS_TO_ANSWER,
    )


def end_with_supervisor() -> None:
    """From now on this process stops, as if it were asked to, when the one that has started it is gone.

    Nobody would be left to stop it, and it would keep the port from the next server. A process that nobody supervises
    is left alone.
    """
    supervisor = multiprocessing.parent_process()
    if supervisor is not None:
        threading.Thread(target=_stop_after, args=(supervisor,), daemon=True).start()


def _stop_after(supervisor: BaseProcess) -> None:
    supervisor.join()
    log.error("the supervisor is gone, and so this worker stops", supervisor=supervisor.pid)
    os.kill(os.getpid(), signal.SIGTERM)


def drain_before_exit(seconds: int) -> None:
    """From now on a request to stop makes this process unready at once, and stops it only ``seconds`` later.

    So a proxy that asks ``/readyz`` has time to look elsewhere. A second request stops it without delay. Only the main
    thread of a process is told of signals; elsewhere, as in a test, this does nothing.
    """
    if threading.current_thread() is not threading.main_thread():
        return
    for number in (signal.SIGTERM, signal.SIGINT):
        _delay(number, seconds)


def _delay(number: signal.Signals, seconds: int) -> None:
    stop = signal.getsignal(number)
    if not callable(stop):
        return

    def handle(received: int, frame: FrameType | None) -> None:
        if draining.is_set() or not seconds:
            draining.set()
            stop(received, frame)
            return
        draining.set()
        timer = threading.Timer(seconds, stop, (received, None))
        timer.daemon = True
        timer.start()

    signal.signal(number, handle)
