"""Front-end files: third-party ones as the manifest says, our own without what the policy (CSP) forbids."""

import hashlib
import json
import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
STATIC = ROOT / "jiangjin" / "static"
MANIFEST = STATIC / "vendor" / "MANIFEST.json"
ENTRIES = json.loads(MANIFEST.read_text(encoding="utf-8"))["files"]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
OWN = [*TEMPLATES, *(path for path in STATIC.glob("*.*") if path.suffix in {".css", ".js"})]
PYTHON = [
    path
    for app in ("jiangjin", "households", "villages", "assistance", "funding", "supervision")
    for path in (ROOT / app).rglob("*.py")
]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["file"])
def test_vendored_file_is_the_one_in_the_manifest(entry):
    assert set(entry) >= {"name", "version", "licence", "file", "sha256"}
    assert hashlib.sha256((STATIC / entry["file"]).read_bytes()).hexdigest() == entry["sha256"]


def test_no_file_stands_outside_the_manifest():
    found = {path.relative_to(STATIC).as_posix() for path in (STATIC / "vendor").rglob("*") if path.is_file()}
    named = {entry["file"] for entry in ENTRIES if entry["file"].startswith("vendor/")}
    assert found - {"vendor/MANIFEST.json"} == named


def test_no_source_maps_are_named():
    assert [path for path in STATIC.rglob("*.*s") if "sourceMappingURL" in path.read_text(encoding="utf-8")] == []


def test_sprite_holds_the_icons_of_the_manifest_and_every_icon_in_use():
    named = next(set(entry["icons"]) for entry in ENTRIES if "icons" in entry)
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "icons.svg").read_text(encoding="utf-8")))
    assert drawn == named
    used = {}
    for path in TEMPLATES:
        for name in re.findall(r"""\{% icon ["']([\w-]+)["']""", path.read_text(encoding="utf-8")):
            used.setdefault(name, path)
    for path in PYTHON:
        for name in re.findall(r"""\bicon(?:_name)?(?:: \w+)?=["']([\w-]+)["']""", path.read_text(encoding="utf-8")):
            used.setdefault(name, path)
    assert used, "the pattern finds nothing"
    assert {name: str(path) for name, path in used.items() if name not in drawn} == {}


FORBIDDEN = {
    "inline style": re.compile(r"<style\b|\sstyle\s*="),
    "inline script": re.compile(r"<script(?![^>]*\bsrc=)"),
    "inline handler": re.compile(r"\son[a-z]+\s*=|\bhx-on\b|javascript:"),
    "evaluated htmx": re.compile(r"""hx-(?:vals|headers)\s*=\s*["']\s*js:|hx-trigger=["'][^"']*\["""),
    "foreign address": re.compile(r"https?://(?!www\.w3\.org/)"),
}


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_pages_hold_nothing_that_the_policy_forbids(path):
    text = path.read_text(encoding="utf-8")
    wanted = FORBIDDEN if path.suffix == ".html" else {"foreign address": FORBIDDEN["foreign address"]}
    assert [reason for reason, pattern in wanted.items() if pattern.search(text)] == []
