#!/usr/bin/python3
"""Certificates really issued: Pebble, a certificate authority of ACME, validates through the DNS of mock-acmedns what lego
proves with the credentials that the client has put into a Secret; with none but loopback's network.

Run by with-cluster, as `TEST_FILE MOCK_ACMEDNS CLIENT`.
"""
import json
import os
import pathlib
import shutil
import socket
import ssl
import subprocess
import sys
import time
import unittest
import urllib.error
import urllib.request

import chasing_dns

HERE = pathlib.Path(__file__).resolve().parent
WORK = pathlib.Path(os.environ["WORK"])
READY_SECONDS = 20
LEGO_SECONDS = 90
NAMESPACE = "default"
SECRET = "acme-dns-edge-client"
API = "api.cluster.example.com"
APPS = "apps.cluster.example.com"

mock_acmedns = client = None


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Certificates(unittest.TestCase):

    @classmethod
    def start(cls, *command, **options):
        with (WORK / (pathlib.Path(command[0]).name + ".log")).open("wb") as log:
            process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, **options)

        def stop():
            process.terminate()
            process.wait()

        cls.addClassCleanup(stop)
        return process

    @classmethod
    def wait_for(cls, what, process, holds):
        deadline = time.monotonic() + READY_SECONDS
        while not holds():
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{what} is not ready")
            time.sleep(0.02)

    @classmethod
    def setUpClass(cls):
        ready = WORK / "acme.json"
        acme = cls.start(mock_acmedns, "--control", "127.0.0.1:0", "--ready-file", ready)
        cls.wait_for("mock-acmedns", acme, ready.exists)
        cls.acme = json.loads(ready.read_text())
        cls.dns = chasing_dns.ChasingDns(cls.acme["dns"])
        cls.addClassCleanup(cls.dns.stop)
        cls.start_pebble()

    @classmethod
    def start_pebble(cls):
        key, certificate = WORK / "pebble.key", WORK / "pebble.crt"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", key, "-out",
                        certificate, "-subj", "/CN=pebble", "-addext", "subjectAltName=IP:127.0.0.1"],
                       check=True, capture_output=True)
        port, management = free_port(), free_port()
        config = WORK / "pebble.json"
        config.write_text(json.dumps({"pebble": {
            "listenAddress": f"127.0.0.1:{port}", "managementListenAddress": f"127.0.0.1:{management}",
            "certificate": str(certificate), "privateKey": str(key), "httpPort": free_port(), "tlsPort": free_port()}}))
        environment = dict(os.environ, PEBBLE_VA_NOSLEEP="1", PEBBLE_WFE_NONCEREJECT="0", PEBBLE_AUTHZREUSE="0")
        pebble = cls.start("pebble", "-strict", "-config", config, "-dnsserver", cls.dns.address, env=environment)
        cls.pebble, cls.pebble_ca = f"https://127.0.0.1:{port}/dir", certificate
        context = ssl.create_default_context(cafile=certificate)

        def answers():
            try:
                with urllib.request.urlopen(f"https://127.0.0.1:{management}/roots/0", context=context) as root:
                    (WORK / "root.crt").write_bytes(root.read())
                with urllib.request.urlopen(cls.pebble, context=context):
                    return True
            except urllib.error.URLError:
                return False

        cls.wait_for("Pebble", pebble, answers)

    def run_client(self, command):
        """Runs the client, then sets the CNAME records that it names, as its operator would."""
        ended = subprocess.run(
            [client, command, "--api", self.acme["http"], "--fqdns", f"{API},*.{APPS}", "--secret", SECRET, "--namespace",
             NAMESPACE, "--resolver", self.acme["dns"], "--confirm-tries", "2", "--confirm-spread", "100ms", "--output",
             "json"], capture_output=True, text=True, timeout=READY_SECONDS, check=False)
        self.assertEqual(ended.returncode, 0, ended.stdout + ended.stderr)
        for record in json.loads(ended.stdout)["records"]:
            name, _, kind, target = record.split()
            self.assertEqual(kind, "CNAME", record)
            self.dns.cnames[name.rstrip(".")] = target.rstrip(".")

    def lego(self, *names):
        """Asks Pebble for a certificate for these names; how that ended, and the certificate's file."""
        path = WORK / "lego"
        shutil.rmtree(path, ignore_errors=True)
        environment = dict(
            os.environ, LEGO_CA_CERTIFICATES=str(self.pebble_ca), EXEC_PATH=str(HERE / "acme_dns_hook.py"),
            EXEC_POLLING_INTERVAL="1", EXEC_PROPAGATION_TIMEOUT="10", EXEC_SEQUENCE_INTERVAL="1",
            ACME_DNS_URL=self.acme["http"],
            KUBE_SECRET_URL=f"{os.environ['KUBE_URL']}/api/v1/namespaces/{NAMESPACE}/secrets/{SECRET}")
        domains = [part for name in names for part in ("--domains", name)]
        ended = subprocess.run(
            ["lego", "--path", path, "--server", self.pebble, "--accept-tos", "--email", "a@example.com", "--dns", "exec",
             "--dns.disable-cp", "--dns.resolvers", self.dns.address, *domains, "run"], env=environment,
            capture_output=True, text=True, timeout=LEGO_SECONDS, check=False)
        return ended, path / "certificates" / (names[0].replace("*", "_") + ".crt")

    def assert_issues(self, *names):
        ended, certificate = self.lego(*names)
        self.assertEqual(ended.returncode, 0, ended.stdout + ended.stderr)
        verified = subprocess.run(["openssl", "verify", "-CAfile", WORK / "root.crt", "-untrusted", certificate, certificate],
                                  capture_output=True, text=True, check=False)
        self.assertEqual(verified.returncode, 0, verified.stdout + verified.stderr)
        shown = subprocess.run(["openssl", "x509", "-in", certificate, "-noout", "-ext", "subjectAltName"],
                               capture_output=True, text=True, check=True).stdout
        self.assertEqual(sorted(shown.split("\n", 1)[1].replace("DNS:", "").replace(",", " ").split()), sorted(names))

    def test_are_issued_until_the_credentials_stop_working_and_again_after_a_check(self):
        self.run_client("register")
        self.assertEqual(sorted(self.dns.cnames), ["_acme-challenge." + API, "_acme-challenge." + APPS])
        self.assert_issues(API)
        # Both of these are proved below one name, which holds two texts.
        self.assert_issues(APPS, "*." + APPS)

        request = urllib.request.Request(self.acme["control"] + "/accounts/invalidate", method="POST")
        with urllib.request.urlopen(request):
            pass
        self.assertNotEqual(self.lego(API)[0].returncode, 0)

        before = dict(self.dns.cnames)
        self.run_client("check")
        self.assertNotEqual(self.dns.cnames, before)
        self.assert_issues(API)


if __name__ == "__main__":
    mock_acmedns, client = (pathlib.Path(argument).resolve() for argument in sys.argv[1:3])
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
