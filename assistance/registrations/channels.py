"""Exit channels: figures of the report, demo part."""

from assistance.demo import exit_channels  # noqa: F401
from assistance.figures import channels  # noqa: F401
