"""Embedded defaults on loopback: what `python3 dev.py up` runs. Keys come from var/local.env."""

from jiangjin.settings.base import *

ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
