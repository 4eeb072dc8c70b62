"""Reference data that is there after `migrate`: areas, poverty lines, code lists.

Loaders are idempotent and only add what is missing, so an office's own corrections are never overwritten. They run after
the last app has migrated, and again after a flush.
"""

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.db import connections, router

_loaders: list[Callable[[], None]] = []


def register(loader: Callable[[], None]) -> Callable[[], None]:
    """Decorate a function without arguments; loaders run in the order in which apps registered them."""
    _loaders.append(loader)
    return loader


def load_all(sender: Any, using: str = "default", **kwargs: Any) -> None:
    """Signal handler of post_migrate: acts once, after the last installed app that has models."""
    last = [config for config in apps.get_app_configs() if config.models_module is not None][-1]
    if sender.name != last.name or not router.allow_migrate(using, "areas"):
        return
    tables = set(connections[using].introspection.table_names())
    needed = {model._meta.db_table for model in apps.get_models() if model._meta.managed}
    if not needed <= tables:
        return  # a partial migration (one app, or backwards): nothing to load into yet
    for loader in _loaders:
        loader()
