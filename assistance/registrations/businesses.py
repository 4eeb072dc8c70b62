"""Business entities: demo part."""

from assistance.demo import businesses  # noqa: F401
