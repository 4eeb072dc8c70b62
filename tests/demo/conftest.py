"""What tests of the demo may use."""

import pytest


@pytest.fixture
def own_var(settings, tmp_path):
    """Logins of a test are its own."""
    settings.VAR_DIR = tmp_path
    return tmp_path
