"""Names of the heads of households, where visits look for them."""

from households.services.heads import heads_of

__all__ = ["heads_of"]
