#!/usr/bin/python3
"""The production image, run as a cluster would: by podman with runc, read-only, without capabilities, not as root.

Run by with-cluster, as `TEST_FILE ARCHIVE MOCK_ACMEDNS`: what ci/image has written and the program of the mock. Exits 77
(skipped) with the reason where no container can be run at all.
"""
import base64
import hashlib
import json
import os
import pathlib
import re
import shutil
import ssl
import subprocess
import sys
import tarfile
import time
import unittest
import urllib.request

IMAGE_BYTES_MAX = 10_000_000
RUN_SECONDS = 60
READY_SECONDS = 20
SKIPPED = 77
WORK = pathlib.Path(os.environ["WORK"])
PODMAN_ERROR = (125, 126)  # podman itself failed; or the runtime could not start the container
LIMITS = ["--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1024:1024"]
RESTRICTED = ["--read-only", "--read-only-tmpfs=false", "--cap-drop", "all", "--security-opt", "no-new-privileges"]


class Podman:
    """Images and containers in a folder of their own, so that nothing of the machine's is touched."""

    def __init__(self):
        folder = WORK / "podman"
        self.base = ["podman", "--root", folder / "root", "--runroot", folder / "run", "--storage-driver", "vfs",
                     "--runtime", shutil.which("runc") or "runc", "--cgroup-manager", "cgroupfs", "--events-backend", "file"]
        self.image = ""

    def __call__(self, *arguments):
        return subprocess.run([*self.base, *arguments], text=True, capture_output=True, timeout=RUN_SECONDS, check=False)

    def load(self, archive):
        loaded = self("pull", "-q", f"oci-archive:{archive}")
        if loaded.returncode:
            raise RuntimeError(f"podman can't load {archive}: {loaded.stderr}")
        self.image = loaded.stdout.strip()

    def run(self, *arguments, options=()):
        """The client with these arguments, in the image's own user."""
        return self("run", "--rm", "--network", "host", "--http-proxy=false", *LIMITS, *RESTRICTED, *options, self.image,
                    *arguments)


podman = Podman()
archive = mock_acmedns = None


class Archive(unittest.TestCase):
    """What is in the archive, without running it."""

    def setUp(self):
        self.tar = tarfile.open(archive)
        self.addCleanup(self.tar.close)
        self.manifest = self.blob(json.loads(self.tar.extractfile("index.json").read())["manifests"][0]["digest"])
        self.config = self.blob(self.manifest["config"]["digest"])

    def open_blob(self, digest):
        return self.tar.extractfile("blobs/" + digest.replace(":", "/"))

    def blob(self, digest):
        content = self.open_blob(digest).read()
        self.assertEqual(digest, "sha256:" + hashlib.sha256(content).hexdigest())
        return json.loads(content)

    def test_holds_the_program_a_ca_bundle_and_a_user_and_nothing_else(self):
        files = {}
        for layer in self.manifest["layers"]:
            with tarfile.open(fileobj=self.open_blob(layer["digest"])) as content:
                for member in content:
                    if member.isdir():
                        self.assertEqual((member.uid, member.gid, member.mode & 0o7777), (0, 0, 0o755), member.name)
                    else:
                        files[member.name.removeprefix("./")] = member
        self.assertEqual(sorted(files), ["acmedns-selfreg", "etc/group", "etc/nsswitch.conf", "etc/passwd",
                                         "etc/ssl/certs/ca-certificates.crt"])
        for member in files.values():
            self.assertEqual((member.uid, member.gid, member.isfile()), (0, 0, True), member.name)
            self.assertEqual(member.mode & 0o7777, 0o755 if member.name == "acmedns-selfreg" else 0o644, member.name)
        self.assertLessEqual(sum(member.size for member in files.values()), IMAGE_BYTES_MAX)
        self.assertLessEqual(archive.stat().st_size, IMAGE_BYTES_MAX)

    def test_says_what_it_is_and_runs_as_nobody(self):
        settings = self.config["config"]
        self.assertEqual(settings["User"], "65532:65532")
        self.assertEqual(settings["Entrypoint"], ["/acmedns-selfreg"])
        self.assertFalse(settings.get("Cmd"))
        labels = {name.removeprefix("org.opencontainers.image."): text for name, text in settings["Labels"].items()}
        self.assertEqual(labels["title"], "acmedns-selfreg")
        self.assertEqual(labels["licenses"], "Apache-2.0")
        self.assertRegex(labels["version"], r"^\d+\.\d+\.\d+$")
        self.assertRegex(labels["revision"], r"^[0-9a-f]{40}$")
        self.assertTrue(labels["description"])

    def test_comes_with_a_bill_of_what_is_linked_in(self):
        bill = json.loads(archive.with_name("acmedns-selfreg.spdx.json").read_text())
        self.assertEqual((bill["spdxVersion"], bill["dataLicense"], bill["SPDXID"]),
                         ("SPDX-2.3", "CC0-1.0", "SPDXRef-DOCUMENT"))
        self.assertRegex(bill["creationInfo"]["created"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        packages = {package["SPDXID"]: package for package in bill["packages"]}
        self.assertEqual(len(packages), len(bill["packages"]))
        for identifier, package in packages.items():
            self.assertRegex(identifier, r"^SPDXRef-[A-Za-z0-9.-]+$")
            self.assertTrue(package["name"] and package["versionInfo"] and package["downloadLocation"], package)
        linked = set()
        for relation in bill["relationships"]:
            self.assertIn(relation["spdxElementId"], {*packages, "SPDXRef-DOCUMENT"})
            if relation["relationshipType"] == "STATIC_LINK":
                linked.add(packages[relation["relatedSpdxElement"]]["name"])
        self.assertLessEqual({"curl", "openssl", "ldns", "libidn2", "libunistring", "yaml-cpp", "cli11", "fmtlib", "spdlog",
                              "nlohmann-json3", "gcc-12", "glibc"}, linked)


class Running(unittest.TestCase):
    """The client in its container, against both mocks."""

    def setUp(self):
        self.work = WORK / self.id().rsplit(".", 1)[1]
        self.work.mkdir()

    def start_acme_dns(self, *arguments):
        ready = self.work / "acme.json"
        with (self.work / "acme.log").open("wb") as log:
            server = subprocess.Popen([mock_acmedns, "--tls", "--ca-file", self.work / "acme-ca.crt", "--ready-file", ready,
                                       *arguments], stdout=log, stderr=subprocess.STDOUT)

        def stop():
            server.terminate()
            server.wait()

        self.addCleanup(stop)
        deadline = time.monotonic() + READY_SECONDS
        while not (ready.exists() and ready.stat().st_size):
            self.assertIsNone(server.poll(), (self.work / "acme.log").read_text())
            self.assertLess(time.monotonic(), deadline, "waited 20 s for mock-acmedns to be ready")
            time.sleep(0.01)
        self.port = json.loads(ready.read_text())["http"].rsplit(":", 1)[1]
        return json.loads(ready.read_text())

    def client(self, command, *arguments, options=(), resolv_conf=""):
        """The client as the container has it: names come from what podman writes, and from this resolv.conf."""
        names = self.work / "resolv.conf"
        names.write_text(resolv_conf)
        kubeconfig = self.work / "kubeconfig"
        kubeconfig.write_text(pathlib.Path(os.environ["KUBECONFIG"]).read_text())
        kubeconfig.chmod(0o644)  # the container's user reads it
        mounts = [f"--volume={source}:{target}:ro" for source, target in (
            (names, "/etc/resolv.conf"), (kubeconfig, "/kubeconfig"), (self.work / "acme-ca.crt", "/acme-ca.crt"))]
        return podman.run(command, "--api", f"https://auth.example.org:{self.port}", "--ca-file", "/acme-ca.crt",
                          "--fqdns", "api.example.com", "--kubeconfig", "/kubeconfig", "--namespace", "default",
                          "--secret", self.work.name.replace("_", "-"), *arguments, options=[*mounts, *options])

    def succeeds(self, *arguments, **options):
        done = self.client(*arguments, **options)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done

    def registrations(self):
        request = urllib.request.Request(
            f"{os.environ['KUBE_URL']}/api/v1/namespaces/default/secrets/{self.work.name.replace('_', '-')}",
            headers={"Authorization": "Bearer " + os.environ["ADMIN_TOKEN"]})
        context = ssl.create_default_context(cafile=os.environ["KUBE_CA_FILE"])
        with urllib.request.urlopen(request, context=context, timeout=READY_SECONDS) as answer:
            return json.loads(base64.b64decode(json.load(answer)["data"]["acmedns.json"]))

    def test_tells_its_version(self):
        done = podman.run("version")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertRegex(done.stdout, r"^acmedns-selfreg \d+\.\d+\.\d+\n$")

    def test_registers_and_checks_over_tls_at_a_name_of_etc_hosts(self):
        self.start_acme_dns()
        hosts = ["--add-host", "auth.example.org:127.0.0.1"]
        self.succeeds("register", "--verify-dns", "off", options=hosts)
        before = self.registrations()
        self.assertEqual(list(before), ["api.example.com"])
        self.succeeds("check", "--verify-dns", "off", options=hosts)
        self.assertEqual(self.registrations(), before)

    def test_registers_and_checks_over_tls_at_a_name_of_a_dns_server(self):
        if not os.environ.get("OWN_NETWORK"):
            self.skipTest("needs root, for a network of its own: resolv.conf means port 53")
        self.start_acme_dns("--dns", "127.0.0.1:53")
        names = {"resolv_conf": "nameserver 127.0.0.1\n", "options": ["--no-hosts"]}
        self.succeeds("register", "--verify-dns", "required", **names)
        self.assertEqual(list(self.registrations()), ["api.example.com"])
        self.succeeds("check", "--verify-dns", "required", **names)

    def test_an_unknown_name_ends_it_with_the_code_for_no_answer(self):
        self.start_acme_dns()
        done = self.client("register", "--verify-dns", "off", "--attempts", "1", options=["--no-hosts"],
                           resolv_conf="nameserver 127.0.0.1\noptions timeout:1 attempts:1\n")
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertRegex(done.stderr, re.compile("resolve", re.IGNORECASE))


def skip(reason):
    print(f"skipped: {reason}", file=sys.stderr)
    sys.exit(SKIPPED)


def main():
    global archive, mock_acmedns
    if len(sys.argv) < 3:
        sys.exit(f"usage: {sys.argv[0]} ARCHIVE MOCK_ACMEDNS [unittest arguments]")
    archive, mock_acmedns = pathlib.Path(sys.argv.pop(1)), sys.argv.pop(1)
    for tool in ("podman", "runc"):
        if not shutil.which(tool):
            skip(f"no {tool}; ci/setup image installs it")
    if not archive.exists():
        skip(f"no {archive}; ci/image makes it")
    podman.load(archive)
    tried = podman.run("version")
    if tried.returncode in PODMAN_ERROR:
        skip(f"no container can be run here: {tried.stderr.strip()}")
    unittest.main(verbosity=2)


if __name__ == "__main__":
    main()
