"""Layers that imports cannot show: foreign keys by name. And names of dated columns."""

import pytest
from django.apps import apps
from django.db import models

LAYERS = [
    "areas",
    "audit",
    "accounts",
    "changes",
    "jobs",
    "evidence",
    "households",
    "villages",
    "assistance",
    "funding",
    "supervision",
]
FOREIGN = {"auth", "contenttypes", "admin", "sessions", "axes"}
OURS = [model for model in apps.get_models() if model._meta.app_label in LAYERS]


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_foreign_keys_run_down_the_layers(model):
    own = LAYERS.index(model._meta.app_label)
    for field in model._meta.get_fields():
        if isinstance(field, models.ForeignKey | models.ManyToManyField) and not field.auto_created:
            target = field.related_model._meta.app_label
            if target not in FOREIGN:
                assert LAYERS.index(target) <= own, (model, field.name)


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_dates_and_times_are_named_as_such(model):
    for field in model._meta.concrete_fields:
        if field.name in {"last_login", "date_joined", "month", "valid_from", "valid_to", "as_of"}:
            continue
        if isinstance(field, models.DateTimeField):
            assert field.name.endswith("_at") or field.name == "at", (model, field.name)
        elif isinstance(field, models.DateField):
            assert field.name.endswith("_on"), (model, field.name)


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_money_is_whole_fen(model):
    for field in model._meta.concrete_fields:
        assert not field.name.endswith("_yuan"), (model, field.name)
        assert not isinstance(field, models.FloatField), (model, field.name)
        if field.name.endswith("_fen"):
            kind = field.output_field if isinstance(field, models.GeneratedField) else field
            assert isinstance(kind, models.BigIntegerField), (model, field.name)


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_nothing_is_deleted_along_with_something_else(model):
    for field in model._meta.concrete_fields:
        if isinstance(field, models.ForeignKey):
            assert field.remote_field.on_delete in {models.PROTECT, models.DO_NOTHING}, (model, field.name)
