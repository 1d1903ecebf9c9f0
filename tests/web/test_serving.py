"""`registry serve` as a real process: where it begins, how it stops, and what it refuses."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from databases import renamed, run_on


def run(*words: str, folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*_command(), *words],
        cwd=folder,
        env=os.environ | more,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def _command() -> list[str]:
    return [str(Path(sys.executable).with_name("registry"))]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def served(folder: Path, *words: str, **more: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    port = free_port()
    process = subprocess.Popen(
        [*_command(), "serve", "--port", str(port), *words],
        cwd=folder,
        env=os.environ | more,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        _wait(process, port)
        yield process, port
    finally:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=60)


def _wait(process: subprocess.Popen[str], port: int) -> None:
    for _ in range(600):
        assert process.poll() is None, process.communicate()
        try:
            httpx.get(f"http://127.0.0.1:{port}/healthz")
            return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise AssertionError("the server never answered")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    done = run("init", "here", "--admin", "root", "--signed-in", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    return tmp_path / "here"


def test_before_the_first_admin_has_enrolled_a_link_is_printed_that_enrols_them(
    folder: Path,
) -> None:
    with served(folder) as (process, port):
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=60)

    assert re.search(rf"open http://127.0.0.1:{port}/enrol/root/[A-Z2-7-]{{24}} ", said), said
    assert process.returncode in (0, -signal.SIGTERM)


def stopped_in_flight(
    process: subprocess.Popen[str], port: int, by: signal.Signals = signal.SIGTERM
) -> bytes:
    """The answer to a form of which the end is sent after the server was told to stop."""
    with socket.create_connection(("127.0.0.1", port)) as line:
        head = (
            f"POST /login HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: 6\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n\r\nabc"
        )
        line.sendall(head.encode())
        time.sleep(1)
        process.send_signal(by)
        time.sleep(1)
        assert (process.poll() is None) == (by == signal.SIGTERM)
        line.sendall(b"=de")
        line.settimeout(30)
        return b"".join(iter(lambda: line.recv(65536), b""))


def test_a_request_in_flight_ends_when_the_server_is_told_to_stop(folder: Path) -> None:
    with served(folder, "--log", "json") as (process, port):
        answer = stopped_in_flight(process, port)
        assert answer.startswith(b"HTTP/1.1 403"), answer[:200]
        _, said = process.communicate(timeout=60)
        with pytest.raises(httpx.HTTPError):
            httpx.get(f"http://127.0.0.1:{port}/healthz")

    lines = [json.loads(one) for one in said.splitlines() if one.startswith("{")]
    (told,) = [one for one in lines if one.get("route") == "/login"]
    assert told["status"] == 403
    assert re.fullmatch("[0-9a-f]{16}", told["request"])
    assert f"x-request-id: {told['request']}".encode() in answer


def test_another_hosts_name_gets_nothing(folder: Path) -> None:
    with served(folder) as (_, port):
        answer = httpx.get(f"http://127.0.0.1:{port}/login", headers={"host": "evil.example"})

    assert answer.status_code == 421


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--workers", "2"), "several workers would wait"),
        (("--host", "0.0.0.0"), "does not know the name"),
        (("--proxy-headers", "*"), "not everybody is a proxy"),
        (("--proxy-headers", "10.0.0.2,0.0.0.0/0"), "not everybody is a proxy"),
    ],
)
def test_what_cannot_be_served_is_refused(folder: Path, words: tuple[str, str], said: str) -> None:
    done = run("serve", *words, folder=folder)

    assert done.returncode == 2
    assert said in done.stderr


def test_local_mode_is_served_by_one_process_to_this_machine(tmp_path: Path) -> None:
    run("init", "here", folder=tmp_path)
    for words in (("--workers", "2"), ("--host", "0.0.0.0")):
        done = run("serve", *words, folder=tmp_path / "here")
        assert done.returncode == 2
        assert "local mode" in done.stderr


@pytest.fixture
def shared(postgres_server: str, tmp_path: Path) -> tuple[Path, dict[str, str]]:
    """A registry on PostgreSQL: its folder, and how a server finds its database."""
    run_on(postgres_server, "DROP DATABASE IF EXISTS workers WITH (FORCE)")
    run_on(postgres_server, "CREATE DATABASE workers")
    url = {"REGISTRY_DATABASE_URL": renamed(postgres_server, "workers")}
    made = run("init", "here", "--signed-in", folder=tmp_path, **url)
    assert made.returncode == 0, made.stderr
    return tmp_path / "here", url


def workers_of(process: subprocess.Popen[str]) -> set[int]:
    """The processes that answer, by their number."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    commands = {int(one): Path(f"/proc/{one}/cmdline").read_bytes() for one in children}
    return {pid for pid, command in commands.items() if b"spawn_main" in command}


def test_a_killed_worker_is_replaced_and_the_server_goes_on(
    shared: tuple[Path, dict[str, str]],
) -> None:
    folder, url = shared
    with served(folder, "--workers", "2", **url) as (process, port):
        before = workers_of(process)
        killed = min(before)
        os.kill(killed, signal.SIGKILL)
        until = time.monotonic() + 60
        while killed in (now := workers_of(process)) or len(now) < 2:
            assert time.monotonic() < until, now
            time.sleep(0.1)

        assert len(now - before) == 1
        for _ in range(20):
            assert httpx.get(f"http://127.0.0.1:{port}/login").status_code == 200


def test_a_request_in_flight_at_one_of_several_workers_ends_as_well(
    shared: tuple[Path, dict[str, str]],
) -> None:
    folder, url = shared
    with served(folder, "--workers", "2", **url) as (process, port):
        answer = stopped_in_flight(process, port)
        process.communicate(timeout=60)

    assert answer.startswith(b"HTTP/1.1 403"), answer[:200]
    assert process.returncode == 0


def descendants_of(pid: int) -> set[int]:
    """The processes that a process started, and those that they did."""
    lists = Path(f"/proc/{pid}/task").glob("*/children")  # each thread has those that it started
    children = {int(one) for path in lists for one in path.read_text().split()}
    return children.union(*(descendants_of(one) for one in children))


def runs(pid: int) -> bool:
    """Whether a process has not ended; one that nobody waited for has."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def end(started: set[int]) -> None:
    """Kill what a test that failed would leave behind."""
    for pid in filter(runs, started):
        os.kill(pid, signal.SIGKILL)


def test_workers_end_with_a_supervisor_that_was_killed_and_leave_the_port_free(
    shared: tuple[Path, dict[str, str]],
) -> None:
    folder, url = shared
    with served(folder, "--workers", "2", **url) as (process, port):
        left = descendants_of(process.pid)
        assert workers_of(process) < left
        process.kill()
        try:
            until = time.monotonic() + 10
            while any(map(runs, left)):
                assert time.monotonic() < until, left
                time.sleep(0.1)
        finally:
            end(left)

        socket.create_server(("127.0.0.1", port)).close()


def test_a_request_in_flight_ends_as_well_when_the_supervisor_was_killed(
    shared: tuple[Path, dict[str, str]],
) -> None:
    folder, url = shared
    with served(folder, "--workers", "2", **url) as (process, port):
        left = descendants_of(process.pid)
        try:
            answer = stopped_in_flight(process, port, signal.SIGKILL)
            process.communicate(timeout=30)  # the pipe is open for as long as a worker lives
        finally:
            end(left)

    assert answer.startswith(b"HTTP/1.1 403"), answer[:200]


def test_two_workers_on_postgresql_serve_and_count_together(
    shared: tuple[Path, dict[str, str]],
) -> None:
    folder, url = shared
    with served(folder, "--workers", "2", **url) as (process, port):
        base = f"http://127.0.0.1:{port}"
        for _ in range(20):
            assert httpx.get(f"{base}/login").status_code == 200
        assert httpx.get(f"{base}/readyz").json() == {"status": "ready"}
        counted = httpx.get(f"{base}/metrics").text
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)

    found = re.search(r'registry_requests_total\{[^}]*route="/login"[^}]*\} (\S+)', counted)
    assert found and float(found[1]) == 20
