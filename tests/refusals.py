"""What a refusal says, for tests."""

from django.core.exceptions import ValidationError


def codes_of(error: ValidationError) -> set[str | None]:
    """The codes of all its errors."""
    if hasattr(error, "error_dict"):
        return {each.code for errors in error.error_dict.values() for each in errors}
    return {each.code for each in error.error_list}
