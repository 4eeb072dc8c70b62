"""Storing evidence, tying it to records and taking it off. The only door: `from jiangjin.evidence import services as evidence`."""

from jiangjin.evidence.services.attaching import attach, detach
from jiangjin.evidence.services.opening import opened
from jiangjin.evidence.services.storing import Taken, store, take

__all__ = ["Taken", "attach", "detach", "opened", "store", "take"]
