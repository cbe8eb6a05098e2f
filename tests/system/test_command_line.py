# SPDX-License-Identifier: AGPL-3.0-or-later
"""What all daemons do before they serve anybody: options, where the configuration lies, exit status, signals."""
import os
import signal
import socket
import subprocess
import time

import pytest

import conftest

PATIENCE = 20


@pytest.fixture
def fd():
    return conftest.built("holdfast-fd") / "holdfast-fd"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def configuration(folder, name="fd"):
    work = folder / "work"
    work.mkdir(exist_ok=True)
    return (f'Client {{ Name = {name}; Address = 127.0.0.1; Port = {free_port()}; Working Directory = "{work}" }}\n'
            'Director { Name = dir; Password = secret }\nMessages { Name = all; Director = dir = all }\n')


def run(program, *options):
    return subprocess.run([program, *map(str, options)], capture_output=True, text=True, timeout=60)


def exported_name(program, path):
    done = run(program, "-c", path, "--xc")
    assert done.returncode == 0, done.stderr
    text = done.stdout[done.stdout.index("Client {"):]
    return text.split('Name = "')[1].split('"')[0]


def wait_for(condition, what):
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, f"not within {PATIENCE} s: {what}"
        time.sleep(0.02)


def test_the_first_configuration_of_a_folder_is_read(fd, tmp_path):
    # Each place comes before those above it.
    for place in ("bareos-fd.d/client/x.conf", "bareos-fd.conf", "holdfast-fd.d/client/x.conf", "holdfast-fd.conf"):
        path = tmp_path / place
        path.parent.mkdir(parents=True, exist_ok=True)
        name = f"from-{place.replace('/', '-')}"
        path.write_text(configuration(tmp_path, name))
        assert exported_name(fd, tmp_path) == name


def test_files_of_a_directory_are_read_in_reverse_order(fd, tmp_path):
    folder = tmp_path / "bareos-fd.d" / "anything"
    folder.mkdir(parents=True)
    (folder / "a.conf").write_text(configuration(tmp_path))
    (folder / ".hidden.conf").write_text("nonsense\n")
    (folder / "other").write_text("nonsense\n")
    (folder / "z.conf").write_text("Messages { Name = first; Director = dir = all }\n")
    done = run(fd, "-c", tmp_path, "--xc")
    assert done.stdout.index('"first"') < done.stdout.index('"all"'), done


def test_without_a_configuration_the_status_is_42(fd, tmp_path):
    done = run(fd, "-c", tmp_path, "-t")
    assert done.returncode == 42 and "holdfast-fd.conf" in done.stderr, done


def test_an_empty_directory_is_no_configuration(fd, tmp_path):
    (tmp_path / "bareos-fd.d").mkdir()
    done = run(fd, "-c", tmp_path, "-t")
    assert done.returncode == 42 and "Cannot open config file" in done.stderr, done


def test_a_path_that_does_not_exist_is_a_wrong_command_line(fd, tmp_path):
    done = run(fd, "-c", tmp_path / "gone")
    assert done.returncode == 41 and "Path does not exist" in done.stderr, done


def test_former_spellings_are_explained(fd):
    for word in ("-xc", "-xs", "-dt"):
        done = run(fd, word)
        assert done.returncode == 41 and f"-{word} " in done.stderr, done


def test_the_version_is_the_one_peers_read(fd):
    assert run(fd, "--version").stdout == "25.1.0\n"


@pytest.mark.parametrize("words", [["holdfast-dir"], ["holdfast-sd"], ["holdfast-fd"], ["bconsole"], ["bls"], ["bextract"], ["bscrypto"],
                                   ["bscan"], ["bcopy"], ["btape"], ["holdfast-volume", "check"], ["holdfast-volume", "repair"],
                                   ["holdfast", "run"], ["holdfast", "restore"], ["holdfast", "jobs"],
                                   ["holdfast", "status"], ["holdfast", "quickstart"]])
def test_every_program_has_help_and_refuses_unknown_options(words):
    program = [conftest.built(words[0]) / words[0], *words[1:]]
    shown = run(*program, "--help")
    assert shown.returncode == 0 and "--help" in shown.stdout and not shown.stderr, shown
    assert run(*program, "--version").stdout == "25.1.0\n"
    wrong = run(*program, "--no-such-option")
    assert wrong.returncode == 41 and "--no-such-option" in wrong.stderr and "--help" in wrong.stderr, wrong


@pytest.mark.parametrize("name", ["holdfast", "holdfast-volume"])
def test_programs_of_commands_list_them(name):
    program = conftest.built(name) / name
    shown = run(program, "--help")
    assert shown.returncode == 0 and "Commands:" in shown.stdout, shown
    assert run(program, "--version").stdout.startswith("Holdfast ")
    assert run(program).returncode == 41
    wrong = run(program, "frobnicate")
    assert wrong.returncode == 41 and '"frobnicate"' in wrong.stderr, wrong


def test_a_missing_working_directory_is_named(fd, tmp_path):
    path = tmp_path / "fd.conf"
    path.write_text(configuration(tmp_path).replace(str(tmp_path / "work"), str(tmp_path / "gone")))
    done = run(fd, "-c", path, "-t")
    assert done.returncode == 1 and str(tmp_path / "gone") in done.stderr, done


def test_includes_of_commands_and_shell_expansion_work(fd, tmp_path):
    path = tmp_path / "fd.conf"
    text = configuration(tmp_path).replace("Name = fd;", '@|"echo Name = from-command"\n')
    path.write_text(text.replace(str(tmp_path / "work"), "$HOLDFAST_TEST_WORK"))
    os.environ["HOLDFAST_TEST_WORK"] = str(tmp_path / "work")
    done = run(fd, "-c", path, "--xc")
    assert 'Name = "from-command"' in done.stdout and str(tmp_path / "work") in done.stdout, done


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_daemon_in_order(fd, tmp_path, number):
    path = tmp_path / "fd.conf"
    text = configuration(tmp_path)
    path.write_text(text)
    port = int(text.split("Port = ")[1].split(";")[0])
    daemon = subprocess.Popen([fd, "-f", "-c", path])
    try:
        wait_for(lambda: socket.socket().connect_ex(("127.0.0.1", port)) == 0, "the daemon listens")
        daemon.send_signal(signal.SIGHUP)
        daemon.send_signal(number)
        assert daemon.wait(PATIENCE) == 0
    finally:
        daemon.kill()


def test_a_daemon_in_the_background_holds_its_pid_file(fd, tmp_path):
    path, pid_file = tmp_path / "fd.conf", tmp_path / "fd.pid"
    path.write_text(configuration(tmp_path))
    assert run(fd, "-c", path, "-p", pid_file).returncode == 0
    wait_for(lambda: pid_file.exists() and pid_file.read_text().strip(), "the pid file is written")
    process = int(pid_file.read_text())
    try:
        assert os.getsid(process) == process
        again = run(fd, "-c", path, "-p", pid_file)
        assert again.returncode == 1 and "running already" in again.stderr, again
    finally:
        os.kill(process, signal.SIGTERM)
    wait_for(lambda: not pid_file.exists(), "the pid file is removed")


def test_a_daemon_that_cannot_listen_says_so_before_it_goes_to_the_background(fd, tmp_path):
    path, pid_file = tmp_path / "fd.conf", tmp_path / "fd.pid"
    text = configuration(tmp_path)
    path.write_text(text)
    port = text.split("Port = ")[1].split(";")[0]
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", int(port)))
        taken.listen()
        done = run(fd, "-c", path, "-p", pid_file)
    assert done.returncode == 1 and port in done.stderr and "in use" in done.stderr, done
    assert not pid_file.exists()


def test_the_pid_file_needs_the_background(fd, tmp_path):
    assert run(fd, "-f", "-p", tmp_path / "x.pid").returncode == 41
    assert run(fd, "-t", "-p", tmp_path / "x.pid").returncode == 41


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
def test_privileges_are_dropped(fd, tmp_path):
    done = run(fd, "-t", "-u", "no-such-user", "-c", tmp_path)
    assert done.returncode == 1 and "no-such-user" in done.stderr, done
    path = tmp_path / "fd.conf"
    path.write_text(configuration(tmp_path))
    path.chmod(0o600)
    refused = run(fd, "-t", "-u", "nobody", "-c", path)
    assert refused.returncode == 42 and "Permission denied" in refused.stderr, refused


def test_keeping_rights_needs_a_user(fd, tmp_path):
    done = run(fd, "-t", "-k", "-c", tmp_path)
    assert done.returncode == 1 and "-k option has no meaning without -u option." in done.stderr, done
