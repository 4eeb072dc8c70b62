"""Pages of Django's own."""

import copy

import pytest


@pytest.fixture
def djangos_own_templates(settings):
    """Django's admin pages ask for variables that are not always there."""
    settings.TEMPLATES = copy.deepcopy(settings.TEMPLATES)
    settings.TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = ""
