"""A witness at the command line: a cron job with five files and no registry."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from acceptance.cli import Ran, run

from registry.log.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from registry.log.merkle import consistency, in_memory, root
from registry.log.note import new_signer, read_note, read_verifier, verified
from registry.log.proof import ConsistencyProof

LOG = new_signer("hospital", bytes(31) + b"L")
TRUE = [f"event {place}".encode() for place in range(40)]
FORKED = [*TRUE[:20], *(f"other {place}".encode() for place in range(20))]


@dataclass
class Post:
    """A witness's folder."""

    folder: Path
    public: str

    def path(self, name: str) -> str:
        return str(self.folder / name)

    def asked(self, leaves: list[bytes], size: int, since: int | None = None, *more: str) -> Ran:
        """Hand over a checkpoint, with the proof from ``since``."""
        found = Checkpoint(LOG.name, size, root(size, in_memory(leaves)))
        (self.folder / "new").write_text(str(sign_checkpoint(found, [LOG])))
        words = [self.path("new"), "--state", self.path("state"), "--key", self.path("key")]
        words += ["--log-key", self.path("log.pub"), "-o", self.path("out")]
        if since is not None:
            hashes = tuple(consistency(since, size, in_memory(leaves)))
            (self.folder / "proof").write_text(str(ConsistencyProof(since, size, hashes)))
            words += ["--proof", self.path("proof")]
        return run("witness", *words, *more)

    @property
    def state(self) -> bytes:
        return (self.folder / "state").read_bytes()


def post_in(folder: Path, name: str) -> Post:
    folder.mkdir()
    (folder / "log.pub").write_text(f"{LOG.verifier}\n")
    made = run("witness-key", name, "-o", str(folder / "key"), "-q")
    assert made.code == 0
    return Post(folder, made.out.strip())


@pytest.fixture
def post(tmp_path: Path) -> Post:
    return post_in(tmp_path / "north", "north")


def test_a_witness_follows_a_log_and_signs_each_step(post: Post) -> None:
    assert post.asked(TRUE, 12, None, "--first").code == 0
    done = post.asked(TRUE, 30, 12)

    assert (done.code, done.out.split()[:2]) == (0, ["size", "30"])
    out = (post.folder / "out").read_bytes()
    keys = [LOG.verifier, read_verifier(post.public)]
    assert verified(read_note(out), keys) == keys
    assert open_checkpoint(post.state, LOG.verifier)[0].size == 30
    assert post.state == out


def test_the_same_checkpoint_again_is_signed_again(post: Post) -> None:
    post.asked(TRUE, 12, None, "--first")
    before = post.state

    assert post.asked(TRUE, 12).code == 0
    assert post.state == before


@pytest.mark.parametrize(
    ("leaves", "size", "since", "said"),
    [
        (TRUE, 24, None, "the log has shrunk"),
        (FORKED, 25, None, "two histories of 25 events"),
        (FORKED, 33, 25, "does not begin with the 25 that were seen"),
    ],
)
def test_a_log_that_does_not_continue_is_refused_and_the_state_stays(
    post: Post, leaves: list[bytes], size: int, since: int | None, said: str
) -> None:
    post.asked(TRUE, 25, None, "--first")
    before = post.state
    (post.folder / "out").unlink()

    refused = post.asked(leaves, size, since)

    assert (refused.code, refused.out) == (6, "")
    assert said in refused.err
    assert "keep both files" in refused.err
    assert post.state == before
    assert not (post.folder / "out").exists()


def test_two_witnesses_that_were_shown_two_histories_find_out(post: Post, tmp_path: Path) -> None:
    south = post_in(tmp_path / "south", "south")
    assert post.asked(TRUE, 15, None, "--first").code == 0
    assert south.asked(FORKED, 15, None, "--first").code == 0  # the same history, as yet
    assert post.asked(TRUE, 30, 15).code == 0
    assert south.asked(FORKED, 28, 15).code == 0

    shown = run(
        "witness",
        south.path("out"),
        *("--state", post.path("state"), "--key", post.path("key")),
        *("--log-key", post.path("log.pub"), "-o", post.path("again")),
    )
    back = south.asked(TRUE, 30, 28)

    assert (shown.code, back.code) == (6, 6)
    assert "does not begin with the 28 that were seen" in back.err


def test_first_use_is_said_and_never_repeated(post: Post) -> None:
    assert post.asked(TRUE, 12).code == 2
    assert post.asked(TRUE, 12, None, "--first").code == 0
    assert post.asked(FORKED, 30, None, "--first").code == 5
    assert open_checkpoint(post.state, LOG.verifier)[0].size == 12


@pytest.mark.parametrize("name", [LOG.name, "another-log"])
def test_the_key_of_another_log_is_named_and_not_the_state(post: Post, name: str) -> None:
    post.asked(TRUE, 12, None, "--first")
    before = post.state
    other = new_signer(name, bytes(31) + b"M").verifier
    (post.folder / "log.pub").write_text(f"{other}\n")

    refused = post.asked(TRUE, 30, 12)

    assert (refused.code, post.state) == (2, before)
    assert f"the key of {name} given is not the one under which this witness signed" in refused.err
    assert "--log-key with the key of the log" in refused.err


def test_without_a_proof_nothing_is_signed(post: Post) -> None:
    post.asked(TRUE, 12, None, "--first")

    for since in (None, 11):
        refused = post.asked(TRUE, 30, since)
        assert refused.code == 2
        assert "registry audit consistency" in refused.err


def test_a_state_that_somebody_else_wrote_is_no_state(post: Post) -> None:
    post.asked(TRUE, 12, None, "--first")
    found = Checkpoint(LOG.name, 20, root(20, in_memory(FORKED)))
    (post.folder / "state").write_text(str(sign_checkpoint(found, [LOG])))

    refused = post.asked(FORKED, 30, 20)

    assert refused.code == 6
    assert "not what this witness wrote" in refused.err


@pytest.mark.parametrize("name", ["new", "log.pub", "key", "proof"])
@pytest.mark.parametrize("content", [b"", b"nonsense\n", b"\xff\xfe", b"x" * 70_000])
def test_a_file_that_is_not_what_it_must_be_is_named(post: Post, name: str, content: bytes) -> None:
    post.asked(TRUE, 12, None, "--first")
    before = post.state
    post.asked(TRUE, 12, 12)
    (post.folder / name).write_bytes(content)
    words = [post.path("new"), "--state", post.path("state"), "--key", post.path("key")]
    words += ["--log-key", post.path("log.pub"), "-o", post.path("out")]

    refused = run("witness", *words, "--proof", post.path("proof"))

    assert refused.code == 2
    assert f"where: {post.path(name)}" in refused.err
    assert "KEY+north" not in refused.err
    assert post.state == before


def test_a_key_that_others_can_read_is_refused_and_none_is_replaced(post: Post) -> None:
    (post.folder / "key").chmod(0o644)
    refused = post.asked(TRUE, 12, None, "--first")
    assert refused.code == 2
    assert "can be read by others" in refused.err

    assert run("witness-key", "north", "-o", post.path("key")).code == 5
    assert run("witness-key", "no th", "-o", post.path("other")).code == 2
