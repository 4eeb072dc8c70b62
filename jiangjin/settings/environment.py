"""Where settings come from: the environment first, then var/local.env (written by dev.py, never committed)."""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = Path(os.environ.get("JIANGJIN_VAR", BASE_DIR / "var"))


def load_local_env(path: Path | None = None) -> None:
    """Put NAME=value lines of var/local.env into the environment; what is already set there wins."""
    path = path or VAR_DIR / "local.env"
    if not path.exists():
        return
    for line in path.read_text(encoding="utf-8").splitlines():
        name, separator, value = line.strip().partition("=")
        if separator and not name.startswith("#"):
            os.environ.setdefault(name.strip(), value.strip())


def required(name: str) -> str:
    """The value of an environment variable, or a refusal to start that says what to do."""
    value = os.environ.get(name, "").strip()
    if not value:
        raise ImproperlyConfigured(
            f"{name} is not set. `python3 dev.py setup` writes var/local.env with generated keys; "
            "in production set it in the environment (docs/deploy.md)."
        )
    return value


def names(name: str) -> list[str]:
    """A comma-separated environment variable as a list."""
    return [part.strip() for part in os.environ.get(name, "").split(",") if part.strip()]
