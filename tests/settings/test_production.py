"""Production refuses to start half-configured, and is safe when it starts."""

import base64
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONFIGURED = {
    "SECRET_KEY": "k" * 20 + "-a-long-and-otherwise-random-looking-secret-0123456789",
    "JIANGJIN_FIELD_KEYS": base64.urlsafe_b64encode(b"f" * 32).decode(),
    "JIANGJIN_DIGEST_KEY": "a-digest-key",
    "DATABASE_URL": "postgres://jiangjin@db.example:5432/jiangjin",
    "REDIS_URL": "redis://queue.example:6379/0",
    "JIANGJIN_HOSTS": "fupin.example.cn, www.fupin.example.cn",
}
NAMES = [
    "ALLOWED_HOSTS",
    "CSRF_COOKIE_SECURE",
    "CSRF_TRUSTED_ORIGINS",
    "DEBUG",
    "LANGUAGE_COOKIE_SECURE",
    "SECURE_HSTS_SECONDS",
    "SECURE_SSL_REDIRECT",
    "SESSION_COOKIE_HTTPONLY",
    "SESSION_COOKIE_SAMESITE",
    "SESSION_COOKIE_SECURE",
    "TRUSTED_PROXIES",
]
SHOW = f"import json; from django.conf import settings; print(json.dumps({{n: getattr(settings, n) for n in {NAMES}}}))"


def run(*arguments: str, var: Path, **environment: str) -> subprocess.CompletedProcess:
    """Python with production settings, the given environment and nothing else of this installation."""
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "jiangjin.settings.production",
        "JIANGJIN_VAR": str(var),
        **environment,
    }
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60
    )


@pytest.fixture(scope="module")
def production(tmp_path_factory) -> dict:
    """Settings of a configured production."""
    done = run("-c", SHOW, var=tmp_path_factory.mktemp("var"), **CONFIGURED)
    assert done.returncode == 0, done.stderr
    values: dict = json.loads(done.stdout)
    return values


@pytest.mark.parametrize("missing", CONFIGURED)
@pytest.mark.parametrize("value", [None, "  "], ids=["unset", "blank"])
def test_it_refuses_to_start_without(tmp_path, missing, value):
    environment = {name: given for name, given in CONFIGURED.items() if name != missing}
    if value is not None:
        environment[missing] = value
    done = run("-c", SHOW, var=tmp_path, **environment)
    assert done.returncode != 0
    assert f"ImproperlyConfigured: {missing} is not set." in done.stderr


def test_it_refuses_a_field_key_that_is_none(tmp_path):
    done = run("manage.py", "check", var=tmp_path, **{**CONFIGURED, "JIANGJIN_FIELD_KEYS": "not-a-fernet-key"})
    assert done.returncode != 0
    assert "jiangjin.E001" in done.stderr
    assert "not-a-fernet-key" not in done.stderr


def test_djangos_own_deployment_check_finds_nothing(tmp_path):
    done = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", var=tmp_path, **CONFIGURED)
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


def test_cookies_travel_over_https_only_and_no_script_reads_the_session(production):
    assert production["SESSION_COOKIE_SECURE"] is True
    assert production["CSRF_COOKIE_SECURE"] is True
    assert production["LANGUAGE_COOKIE_SECURE"] is True
    assert production["SESSION_COOKIE_HTTPONLY"] is True
    assert production["SESSION_COOKIE_SAMESITE"] == "Lax"


def test_it_answers_to_its_own_names_only_and_over_https(production):
    assert production["ALLOWED_HOSTS"] == ["fupin.example.cn", "www.fupin.example.cn"]
    assert production["CSRF_TRUSTED_ORIGINS"] == ["https://fupin.example.cn", "https://www.fupin.example.cn"]
    assert production["SECURE_SSL_REDIRECT"] is True
    assert production["SECURE_HSTS_SECONDS"] >= 31_536_000
    assert production["DEBUG"] is False


def test_it_knows_of_its_one_proxy(production):
    assert production["TRUSTED_PROXIES"] == 1


def test_the_embedded_settings_answer_on_loopback_only(tmp_path):
    show = "import json; from django.conf import settings; print(json.dumps([settings.ALLOWED_HOSTS, settings.DEBUG]))"
    done = run("-c", show, var=tmp_path, **{**CONFIGURED, "DJANGO_SETTINGS_MODULE": "jiangjin.settings.local"})
    assert json.loads(done.stdout) == [["127.0.0.1", "localhost", "[::1]"], False]


def test_local_keys_come_from_the_file_and_the_environment_wins(tmp_path):
    lines = [f"{name}={value}" for name, value in CONFIGURED.items() if name != "JIANGJIN_DIGEST_KEY"]
    (tmp_path / "local.env").write_text("\n".join(["# keys", *lines, "JIANGJIN_DIGEST_KEY=from-the-file"]))
    show = "from django.conf import settings; print(settings.DIGEST_KEY)"
    assert run("-c", show, var=tmp_path).stdout.strip() == "from-the-file"
    assert run("-c", show, var=tmp_path, JIANGJIN_DIGEST_KEY="from-outside").stdout.strip() == "from-outside"
