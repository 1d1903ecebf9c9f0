"""Policies: their YAML with every default written out, and which are in effect at a place."""

import re
from typing import ClassVar

import yaml

from second.strict import Refused, digest, read, written

APPROVING = {"steward", "privacy-officer", "compliance-officer"}
CONDITION = ("classification", "modality", "source", "audience", "use")


class _Core(yaml.SafeLoader):
    """Scalars by the core schema of YAML 1.2, where NO is a word and 010 is ten."""

    yaml_implicit_resolvers: ClassVar[dict] = {}


def _integer(loader, node):
    text = node.value
    base = {"0o": 8, "0x": 16}.get(text[:2].lower(), 10)
    return int(text.replace("0o", "", 1) if base == 8 else text, base)


def _real(loader, node):
    return float(node.value.lower().replace(".inf", "inf").replace(".nan", "nan"))


def _mapping(loader, node):
    pairs = loader.construct_pairs(node, deep=True)
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Refused("policy-differs", "a key stands twice")
    return found


for tag, form, first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"null|Null|NULL|~|", ["n", "N", "~", ""]),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+.0123456789"),
):
    pattern = re.compile(rf"^(?:{form})$")
    _Core.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", pattern, list(first))
_Core.add_constructor("tag:yaml.org,2002:int", _integer)
_Core.add_constructor("tag:yaml.org,2002:float", _real)
_Core.add_constructor("tag:yaml.org,2002:map", _mapping)


def _terms(given):
    several = {name: [_condition(one) for one in given.get(name, [])] for name in ("all", "any")}
    return {**given, **several}


def _condition(given):
    return {**{key: [] for key in CONDITION}, **given}


def _rule(given, params):
    found = {"severity": "medium", "references": [], **given}
    if "check" in found:
        found["check"] = {key: _filled(one, params) for key, one in found["check"].items()}
    return found


def _filled(value, params):
    found = re.fullmatch(r"\$\{params\.(\w+)\}", value) if isinstance(value, str) else None
    return params[found[1]] if found else value


def normalised(source):
    """The policy of a YAML text with its defaults."""
    given = yaml.load(source, _Core)
    spec = given["spec"]
    approvals = {
        "separation": ["author", "evaluator", "policy-author"],
        "signatures": "optional",
        **spec["approvals"],
    }
    found = {
        "extends": [],
        "onMissingEvidence": "undecided",
        "params": {},
        **spec,
        "enforcement": {"default": "enforce", "ramp": [], **spec.get("enforcement", {})},
        "uses": {"deny": [], **spec["uses"]},
        "sharing": [{"jurisdictions": [], "effect": "allow", **one} for one in spec["sharing"]],
        "evidence": {"holdout": "required", **spec.get("evidence", {})},
        "rules": [_rule(one, spec.get("params", {})) for one in spec.get("rules", [])],
        "approvals": approvals,
    }
    for name in ("match", "exclude"):
        if name in spec:
            found[name] = _terms(spec[name])
    return {**given, "spec": found}


class Policy:
    """One published version; `bases` are found at a place of the log."""

    def __init__(self, entry):
        self.digest = digest(entry["source"])
        self.document = read(entry["normalised"], "a policy")
        self.source = entry["source"]
        self.spec = self.document["spec"]
        self.id = self.document["metadata"]["id"]
        self.version = self.document["metadata"]["version"]
        self.bases = []

    @property
    def reference(self):
        return (self.id, self.version, self.digest)

    @property
    def told(self):
        return {"id": self.id, "version": self.version, "digest": self.digest}

    def says_so(self):
        """Whether the normalised form is that of the source."""
        return written(normalised(self.source)) == written(self.document)

    def based(self, bases):
        other = Policy.__new__(Policy)
        other.__dict__.update(self.__dict__, bases=bases)
        return other

    def rules(self):
        """Its own rules and those of its bases that it does not restate, with their author."""
        held = {one["id"]: (self, one) for one in self.spec["rules"]}
        for base in self.bases:
            for author, one in base.rules():
                held.setdefault(one["id"], (author, one))
        return list(held.values())

    def below(self):
        for base in self.bases:
            yield base
            yield from base.below()


def precedence(version):
    numbers, _, pre = version.partition("+")[0].partition("-")
    parts = [(False, int(one), "") if one.isdigit() else (True, 0, one) for one in pre.split(".")]
    return tuple(map(int, numbers.split("."))), not pre, tuple(parts)


def major(version):
    return precedence(version)[0][0]


def within(version, wanted):
    if not wanted.startswith("^"):
        return version == wanted
    numbers, released, _ = precedence(version)
    lowest = tuple(map(int, wanted[1:].split(".")))
    return released and numbers[0] == lowest[0] and numbers[: len(lowest)] >= lowest


def in_effect(published):
    """The newest of each id among policies in the order of publication, with their bases."""
    newest = {one.id: one for one in published}
    return [_resolved(one, published, ()) for one in newest.values()]


def _resolved(policy, published, above):
    if policy.id in above:
        raise Refused("policy-missing", "a circle of policies")
    bases = []
    for wanted in policy.spec["extends"]:
        fitting = [
            one
            for one in published
            if one.id == wanted["id"] and within(one.version, wanted["version"])
        ]
        if not fitting:
            raise Refused("policy-missing", f"{policy.id} extends {wanted['id']}")
        best = max(fitting, key=lambda one: precedence(one.version))
        bases.append(_resolved(best, published, (*above, policy.id)))
    return policy.based(bases)


def governs(policy, subject, context):
    """Under the classification of the source, or the one that the card raises it to."""
    return any(
        _fits(policy.spec.get("match"), kind, subject, context, absent=False)
        and not _fits(policy.spec.get("exclude"), kind, subject, context, absent=False)
        for kind in {subject["classification"], subject["raised"]}
    )


def _fits(terms, classification, subject, context, absent):
    if terms is None:
        return absent
    facts = {
        "classification": classification,
        "modality": subject["modality"],
        "source": subject["source"],
        "audience": context["audience"],
        "use": context["use"],
    }

    def met(condition):
        return all(not condition[key] or facts[key] in condition[key] for key in CONDITION)

    return all(map(met, terms["all"])) and (not terms["any"] or any(map(met, terms["any"])))
