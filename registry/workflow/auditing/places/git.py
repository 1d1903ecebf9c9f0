"""A git repository: one commit a checkpoint, on a branch that nobody has checked out.

The commit is made with git's plumbing and a throw-away index, so that a working tree, its index and
its hooks are never touched, and a bare repository serves as well.
"""

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from registry.errors import InvalidInput, Unavailable
from registry.records.anchor import AnchorKind
from registry.workflow.auditing.places.place import MOST_BYTES, SUFFIX, Held

BRANCH = "anchors"
_AUTHOR = {
    f"GIT_{who}_{what}": text
    for who in ("AUTHOR", "COMMITTER")
    for what, text in (("NAME", "registry"), ("EMAIL", "registry@localhost"))
}
_SECONDS = 60


@dataclass(frozen=True)
class Repository:
    """A branch of a repository on this machine, pushed to its remote if that is asked for."""

    path: Path
    branch: str = BRANCH
    push: bool = False
    kind: AnchorKind = AnchorKind.GIT

    @property
    def name(self) -> str:
        """Repository and branch."""
        return f"{self.path}:{self.branch}"

    def held(self) -> list[Held]:
        """Every checkpoint on the branch; none before the first commit."""
        self._require()
        if self._tip() is None:
            return []
        names = self._git("ls-tree", "-z", "--name-only", self._ref).decode().split("\0")
        return [self._held(name) for name in sorted(names) if name.endswith(SUFFIX)]

    def put(self, name: str, note: bytes, at: str) -> None:
        """Commit the note, unless a file of that name is there; push where that is asked for."""
        self._require()
        if name not in {Path(one.where.rpartition(":")[2]).name for one in self.held()}:
            self._commit(name, note, at)
        if self.push:
            self._git("push", "--quiet", self._remote(), f"{self._ref}:{self._ref}")

    @property
    def _ref(self) -> str:
        return f"refs/heads/{self.branch}"

    def _held(self, name: str) -> Held:
        where = f"{self.path}:{self.branch}:{name}"
        note = self._git("cat-file", "blob", f"{self._ref}:{name}")
        if len(note) > MOST_BYTES:
            raise InvalidInput(
                f"the file is larger than any checkpoint ({MOST_BYTES} bytes)", where=where
            )
        return Held(where, note)

    def _commit(self, name: str, note: bytes, at: str) -> None:
        tip = self._tip()
        with TemporaryDirectory() as folder:
            index = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
            if tip:
                self._git("read-tree", tip, environment=index)
            blob = self._git("hash-object", "-w", "--stdin", "--no-filters", given=note)
            entry = f"100644,{blob.decode().strip()},{name}"
            self._git("update-index", "--add", "--cacheinfo", entry, environment=index)
            tree = self._git("write-tree", environment=index).decode().strip()
        dates = {"GIT_AUTHOR_DATE": at, "GIT_COMMITTER_DATE": at}
        parent = ("-p", tip) if tip else ()
        message = f"Anchor {name.removesuffix(SUFFIX)}\n".encode()
        commit = self._git("commit-tree", tree, *parent, given=message, environment=dates)
        # The old tip is named, so that a commit made meanwhile is not lost.
        self._git("update-ref", self._ref, commit.decode().strip(), tip or "0" * len(tree))

    def _tip(self) -> str | None:
        found = self._run(["rev-parse", "--verify", "--quiet", f"{self._ref}^{{commit}}"], b"", {})
        return found.stdout.decode().strip() or None

    def _require(self) -> None:
        """Raise `InvalidInput` unless this is a repository whose branch may grow unseen."""
        if not self.path.is_dir():
            raise InvalidInput("there is no git repository", where=str(self.path))
        if self._run(["check-ref-format", "--branch", self.branch], b"", {}).returncode:
            raise InvalidInput(f"{self.branch!r} is no name of a branch", where=str(self.path))
        trees = self._git("worktree", "list", "--porcelain").decode()
        bare = self._git("rev-parse", "--is-bare-repository").decode().strip() == "true"
        if f"branch {self._ref}\n" in trees and not bare:
            raise InvalidInput(
                f"the branch {self.branch} is checked out",
                where=str(self.path),
                expected="a branch of its own for anchors, or a bare repository",
                todo=f"leave the branch out: it is {BRANCH!r} then",
            )

    def _remote(self) -> str:
        names = self._git("remote").decode().split()
        if not names:
            raise InvalidInput(
                "there is no remote to push to",
                where=str(self.path),
                expected="a repository with a remote",
            )
        return "origin" if "origin" in names else names[0]

    def _git(
        self, *words: str, given: bytes = b"", environment: Mapping[str, str] | None = None
    ) -> bytes:
        done = self._run([*words], given, environment or {})
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip().splitlines()
            raise Unavailable(
                f"git failed: {said[-1] if said else words[0]}",
                where=str(self.path),
                expected="a git repository that can be written",
            )
        return done.stdout

    def _run(
        self, words: list[str], given: bytes, environment: Mapping[str, str]
    ) -> subprocess.CompletedProcess[bytes]:
        # Variables such as GIT_DIR, set where a hook calls, would lead to another repository.
        clean = {name: text for name, text in os.environ.items() if not name.startswith("GIT_")}
        quiet = {"GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
        # A plain folder inside some other repository is not the place that was named.
        quiet["GIT_CEILING_DIRECTORIES"] = str(self.path.parent)
        try:
            return subprocess.run(
                ["git", "-C", str(self.path), "-c", "core.hooksPath=/dev/null", *words],
                input=given,
                capture_output=True,
                check=False,
                timeout=_SECONDS,
                env={**clean, **quiet, **_AUTHOR, **environment},
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise Unavailable(
                f"git does not run: {error}", where=str(self.path), expected="the command git"
            ) from error
