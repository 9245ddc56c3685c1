"""Running software of others: a program that serves a port, or one that answers line by line."""

from __future__ import annotations

import asyncio
import json
import os
import socket
from asyncio.subprocess import PIPE, Process, create_subprocess_exec
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[2]
HOME: Final = ROOT / ".peers"
_SCRIPTS: Final = Path(__file__).parent / "node"
# a machine that does much else starts a program slowly; one that has ended is seen at once
_PATIENCE: Final = 240
_PAUSE: Final = 0.05


class PeerFailed(AssertionError):
    """A peer did not start, ended, or could not do what it was asked."""


@dataclass(slots=True)
class Peer:
    """A running program; `ready` is what it said first: its port, or true."""

    process: Process
    ready: Any = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.ready}"

    async def ask(self, do: str, **question: Any) -> Any:
        """Let it do something; what came of it. Raises PeerFailed with its fault."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"do": do, **question}).encode() + b"\n")
        said = await self.read()
        if "fault" in said:
            raise PeerFailed(said["fault"])
        return said["answer"]

    async def read(self) -> dict[str, Any]:
        """Read its next line of the protocol; libraries print lines of their own between them."""
        assert self.process.stdout is not None
        async with asyncio.timeout(_PATIENCE):
            while line := await self.process.stdout.readline():
                if line.startswith(b"{"):
                    read: dict[str, Any] = json.loads(line)
                    return read
        raise PeerFailed("it has ended")


@asynccontextmanager
async def a_node_peer(script: str, *arguments: str) -> AsyncIterator[Peer]:
    """Run one of the scripts in tests/peers/node."""
    async with _answering("node", str(_SCRIPTS / script), *arguments) as peer:
        yield peer


@asynccontextmanager
async def a_python_peer(environment: str, module: str) -> AsyncIterator[Peer]:
    """Run one of the modules in tests/peers/python with the libraries of an environment."""
    python = str(HOME / environment / "bin" / "python")
    async with _answering(python, "-m", f"tests.peers.python.{module}") as peer:
        yield peer


@asynccontextmanager
async def a_server(port: int, *command: str, folder: Path = ROOT) -> AsyncIterator[Peer]:
    """Run a program until it listens on a port; what it prints is shown when a test fails."""
    async with _process(*command, folder=folder) as process:
        async with asyncio.timeout(_PATIENCE):
            while not await _listens(port):
                if process.returncode is not None:
                    raise PeerFailed(f"{command[0]} has ended with {process.returncode}")
                await asyncio.sleep(_PAUSE)
        yield Peer(process, port)


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody has."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@asynccontextmanager
async def _answering(*command: str) -> AsyncIterator[Peer]:
    async with _process(*command, stdin=PIPE, stdout=PIPE) as process:
        peer = Peer(process)
        peer.ready = (await peer.read())["ready"]
        yield peer


@asynccontextmanager
async def _process(*command: str, folder: Path = ROOT, **pipes: Any) -> AsyncIterator[Process]:
    """Run a program with nothing of our environment but where programs are."""
    known = {
        "PATH": f"{os.environ['PATH']}:/usr/sbin",
        "HOME": str(HOME),
        "NODE_PATH": str(HOME / "node" / "node_modules"),
    }
    process = await create_subprocess_exec(*command, cwd=folder, env=known, **pipes)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await process.communicate()


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    await writer.wait_closed()
    return True
