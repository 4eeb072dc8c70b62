"""Exit channels: demo part."""

from assistance.demo import exit_channels  # noqa: F401
