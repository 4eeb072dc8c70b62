"""Business entities: figures of the report, demo part."""

from assistance.demo import businesses as demo  # noqa: F401
from assistance.figures import businesses as figures  # noqa: F401
