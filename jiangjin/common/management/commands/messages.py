"""Keep the Chinese catalogue."""

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from jiangjin.common import messages


@contextmanager
def locked() -> Iterator[None]:
    """Callers queue up: the catalogue is read, changed and written by one at a time."""
    path = messages.catalogue_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    with (path.parent / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


class Command(BaseCommand):
    help = (
        "Update the Chinese catalogue from the sources (default), list what is missing, merge translations, or check."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        group = parser.add_mutually_exclusive_group()
        group.add_argument("--missing", action="store_true", help="print untranslated message ids as JSON")
        group.add_argument("--merge", type=Path, metavar="FILE", help="JSON of {message id: translation}")
        group.add_argument("--check", action="store_true", help="fail unless complete and in line with the sources")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["check"]:
            found = messages.problems()
            if found:
                raise CommandError("\n".join(found))
            self.stdout.write("The catalogue is complete.")
            return
        with locked():
            wanted = messages.extract_all()
            known = messages.read_translations()
            if options["merge"]:
                known.update(self.merged(options["merge"], wanted))
            kept = {message: known.get(message, "") for message in wanted}
            if not options["missing"]:
                self.write(kept)
        missing = [message.key for message in sorted(kept) if not kept[message]]
        if options["missing"]:
            self.stdout.write(json.dumps(missing, ensure_ascii=False, indent=1))
        else:
            self.stdout.write(json.dumps({"messages": len(kept), "missing": len(missing)}))

    def merged(self, path: Path, wanted: set[messages.MessageId]) -> dict[messages.MessageId, str]:
        given = json.loads(path.read_text(encoding="utf-8"))
        by_key = {message.key: message for message in wanted}
        by_key |= {message.text: message for message in wanted if message.plural}
        found = {}
        for key, text in given.items():
            message = by_key.get(key)
            if message is None:
                self.stderr.write(f"not used: {key}")
            elif messages.mismatch(message, text):
                raise CommandError(f"placeholders differ: {key} → {text}")
            else:
                found[message] = text
        return found

    def write(self, translations: dict[messages.MessageId, str]) -> None:
        po, mo = messages.render(translations)
        path = messages.catalogue_path()
        path.write_bytes(po)
        path.with_suffix(".mo").write_bytes(mo)
