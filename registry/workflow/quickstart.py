"""The whole story on bundled real data, in a new folder: every step by the person who may do it.

Nothing here decides: who is allowed what follows from the evidence and the shipped policies, and
the story goes where they lead.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from registry.card import read_card
from registry.clock import Clock, system_clock
from registry.errors import RegistryError
from registry.policy.engine import Decision
from registry.policy.facts import Context as Wanted
from registry.records import Meaning, Role
from registry.resources import folder as shipped
from registry.settings import FILE_NAME
from registry.workflow.add_account import add_account
from registry.workflow.add_source import add_source
from registry.workflow.agreements import Document, add_agreement
from registry.workflow.budgets.declare import Asked, declare
from registry.workflow.budgets.plan import Planned, plan
from registry.workflow.budgets.sign import sign as sign_budget
from registry.workflow.bundle import create_bundle
from registry.workflow.check import check
from registry.workflow.confirm_source import confirm_source
from registry.workflow.context import Context, open_context
from registry.workflow.evaluate import Progress, evaluate
from registry.workflow.init import init
from registry.workflow.policy_files import policy_files, read_alone
from registry.workflow.publish_policy import publish_policy
from registry.workflow.recipients import Reach, add_recipient
from registry.workflow.register import register
from registry.workflow.release import Released, Terms, release
from registry.workflow.reports.audit import Period, audit
from registry.workflow.reports.everything import write_all
from registry.workflow.reports.portfolio import portfolio
from registry.workflow.sign import sign
from registry.workflow.submit import submit
from registry.workflow.verify import Verified, verify

CAST = {
    "ada": Role.ENGINEER,
    "stefan": Role.STEWARD,
    "paula": Role.PRIVACY_OFFICER,
    "carla": Role.COMPLIANCE_OFFICER,
    "cem": Role.COMPLIANCE_OFFICER,
    "amir": Role.AUDITOR,
}
SOURCE = "rand-hie"
GENERATORS = ("arf", "dp", "leaky")
INTERNAL = Wanted("model-development", "internal", "DE")
PARTNER = Wanted("model-development", "partner", "DE")
WAITING = Wanted("software-testing", "internal", "DE")
AGREEMENT = "data-use-agreement"
RECIPIENTS = {"internal": "Pricing team", "partner": "Partner Lab"}
# Per record, as the demonstration's guarantee is. Inside there is none: a version without a
# guarantee is to stay possible there, and any budget would refuse it.
BUDGET = Asked(
    source=SOURCE,
    epsilon=4.0,
    delta=2e-5,
    unit="record",
    relation="add-remove",
    audience="partner",
    reason="one table at epsilon 3, the most that the agreement foresees, and 1 to correct it",
)

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Verdict:
    """What became of one version in one context."""

    label: str
    generator: str
    wanted: Wanted
    decision: Decision
    released: Released | None
    refusal: str | None


@dataclass(frozen=True)
class Story:
    """How the story ended."""

    folder: Path
    verdicts: tuple[Verdict, ...]
    waiting: str
    """A request that was left for whoever looks: it waits for signatures."""
    reports: Path
    """The index of them."""
    bundles: tuple[Path, ...]
    another: Planned
    """Whether the budget of partners has room for one more table like the one they received."""
    verified: Verified


def quickstart(
    folder: Path, tell: Tell, progress: Progress | None = None, clock: Clock = system_clock
) -> Story:
    """Run the story in ``folder``; raises `Conflict` if a registry is there already."""
    settings = init(folder, "admin", clock).settings
    home = open_context(settings, clock)
    data = _lay_out(settings.folder)
    _cast(home, settings.folder, tell)
    add_source(
        _as(home, "ada"),
        SOURCE,
        data / "rand-hie-training.csv.gz",
        data / "rand-hie-holdout.csv.gz",
        classification="special-category",
        title="RAND Health Insurance Experiment, person-runs",
    )
    tell("ada      added the real source rand-hie: digests of training table and holdout, no rows")
    confirm_source(_as(home, "stefan"), SOURCE)
    tell("stefan   confirmed its classification: special-category (health)")
    _agree(home, data, tell)
    _limit(home, tell)
    labels = {name: _register(home, data, name, tell, progress) for name in GENERATORS}
    verdicts = tuple(
        _decide(home, labels[name], name, wanted, tell)
        for name in GENERATORS
        for wanted in (INTERNAL, PARTNER)
    )
    waiting = _put_forward(home, labels["dp"], tell)
    today = home.clock().date().isoformat()
    whole = portfolio(home), audit(home, Period(today, today))[0]
    reports = write_all(home, tuple(labels.values()), whole=whole)
    bundles = tuple(_bundle(home, one.released) for one in verdicts if one.released)
    (another,) = plan(home, SOURCE, 3.0, 1e-5, BUDGET.audience)
    return Story(settings.folder, verdicts, waiting, reports, bundles, another, verify(home))


def _as(home: Context, name: str) -> Context:
    """The same registry, used by somebody else."""
    return open_context(replace(home.settings, claimed=name), home.clock)


def _lay_out(folder: Path) -> Path:
    """Copy the demonstration tables, cards and policies beside the registry, to play with."""
    data, demo = folder / "data", Path(__file__).resolve().parent.parent / "demo"
    data.mkdir()
    for pattern in ("*.csv.gz", "*.card.yaml"):
        for file in sorted(demo.glob(pattern)):
            shutil.copyfile(file, data / file.name)
    (folder / "policies").mkdir()
    # The cases as well: whoever changes a policy will want to run them.
    for file in sorted(shipped("policies").glob("*.yaml")):
        shutil.copyfile(file, folder / "policies" / file.name)
    with (folder / FILE_NAME).open("a") as settings:
        settings.write('# Real tables that evaluations at the desk read.\nreal_tables = "data"\n')
    return data


def _cast(home: Context, folder: Path, tell: Tell) -> None:
    for name, role in CAST.items():
        add_account(_as(home, "admin"), name, [role])
    tell("admin    added " + ", ".join(f"{name} ({role})" for name, role in CAST.items()))
    for file in _bases_first(folder / "policies"):
        policy = publish_policy(_as(home, "carla"), file)
        tell(f"carla    put the policy {policy.id} {policy.version} into effect")


def _agree(home: Context, data: Path, tell: Tell) -> None:
    """Record the partner, and the agreement that the shipped policies ask of partners."""
    partner, carla = RECIPIENTS["partner"], _as(home, "carla")
    add_recipient(carla, partner, Reach(contact="recall@partner-lab.example"))
    file, today = data / f"{AGREEMENT}.txt", home.clock().date()
    file.write_text(f"{AGREEMENT} with {partner}: a stand-in for the signed document.\n")
    until = (today + timedelta(days=730)).isoformat()
    document = Document(AGREEMENT, file, (partner,), today.isoformat(), until)
    add_agreement(carla, document)
    tell(f"carla    recorded the {AGREEMENT} with {partner}, in force until {until}")


def _limit(home: Context, tell: Tell) -> None:
    """Two people declare what partners may receive in all, before anything of it is spent."""
    declared = declare(_as(home, "stefan"), BUDGET)
    limit = f"epsilon {BUDGET.epsilon:g}, delta {BUDGET.delta:g} for partners"
    tell(f"stefan   declared the budget {declared.budget} of {SOURCE}: {limit}")
    signed = sign_budget(_as(home, "paula"), declared.budget)
    tell(f"paula    signed {signed.budget}: it is {signed.state}")


def _bases_first(folder: Path) -> list[Path]:
    """The policy files of a folder, those that extend others after those that extend none."""
    return sorted(
        policy_files([folder]), key=lambda file: bool(read_alone(file).document.spec.extends)
    )


def _register(home: Context, data: Path, name: str, tell: Tell, progress: Progress | None) -> str:
    file = data / f"rand-hie-{name}.card.yaml"
    card = read_card(file.read_bytes(), file.name)
    label = register(_as(home, "ada"), data / f"rand-hie-{name}.csv.gz", card).label
    claim = f"epsilon {card.guarantee.epsilon:g}" if card.guarantee else "no guarantee"
    tell(f"ada      registered {label}: {card.generator.name}, {claim}")
    done = evaluate(
        _as(home, "ada"),
        label,
        data / "rand-hie-training.csv.gz",
        data / "rand-hie-holdout.csv.gz",
        progress=progress,
    )
    tell(
        f"ada      evaluated {label}: {done.measured} measurements, "
        f"{len(done.not_measurable)} not measurable"
    )
    return label


def _decide(home: Context, label: str, name: str, wanted: Wanted, tell: Tell) -> Verdict:
    """Check, and where the policies allow it go all the way: submit, two sign-offs, release."""
    decision = check(home, label, wanted)
    try:
        released = _release(home, label, wanted, decision, tell)
    except RegistryError as error:
        tell(f"ada      tried to submit {label} for {wanted.audience} use: {_first(error)}")
        return Verdict(label, name, wanted, decision, None, error.what)
    return Verdict(label, name, wanted, decision, released, None)


def _first(error: RegistryError) -> str:
    return error.what.splitlines()[0].rstrip(":")


def _release(home: Context, label: str, wanted: Wanted, decision: Decision, tell: Tell) -> Released:
    request, _ = submit(_as(home, "ada"), label, wanted)
    number = f"R-{request.id}"
    tell(f"ada      submitted {label} for {wanted.audience} use: {number}")
    for name in _signers(decision):
        signed = sign(_as(home, name), number, Meaning.APPROVE, reason="evidence reviewed")
        tell(f"{name:<8} approved {number} as {signed.role}: it is {signed.state}")
    terms = Terms(
        RECIPIENTS[wanted.audience],
        expires_on=None if decision.expires_after_days else _in_a_year(home),
        agreement=decision.agreements[0] if decision.agreements else None,
    )
    released = release(_as(home, "carla"), number, terms)
    tell(f"carla    released {label} to {released.recipient} until {released.expires_on}")
    return released


def _put_forward(home: Context, label: str, tell: Tell) -> str:
    """Leave one request open, so that there is something to review."""
    request, decision = submit(_as(home, "ada"), label, WAITING)
    number, seats = f"R-{request.id}", " and a ".join(sorted(decision.quorum))
    tell(f"ada      submitted {label} for {WAITING.use}: {number}, which waits for a {seats}")
    return number


def _signers(decision: Decision) -> list[str]:
    """Who fills the seats of the quorum: carla wrote the policies and will release, so not she."""
    return [name for name, role in CAST.items() if role in decision.quorum and name != "carla"]


def _in_a_year(home: Context) -> str:
    today = home.clock().date()
    return today.replace(year=today.year + 1, day=min(today.day, 28)).isoformat()


def _bundle(home: Context, released: Released) -> Path:
    """The evidence of a release, for whoever is outside; a second one of a version by its name."""
    name, _, number = released.dataset.partition("@")
    folder = home.settings.folder / "bundles"
    path = folder / f"{name}-{number}.bundle.json"
    if path.exists():
        path = folder / f"{name}-{number}-{released.label}.bundle.json"
    return create_bundle(_as(home, "amir"), released.label, path).path
