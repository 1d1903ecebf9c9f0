"""People at the desk, as `benchmarks.web` plays them: HTTP by hand, to leave the processor free."""

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

Pick = Callable[[random.Random], str]


@dataclass
class Seen:
    """What the users waited for, in seconds by page, and the weight of each page in bytes."""

    waited: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    weighed: dict[str, int] = field(default_factory=dict)


async def visit(
    port: int,
    cookies: list[str],
    pages: Mapping[str, Pick],
    users: int,
    seconds: float,
    think: float,
) -> Seen:
    """Let ``users`` open pages at random for some seconds, each waiting ``think`` in between."""
    seen, until = Seen(), time.perf_counter() + seconds
    await asyncio.gather(
        *(
            _user(port, cookies[at % len(cookies)], pages, until, think, random.Random(at), seen)
            for at in range(users)
        )
    )
    return seen


async def _user(
    port: int,
    cookie: str,
    pages: Mapping[str, Pick],
    until: float,
    think: float,
    rng: random.Random,
    seen: Seen,
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    names = list(pages)
    await asyncio.sleep(rng.random() * max(think, 0.2))
    while time.perf_counter() < until:
        name = rng.choice(names)
        path, began = pages[name](rng), time.perf_counter()
        writer.write(_request(path, cookie))
        status, size = await _answer(reader)
        seen.waited[name].append(time.perf_counter() - began)
        seen.weighed[name] = max(seen.weighed.get(name, 0), size)
        if status != 200:
            raise AssertionError(f"{path} answered {status}")
        if think:
            await asyncio.sleep(think * (0.5 + rng.random()))
    writer.close()


def _request(path: str, cookie: str) -> bytes:
    head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: __Host-registry={cookie}\r\n\r\n"
    return head.encode()


async def _answer(reader: asyncio.StreamReader) -> tuple[int, int]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    size = int(head.split("content-length:", 1)[1].split("\r\n", 1)[0])
    await reader.readexactly(size)
    return int(head.split(" ", 2)[1]), size
