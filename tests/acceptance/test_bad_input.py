"""Bad input ends with the right exit code, one screen of help, and nothing half recorded."""

import gzip
from pathlib import Path

import pandas as pd
import pytest
from acceptance.cli import SCREEN_CHARACTERS, SCREEN_LINES, Desk, build_registry, run, spawn
from conftest import real_table
from world import CARD, POLICY

from registry.settings import FILE_NAME

CONTEXT = ("--use", "model-development", "--audience", "internal")
KIND = "kind: DatasetCard\n"
FLAGS = (
    *("--name", "claims", "--source", "hospital", "--generator", "mst"),
    *("--generator-version", "1.0", "--family", "copula"),
)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Path:
    return build_registry(tmp_path_factory.mktemp("built"), sqlite_template)


@pytest.fixture
def desk(built: Path, tmp_path: Path) -> Desk:
    return Desk.copied(built, tmp_path / "desk")


def on_one_screen(err: str) -> bool:
    return len(err.splitlines()) <= SCREEN_LINES and len(err) <= SCREEN_CHARACTERS


def refused(desk: Desk, code: int, *arguments: str, by: str | None = None) -> str:
    """Run a command that must be refused with ``code`` and change nothing; returns its message."""
    before = desk.recorded()

    ran = desk.run(*arguments, by=by)

    assert ran.code == code, ran.err
    assert ran.out == ""
    assert ran.err.startswith("error: ")
    assert "Traceback" not in ran.err
    assert on_one_screen(ran.err), ran.err
    assert desk.recorded() == before
    return ran.err


def registering(desk: Desk, data: str, **changes: str) -> tuple[str, ...]:
    """The command that registers ``data`` under a card, with words in the card changed."""
    text = CARD % {"epsilon": "2.0"}
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    return ("register", data, "--card", desk.write("card.yaml", text))


def csv(seed: int = 9) -> str:
    return real_table(seed).to_csv(index=False)


# Files


def test_a_file_that_is_not_there(desk: Desk) -> None:
    err = refused(desk, 2, *registering(desk, desk.path("gone.csv")), by="ada")

    assert "there is no such file" in err
    assert desk.path("gone.csv") in err


def test_an_empty_file(desk: Desk) -> None:
    data = desk.write("empty.csv", "")

    err = refused(desk, 2, *registering(desk, data), by="ada")

    assert "the file is empty" in err
    assert "a header and at least one row" in err
    assert data in err


def test_a_header_without_rows(desk: Desk) -> None:
    data = desk.write("header.csv", csv().splitlines()[0] + "\n")

    assert "no rows" in refused(desk, 2, *registering(desk, data), by="ada")


def test_a_ragged_csv_names_the_line(desk: Desk) -> None:
    lines = csv().splitlines()
    lines[6] += ",one too many"
    data = desk.write("ragged.csv", "\n".join(lines))

    err = refused(desk, 2, *registering(desk, data), by="ada")

    assert "line 7 has 5 cells" in err
    assert "4 cells, as in the header" in err
    assert "one too many" not in err


def test_a_file_in_another_encoding(desk: Desk) -> None:
    data = desk.write("latin.csv", csv().replace("basic", "größer").encode("latin-1"))

    err = refused(desk, 2, *registering(desk, data), by="ada")

    assert "not UTF-8 at byte" in err
    assert "save the file as UTF-8" in err


def test_a_parquet_file_without_rows(desk: Desk) -> None:
    data = desk.path("empty.parquet")
    real_table(9).head(0).to_parquet(data)

    err = refused(desk, 2, *registering(desk, data), by="ada")

    assert "no rows" in err
    assert data in err


def test_bytes_that_are_no_parquet(desk: Desk) -> None:
    data = desk.write("fake.parquet", csv())

    assert "not a Parquet file" in refused(desk, 2, *registering(desk, data), by="ada")


def test_a_truncated_gzip(desk: Desk) -> None:
    whole = gzip.compress(csv().encode())
    data = desk.write("cut.csv.gz", whole[: len(whole) // 2])

    err = refused(desk, 2, *registering(desk, data), by="ada")

    assert "cannot be read" in err
    assert "a whole, readable file" in err


def test_a_suffix_nobody_knows(desk: Desk) -> None:
    data = desk.write("table.xlsx", "PK")

    err = refused(desk, 2, *registering(desk, data), by="ada")

    assert "unknown suffix '.xlsx'" in err
    assert ".csv, .csv.gz or .parquet" in err


@pytest.mark.parametrize("name", ["folder", "folder.csv"])
def test_a_folder_where_a_file_belongs(desk: Desk, name: str) -> None:
    (desk.folder / name).mkdir()

    err = refused(desk, 2, *registering(desk, desk.path(name)), by="ada")

    assert "this is a folder" in err
    assert "one file" in err


# Tables


def test_columns_that_differ_from_the_source_name_the_nearest(desk: Desk) -> None:
    table = real_table(9).rename(columns={"visited": "vistied"})
    data = desk.write("columns.csv", table.to_csv(index=False))

    err = refused(desk, 2, *registering(desk, data), by="ada")

    assert "missing visited" in err
    assert "unexpected 'vistied' (did you mean 'visited'?)" in err
    assert "'hospital'" in err


def test_a_table_of_one_column(desk: Desk) -> None:
    data = desk.write("one.csv", csv().replace(",", ";"))

    err = refused(desk, 2, *registering(desk, data), by="ada")

    assert "one column" in err
    assert "check the separator" in err


def test_a_column_of_nothing_but_missing_values(desk: Desk) -> None:
    data = desk.write("nothing.csv", real_table(9).assign(plan=None).to_csv(index=False))

    err = refused(desk, 2, *registering(desk, data), by="ada")

    assert "columns hold nothing: plan" in err


def test_a_column_with_an_infinite_value(desk: Desk) -> None:
    data = desk.write("inf.csv", real_table(9).assign(cost=float("inf")).to_csv(index=False))

    assert "'cost' holds infinite values" in refused(desk, 2, *registering(desk, data), by="ada")


def test_two_columns_of_one_name(desk: Desk) -> None:
    data = desk.write("twice.csv", csv().replace("cost", "age", 1))

    err = refused(desk, 2, *registering(desk, data), by="ada")

    assert "column names occur twice: age" in err


@pytest.mark.parametrize("kind", ["other names", "one name", "no values"])
def test_a_thousand_faults_still_fit_one_screen(desk: Desk, kind: str) -> None:
    names = [f"a rather long name of a column {number}" for number in range(1000)]
    header = ",".join(name if kind != "one name" else name[:-1] for name in names)
    cell = "" if kind == "no values" else "1"
    data = desk.write("wide.csv", f"{header}\n" + (",".join([cell] * 1000) + "\n") * 2)

    refused(desk, 2, *registering(desk, data), by="ada")


def test_a_constant_column_is_registered(desk: Desk) -> None:
    data = desk.write("constant.csv", real_table(9).assign(plan="basic").to_csv(index=False))

    ran = desk.run(*registering(desk, data), "-q", by="ada")

    assert (ran.code, ran.out) == (0, "claims@2\n")


@pytest.mark.slow
def test_what_a_constant_column_makes_undefined_is_recorded_with_its_cause(
    desk: Desk,
) -> None:
    names = {}
    for seed, name in enumerate(("training", "holdout", "synthetic"), start=20):
        table = real_table(seed, rows=100).assign(plan="basic")
        names[name] = desk.write(f"constant-{name}.csv", table.to_csv(index=False))
    tables = ("--real", names["training"], "--holdout", names["holdout"])
    sensitive = ("--classification", "personal")
    assert desk.run("sources", "add", "clinic", *tables, *sensitive, by="ada").code == 0
    command = registering(desk, names["synthetic"], claims="visits", hospital="clinic")
    assert desk.run(*command, by="ada").code == 0

    ran = desk.run("evaluate", "visits@1", *tables, "--format", "json", by="ada")

    assert ran.code == 0
    assert "Traceback" not in ran.err
    causes = [line for line in ran.err.splitlines() if line.startswith("not measurable: ")]
    assert any("plan" in line for line in causes)
    assert all(line.count(": ") >= 2 for line in causes)
    recorded = desk.recorded()
    assert recorded["evaluation"] == 1
    assert isinstance(recorded["measurement"], int)
    assert recorded["measurement"] > len(causes)


# Cards


def test_a_card_that_is_not_there(desk: Desk) -> None:
    data = desk.write("data.csv", csv())

    err = refused(desk, 2, "register", data, "--card", desk.path("gone.yaml"), by="ada")

    assert "the card cannot be read: No such file" in err
    assert desk.path("gone.yaml") in err


def test_a_card_that_is_no_yaml(desk: Desk) -> None:
    data, card = desk.write("data.csv", csv()), desk.write("card.yaml", "kind: [DatasetCard\n")

    err = refused(desk, 2, "register", data, "--card", card, by="ada")

    assert "not readable as YAML" in err
    assert "card.yaml:2:1" in err


def test_a_card_that_is_a_table(desk: Desk) -> None:
    data = desk.write("data.csv", csv())

    err = refused(desk, 2, "register", data, "--card", data, by="ada")

    assert "data.csv:" in err


def test_a_card_with_an_unknown_key_names_its_line_and_the_nearest(desk: Desk) -> None:
    data = desk.write("data.csv", csv())

    err = refused(desk, 2, *registering(desk, data, epsilon="epsilonn"), by="ada")

    assert "unknown key 'epsilonn'" in err
    assert "card.yaml:9:3" in err
    assert "'epsilon', the nearest" in err


def test_a_claim_without_a_mechanism(desk: Desk) -> None:
    data = desk.write("data.csv", csv())

    err = refused(desk, 2, *registering(desk, data, **{"  mechanism: gaussian\n": ""}), by="ada")

    assert "guarantee lacks the key 'mechanism'" in err
    assert "card.yaml:7:" in err


def test_a_card_that_lowers_the_classification_of_its_source(desk: Desk) -> None:
    data = desk.write("data.csv", csv())

    lower = registering(desk, data, **{KIND: KIND + "classification: public\n"})
    err = refused(desk, 2, *lower, by="ada")

    assert "classification 'public' is below" in err
    assert "'special-category' or higher" in err


def test_a_card_whose_source_nobody_knows(desk: Desk) -> None:
    data = desk.write("data.csv", csv())

    err = refused(desk, 2, *registering(desk, data, hospital="hospitl"), by="ada")

    assert "no source 'hospitl'" in err
    assert "expected: hospital" in err


def test_a_card_whose_target_is_no_column_names_the_nearest(desk: Desk) -> None:
    data = desk.write("data.csv", csv())

    err = refused(desk, 2, *registering(desk, data, visited="visitd"), by="ada")

    assert "target 'visitd' is no column" in err
    assert "'visited', the nearest" in err


def test_a_card_and_flags_together(desk: Desk) -> None:
    data = desk.write("data.csv", csv())

    err = refused(desk, 2, *registering(desk, data), "--name", "other", by="ada")

    assert "cannot be combined" in err
    assert "(name)" in err


def test_too_few_flags_are_named_as_flags(desk: Desk) -> None:
    data = desk.write("data.csv", csv())

    err = refused(desk, 2, "register", data, "--name", "x", "--epsilon", "2", by="ada")

    for flag in ("--source", "--generator", "--mechanism", "--privacy-unit", "--relation"):
        assert flag in err
    assert "--card FILE" in err


def test_a_wrong_flag_is_named_by_its_field(desk: Desk) -> None:
    data = desk.write("data.csv", csv())
    claim = ("--epsilon", "nan", "--mechanism", "laplace", "--privacy-unit", "person")

    command = ("register", data, *FLAGS, *claim, "--relation", "replace-one")
    err = refused(desk, 2, *command, by="ada")

    assert "guarantee.epsilon" in err
    assert "a finite number" in err


def test_the_same_table_under_another_card_is_a_conflict(desk: Desk) -> None:
    data = desk.path("synthetic-3.csv")
    again = desk.path("again.parquet")
    pd.read_csv(data).to_parquet(again)

    err = refused(desk, 5, *registering(desk, again, **{"2.0": "2.5"}), by="ada")

    assert "registered already as claims@1" in err


def test_a_dataset_made_from_another_source_is_a_conflict(desk: Desk) -> None:
    tables = [desk.write(f"{name}.csv", csv(seed)) for seed, name in ((30, "a"), (31, "b"))]
    command = ("sources", "add", "clinic", "--real", tables[0], "--holdout", tables[1])
    assert desk.run(*command, "--classification", "personal", by="ada").code == 0
    data = desk.write("data.csv", csv())

    err = refused(desk, 5, *registering(desk, data, hospital="clinic"), by="ada")

    assert "is made from the source 'hospital'" in err


# Sources


def test_a_holdout_that_is_the_training_table(desk: Desk) -> None:
    real = desk.path("training.csv")

    command = ("sources", "add", "x", "--real", real, "--holdout", real)
    err = refused(desk, 2, *command, "--classification", "personal", by="ada")

    assert "rows of the holdout pair with identical training rows" in err


def test_an_unknown_classification_lists_the_known_ones(desk: Desk) -> None:
    command = (
        *("sources", "add", "x", "--real", desk.path("training.csv")),
        *("--holdout", desk.path("holdout.csv"), "--classification", "personel"),
    )

    err = refused(desk, 2, *command, by="ada")

    assert "unknown classification 'personel'" in err
    assert "one of: public, internal, confidential, personal, special-category" in err


# Policies


@pytest.mark.parametrize("command", ["validate", "publish"])
@pytest.mark.parametrize(
    ("old", "new", "where", "what"),
    [
        ("spec:", "spec: [", ":6:3", "not readable as YAML"),
        ("severity", "severty", ":14:7", "'severity', the nearest"),
        ("dp.epsilon", "dp.epsilom", ":13:15", "'dp.epsilon', the nearest"),
        ("P90D", "90 days", ":8:", "expiresAfter"),
        ("kind: ReleasePolicy", "kind: DatasetCard", ":2:", "ReleasePolicy"),
    ],
    ids=["yaml", "key", "metric", "duration", "kind"],
)
def test_a_malformed_policy_names_line_and_remedy(
    desk: Desk, command: str, old: str, new: str, where: str, what: str
) -> None:
    text = (POLICY % {"version": "2.0.0", "limit": "3.0"}).replace(old, new)
    file = desk.write("policy.yaml", text)

    err = refused(desk, 2, "policy", command, file, by="carla" if command == "publish" else None)

    assert f"policy.yaml{where}" in err
    assert what in err


@pytest.mark.parametrize("command", ["validate", "publish"])
def test_a_policy_that_is_not_there(desk: Desk, command: str) -> None:
    by = "carla" if command == "publish" else None

    err = refused(desk, 2, "policy", command, desk.path("gone.yaml"), by=by)

    assert "the policy cannot be read: No such file" in err
    assert desk.path("gone.yaml") in err


def test_a_changed_policy_under_a_published_version_is_a_conflict(desk: Desk) -> None:
    file = desk.write("policy.yaml", POLICY % {"version": "1.0.0", "limit": "9.0"})

    err = refused(desk, 5, "policy", "publish", file, by="carla")

    assert "house-rules 1.0.0 is published already" in err
    assert "raise metadata.version" in err


# Words nobody knows


@pytest.mark.parametrize(
    ("arguments", "by", "said"),
    [
        (("check", "clams@1", *CONTEXT), None, ("no dataset 'clams'", "expected: claims")),
        (("check", "claims@7", *CONTEXT), None, ("no version claims@7", "expected: claims@1")),
        (("check", "claims", *CONTEXT), None, ("'claims' is not a version", "claims@2")),
        (("datasets", "show", "claims@0"), None, ("is not a version", "NAME@NUMBER")),
        (("sources", "show", "hopital"), None, ("no source 'hopital'", "expected: hospital")),
        (
            ("check", "claims@1", "--use", "model-devlopment", "--audience", "internal"),
            None,
            ("unknown use", "'model-development', the nearest"),
        ),
        (
            ("submit", "claims@1", "--use", "research", "--audience", "partners"),
            "ada",
            ("unknown audience", "'partner', the nearest"),
        ),
        (
            ("accounts", "add", "bob", "--role", "engineeer"),
            "admin",
            ("unknown role 'engineeer'", "'engineer', the nearest"),
        ),
        (
            ("metrics", "show", "sdmetrics.qualty"),
            None,
            ("no metric", "'sdmetrics.quality', the nearest", "registry metrics list"),
        ),
        (
            ("approve", "R-9", "--reason", "read"),
            "stefan",
            ("no request R-9", "none has been submitted yet", "registry review queue"),
        ),
        (("review", "show", "claims@1"), None, ("no open request", "registry submit claims@1")),
        (("release", "R-9", "--to", "Lab"), "carla", ("no request R-9",)),
        (
            ("revoke", "REL-9", "--reason", "x"),
            "carla",
            ("no release 'REL-9'", "registry releases list"),
        ),
        (("policies", "show", "house-rule"), None, ("no policy 'house-rule'", "house-rules")),
        (("audit", "query", "--since", "yesterday"), None, ("'yesterday'", "YYYY-MM-DD")),
        (("report", "claims@9"), None, ("no version claims@9", "claims@1")),
    ],
    ids=lambda value: "-".join(value[:2]) if isinstance(value, tuple) else "",
)
def test_a_word_nobody_knows_is_answered_with_what_there_is(
    desk: Desk, arguments: tuple[str, ...], by: str | None, said: tuple[str, ...]
) -> None:
    err = refused(desk, 2, *arguments, by=by)

    for text in said:
        assert text in err


# Evidence


def test_a_training_table_that_was_not_committed(desk: Desk) -> None:
    other = desk.write("other.csv", csv())

    command = ("evaluate", "claims@1", "--real", other, "--holdout", desk.path("holdout.csv"))
    err = refused(desk, 2, *command, by="ada")

    assert "not the training table that was committed for the source 'hospital'" in err
    assert other in err
    assert err.count("sha256:") == 2


def test_a_holdout_that_was_not_committed(desk: Desk) -> None:
    real = desk.path("training.csv")

    command = ("evaluate", "claims@1", "--real", real, "--holdout", real)
    err = refused(desk, 2, *command, by="ada")

    assert "not the holdout that was committed" in err


def test_an_evaluation_whose_target_is_no_column(desk: Desk) -> None:
    tables = ("--real", desk.path("training.csv"), "--holdout", desk.path("holdout.csv"))

    err = refused(desk, 2, "evaluate", "claims@1", *tables, "--target", "visitd", by="ada")

    assert "'visitd' is no column" in err
    assert "visited" in err


@pytest.mark.parametrize(("code", "said"), [(6, "not the one that was registered"), (3, "is gone")])
def test_a_registered_file_that_changed_or_is_gone(desk: Desk, code: int, said: str) -> None:
    data = Path(desk.write("elsewhere.csv", csv(40)))
    command = registering(desk, str(data))
    assert desk.run(*command, "--reference", by="ada").code == 0
    if code == 6:
        data.write_text(csv(41))
    else:
        data.unlink()

    tables = ("--real", desk.path("training.csv"), "--holdout", desk.path("holdout.csv"))
    err = refused(desk, code, "evaluate", "claims@2", *tables, by="ada")

    assert said in err
    assert str(data) in err


# People


@pytest.mark.parametrize(
    "arguments",
    [
        ("submit", "claims@1", *CONTEXT),
        ("approve", "claims@1", "--reason", "read"),
        ("sources", "confirm", "hospital"),
        ("accounts", "add", "bob", "--role", "auditor"),
    ],
    ids=lambda arguments: arguments[0],
)
def test_nobody_named(desk: Desk, arguments: tuple[str, ...]) -> None:
    err = refused(desk, 4, *arguments)

    assert "nobody is named" in err
    assert "--as NAME" in err


def test_an_account_nobody_knows(desk: Desk) -> None:
    err = refused(desk, 4, "submit", "claims@1", *CONTEXT, "--as", "adda")

    assert "no account has the name" in err and "--as adda" in err
    assert "registry accounts list" in err


def test_a_role_that_may_not(desk: Desk) -> None:
    err = refused(desk, 4, "submit", "claims@1", *CONTEXT, "--as", "amir")

    assert "amir may not submit" in err
    assert "the role engineer; amir holds auditor" in err


def test_a_claimed_name_where_identities_must_be_proven(desk: Desk) -> None:
    desk.write(FILE_NAME, 'mode = "signed-in"\n')

    err = refused(desk, 4, "submit", "claims@1", *CONTEXT, "--as", "ada")

    assert "a claimed name is not a signature" in err
    assert "leave out --as" in err


# Surroundings


def test_no_registry_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    ran = run("datasets", "list")

    assert (ran.code, ran.out) == (2, "")
    assert "there is no registry here" in ran.err
    assert str(tmp_path) in ran.err
    assert "registry init" in ran.err
    assert list(tmp_path.iterdir()) == []


def test_a_settings_file_with_an_unknown_key(desk: Desk) -> None:
    desk.write(FILE_NAME, "mod = 1\n")

    err = refused(desk, 2, "datasets", "list")

    assert "unknown setting 'mod'" in err
    assert desk.path(FILE_NAME) in err


def test_a_database_that_was_not_migrated(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text('mode = "local"\n')
    (tmp_path / "registry.db").touch()

    ran = run("-C", str(tmp_path), "datasets", "list")

    assert (ran.code, ran.out) == (3, "")
    assert "the database is at revision none" in ran.err
    assert "registry db upgrade" in ran.err


def test_a_database_that_is_no_database(desk: Desk) -> None:
    other = desk.write("other.db", "this is text, and quite a lot of it\n" * 100)

    ran = desk.run("datasets", "list", REGISTRY_DATABASE_URL=f"sqlite:///{other}")

    assert (ran.code, ran.out) == (3, "")
    assert "Traceback" not in ran.err
    assert on_one_screen(ran.err)


def test_an_address_that_is_no_database(desk: Desk) -> None:
    ran = desk.run("datasets", "list", REGISTRY_DATABASE_URL="oracle//nowhere")

    assert (ran.code, ran.out) == (2, "")
    assert "the database address cannot be used" in ran.err
    assert "sqlite:///FILE or postgresql://" in ran.err


def test_a_report_that_cannot_be_written(desk: Desk) -> None:
    blocked = desk.write("file", "") + "/report.html"

    err = refused(desk, 2, "report", "claims@1", "-o", blocked)

    assert "the report cannot be written" in err
    assert blocked in err
    assert "--output" in err


def test_a_registry_where_there_is_one_already(desk: Desk) -> None:
    err = refused(desk, 5, "init", str(desk.folder))

    assert "a registry here already" in err


# In a process of its own


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("check", "clams@1", *CONTEXT), 2, "expected: claims"),
        (("submit", "claims@1", *CONTEXT), 4, "nobody is named"),
        (("chekc", "claims@1"), 2, "No such command 'chekc'"),
        (("check", "claims@1"), 2, "Missing option"),
    ],
    ids=["miss", "nobody", "command", "option"],
)
def test_a_process_ends_as_the_entry_point_says(
    desk: Desk, arguments: tuple[str, ...], code: int, said: str
) -> None:
    before = desk.recorded()

    done = spawn("-C", str(desk.folder), *arguments)

    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert on_one_screen(done.stderr)
    assert desk.recorded() == before
