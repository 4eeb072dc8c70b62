"""The deployment files against the code: what compose, image and example ask for is what the settings need, and nothing secret stands in them."""

import ast
import importlib.util
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from celery.bin.celery import celery as celery_command
from celery.signals import after_task_publish
from django.conf import settings
from django.core.management import get_commands
from gunicorn.config import Config

from jiangjin.settings import base
from jiangjin.settings.environment import VAR_DIR

ROOT = Path(settings.BASE_DIR)
OURS = ["web", "worker", "beat", "migrate"]
# Services that end by themselves: their exit status is their health, and the others wait for it.
ONE_SHOT = {"migrate"}
KEYS = {"SECRET_KEY", "JIANGJIN_FIELD_KEYS", "JIANGJIN_DIGEST_KEY", "POSTGRES_PASSWORD", "REDIS_PASSWORD"}
VARIABLE = re.compile(r"(?<!\$)\$\{(?P<name>\w+)(?P<rest>[^}]*)\}")


def compose() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))


def services() -> dict[str, dict[str, Any]]:
    return compose()["services"]


def dockerfile() -> str:
    """The Dockerfile with continued lines joined and comments left out."""
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith("#")).replace("\\\n", "")


def instruction(name: str) -> str:
    """The last instruction of a kind, without its name."""
    return [line for line in dockerfile().splitlines() if line.startswith(f"{name} ")][-1].removeprefix(f"{name} ")


def strings(value: Any) -> list[str]:
    """Every string in a tree of lists and mappings, values only."""
    if isinstance(value, dict):
        return [text for part in value.values() for text in strings(part)]
    if isinstance(value, list):
        return [text for part in value for text in strings(part)]
    return [value] if isinstance(value, str) else []


def required_by_settings() -> set[str]:
    """The names that base and production settings ask for by `required("…")`."""
    found = set()
    for name in ("base", "production"):
        tree = ast.parse((ROOT / "jiangjin" / "settings" / f"{name}.py").read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "required":
                found.add(ast.literal_eval(node.args[0]))
    return found


def command_of(name: str) -> list[str]:
    """What a service runs, as words; web runs the image's own command."""
    return services()[name].get("command") or json.loads(instruction("CMD"))


def test_each_of_our_services_gets_what_the_settings_require():
    wanted = required_by_settings()
    assert {"SECRET_KEY", "DATABASE_URL", "REDIS_URL", "JIANGJIN_HOSTS"} <= wanted
    for name in OURS:
        environment = services()[name]["environment"]
        assert wanted <= set(environment), name
        assert environment["DJANGO_SETTINGS_MODULE"] == "jiangjin.settings.production"
        assert "JIANGJIN_TODAY" not in environment, "the calendar is pinned in the demo only"


def test_the_image_collects_static_files_with_all_that_the_settings_require():
    run = next(line for line in dockerfile().splitlines() if "collectstatic --noinput" in line)
    given = dict(re.findall(r"(\w+)=(\S+)", run))
    assert required_by_settings() <= set(given)
    assert given["DJANGO_SETTINGS_MODULE"] == "jiangjin.settings.production"
    assert all("collectstatic" in value for name, value in given.items() if name in required_by_settings())


def test_a_variable_has_a_default_or_nothing_starts_without_it():
    found = [match for text in strings(compose()) for match in VARIABLE.finditer(text)]
    assert len(found) > 10
    for match in found:
        assert match["rest"].startswith((":-", ":?")), match[0]


def test_keys_and_passwords_have_no_default_and_say_what_is_missing():
    asked: dict[str, set[str]] = {}
    for text in strings(compose()):
        for match in VARIABLE.finditer(text):
            asked.setdefault(match["name"], set()).add(match["rest"])
    for name in {*KEYS, "JIANGJIN_HOSTS"}:
        assert all(rest.startswith(":?") and len(rest) > 12 for rest in asked[name]), name


def test_no_secret_stands_in_the_files():
    for name, service in services().items():
        for variable, value in service.get("environment", {}).items():
            if re.search(r"KEY|PASSWORD|SECRET|AUTH|_URL$", variable):
                assert any(key in value for key in KEYS), f"{name}: {variable} is not taken from the environment"
                bare = VARIABLE.sub("", value)
                assert not re.search(r"[A-Za-z0-9_-]{20,}", bare), f"{name}: {variable}"
    for line in (ROOT / ".env.example").read_text(encoding="utf-8").splitlines():
        name, _, value = line.partition("=")
        if name in KEYS:
            assert value == "", name


def test_the_example_lists_each_variable_and_no_other():
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    listed = set(re.findall(r"^#?([A-Z_]+)=", example, re.M))
    used = {match["name"] for text in strings(compose()) for match in VARIABLE.finditer(text)}
    without_containers = required_by_settings() | {"DJANGO_SETTINGS_MODULE", "JIANGJIN_VAR"}
    assert listed == used | without_containers


def test_a_filled_in_example_is_never_committed():
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert ".env" in ignored


@pytest.mark.parametrize("name", sorted(services()))
def test_each_service_tells_how_it_is(name: str):
    check = services()[name].get("healthcheck")
    if name in ONE_SHOT:
        assert check == {"disable": True}
        assert services()[name]["restart"] == "no"
        waiting = [other for other in services().values() if name in other.get("depends_on", {})]
        assert waiting
        assert all(other["depends_on"][name]["condition"] == "service_completed_successfully" for other in waiting)
        return
    assert services()[name]["restart"] == "unless-stopped"
    if name == "web":
        assert check is None
        text = instruction("HEALTHCHECK")
        assert "healthz" in text
        assert "readyz" in text
        return
    assert check["test"][0] in {"CMD", "CMD-SHELL"}
    assert {"interval", "timeout", "retries"} <= set(check)


def test_the_health_check_of_the_image_asks_for_pages_that_anybody_may_open():
    words = json.loads(instruction("HEALTHCHECK").partition(" CMD ")[2])
    assert words[:2] == ["python", "-c"]
    compile(words[2], "healthcheck", "exec")
    pages = re.search(r"for page in \((.*?)\)", words[2]).group(1)
    asked = set(ast.literal_eval(f"[{pages}]"))
    assert asked == {"healthz", "readyz"}
    assert asked <= settings.PUBLIC_URL_NAMES


def test_images_are_pinned():
    images = [service["image"] for service in services().values() if "build" not in service]
    images += re.findall(r"^FROM (\S+)", dockerfile(), re.M)
    assert len(images) == 4
    for image in images:
        assert re.fullmatch(r"[a-z]+:\d+\.\d+(\.\d+)?(-[a-z-]+)?", image), image
    assert len({image for image in images if image.startswith("python:")}) == 1


def test_only_web_is_published_and_on_loopback():
    published = {name: service["ports"] for name, service in services().items() if service.get("ports")}
    assert published == {"web": ["${JIANGJIN_BIND:-127.0.0.1}:${JIANGJIN_PORT:-8000}:8000"]}
    assert compose()["networks"]["inside"] == {"internal": True}
    for name, service in services().items():
        assert service["networks"] == (["inside", "outside"] if name == "web" else ["inside"])


@pytest.mark.parametrize("name", sorted(services()))
def test_each_service_runs_confined(name: str):
    service = services()[name]
    assert service["read_only"] is True
    assert "no-new-privileges:true" in service["security_opt"]
    assert service["mem_limit"]
    assert "privileged" not in service


def test_our_processes_are_nobody_special():
    assert instruction("USER") == "jiangjin"
    for name in OURS:
        assert services()[name]["cap_drop"] == ["ALL"]
        assert "user" not in services()[name]


def test_what_must_last_stands_in_named_volumes():
    named = compose()["volumes"]
    assert set(named) == {"pgdata", "uploads"}
    assert services()["db"]["volumes"] == ["pgdata:/var/lib/postgresql/data"]
    var = re.search(r"JIANGJIN_VAR=(\S+)", dockerfile()).group(1)
    uploads = f"{var}/{base.MEDIA_ROOT.relative_to(VAR_DIR)}"
    assert f"install -d -o jiangjin -g jiangjin -m 0700 {uploads}" in dockerfile()
    for name in OURS:
        assert services()[name]["volumes"] == [f"uploads:{uploads}"]


def test_gunicorn_takes_its_options_and_its_application():
    words = command_of("web")
    assert words[0] == "gunicorn"
    assert importlib.util.find_spec(words[1])
    Config().parser().parse_args(words[1:])
    assert words[words.index("--bind") + 1] == "0.0.0.0:8000"


@pytest.mark.parametrize("name", ["worker", "beat"])
def test_celery_takes_its_options_and_its_application(name: str):
    words = [re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", word) for word in command_of(name)]
    assert words[:3] == ["celery", "-A", "jiangjin"]
    assert importlib.util.find_spec("jiangjin.celery")
    assert words[3] == name
    known = {option for parameter in celery_command.commands[name].params for option in parameter.opts}
    given = {word.partition("=")[0] for word in words[4:] if word.startswith("--")}
    assert given
    assert given <= known


def test_migrate_is_a_command_that_exists():
    words = command_of("migrate")
    assert words[:2] == ["python", "manage.py"]
    assert (ROOT / words[1]).exists()
    assert words[2] in get_commands()


def test_the_image_holds_all_apps_and_nothing_of_var():
    allowed = [
        line for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line[:1] not in {"#", ""}
    ]
    assert allowed[0] == "*"
    let_in = {line[1:] for line in allowed if line.startswith("!")}
    copied = {line.split()[1] for line in dockerfile().splitlines() if re.match(r"COPY (?!--from)", line)}
    assert let_in == copied
    apps = {app.partition(".")[0] for app in settings.INSTALLED_APPS if (ROOT / app.partition(".")[0]).is_dir()}
    assert len(apps) > 5
    assert apps | {"manage.py", "templates", "requirements/runtime.txt"} == copied
    assert not copied & {".", "var", ".env", ".git"}


def test_the_scheduler_leaves_a_sign_that_the_health_check_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    beat = services()["beat"]
    assert beat["environment"]["JIANGJIN_BEAT_FILE"] in beat["healthcheck"]["test"][1]
    sign = tmp_path / "beat"
    monkeypatch.setenv("JIANGJIN_BEAT_FILE", str(sign))
    after_task_publish.send(sender="jobs.run")
    assert not sign.exists()
    scheduled = base.CELERY_BEAT_SCHEDULE["sweep"]["task"]
    after_task_publish.send(sender=scheduled)
    assert sign.exists()


def test_the_manual_makes_each_key_and_shows_the_commands_of_compose():
    manual = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    for name in KEYS:
        assert f"`{name}`" in manual
    for name in ("worker", "beat"):
        options = [word for word in command_of(name)[4:] if word.startswith("--without")]
        assert f"celery -A jiangjin {name}" in manual
        assert " ".join(options) in manual
    web = " ".join(command_of("web")).replace("0.0.0.0", "127.0.0.1")
    assert f"ExecStart=/opt/jiangjin/.venv/bin/{web}\n" in manual
