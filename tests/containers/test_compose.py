"""What docker-compose.yml promises, read as a machine reads it; the programs it names are this project's own."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import get_commands

from config.embedded.paths import ROOT
from config.embedded.services import services as programs

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
APP = ["upgrade", "web", "worker", "scheduler", "relay"]
ONE_OFF = ["secrets", "upgrade"]
STORES = ["database", "redis"]
FROM_IMAGE = {"proxy": "its image runs as an unprivileged user"}
HOLDS_A_SECRET = re.compile(r"PASSWORD|SECRET|URL$")


def mounts(name: str) -> dict[str, str]:
    """Volume by target."""
    return {volume.split(":")[-2 if volume.endswith(":ro") else -1]: volume for volume in SERVICES[name]["volumes"]}


@pytest.mark.parametrize("name", SERVICES)
def test_service_may_do_nothing_it_need_not(name: str) -> None:
    service = SERVICES[name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service
    assert not str(service.get("user", "0")).startswith("0:") or name in FROM_IMAGE


@pytest.mark.parametrize("name", [name for name in SERVICES if name not in FROM_IMAGE])
def test_service_is_not_root(name: str) -> None:
    user, group = SERVICES[name]["user"].split(":")

    assert int(user) > 0
    assert int(group) > 0


@pytest.mark.parametrize("name", [name for name in SERVICES if name not in ONE_OFF])
def test_service_comes_back_and_its_logs_end(name: str) -> None:
    assert SERVICES[name]["restart"] == "unless-stopped"
    assert SERVICES[name]["logging"]["options"]["max-size"]


@pytest.mark.parametrize("name", ONE_OFF)
def test_one_off_step_runs_once(name: str) -> None:
    assert SERVICES[name]["restart"] == "no"
    waiting = [other for other, service in SERVICES.items() if name in service.get("depends_on", {})]
    assert waiting
    for other in waiting:
        assert SERVICES[other]["depends_on"][name] == {"condition": "service_completed_successfully"}


@pytest.mark.parametrize("name", STORES)
def test_store_is_reached_from_inside_alone(name: str) -> None:
    assert "ports" not in SERVICES[name]
    assert SERVICES[name]["networks"] == ["inside"]
    assert COMPOSE["networks"]["inside"] == {"internal": True}


@pytest.mark.parametrize("name", [*STORES, "web", "proxy"])
def test_what_others_wait_for_says_how_it_is(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}


def test_only_the_proxy_and_the_catcher_listen_outside() -> None:
    listening = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}

    assert set(listening) == {"proxy", "mail"}
    assert listening["mail"] == ["127.0.0.1:8025:8025"]
    assert SERVICES["mail"]["profiles"] == ["dev"]


@pytest.mark.parametrize("name", SERVICES)
def test_no_secret_is_written_here(name: str) -> None:
    """A value is a file's path, empty, or comes from the operator's surroundings."""
    for variable, value in SERVICES[name].get("environment", {}).items():
        if HOLDS_A_SECRET.search(variable.removesuffix("_FILE")):
            is_file = variable.endswith("_FILE") and value.startswith("/secrets/")
            assert is_file or value.startswith("${"), f"{name}: {variable}"


def test_each_service_sees_only_its_own_secrets() -> None:
    seen = {
        name: sorted(target for target in mounts(name) if target.startswith("/secrets/"))
        for name, service in SERVICES.items()
        if "volumes" in service
    }
    assert seen.pop("secrets") == ["/secrets/app", "/secrets/database", "/secrets/redis"]
    assert {name: seen[name] for name in APP} == {name: ["/secrets/app"] for name in APP}
    assert (seen["database"], seen["redis"], seen["proxy"]) == (["/secrets/database"], ["/secrets/redis"], [])


@pytest.mark.parametrize("name", [*APP, *STORES])
def test_secrets_are_read_and_not_written(name: str) -> None:
    for target, volume in mounts(name).items():
        assert volume.endswith(":ro") or not target.startswith("/secrets/")


def test_redis_forgets_nothing_it_was_told() -> None:
    configured = " ".join(SERVICES["redis"]["command"])

    assert "maxmemory-policy noeviction" in configured
    assert "appendonly yes" in configured
    assert "requirepass" in configured


def test_images_have_versions() -> None:
    for service in SERVICES.values():
        assert ":" in service["image"] or "build" in service
        assert not service["image"].endswith(":latest")


def command_of_the_image() -> list[str]:
    [command] = re.findall(r"^CMD (\[.*\])$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    words: list[str] = json.loads(command)
    return words


@pytest.mark.parametrize("name", ["web", "worker", "scheduler", "relay"])
def test_programs_are_those_of_one_machine(name: str) -> None:
    """`manage.py up` and the containers start the same things; how they listen and log differs."""
    supervised = next(service for service in programs(3, Path("/data")) if service.name == name)
    contained = SERVICES[name].get("command") or command_of_the_image()

    for word in {"gunicorn", "celery", "worker", "beat", "relay", "--loop", "python:config.gunicorn"}:
        assert (word in supervised.argv) is (word in contained), word


@pytest.mark.parametrize("name", APP)
def test_commands_of_the_project_exist(name: str) -> None:
    command = SERVICES[name].get("command", [])
    if "manage.py" in command:
        assert command[command.index("manage.py") + 1] in get_commands()


def test_image_holds_every_package_and_nothing_else() -> None:
    copied = re.findall(r"^COPY (\w+) \1$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    let_in = (ROOT / ".dockerignore").read_text().splitlines()

    assert sorted(copied) == ["config", "deals", "enablement", "partners", "prm"]
    assert {line for line in let_in if line.startswith("!")} == {
        f"!{path}" for path in [*copied, "manage.py", "requirements/run.txt"]
    }


def test_image_ends_as_an_unprivileged_user() -> None:
    stages = (ROOT / "Dockerfile").read_text().split("\nFROM ")
    app = next(stage for stage in stages if " AS app" in stage)

    assert re.findall(r"^USER (\w+)$", app, re.MULTILINE) == ["prm"]
    assert "--require-hashes" in "".join(stages)


def draw(base: Path) -> dict[str, str]:
    for folder in ("app", "database", "redis"):
        (base / folder).mkdir(exist_ok=True)
    subprocess.run(["sh", "config/containers/draw-secrets.sh", str(base)], cwd=ROOT, check=True, timeout=20)
    return {str(path.relative_to(base)): path.read_text().strip() for path in sorted(base.rglob("*")) if path.is_file()}


def test_secrets_are_drawn_once(tmp_path: Path) -> None:
    first = draw(tmp_path)

    assert draw(tmp_path) == first
    assert sorted(first) == [
        "app/database-url",
        "app/redis-url",
        "app/secret-key",
        "database/password",
        "redis/password",
    ]
    assert len({*first.values()}) == len(first)


def test_secrets_are_long_and_fit_into_addresses(tmp_path: Path) -> None:
    drawn = draw(tmp_path)

    for name in ("app/secret-key", "database/password", "redis/password"):
        assert re.fullmatch(r"[\w-]{64}", drawn[name])
    assert drawn["app/database-url"] == f"postgresql://prm:{drawn['database/password']}@database:5432/prm"
    assert drawn["app/redis-url"] == f"redis://:{drawn['redis/password']}@redis:6379/0"


def test_operators_own_secret_stays(tmp_path: Path) -> None:
    draw(tmp_path)
    (tmp_path / "other").mkdir()
    base = tmp_path / "other"
    (base / "database").mkdir()
    (base / "database" / "password").write_text("our-own\n")

    drawn = draw(base)

    assert drawn["database/password"] == "our-own"
    assert drawn["app/database-url"] == "postgresql://prm:our-own@database:5432/prm"


def listen(tmp_path: Path, **environment: str) -> str:
    """What the proxy's script writes, with its two absolute places moved into the test's own."""
    script = (ROOT / "config/containers/listen.sh").read_text()
    script = script.replace("/tmp/listen.conf", f"{tmp_path}/listen.conf").replace("/certs/", f"{tmp_path}/certs/")
    subprocess.run(["sh", "-c", script], env={"PATH": "/usr/bin:/bin"} | environment, check=True, timeout=20)
    return (tmp_path / "listen.conf").read_text()


def test_proxy_without_certificate_is_plain(tmp_path: Path) -> None:
    written = listen(tmp_path)

    assert re.findall(r"listen (.*?);", written) == ["8080 default_server"]
    assert "set $forwarded_proto $scheme;" in written


def test_proxy_with_certificate_leads_to_tls(tmp_path: Path) -> None:
    (tmp_path / "certs").mkdir()
    for name in ("fullchain.pem", "privkey.pem"):
        (tmp_path / "certs" / name).touch()

    written = listen(tmp_path)

    assert re.findall(r"listen (.*?);", written) == ["8080 default_server", "8443 ssl default_server"]
    assert "return 301 https://$host$request_uri;" in written
    assert "TLSv1.2 TLSv1.3" in written
    assert "TLSv1.1" not in written


def test_proxy_behind_another_believes_it(tmp_path: Path) -> None:
    written = listen(tmp_path, TLS_ELSEWHERE="1")

    assert "set $forwarded_proto https;" in written
    assert "real_ip_header X-Forwarded-For;" in written
    assert "real_ip" not in listen(tmp_path)


def test_proxy_lets_nobody_claim_an_address_or_a_scheme() -> None:
    site = (ROOT / "config/containers/site.conf").read_text()

    assert "X-Forwarded-For $remote_addr" in site
    assert "X-Forwarded-Proto $forwarded_proto" in site
    assert "$http_x_forwarded" not in site


def test_collected_files_carry_their_digest_in_an_image_too(tmp_path: Path) -> None:
    """The image collects them before there is a database, a key or a manifest."""
    surroundings = {"PATH": "/usr/bin:/bin", "PRM_DATA": f"{tmp_path}/data", "PRM_STATIC": f"{tmp_path}/static"}
    done = subprocess.run(
        [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity=0"],
        cwd=ROOT,
        env=surroundings | {"SECRET_KEY": "only-for-this-step"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "static" / "staticfiles.json").is_file()
    assert list((tmp_path / "static" / "portal").glob("portal.????????????.css"))
    assert not (tmp_path / "data").exists()
