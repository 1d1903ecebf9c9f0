"""What a server answers, as the workflow that is asked for would have returned it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from registry.policy.loader import Policy
    from registry.remote.server import Answer, Server


def text(_: Server, answer: Answer) -> str:
    """The body as text."""
    return answer.body.decode()


def content(_: Server, answer: Answer) -> bytes:
    """The body as it is."""
    return answer.body


def sentence(_: Server, answer: Answer) -> str:
    """What is said in one sentence."""
    return str(answer.json()["sentence"])


def version(_: Server, answer: Answer) -> str:
    """The version that was changed."""
    return str(answer.json()["version"])


@dataclass(frozen=True)
class Published:
    """A policy that is in effect now."""

    id: str
    version: str
    digest: str


def published(_: Server, answer: Answer) -> Published:
    """The policy that was published."""
    row = answer.json()
    return Published(row["policy"], row["version"], row["digest"])


def checked(server: Server, answer: Answer) -> Any:
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
