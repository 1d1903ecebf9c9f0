"""The dataset card: what it must say, what it may not, and that every fault names its line."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from registry.card import (
    CLASSIFICATIONS,
    DatasetCard,
    card_bytes,
    card_from,
    raised,
    read_card,
    recorded_card,
    require_word,
)
from registry.demo.tables import FOLDER
from registry.errors import IntegrityFailure, InvalidInput
from registry.log.canonical import digest_bytes

HEAD = """\
apiVersion: registry/v1
kind: DatasetCard
name: claims
source: hospital
generator: {name: mst, version: "1.0", family: marginal-based-dp}
"""
CLAIM = {
    "variant": "approximate",
    "epsilon": "2.0",
    "delta": "1e-6",
    "mechanism": "gaussian",
    "privacyUnit": "person",
    "neighbouringRelation": "add-remove",
}


BINNED = "[{name: main, epsilon: 2.635, delta: 1e-6, described: true}, {name: binning, epsilon: 1}]"


def claim(**changes: str | None) -> str:
    """A card with a guarantee in which keys are changed, or left out where None."""
    lines = [f"  {key}: {value}\n" for key, value in {**CLAIM, **changes}.items() if value]
    return HEAD + "guarantee:\n" + "".join(lines)


def card(text: str) -> DatasetCard:
    return read_card(text.encode(), "card.yaml")


def refused(text: str) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        card(text)
    return caught.value


def at(line: int, error: InvalidInput) -> bool:
    return str(error.where).startswith(f"card.yaml:{line}:")


def test_a_card_needs_only_a_name_a_source_and_a_generator() -> None:
    found = card(HEAD)

    assert (found.name, found.source, found.generator.name) == ("claims", "hospital", "mst")
    assert found.guarantee is None
    assert found.classification is None


@pytest.mark.parametrize("key", ["apiVersion", "kind", "name", "source", "generator"])
def test_what_a_card_cannot_do_without_is_named(key: str) -> None:
    text = "".join(line for line in HEAD.splitlines(True) if not line.startswith(key))

    assert f"lacks the key {key!r}" in refused(text).what


@pytest.mark.parametrize("version", ["registry/v2", "v1", "1"])
def test_another_format_version_is_refused(version: str) -> None:
    error = refused(HEAD.replace("registry/v1", version))

    assert at(1, error)
    assert error.expected == "'registry/v1'"


@pytest.mark.parametrize(
    ("text", "line", "unknown", "nearest"),
    [
        (HEAD + "descripton: x\n", 6, "descripton", "'description'"),
        (HEAD + "uses:\n  intendet: [a]\n", 7, "intendet", "'intended'"),
        (claim(neighboringRelation="add-remove"), 13, "neighboringRelation", "'neighbouringRel"),
        (claim(privacy_unit="person"), 13, "privacy_unit", "'privacyUnit'"),
        (HEAD.replace("family: m", "seeed: 1, family: m"), 5, "seeed", "'seed'"),
    ],
)
def test_an_unknown_key_is_refused_with_its_line_and_the_nearest_key(
    text: str, line: int, unknown: str, nearest: str
) -> None:
    error = refused(text)

    assert at(line, error)
    assert f"unknown key '{unknown}'" in error.what
    assert nearest in str(error.expected)


@pytest.mark.parametrize(
    "name", ["Claims", "claims@1", "-claims", ".claims", "a b", "a/b", "../x", "é", "a" * 101, '""']
)
def test_a_name_that_cannot_stand_in_ids_and_paths_is_refused(name: str) -> None:
    assert at(3, refused(HEAD.replace("claims", name)))


@pytest.mark.parametrize(
    ("change", "shown", "expected"),
    [
        ({"privacyUnit": "persons"}, "privacyUnit is 'persons'", "'person'"),
        ({"epsilon": "3 bits"}, "epsilon is '3 bits'", "number"),
        ({"epsilon": '"3"'}, "epsilon is '3'", "number"),
        ({"epsilon": "true"}, "epsilon is True", "number"),
        ({"mechanism": "gausian"}, "mechanism is 'gausian'", "'gaussian'"),
        ({"neighbouringRelation": "replace"}, "is 'replace'", "'replace-one'"),
        ({"variant": "rdp"}, "variant is 'rdp'", "'renyi'"),
        ({"steps": "1.5"}, "steps is 1.5", "integer"),
        ({"tuningAccounted": "yes"}, "tuningAccounted is 'yes'", "boolean"),
    ],
)
def test_a_value_of_the_wrong_kind_or_unit_is_refused_with_what_it_may_be(
    change: dict[str, str], shown: str, expected: str
) -> None:
    error = refused(claim(**change))

    assert shown in error.what
    assert expected in str(error.expected)


@pytest.mark.parametrize("epsilon", ["0", "-1", "-0.0", ".nan", ".inf", "-.inf", "NaN", "inf"])
def test_an_epsilon_that_is_not_a_positive_finite_number_is_refused(epsilon: str) -> None:
    error = refused(claim(epsilon=epsilon))

    assert at(8, error)
    assert "guarantee.epsilon" in error.what


@pytest.mark.parametrize("delta", ["1", "1.5", "-1e-9", ".nan", ".inf", "1%"])
def test_a_delta_outside_zero_to_below_one_is_refused(delta: str) -> None:
    error = refused(claim(delta=delta))

    assert at(9, error)
    assert "guarantee.delta" in error.what


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"epsilon": "100.5"}, "a justification for epsilon 100.5, above 100"),
        ({"epsilon": "100.5", "justification": '" "'}, "a justification for epsilon 100.5"),
        (
            {"variant": "zcdp", "epsilon": None, "delta": None, "rho": "200"},
            "a justification for rho 200, above 100",
        ),
    ],
)
def test_an_absurd_epsilon_needs_a_reason(changes: dict[str, str | None], expected: str) -> None:
    assert expected in str(refused(claim(**changes)).expected)
    changes = {**changes, "justification": "data of a public census"}
    assert card(claim(**changes)).guarantee is not None


@pytest.mark.parametrize(
    ("changes", "least"),
    [
        ({"noise": "1", "sensitivity": "1"}, "an epsilon of at least 4.887"),
        ({"noise": "8", "sensitivity": "1", "steps": "400"}, "an epsilon of at least 14.45"),
        ({"mechanism": "laplace", "noise": "0.2", "sensitivity": "1"}, "an epsilon of at least 5"),
        (
            {"variant": "pure", "delta": None, "noise": "8", "sensitivity": "1"},
            "a delta above 0: at 0 Gaussian noise has no finite epsilon",
        ),
        (
            {"variant": "zcdp", "rho": "0.1", "epsilon": None, "noise": "2", "sensitivity": "1"},
            "a rho of at least 0.125",
        ),
        (
            {"mechanism": "laplace", "noise": "2", "sensitivity": "1", "steps": "100"}
            | {"variant": "pure", "delta": None, "epsilon": "0.5"},
            "an epsilon of at least 50, which the fields of its mechanism come to",
        ),
        (
            {"noise": "1.3", "sensitivity": "1", "epsilon": "3.635", "components": BINNED},
            "an epsilon of at least 4.634, which the fields of its mechanism come to, "
            "with 1 of other components",
        ),
    ],
)
def test_a_claim_below_what_its_own_mechanism_comes_to_is_refused(
    changes: dict[str, str | None], least: str
) -> None:
    changes = {"privacyUnit": "record", **changes}

    assert least in str(refused(claim(**changes)).expected)


@pytest.mark.parametrize(
    ("changes", "least"),
    [
        ({"privacyUnit": "person"}, "an epsilon of at least 4.887"),
        (
            {"components": "[{name: noise, epsilon: 1}, {name: bins, epsilon: 1}]"},
            "an epsilon of at least 4.887",
        ),
        ({"variant": "zcdp", "rho": "0.1", "privacyUnit": "person"}, "a rho of at least 0.5"),
        ({"variant": "zcdp", "rho": "0.1", "components": "[{name: a, epsilon: 1}]"}, "0.5,"),
    ],
)
def test_a_bare_claim_is_held_to_the_fields_of_a_mechanism_that_it_carries(
    changes: dict[str, str | None], least: str
) -> None:
    noise = {"noise": "1", "sensitivity": "1", "privacyUnit": "record"}
    bound = {"epsilon": "20"} if "rho" in changes else {}

    assert least in str(refused(claim(**{**noise, **bound, **changes})).expected)


@pytest.mark.parametrize("mechanism", ["randomised-response", "exponential"])
def test_an_epsilon_above_what_rho_comes_to_is_the_pure_mechanisms_own(mechanism: str) -> None:
    fields = {"variant": "zcdp", "mechanism": mechanism, "delta": "1e-6", "privacyUnit": "record"}
    own = {"randomised-response": "4.5", "exponential": "1.125"}[mechanism]

    told = str(refused(claim(**{**fields, "epsilon": "3", "rho": "1e-3"})).expected)

    assert "an epsilon of at most 0.2361, which rho and delta come to" in told
    assert f"{mechanism} of epsilon 3 has a rho of {own}, and no delta" in told
    assert card(claim(**{**fields, "epsilon": "0.236", "rho": "1e-3"}))


def test_a_card_recorded_under_older_rules_is_read_as_it_stands() -> None:
    text = card_bytes(card(claim(privacyUnit="record"))).decode()
    older = text.replace('"delta":0.000001', '"delta":0.000001,"noise":0.1,"sensitivity":1.0')
    assert older != text

    with pytest.raises(ValidationError, match="an epsilon of at least"):
        DatasetCard.model_validate_json(older)

    found = recorded_card(older).guarantee
    assert found is not None and (found.epsilon, found.noise) == (2.0, 0.1)
    assert digest_bytes(card_bytes(recorded_card(text))) == digest_bytes(text.encode())
    with pytest.raises(IntegrityFailure, match=r"cannot be read: guarantee\.epsilon"):
        recorded_card(text.replace('"epsilon":2', '"epsilon":-2'))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (
            {"mechanism": "laplace", "noise": "0.1", "sensitivity": "1", "epsilon": "10"},
            "a rho of at least 50,",
        ),
        ({"variant": "pure", "delta": None, "epsilon": "3"}, "a rho of at least 4.5,"),
        (
            {"variant": "pure", "delta": None, "epsilon": "4", "mechanism": "exponential"},
            "a rho of at least 2,",
        ),
        (
            {"variant": "pure", "delta": None, "epsilon": "2"}
            | {"mechanism": "randomised-response"},
            "a rho of at least 2,",
        ),
        ({"mechanism": "dp-sgd", "noise": "1", "sampling": "0.1", "steps": "9"}, "no rho"),
        (
            {"components": "[{name: a, epsilon: 1.9}]"},
            "a rho that comes to its component's epsilon, 1.9",
        ),
        (
            {"components": "[{name: a, epsilon: 1, described: true}, {name: b, epsilon: 1}]"},
            "a rho of at least 0.5, which its components come to",
        ),
        (
            {"epsilon": None, "delta": None, "components": "[{name: a, epsilon: 1}]"},
            "a rho of at least 0.5, which its components come to",
        ),
    ],
)
def test_a_rho_below_what_the_rest_of_the_claim_comes_to_is_refused(
    changes: dict[str, str | None], told: str
) -> None:
    concentrated = {"variant": "zcdp", "mechanism": "other", "privacyUnit": "record"}

    assert told in str(refused(claim(**{**concentrated, "rho": "1e-4", **changes})).expected)


@pytest.mark.parametrize(
    ("changes", "rest"),
    [
        ({"components": "[{name: a, epsilon: 0.5, described: true}]"}, "0.5 of epsilon 2: 1.5"),
        (
            {"components": "[{name: a, epsilon: 2, delta: 1e-7, described: true}]"},
            "1e-07 of delta 1e-06: 9e-07",
        ),
        (
            {"components": "[{name: a, epsilon: 2, described: true}]", "mechanism": "exponential"},
            "0 of delta 1e-06: 1e-06",
        ),
    ],
)
def test_components_that_leave_out_part_of_a_divided_claim_are_refused(
    changes: dict[str, str], rest: str
) -> None:
    assert rest in str(refused(claim(**changes)).expected)


def test_a_marked_component_without_a_delta_has_what_the_others_leave() -> None:
    parts = "[{name: a, epsilon: 1.8, described: true}, {name: b, epsilon: 0.2, delta: 1e-7}]"

    assert card(claim(components=parts)).guarantee is not None


def test_what_a_mechanism_needs_beside_it_is_read() -> None:
    parts = "[{name: model, epsilon: 2, delta: 1e-6, described: true}, {name: bins, epsilon: 0}]"

    found = card(
        claim(
            components=parts,
            contributions="3",
            adaptive="false",
            batch="spring",
            partition="region/north",
        )
    ).guarantee

    assert found is not None
    assert (found.contributions, found.adaptive, found.batch) == (3, False, "spring")
    assert found.partition == "region/north"
    assert [(one.delta, one.described) for one in found.components] == [(1e-6, True), (None, None)]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"contributions": "0"}, "guarantee.contributions"),
        ({"contributions": "2.5"}, "guarantee.contributions"),
        ({"partition": "north"}, "'NAME/PART'"),
        ({"partition": "/north"}, "'NAME/PART'"),
        ({"sampling": "1.01", "mechanism": "dp-sgd"}, "guarantee.sampling"),
        ({"components": "[{name: a, epsilon: 1, delta: 2e-6}]"}, "a delta of at least"),
        (
            {"components": "[{name: a, epsilon: 1, delta: 1e-7}]", "rho": "0.001"},
            "no delta in a component where rho is stated",
        ),
        (
            {
                "components": "[{name: a, epsilon: 1, described: true},"
                " {name: b, epsilon: 0.1, described: true}]"
            },
            "one component at most",
        ),
    ],
)
def test_what_composition_cannot_use_is_refused(changes: dict[str, str], told: str) -> None:
    assert told in str(refused(claim(**changes)))


def test_a_card_without_the_newer_fields_keeps_its_digest() -> None:
    parts = "[{name: model, epsilon: 1.9}]"

    found = json.loads(card_bytes(card(claim(components=parts))))

    assert set(found["guarantee"]) == {*CLAIM, "components"}
    assert found["guarantee"]["components"] == [{"epsilon": 1.9, "name": "model"}]


@given(
    st.floats(min_value=1e-300, max_value=1e300), st.floats(min_value=1e-300, max_value=0.999999)
)
def test_every_positive_epsilon_and_every_delta_below_one_is_kept_exactly(
    epsilon: float, delta: float
) -> None:
    text = claim(epsilon=repr(epsilon), delta=repr(delta), justification="why so much")

    found = card(text).guarantee

    assert found is not None
    assert (found.epsilon, found.delta) == (epsilon, delta)


@pytest.mark.parametrize("key", ["mechanism", "neighbouringRelation", "privacyUnit", "variant"])
def test_a_claim_that_lacks_what_makes_it_checkable_is_refused_where_it_stands(key: str) -> None:
    error = refused(claim(**{key: None}))

    assert error.what == f"guarantee lacks the key {key!r}"
    assert at(6, error)


@pytest.mark.parametrize(
    ("variant", "figures"),
    [
        ("pure", {"delta": None}),
        ("pure", {"delta": "0"}),
        ("approximate", {}),
        ("zcdp", {"epsilon": None, "delta": None, "rho": "0.5"}),
        ("renyi", {}),
    ],
)
def test_a_variant_with_its_figures_is_accepted(
    variant: str, figures: dict[str, str | None]
) -> None:
    found = card(claim(variant=variant, **figures)).guarantee

    assert found is not None
    assert found.variant == variant


@pytest.mark.parametrize(
    ("variant", "figures", "expected"),
    [
        ("pure", {}, "a pure guarantee with epsilon, and delta absent or 0"),
        ("pure", {"epsilon": None, "delta": None}, "a pure guarantee with epsilon"),
        ("approximate", {"delta": None}, "a delta above 0"),
        ("approximate", {"delta": "0"}, "a delta above 0"),
        ("approximate", {"epsilon": None}, "with epsilon"),
        ("zcdp", {}, "a zcdp guarantee with rho"),
        ("renyi", {"delta": None}, "the epsilon and delta it converts to"),
        ("renyi", {"epsilon": None}, "the epsilon and delta it converts to"),
    ],
)
def test_a_variant_without_its_figures_is_refused(
    variant: str, figures: dict[str, str | None], expected: str
) -> None:
    error = refused(claim(variant=variant, **figures))

    assert at(6, error)
    assert expected in str(error.expected)


def test_components_may_add_up_to_the_whole_epsilon() -> None:
    parts = "[{name: model, epsilon: 1.9}, {name: tuning, epsilon: 0.1}, {name: bins, epsilon: 0}]"

    found = card(claim(components=parts)).guarantee

    assert found is not None
    assert [part.epsilon for part in found.components] == [1.9, 0.1, 0]


def test_components_above_epsilon_are_refused_with_their_sum() -> None:
    parts = "[{name: model, epsilon: 1.9}, {name: tuning, epsilon: 0.2}]"

    error = refused(claim(components=parts))

    assert error.expected == "an epsilon of at least its components' sum, 2.1"


def test_a_negative_component_cannot_make_room_for_another() -> None:
    error = refused(claim(components="[{name: a, epsilon: 3}, {name: b, epsilon: -1}]"))

    assert "components[1].epsilon" in error.what


@pytest.mark.parametrize(
    ("source", "own"),
    [
        (source, own)
        for source in CLASSIFICATIONS
        for own in (None, *CLASSIFICATIONS)
        if own is None or CLASSIFICATIONS.index(own) >= CLASSIFICATIONS.index(source)
    ],
)
def test_a_card_inherits_or_raises_the_classification(source: str, own: str | None) -> None:
    text = HEAD + (f"classification: {own}\n" if own else "")

    assert raised(source, card(text)) == (own or source)


@pytest.mark.parametrize(
    ("source", "own"),
    [
        (source, own)
        for source in CLASSIFICATIONS
        for own in CLASSIFICATIONS
        if CLASSIFICATIONS.index(own) < CLASSIFICATIONS.index(source)
    ],
)
def test_a_card_never_lowers_the_classification(source: str, own: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        raised(source, card(HEAD + f"classification: {own}\n"))

    assert f"{own!r} is below" in caught.value.what
    assert f"{source!r} or higher" in str(caught.value.expected)


def test_all_problems_are_listed_at_once_in_the_order_of_the_file() -> None:
    error = refused(claim(epsilon="-1", delta="7", mechanism=None) + "titel: x\n")

    lines = error.what.splitlines()
    assert lines[0] == "card.yaml has 4 problems:"
    assert [line.split(":")[1] for line in lines[1:]] == ["6", "8", "9", "12"]
    assert "'mechanism'" in lines[1]
    assert "'title'" in lines[4]


@pytest.mark.parametrize("word", ["NO", "yes", "on", "2026-03-02", "1_000", "12:30"])
def test_a_word_that_yaml_1_1_would_convert_stays_text(word: str) -> None:
    assert card(HEAD + f"title: {word}\n").title == word


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        (HEAD + "name: other\n", 6, "duplicate key 'name'"),
        (HEAD.replace("name: claims", "name: &n claims"), 3, "anchor &n"),
        (HEAD + "title: *n\n", 6, "alias *n"),
        (HEAD + "<<: {title: x}\n", 6, "merge key"),
        (HEAD + "title: !!str x\n", 6, "tag"),
        (HEAD + "---\n" + HEAD, 6, "second document"),
        (HEAD + "title: [\n", 7, "not readable as YAML"),
        ("", 1, "empty"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 30 else None,
)
def test_a_trap_of_yaml_is_refused_with_its_line(text: str, line: int, what: str) -> None:
    error = refused(text)

    assert what in error.what
    assert at(line, error)


def test_a_card_that_is_a_list_or_a_word_is_refused() -> None:
    for text in ("[1, 2]\n", "claims\n"):
        assert refused(text).expected == "a mapping of keys"


def test_a_number_where_text_belongs_is_refused_with_the_remedy() -> None:
    error = refused(HEAD.replace('"1.0"', "1.0"))

    assert "generator.version is 1.0" in error.what
    assert error.expected == "text; put it in quotes"


@pytest.mark.parametrize("value", [".nan", ".inf", "[1, {deep: -.inf}]"])
def test_a_generator_parameter_that_is_no_number_is_refused(value: str) -> None:
    error = refused(HEAD.replace("family:", f"parameters: {{rate: {value}}}, family:"))

    assert "generator.parameters.rate" in error.what
    assert error.expected == "a finite number"


def test_generator_parameters_keep_every_kind_of_value() -> None:
    parameters = "{a: 1, b: 0.5, c: [x, null, true], d: {e: -3}}"

    found = card(HEAD.replace("family:", f"parameters: {parameters}, family:"))

    assert found.generator.parameters == {"a": 1, "b": 0.5, "c": ["x", None, True], "d": {"e": -3}}


@pytest.mark.parametrize("name", ["arf", "dp", "leaky"])
def test_the_demonstration_cards_load_and_survive_being_stored(name: str) -> None:
    path = FOLDER / f"rand-hie-{name}.card.yaml"

    found = read_card(path.read_bytes(), path.name)

    stored = json.dumps(found.model_dump(mode="json", by_alias=True, exclude_none=True))
    assert DatasetCard.model_validate_json(stored) == found
    assert (found.guarantee is not None) == (name == "dp")


def test_flags_follow_the_same_rules_and_have_no_line() -> None:
    fields = {
        "apiVersion": "registry/v1",
        "kind": "DatasetCard",
        "name": "claims",
        "source": "hospital",
        "generator": {"name": "mst", "version": "1", "family": "copula"},
        "guarantee": {**CLAIM, "epsilon": 2.0, "delta": float("nan")},
    }

    with pytest.raises(InvalidInput, match=r"guarantee\.delta") as caught:
        card_from(fields)

    assert caught.value.where == "the card from flags"


def test_an_unknown_word_names_the_nearest() -> None:
    require_word("classification", "personal", CLASSIFICATIONS)

    with pytest.raises(InvalidInput, match="unknown classification 'personel'") as caught:
        require_word("classification", "personel", CLASSIFICATIONS)

    assert caught.value.expected == "'personal', the nearest that is known"
