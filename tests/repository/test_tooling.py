"""The tree itself: what is locked, what must not be written, what stands at the top."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
HOSTS = ["py" + "pi.org", "python" + "hosted", "registry." + "npm", "deb." + "debian"]


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


def test_no_registry_address_stands_in_the_tree():
    for path in tracked():
        text = path.read_bytes().decode("utf-8", errors="ignore")
        assert not any(host in text for host in HOSTS), path


@pytest.mark.parametrize("name", ["runtime", "dev"])
def test_every_locked_package_has_hashes(name):
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    entries = [block for block in re.split(r"\n(?=\S)", text.strip()) if block and not block.startswith("#")]
    assert len(entries) > 20
    for entry in entries:
        assert "--hash=sha256:" in entry, entry.splitlines()[0]
        assert "==" in entry.splitlines()[0]


def test_the_lock_covers_what_the_project_asks_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    def names(requirements: list[str]) -> set[str]:
        return {re.match(r"[A-Za-z0-9._-]+", line).group(0).lower().replace("_", "-") for line in requirements}

    runtime = (ROOT / "requirements" / "runtime.txt").read_text().lower()
    dev = (ROOT / "requirements" / "dev.txt").read_text().lower()
    assert all(f"\n{name}==" in f"\n{runtime}" for name in names(project["dependencies"]))
    assert all(f"\n{name}==" in f"\n{dev}" for name in names(project["optional-dependencies"]["dev"]))


def test_the_top_level_is_as_agreed():
    wanted = "manage.py jiangjin households villages funding assistance supervision templates tests pyproject.toml README.md dev.py docs"
    for name in wanted.split():
        assert (ROOT / name).exists(), name


def test_the_readme_shows_the_two_commands():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "python3 dev.py up" in text
    assert "python3 dev.py test" in text


def test_each_app_says_what_it_owns():
    for app in ["jiangjin", "households", "villages", "assistance", "funding", "supervision"]:
        assert (ROOT / app / "__init__.py").read_text(encoding="utf-8").startswith('"""'), app
