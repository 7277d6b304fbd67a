"""What the kubectl tests share: running kubectl, a namespace of its own for each test, files and editors.

Run by with-cluster, as `TEST_FILE KUBECTL`: the name of the program to test, in $SELFREG_TOOLS, or its path. A program
that is not there is a failure.
"""
import json
import os
import pathlib
import queue
import re
import subprocess
import sys
import threading
import time
import unittest
import urllib.request
import uuid

KUBECTL_SECONDS = 60
WATCH_SECONDS = 20
TOOLS = pathlib.Path(os.environ.get("SELFREG_TOOLS", pathlib.Path(__file__).resolve().parents[2] / "build" / "tools"))


class Done:
    """How a run of kubectl ended."""

    def __init__(self, arguments, completed):
        self.arguments, self.code = arguments, completed.returncode
        self.out, self.err = completed.stdout, completed.stderr

    def __str__(self):
        return f"kubectl {' '.join(self.arguments)} ended with {self.code}:\n{self.out}{self.err}"


class Watching:
    """A kubectl that goes on printing. Use in a with statement; it is ended at the end."""

    def __init__(self, command, environment):
        self.process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.lines = queue.Queue()
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            self.lines.put(line.rstrip("\n"))
        self.lines.put(None)

    def until(self, pattern):
        """The first line from here on that matches."""
        deadline = time.monotonic() + WATCH_SECONDS
        seen = []
        while time.monotonic() < deadline:
            try:
                line = self.lines.get(timeout=max(0.01, deadline - time.monotonic()))
            except queue.Empty:
                break
            if line is None:
                raise AssertionError(f"kubectl ended before it printed {pattern!r}; it printed {seen}")
            seen.append(line)
            if re.search(pattern, line):
                return line
        raise AssertionError(f"waited {WATCH_SECONDS} s for {pattern!r}; kubectl printed {seen}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.reader.join()
        self.process.stdout.close()


class KubectlCase(unittest.TestCase):
    """Each test has a namespace, self.namespace, to which kubectl's context does not point: ns() adds the option."""

    program = None
    minor = 0  # of the client: 35, 20
    maxDiff = None

    def setUp(self):
        self.namespace = "k-" + uuid.uuid4().hex[:8]
        self.work = pathlib.Path(os.environ["WORK"]) / self.namespace
        self.work.mkdir()
        self.kubectl("create", "namespace", self.namespace)

    def tearDown(self):
        self.kubectl("delete", "namespace", self.namespace, "--wait=false")

    def environment(self, **more):
        return dict(os.environ, **more)

    def run_kubectl(self, *arguments, stdin=None, environment=None):
        arguments = [str(argument) for argument in arguments]
        if isinstance(stdin, (dict, list)):
            stdin = json.dumps(stdin)
        completed = subprocess.run([self.program, *arguments], input=stdin if stdin is not None else "", text=True,
                                   capture_output=True, timeout=KUBECTL_SECONDS, env=environment or self.environment())
        return Done(arguments, completed)

    def kubectl(self, *arguments, stdin=None, environment=None):
        """What kubectl printed; it must succeed."""
        done = self.run_kubectl(*arguments, stdin=stdin, environment=environment)
        self.assertEqual(done.code, 0, str(done))
        return done.out

    def ns(self, *arguments, **options):
        """kubectl within the test's namespace."""
        return self.kubectl("-n", self.namespace, *arguments, **options)

    def refused(self, pattern, *arguments, code=1, **options):
        """kubectl within the namespace must fail with words that match; returns how it ended."""
        done = self.run_kubectl("-n", self.namespace, *arguments, **options)
        self.assertEqual(done.code, code, str(done))
        self.assertRegex(done.err + done.out, pattern, str(done))
        return done

    def watching(self, *arguments):
        return Watching([self.program, "-n", self.namespace, *arguments], self.environment())

    def read(self, what, name):
        """The object as the API has it."""
        return json.loads(self.ns("get", what, name, "-o", "json"))

    def file(self, name, content):
        """A file in the test's folder; dicts become JSON."""
        path = self.work / name
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path

    def make_cron_job(self, name, image, schedule):
        """As `create cronjob` does it. An old client's knows only v1beta1, which no current server has: by a manifest."""
        if self.minor >= 21:
            return self.ns("create", "cronjob", name, f"--image={image}", f"--schedule={schedule}")
        return self.ns("create", "-f", "-", stdin={
            "apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": name}, "spec": {
                "schedule": schedule, "jobTemplate": {"spec": {"template": {"spec": {
                    "restartPolicy": "OnFailure", "containers": [{"name": name, "image": image}]}}}}}})

    def until_watched(self, what, selector):
        """Waits until somebody watches with this selector ("metadata.name=x"), as the server's history tells."""
        words = f"={selector.replace('=', '%3D')}"
        url = os.environ["KUBE_CONTROL_URL"] + "/history"
        deadline = time.monotonic() + WATCH_SECONDS
        while time.monotonic() < deadline:
            with urllib.request.urlopen(url, timeout=WATCH_SECONDS) as answer:
                targets = [entry["target"] for entry in json.load(answer)]
            if any(f"/{self.namespace}/{what}?" in target and words in target and "watch=true" in target
                   for target in targets):
                return
            time.sleep(0.02)
        raise AssertionError(f"waited {WATCH_SECONDS} s for a watch of {what} {selector}")

    def editor(self, old, new):
        """An EDITOR that replaces a text in the file it is given."""
        path = self.file("editor.py", f"""#!{sys.executable}
import pathlib, sys
path = pathlib.Path(sys.argv[-1])
text = path.read_text()
assert {old!r} in text, text
path.write_text(text.replace({old!r}, {new!r}))
""")
        path.chmod(0o755)
        return path

    def deleted(self, what, name):
        """The pattern of the line that says so: newer clients name the namespace, too."""
        return rf'(?m)^{what} "{name}" (force )?deleted'

    def secret(self, name, data=None, **metadata):
        """A Secret's manifest."""
        return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name, **metadata}, "stringData": data or {}}

    def config_map(self, name, data=None, **metadata):
        return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, **metadata}, "data": data or {}}

    def managers(self, what, name):
        """(manager, operation) of the object's managedFields, in their order."""
        arguments = ["get", what, name, "-o", "json"] + (["--show-managed-fields"] if self.minor >= 21 else [])
        entries = json.loads(self.ns(*arguments))["metadata"].get("managedFields", [])
        return [(entry["manager"], entry["operation"]) for entry in entries]


def main(module):
    """Runs the tests of a file against the program that is its first argument."""
    if len(sys.argv) < 2:
        sys.exit(f"usage: {sys.argv[0]} KUBECTL [unittest arguments]")
    program = TOOLS / sys.argv.pop(1)
    if not os.access(program, os.X_OK):
        sys.exit(f"no {program}; run ci/setup interop")
    KubectlCase.program = str(program)
    printed = subprocess.run([program, "version", "--client", "-o", "json"], capture_output=True, text=True, check=True).stdout
    KubectlCase.minor = int(re.match(r"\d+", json.loads(printed)["clientVersion"]["minor"]).group())
    unittest.main(module=module, verbosity=2)
