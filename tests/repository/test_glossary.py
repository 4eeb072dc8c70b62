"""docs/glossary.md has a row for every model and every code list, and no other row."""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models
from django.utils import translation

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ["jiangjin", "households", "villages", "assistance", "funding", "supervision"]
# Settings start things, migrations repeat what the models say.
SKIPPED = re.compile(r"\.(migrations|settings|celery|wsgi)(\.|$)")
ROW = re.compile(r"^\| `(?P<identifier>\w+\.\w+)` \| (?P<chinese>[^|]*) \| (?P<meaning>[^|]*) \| (?P<source>[^|]*) \|$")
CHINESE = re.compile(r"[一-鿿]")


def rows() -> list[dict[str, str]]:
    """The rows of the glossary."""
    lines = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines()
    return [match.groupdict() for line in lines if (match := ROW.match(line))]


def our_models() -> dict[str, type[models.Model]]:
    """Models by identifier."""
    ours = [model for model in apps.get_models() if model.__module__.partition(".")[0] in PACKAGES]
    return {f"{model._meta.app_label}.{model.__name__}": model for model in ours}


def modules() -> Iterator[str]:
    """Names of the project's modules."""
    for package in PACKAGES:
        found = importlib.import_module(package)
        for info in pkgutil.walk_packages(found.__path__, f"{package}."):
            if not SKIPPED.search(info.name):
                yield info.name


def our_choices() -> set[str]:
    """Identifiers of code lists: the label of their app and the name of the class."""
    identifiers = set()
    for name in modules():
        module = importlib.import_module(name)
        for _name, found in inspect.getmembers(module, inspect.isclass):
            if issubclass(found, models.Choices) and found.__module__ == name and len(found):
                config = apps.get_containing_app_config(name)
                assert config is not None, f"{name}.{found.__name__}: a code list belongs to an app"
                identifiers.add(f"{config.label}.{found.__name__}")
    return identifiers


def test_every_model_and_code_list_has_its_row_and_every_row_its_meaning():
    known = set(our_models()) | our_choices()
    described = [row["identifier"] for row in rows()]
    assert sorted(known - set(described)) == [], "add rows to docs/glossary.md"
    assert sorted(set(described) - known) == [], "these rows of docs/glossary.md name nothing"
    assert len(described) == len(set(described)), "a row stands twice"


def test_every_line_of_the_tables_is_understood():
    lines = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines()
    heads = [line for line in lines if line.startswith(("| identifier", "|---"))]
    assert len(rows()) == len([line for line in lines if line.startswith("|")]) - len(heads)


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["identifier"])
def test_a_row_says_what_it_is_in_chinese_and_where_it_comes_from(row):
    assert CHINESE.search(row["chinese"])
    assert row["meaning"].strip()
    assert CHINESE.search(row["source"]) or "GB" in row["source"]
    assert "/work" not in row["source"]


@pytest.mark.parametrize("identifier", sorted(name for name, model in our_models().items() if model._meta.managed))
def test_the_term_is_the_one_that_users_see(identifier):
    described = {row["identifier"]: row["chinese"].strip() for row in rows()}
    with translation.override("zh-hans"):
        seen = str(our_models()[identifier]._meta.verbose_name)
    assert described.get(identifier) == seen
