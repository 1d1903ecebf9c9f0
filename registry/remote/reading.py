"""What a server answers, as the workflow that is asked for would have returned it.

Each is given the server, its answer, and the arguments of the workflow.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from registry.remote.following import pages

if TYPE_CHECKING:
    from registry.policy.loader import Policy
    from registry.remote.server import Answer, Server

Asked = Mapping[str, Any]
Back = Callable[["Server", "Answer", Asked], Any]


def nothing(_: Server, __: Answer, ___: Asked) -> None:
    """Nothing, of what is done and returns nothing."""


def text(_: Server, answer: Answer, __: Asked) -> str:
    """The body as text."""
    return answer.body.decode()


def content(_: Server, answer: Answer, __: Asked) -> bytes:
    """The body as it is."""
    return answer.body


def evidence(_: Server, answer: Answer, __: Asked) -> Any:
    """The evidence on a version, as its file is read: JSON has no tuples."""
    from registry.workflow.evidence_file import EvidenceFile

    return EvidenceFile.model_validate_json(answer.body)


def word(name: str) -> Back:
    """Reads one field alone, as text."""
    return lambda _, answer, __: str(answer.json()[name])


def row(**named: str) -> Back:
    """Reads a record; ``named`` says what the API calls a field that the record calls otherwise."""

    def read(_: Server, answer: Answer, __: Asked) -> Any:
        said = answer.json()
        return SimpleNamespace(**{**said, **{name: said[called] for name, called in named.items()}})

    return read


def numbered(label: str, **named: str) -> Back:
    """The same of a record that is known by a number, which the API has in a ``label``: W-3."""

    def read(server: Server, answer: Answer, asked: Asked) -> Any:
        found = row(**named)(server, answer, asked)
        found.id = int(getattr(found, label).rpartition("-")[2])
        return found

    return read


def delivered(_: Server, answer: Answer, __: Asked) -> Any:
    """A recall as it was issued."""
    return _recall(answer.json())


def withdrawn(_: Server, answer: Answer, __: Asked) -> Any:
    """All that was brought to a stop."""
    said = answer.json()
    return SimpleNamespace(**{**said, "recalls": [_recall(one) for one in said["recalls"]]})


def _recall(said: Mapping[str, Any]) -> Any:
    """A recall; its notice, which holds the code that acknowledges it, stays where it is."""
    place = f"on the server, recalls/{said['recall']}.json in the registry's folder"
    return SimpleNamespace(**said, notice=place)


def with_code(_: Server, answer: Answer, __: Asked) -> tuple[None, str]:
    """A code that goes with a new account, which nobody looks at."""
    return None, str(answer.json()["code"])


def enrolled(_: Server, answer: Answer, __: Asked) -> Any:
    """A person who has just enrolled."""
    said = answer.json()
    return SimpleNamespace(**said, key_id=said["key"], uri=said["authenticator"])


def token(_: Server, answer: Answer, __: Asked) -> Any:
    """A token that was made."""
    said = answer.json()
    return SimpleNamespace(id=said["id"], expires_at=said["expires_at"], text=said["token"])


def planned_audit(server: Server, answer: Answer, asked: Asked) -> Any:
    """An audit that was planned, with the epsilon of the claim that it is about."""
    found = numbered("audit")(server, answer, asked)
    found.epsilon = float(found.claim.split()[1].rstrip(","))
    return found


def event(_: Server, answer: Answer, __: Asked) -> Any:
    """An event of the log."""
    said = answer.json()
    return SimpleNamespace(**{**said, "body": said["body"].encode()})


def consistency(_: Server, answer: Answer, __: Asked) -> Any:
    """A proof that one log begins with another."""
    from registry.errors import Unavailable
    from registry.log.proof import ProofError, read_proof

    try:
        return read_proof(answer.body)
    except ProofError as error:
        raise Unavailable(f"what the server answered is no proof: {error}") from error


def doings(server: Server, answer: Answer, asked: Asked) -> tuple[list[Any], list[Any]]:
    """What somebody did, counted and event by event."""
    found = list(pages(server, answer, asked["limit"], lambda body: body["events"]))
    return answer.json()["summary"], found


def revision(_: Server, answer: Answer, __: Asked) -> Any:
    """What a changed policy changes."""
    said = answer.json()
    both = {
        name: SimpleNamespace(id=said["policy"], version=said[name], digest=said[f"{name}_digest"])
        for name in ("before", "after")
    }
    changes = [SimpleNamespace(**one) for one in said["changes"]]
    return SimpleNamespace(**{**said, **both, "changes": changes})


def checked(server: Server, answer: Answer, _: Asked) -> Any:
    """A check: the decision, with the policies it was made by, read again from the server."""
    from pydantic import TypeAdapter

    from registry.policy.decision import Decision
    from registry.policy.facts import Context
    from registry.workflow.checked import Checked

    said = answer.json()
    decision = TypeAdapter(Decision).validate_python(without_messages(said["decision"]))
    return Checked(
        label=said["label"],
        wanted=TypeAdapter(Context).validate_python(said["wanted"]),
        decision=decision,
        policies=tuple(_policies(server, decision)),
        excuses=said["excuses"],
    )


def without_messages(value: Any) -> Any:
    """The same without the sentences of findings, which are worded anew where they are read."""
    if isinstance(value, dict):
        shown = value.keys() >= {"message", "rule", "said", "verdict"}
        return {
            key: without_messages(one)
            for key, one in value.items()
            if not (shown and key == "message")
        }
    return [without_messages(one) for one in value] if isinstance(value, list) else value


def _policies(server: Server, decision: Any) -> list[Policy]:
    """Those of the decision that are in effect under the digest that decided."""
    from registry.log.canonical import digest_bytes
    from registry.policy.loader import load_policy
    from registry.workflow.metrics import known_metrics

    named = {ref.id: ref.digest for ref in (*decision.bases, *decision.policies)}
    files = {str(row["policy"]): str(row["file"]) for row in server.ask("GET", "/policies").json()}
    found = []
    for name, digest in named.items():
        if name in files:
            body = server.ask("GET", f"/policies/{name}").body
            if digest_bytes(body) == digest:
                found.append(load_policy(body, files[name], known_metrics()))
    return found
