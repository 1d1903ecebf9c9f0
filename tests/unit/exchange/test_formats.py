"""Each file is read by the library of its format, and says there what the record says."""

import hashlib
import json
import logging
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import mlcroissant
import pytest
import yaml
from huggingface_hub import DatasetCard as HubCard
from openlineage.client.event_v2 import InputDataset, Job, OutputDataset, Run, RunEvent
from openlineage.client.generated.data_quality_assertions_dataset import Assertion
from openlineage.client.generated.lifecycle_state_change_dataset import LifecycleStateChange
from openlineage.client.generated.schema_dataset import SchemaDatasetFacetFields
from prov.model import ProvDocument

from registry.errors import InvalidInput
from registry.exchange.facts import ColumnFacts, FileFacts, Record
from registry.exchange.format import Format
from registry.exchange.formats import FORMATS
from tests.unit.exchange.example import CARD, outside, record, recorded

EVERY = pytest.mark.parametrize("format", FORMATS.values(), ids=lambda one: one.id)
HOSTILE = (
    '"}, "@context": {"@vocab": "http://evil.example/"}, "x": {"y": "\n---\nlicense: mit\n'
    "!!python/object: {{7*7}} <script>alert(1)</script> \\ 'q' %% xsd:int ]) | # $x^2$ \u202e"
)


def written(format: str, one: Record | None = None) -> str:
    return FORMATS[format].written(one or record())


def loaded(text: str, folder: Path) -> mlcroissant.Dataset:
    file = folder / "croissant.json"
    file.write_text(text)
    return mlcroissant.Dataset(jsonld=file)


def with_file(folder: Path) -> Record:
    """The record of a file that is there."""
    rows = b"age,name\n31.5,a b\n17,c\n"
    (folder / "tkdata.csv").write_bytes(rows)
    digest = "sha256:" + hashlib.sha256(rows).hexdigest()
    columns = (ColumnFacts("age", "numeric"), ColumnFacts("name", "text"))
    house = replace(outside(), columns=("age", "name"), file_digest=digest)
    return replace(record(), columns=columns, outside=house)


def test_croissant_is_valid_and_reads_back(tmp_path: Path, caplog: Any) -> None:
    caplog.set_level(logging.WARNING)
    one = with_file(tmp_path)

    found = loaded(written("croissant", one), tmp_path).metadata

    assert not found.ctx.issues.errors
    assert [text for text in found.ctx.issues.warnings if "citeAs" not in text] == []
    assert (found.name, found.description, found.version) == ("tktitle", "tkdescription", "2.0.0")
    assert found.data_biases == ["tkbias"]
    assert found.data_limitations == ["tklimitation"]
    assert found.data_use_cases[0] == "tkintended for it"
    assert found.distribution[0].sha256 == one.outside.file_digest.removeprefix("sha256:")
    assert [field.name for field in found.record_sets[0].fields] == ["age", "name"]


def test_croissant_loads_the_rows_of_the_file_beside_it(tmp_path: Path) -> None:
    dataset = loaded(written("croissant", with_file(tmp_path)), tmp_path)

    rows = list(dataset.records("rows"))

    assert rows[0] == {"rows/1": 31.5, "rows/2": b"a b"}
    assert len(rows) == 2


def test_the_guarantee_and_the_release_stand_under_names_of_the_registry() -> None:
    body = json.loads(written("croissant"))

    assert body["@context"]["registry"] == "urn:synthetic-data-registry:exchange:1#"
    assert body["registry:guarantee"]["registry:epsilon"] == 3.0717
    assert body["registry:guarantee"]["registry:audited"] == "not contradicted"
    assert body["registry:release"][0]["registry:audience"] == "tkreleaseaudience"
    assert body["registry:release"][0]["registry:expires"] == "2027-02-15"


def test_a_hub_card_is_read_by_the_hub_and_has_the_card_of_the_house_below() -> None:
    found = HubCard(written("hf-card"))

    assert found.data.to_dict() == {
        "pretty_name": "tktitle",
        "license": "other",
        "license_name": "terms-of-a-release",
        "annotations_creators": ["machine-generated"],
        "size_categories": ["1K<n<10K"],
        "task_categories": ["tabular-classification"],
        "tags": ["synthetic", "tkmodality", "differential-privacy"],
        "configs": [{"config_name": "default", "data_files": "tkdata.csv"}],
    }
    assert "### Yes, under the terms of a release" in found.text


def test_the_two_notations_of_prov_say_the_same_and_both_are_read() -> None:
    one = ProvDocument.deserialize(content=written("prov"), format="json")
    other = ProvDocument.deserialize(content=written("prov-n"), format="provn")

    assert one == other
    kinds = [type(each).__name__ for each in one.records]
    assert kinds.count("ProvEntity") == 9
    assert kinds.count("ProvActivity") == 6
    assert "ProvDerivation" in kinds and "ProvAssociation" in kinds


def event(body: dict[str, Any]) -> RunEvent:
    """One event through the models of the client, which know every field and refuse others."""
    return RunEvent(
        eventTime=body["eventTime"],
        producer=body["producer"],
        run=Run(**body["run"]),
        job=Job(**body["job"]),
        inputs=[InputDataset(**one) for one in body["inputs"]],
        outputs=[OutputDataset(**one) for one in body.get("outputs", [])],
    )


def test_every_event_of_openlineage_is_one_of_its_client_and_in_order() -> None:
    bodies = [json.loads(line) for line in written("openlineage").splitlines()]

    assert [event(one).schemaURL for one in bodies] == [one["schemaURL"] for one in bodies]
    assert [one["job"]["name"].split()[0] for one in bodies] == [
        *("generate", "evaluate", "decide", "release"),
    ]
    (made,) = bodies[0]["outputs"]
    facets = made["facets"]
    fields = [SchemaDatasetFacetFields(**one).name for one in facets["schema"]["fields"]]
    assert fields == ["tkcolumn", "tktarget"]
    assert LifecycleStateChange(facets["lifecycleStateChange"]["lifecycleStateChange"])
    assert facets["registry_guarantee"]["epsilon"] == 3.0717
    assert all({"_producer", "_schemaURL"} <= set(one) for one in facets.values())


@pytest.mark.parametrize(
    ("band", "success"),
    [
        ("meets with room", True),
        ("meets", True),
        ("does not meet", False),
        ("not evaluated", False),
    ],
)
def test_what_was_not_evaluated_is_no_success(band: Any, success: bool) -> None:
    house = outside()
    judged = replace(house, bands=(replace(house.bands[0], band=band),))
    lines = written("openlineage", replace(record(), outside=judged)).splitlines()

    (decided,) = [json.loads(one) for one in lines if '"decide tkname"' in one]
    facet = decided["inputs"][0]["inputFacets"]["dataQualityAssertions"]

    assert [Assertion(**one).success for one in facet["assertions"]] == [success]


TEXT: Mapping[str, object] = {"type": "string"}


def closed(required: str, **fields: object) -> dict[str, object]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": required.split(),
        "properties": fields,
    }


def coded(*words: object) -> dict[str, object]:
    return {"enum": list(words)}


# The fields and the words of schemas/deployments-schema.yaml at commit 057e5d81, told again.
CURATOR = closed(
    "data_curator_name data_curator_type",
    data_curator_name=TEXT,
    data_curator_type=coded("Government", "Industry", "Nonprofit"),
)
DEPLOYMENTS = closed(
    "url_slug deployment",
    url_slug=TEXT,
    deployment=closed(
        "basic administrative",
        basic=closed(
            "name data_curators description intended_use data_product_type data_product_region "
            "publication_date",
            name=TEXT,
            data_curators={"type": "array", "minItems": 1, "items": CURATOR},
            description=TEXT,
            intended_use=TEXT,
            data_product_type=coded("Synthetic data", "Dataset"),
            data_product_region=TEXT,
            data_product_sector=TEXT,
            publication_date={"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"},
        ),
        dp_variant=closed(
            "",
            variant_name=coded(
                "Pure DP", "Approximate DP", "Zero-concentrated DP", "Renyi DP", "Custom"
            ),
            data_domain=TEXT,
            unprotected_quantities=TEXT,
        ),
        privacy_loss=closed(
            "",
            privacy_unit=TEXT,
            privacy_unit_details=TEXT,
            number_of_privacy_units={"type": "integer"},
            privacy_parameters=closed(
                "",
                epsilon={"type": "number"},
                delta={"type": "number"},
                rho={"type": "number"},
            ),
            privacy_parameters_details=TEXT,
        ),
        deployment_model=closed(
            "",
            model_name=coded("Local", "Central", "Shuffle", "Federated", "Varies"),
            model_name_details=TEXT,
            trust_assumptions=TEXT,
            actors=TEXT,
            release_type=coded("One release", "Many releases"),
            release_type_details=TEXT,
            data_source_type=coded("Static", "Dynamic"),
            data_source_type_details=TEXT,
            access_type=coded("Interactive", "Non-interactive"),
            access_type_details=TEXT,
        ),
        implementation=closed(
            "",
            preprocessing_and_hyperparameter_tuning=TEXT,
            mechanisms=TEXT,
            composition=TEXT,
            post_processing=TEXT,
            justification=TEXT,
            utility=TEXT,
            additional_information=TEXT,
        ),
        administrative=closed(
            "status registry_authors tier",
            evidence_sources={"type": "object"},
            status=coded("Draft", "Pending", "Approved"),
            registry_authors={"type": "array", "minItems": 1, "items": TEXT},
            tier=coded(1, 2, 3),
        ),
    ),
)


def test_an_entry_for_opendp_is_valid_once_what_it_names_as_unknown_is_filled_in() -> None:
    text = written("opendp")
    entry = yaml.safe_load(text)

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(entry, DEPLOYMENTS)
    comment = text.partition("url_slug")[0]
    for unknown in ("data_curator_type", "registry_authors", "number_of_privacy_units"):
        assert f"#   {unknown}: " in comment
    entry["deployment"]["basic"]["data_curators"][0]["data_curator_type"] = "Industry"
    entry["deployment"]["administrative"]["registry_authors"] = ["somebody"]
    jsonschema.validate(entry, DEPLOYMENTS)


def test_a_version_without_a_guarantee_is_no_deployment() -> None:
    card = {key: value for key, value in CARD.items() if key != "guarantee"}
    one = replace(record(), card=recorded(card), outside=replace(outside(), guarantee=None))

    with pytest.raises(InvalidInput, match="claims no differential privacy"):
        written("opendp", one)
    for format in FORMATS.values():
        if format.id != "opendp":
            assert "No differential privacy is claimed" in format.written(one)


@EVERY
def test_every_file_says_that_epsilon_covers_the_generator_alone(format: Format) -> None:
    text = " ".join(format.written(record()).split())

    assert "Epsilon covers the generator. It covers neither these measurements" in text


@EVERY
def test_the_same_record_gives_the_same_bytes(format: Format) -> None:
    assert format.written(record()) == format.written(record())


def hostile() -> Record:
    """A record in which every text that somebody may type is written to break out."""
    named = {
        **CARD,
        "title": HOSTILE.replace("\u202e", ""),
        "biases": [HOSTILE.replace("\u202e", "")],
    }
    named["description"] = named["title"]
    named["generator"] = {**CARD["generator"], "name": named["title"], "version": named["title"]}
    house = outside()
    return replace(
        record(),
        card=recorded(named),
        columns=(ColumnFacts(HOSTILE, "text"),),
        file=FileFacts("tkdata.csv", "text/csv"),
        outside=replace(
            house,
            title=HOSTILE,
            description=HOSTILE,
            columns=(HOSTILE,),
            source_title=HOSTILE,
            biases=(HOSTILE,),
            bands=(replace(house.bands[0], name=HOSTILE),),
        ),
    )


def test_hostile_text_redefines_no_term_of_croissant(tmp_path: Path) -> None:
    text = written("croissant", hostile())
    body = json.loads(text)

    assert body["@context"] == json.loads(written("croissant"))["@context"]
    assert set(body) == set(json.loads(written("croissant")))
    assert loaded(text, tmp_path).metadata.record_sets[0].fields[0].name.startswith('"}, "@context')
    assert "\u202e" not in text


def test_hostile_text_ends_no_front_matter_and_is_no_markup() -> None:
    text = written("hf-card", hostile())

    assert HubCard(text).data.license == "other"
    assert set(HubCard(text).data.to_dict()) >= {"pretty_name", "license_name"}
    assert "<script>" not in text.partition("\n---\n")[2]


def test_hostile_text_is_a_text_of_opendp_and_of_prov() -> None:
    entry = yaml.safe_load(written("opendp", hostile()))
    basic = entry["deployment"]["basic"]
    one = ProvDocument.deserialize(content=written("prov", hostile()), format="json")
    other = ProvDocument.deserialize(content=written("prov-n", hostile()), format="provn")

    assert "<script>" not in basic["description"] and "$x" not in basic["name"].replace("\\$", "")
    assert set(entry) == {"url_slug", "deployment"}
    assert one == other


def test_hostile_text_makes_no_event_more() -> None:
    lines = written("openlineage", hostile()).splitlines()

    assert len(lines) == 4
    assert all(event(json.loads(one)) for one in lines)
