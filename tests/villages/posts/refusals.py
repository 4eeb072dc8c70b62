"""What a service refuses, by field and code."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core.exceptions import ValidationError


@contextmanager
def refused(field: str, code: str = "") -> Iterator[None]:
    """The block raises a ValidationError about the field ("" for the whole) with the code."""
    with pytest.raises(ValidationError) as refusal:
        yield
    if field:
        found = {error.code for error in refusal.value.error_dict[field]}
    else:
        errors = getattr(refusal.value, "error_dict", None)
        found = {error.code for error in (errors["__all__"] if errors else refusal.value.error_list)}
    assert not code or code in found, found
