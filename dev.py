#!/usr/bin/env python3
"""One door to everything: `python3 dev.py up` runs the system, `python3 dev.py test` tests it.

Standard library only: it makes `.venv` from the locked requirements and `var/` with generated keys, then calls the rest.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
VAR = Path(os.environ.get("JIANGJIN_VAR", ROOT / "var"))
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / "jiangjin-lock.txt"
DEMO_DAY = "2015-12-31"
FIRST_PORT, LAST_PORT = 8000, 8050
START_SECONDS = 60
STOP_SECONDS = 15


def say(text: str) -> None:
    print(text, flush=True)


def fail(text: str) -> None:
    sys.exit(f"\n{text}\n")


# --- set-up ---------------------------------------------------------------------------------------------------------
def lock_digest(name: str) -> str:
    return hashlib.sha256((ROOT / "requirements" / f"{name}.txt").read_bytes()).hexdigest()


def set_up(*, dev: bool) -> None:
    """Make the environment and the keys, if they are not there or the lock has changed. Milliseconds otherwise."""
    stamps = STAMP.read_text().split() if STAMP.exists() and PYTHON.exists() else []
    wanted = [lock_digest("dev")] if dev else [lock_digest("runtime"), lock_digest("dev")]
    if not any(stamp in stamps for stamp in wanted):
        make_venv()
        name = "dev" if dev else "runtime"
        say(f"Installing locked packages ({name}) … / 正在安装依赖（首次约一两分钟）…")
        install = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
        if subprocess.run([*install, "-r", str(ROOT / "requirements" / f"{name}.txt")], cwd=ROOT).returncode:
            fail("Packages could not be installed; the reason stands above. / 依赖安装失败，原因见上。")
        STAMP.write_text(lock_digest(name))
    write_keys()


def make_venv() -> None:
    if sys.version_info < (3, 11):
        fail(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}. / 需要 Python 3.11 以上版本。")
    try:
        import ensurepip  # noqa: F401
        import venv
    except ImportError:
        fail(
            "Python's venv is missing. On Debian or Ubuntu: apt install python3-venv\n"
            "缺少 venv 组件。Debian/Ubuntu 请先运行: apt install python3-venv"
        )
    say("Making .venv … / 正在创建虚拟环境…")
    venv.EnvBuilder(with_pip=True, clear=VENV.exists()).create(VENV)


def write_keys() -> None:
    """Generate the keys of this installation once; nobody else may read the file, and it is never overwritten."""
    path = VAR / "local.env"
    VAR.mkdir(parents=True, exist_ok=True)
    if path.exists():
        return

    def key(size: int) -> str:
        return base64.urlsafe_b64encode(os.urandom(size)).decode()

    lines = [
        "# Keys of this installation. Lose them and encrypted fields cannot be read again: keep a copy in a safe place.",
        f"SECRET_KEY={key(48)}",
        f"JIANGJIN_FIELD_KEYS={key(32)}",
        f"JIANGJIN_DIGEST_KEY={key(32)}",
    ]
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


def environment(**extra: str) -> dict[str, str]:
    values = {**os.environ, "PYTHONUNBUFFERED": "1", "JIANGJIN_VAR": str(VAR)}
    values.update(extra)
    return values


def manage(*args: str, env: dict[str, str] | None = None) -> int:
    return subprocess.run([str(PYTHON), "manage.py", *args], cwd=ROOT, env=env or environment()).returncode


# --- up -------------------------------------------------------------------------------------------------------------
class Service:
    """A child process in a group of its own, with its log."""

    def __init__(self, name: str, command: list[str], env: dict[str, str]) -> None:
        self.name = name
        self.log = VAR / "log" / f"{name}.log"
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True
            )

    def send(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)

    def tail(self) -> str:
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-25:]
        return "\n".join(f"  {self.name} | {line}" for line in lines)


def free_port() -> int:
    for port in range(FIRST_PORT, LAST_PORT):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    fail(f"No free port between {FIRST_PORT} and {LAST_PORT}. / 端口 {FIRST_PORT}–{LAST_PORT} 均被占用。")
    raise AssertionError


def collect_static(env: dict[str, str]) -> None:
    """Collect static files when one of ours or the lock has changed."""
    source = ROOT / "jiangjin" / "static"
    seen = hashlib.sha256(lock_digest("runtime").encode())
    for path in sorted(source.rglob("*")):
        if path.is_file():
            seen.update(f"{path.relative_to(source)} {path.stat().st_size} {path.stat().st_mtime_ns}\n".encode())
    stamp = VAR / "static.stamp"
    if stamp.exists() and stamp.read_text() == seen.hexdigest() and (VAR / "static").is_dir():
        return
    if manage("collectstatic", "--noinput", "--clear", "-v0", env=env):
        fail("Static files could not be collected. / 静态文件收集失败。")
    stamp.write_text(seen.hexdigest())


def up(_options: argparse.Namespace, _rest: list[str]) -> int:
    set_up(dev=False)
    env = environment()
    if not env.get("DATABASE_URL"):
        env.setdefault("JIANGJIN_TODAY", DEMO_DAY)
    if manage("migrate", "--noinput", "-v0", env=env):
        fail("The database could not be prepared; the reason stands above. / 数据库初始化失败，原因见上。")
    collect_static(env)
    if manage("load_demo", "--if-empty", env=env):
        fail("The demo could not be loaded; the reason stands above. / 演示数据加载失败，原因见上。")
    port = free_port()
    python = str(PYTHON)
    commands = {
        "web": [
            python,
            "-m",
            "gunicorn",
            "jiangjin.wsgi",
            "--bind",
            f"127.0.0.1:{port}",
            "--workers",
            "2",
            "--timeout",
            "120",
        ],
        "worker": [
            python,
            "-m",
            "celery",
            "-A",
            "jiangjin",
            "worker",
            "-B",
            "--concurrency",
            "2",
            "--loglevel",
            "INFO",
        ],
    }
    commands["worker"] += ["--schedule", str(VAR / "celerybeat-schedule"), "--without-gossip", "--without-mingle"]
    services = [Service(name, command, env) for name, command in commands.items()]
    stopping = install_stop(services)
    url = f"http://127.0.0.1:{port}/"
    try:
        if not answers(f"{url}healthz", services, stopping):
            return stop(services, code=1)
        say(f"\n  {url}\n")
        logins = VAR / "demo_logins.txt"
        if logins.exists():
            say("  Demo logins / 演示账号 (var/demo_logins.txt):\n")
            say("\n".join(f"    {line}" for line in logins.read_text(encoding="utf-8").splitlines()))
        say("\n  Ctrl-C ends everything. / 按 Ctrl-C 停止。")
        while not stopping:
            dead = next((service for service in services if service.process.poll() is not None), None)
            if dead is not None:
                say(f"\n{dead.name} has ended; its log says:\n{dead.tail()}")
                return stop(services, code=1)
            time.sleep(0.3)
        return stop(services, code=0)
    finally:
        for service in services:
            service.send(signal.SIGKILL)


def install_stop(services: list[Service]) -> list[int]:
    """Ctrl-C and SIGTERM ask the services to end; a second one kills them. Returns the list that fills on the first."""
    stopping: list[int] = []

    def handle(number: int, _frame: object) -> None:
        if stopping:
            for service in services:
                service.send(signal.SIGKILL)
        stopping.append(number)

    signal.signal(signal.SIGINT, handle)
    signal.signal(signal.SIGTERM, handle)
    return stopping


def answers(url: str, services: list[Service], stopping: list[int]) -> bool:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and not stopping:
        for service in services:
            if service.process.poll() is not None:
                say(f"\n{service.name} did not start; its log says:\n{service.tail()}")
                return False
        try:
            with urllib.request.urlopen(url, timeout=2) as response:
                if response.status == 200:
                    return True
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    if not stopping:
        say(f"\nThe web server does not answer; its log says:\n{services[0].tail()}")
    return False


def stop(services: list[Service], *, code: int) -> int:
    for service in services:
        service.send(signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    for service in services:
        try:
            service.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            service.send(signal.SIGKILL)
            service.process.wait()
    say("Ended. / 已停止。")
    return code


# --- test, check, bench ---------------------------------------------------------------------------------------------
def test(_options: argparse.Namespace, rest: list[str]) -> int:
    set_up(dev=True)
    if "-m" in rest or any(arg.startswith("-m") for arg in rest):
        selection = ["-p", "no:xdist"] if "browser" in " ".join(rest) else ["-n", "2"]
    else:
        selection = ["-n", "2", "-m", "not browser"]
    return subprocess.run([str(PYTHON), "-m", "pytest", *selection, *rest], cwd=ROOT, env=environment()).returncode


PRODUCTION_SAMPLE = {
    "DJANGO_SETTINGS_MODULE": "jiangjin.settings.production",
    "DATABASE_URL": "postgres://jiangjin@127.0.0.1:5432/jiangjin",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
    "JIANGJIN_HOSTS": "fupin.example.gov.cn",
}


def check(options: argparse.Namespace, _rest: list[str]) -> int:
    set_up(dev=True)
    python = str(PYTHON)
    django = [python, "manage.py"]
    scratch = VAR / "openapi.yaml"
    steps: list[tuple[str, list[str], dict[str, str]]] = [
        ("format", [python, "-m", "ruff", "format", *([] if options.fix else ["--check"]), "."], {}),
        ("lint", [python, "-m", "ruff", "check", *(["--fix"] if options.fix else []), "."], {}),
        ("layers", [str(PYTHON.parent / "lint-imports"), "--no-cache"], {}),
        ("types", [python, "-m", "mypy"], {}),
        ("migrations", [*django, "makemigrations", "--check", "--dry-run"], {}),
        (
            "schema",
            [*django, "spectacular", "--validate", "--fail-on-warn", "--file", str(scratch)],
            {"DJANGO_SETTINGS_MODULE": "jiangjin.settings.test"},
        ),
        ("translations", [*django, "messages", "--check"], {}),
        ("deployment", [*django, "check", "--deploy", "--fail-level", "WARNING"], PRODUCTION_SAMPLE),
        ("repository", [python, "-m", "pytest", "-q", "tests/repository"], {}),
        ("packages", [python, "-m", "pip", "check"], {}),
    ]
    failed = []
    for name, command, extra in steps:
        begun = time.monotonic()
        outcome = subprocess.run(
            command, cwd=ROOT, env=environment(**extra), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        good = outcome.returncode == 0
        if name == "schema" and good:
            committed = ROOT / "docs" / "openapi.yaml"
            if options.fix:
                shutil.copyfile(scratch, committed)
            good = committed.exists() and committed.read_bytes() == scratch.read_bytes()
            if not good:
                outcome.stdout += "docs/openapi.yaml differs from the code: python3 dev.py check --fix writes it\n"
        say(f"{'ok    ' if good else 'FAILED'} {name:14} {time.monotonic() - begun:6.1f} s")
        if not good:
            failed.append(name)
            say("\n".join(f"    {line}" for line in outcome.stdout.splitlines()[-60:]))
    say(
        f"\n{len(steps) - len(failed)} of {len(steps)} checks passed"
        + (f"; failed: {', '.join(failed)}" if failed else "")
    )
    return 1 if failed else 0


def bench(_options: argparse.Namespace, rest: list[str]) -> int:
    set_up(dev=False)
    env = environment()
    if not env.get("DATABASE_URL"):
        env.setdefault("JIANGJIN_TODAY", DEMO_DAY)
    collect_static(env)  # pages name the files that they want
    return manage("bench", *rest, env=env)


def through(*command: str, dev: bool) -> object:
    def run(_options: argparse.Namespace, rest: list[str]) -> int:
        set_up(dev=dev)
        return manage(*command, *rest)

    return run


def only_set_up(_options: argparse.Namespace, _rest: list[str]) -> int:
    set_up(dev=True)
    say(f"Ready: {PYTHON.relative_to(ROOT)}, {VAR.name}/local.env")
    return 0


def lock(_options: argparse.Namespace, rest: list[str]) -> int:
    """Resolve pyproject.toml anew into requirements/. Needs uv; its output names no host."""
    uv = shutil.which("uv")
    if uv is None:
        fail("uv is needed to lock: pip install uv")
    common = [str(uv), "pip", "compile", "--no-config", "--universal", "--python-version", "3.11.0"]
    common += ["--generate-hashes", "--no-header", "--no-annotate", "--quiet", *rest, "pyproject.toml"]
    for name, extra in (("runtime", []), ("dev", ["--extra", "dev"])):
        if subprocess.run([*common, *extra, "-o", f"requirements/{name}.txt"], cwd=ROOT).returncode:
            return 1
    return 0


COMMANDS = {
    "up": (up, "set up what is missing, load the demo once, run web, worker and beat"),
    "test": (test, "run the tests (DATABASE_URL, REDIS_URL choose the servers); further arguments go to pytest"),
    "check": (check, "format, lint, layers, types, migrations, API schema, translations, deployment, repository"),
    "bench": (bench, "measure: bench [NAME] [--households N] [--json FILE]; bench pages --users NAME,NAME"),
    "manage": (through(dev=False), "run manage.py"),
    "messages": (through("messages", dev=True), "update the Chinese catalogue"),
    "setup": (only_set_up, "only make .venv and var/local.env"),
    "lock": (lock, "resolve the requirements anew"),
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="dev.py", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, (_run, text) in COMMANDS.items():
        command = commands.add_parser(name, help=text, add_help=name in {"up", "check", "setup"})
        if name == "check":
            command.add_argument("--fix", action="store_true", help="format, and write the API schema")
    options, rest = parser.parse_known_args()
    return COMMANDS[options.command][0](options, rest)  # type: ignore[operator]


if __name__ == "__main__":
    sys.exit(main())
