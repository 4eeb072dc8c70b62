"""Fetch the front-end files that the manifest names, by `npm pack` as it is set up on this machine."""

import hashlib
import json
import re
import subprocess
import tarfile
import tempfile
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

STATIC = Path(settings.BASE_DIR) / "jiangjin" / "static"
MANIFEST = STATIC / "vendor" / "MANIFEST.json"
# The maps are not shipped, and manifest storage refuses a reference to a file that is not there.
SOURCE_MAP = re.compile(rb"\s*(//# sourceMappingURL=\S+|/\*# sourceMappingURL=\S+ \*/)\s*")
SVG = "{http://www.w3.org/2000/svg}"


class Command(BaseCommand):
    help = "Fetch vendored front-end files again, as vendor/MANIFEST.json names them, and write their checksums."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--icon", action="append", default=[], metavar="NAME", help="add an icon to the sprite")

    def handle(self, *args: Any, **options: Any) -> None:
        manifest = json.loads(MANIFEST.read_text(encoding="utf-8"))
        with tempfile.TemporaryDirectory() as folder:
            for number, entry in enumerate(manifest["files"]):
                package = self.package(Path(folder), entry["name"], entry["version"])
                target = STATIC / entry["file"]
                target.parent.mkdir(parents=True, exist_ok=True)
                if "icons" in entry:
                    entry["icons"] = sorted({*entry["icons"], *options["icon"]})
                    content = sprite(package, entry)
                else:
                    content = SOURCE_MAP.sub(b"\n", (package / entry["source"]).read_bytes())
                target.write_bytes(content)
                entry["sha256"] = hashlib.sha256(content).hexdigest()
                self.stdout.write(f"{number + 1}/{len(manifest['files'])} {entry['file']}")
        MANIFEST.write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        self.stdout.write(json.dumps({"files": len(manifest["files"])}))

    def package(self, folder: Path, name: str, version: str) -> Path:
        """The unpacked package, fetched once a run."""
        home = folder / f"{name.replace('/', '-')}-{version}"
        if not home.exists():
            home.mkdir()
            subprocess.run(["npm", "pack", "--silent", f"{name}@{version}"], cwd=home, check=True, capture_output=True)
            with tarfile.open(next(home.glob("*.tgz"))) as archive:
                archive.extractall(home, filter="data")
        return home / "package"


def sprite(package: Path, entry: dict[str, Any]) -> bytes:
    """One SVG with a <symbol> for each icon; colour and stroke come from the <svg> that uses it."""
    ET.register_namespace("", SVG.strip("{}"))
    symbols = []
    for name in entry["icons"]:
        drawing = ET.parse(package / "icons" / "outline" / f"{name}.svg").getroot()
        parts = [part for part in drawing if part.get("stroke") != "none"]
        inner = "".join(ET.tostring(part, encoding="unicode").strip() for part in parts)
        inner = inner.replace(' xmlns="http://www.w3.org/2000/svg"', "")
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{inner}</symbol>')
    head = f"<!-- {entry['name']} {entry['version']}, {entry['licence']}, Copyright (c) 2020-2026 Paweł Kuna -->"
    return "\n".join([head, '<svg xmlns="http://www.w3.org/2000/svg">', *symbols, "</svg>", ""]).encode()
