#!/usr/bin/python3
"""helm against mock-kubeapi: a chart's life from install to uninstall, each step seen through helm and through the API.

Run by with-cluster; needs helm in $SELFREG_TOOLS (ci/setup interop).
"""
import base64
import json
import os
import pathlib
import shutil
import ssl
import subprocess
import sys
import unittest
import urllib.error
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
TOOLS = pathlib.Path(os.environ.get("SELFREG_TOOLS", HERE.parent.parent / "build" / "tools"))
HELM = TOOLS / "helm"


def helm(*arguments, check=True):
    """What helm printed; fails with its words when it fails."""
    done = subprocess.run([HELM, *arguments], capture_output=True, text=True, timeout=60)
    if check and done.returncode:
        raise AssertionError(f"helm {' '.join(map(str, arguments))} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout if check else done


def api(path):
    """The object at `path`; None when there is none."""
    request = urllib.request.Request(
        os.environ["KUBE_URL"] + path, headers={"Authorization": "Bearer " + os.environ["ADMIN_TOKEN"]})
    context = ssl.create_default_context(cafile=os.environ["KUBE_CA_FILE"])
    try:
        with urllib.request.urlopen(request, context=context, timeout=10) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        if error.code == 404:
            return None
        raise


def secret():
    found = api("/api/v1/namespaces/shop/secrets/web-client")
    return found and {key: base64.b64decode(value).decode() for key, value in found["data"].items()}


def schedule():
    found = api("/apis/batch/v1/namespaces/shop/cronjobs/web-check")
    return found and found["spec"]["schedule"]


class Helm(unittest.TestCase):
    """Steps in alphabetical order: each builds upon the one before."""

    def test_1_install_makes_the_objects_and_the_release(self):
        out = helm("install", "web", HERE / "chart", "--namespace", "shop", "--create-namespace", "--wait", "--output", "json")
        release = json.loads(out)
        self.assertEqual(release["name"], "web")
        self.assertEqual(release["version"], 1)
        self.assertEqual(release["info"]["status"], "deployed")
        self.assertEqual(secret(), {"acmedns.json": "{}"})
        self.assertEqual(schedule(), "6 1 * * *")
        stored = api("/api/v1/namespaces/shop/secrets/sh.helm.release.v1.web.v1")
        self.assertEqual(stored["type"], "helm.sh/release.v1")
        self.assertEqual(stored["metadata"]["labels"]["status"], "deployed")
        annotations = api("/apis/batch/v1/namespaces/shop/cronjobs/web-check")["metadata"]["annotations"]
        self.assertEqual(annotations["meta.helm.sh/release-name"], "web")

    def test_2_install_again_is_refused(self):
        done = helm("install", "web", HERE / "chart", "--namespace", "shop", check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertRegex(done.stderr, "cannot re-?use a name that is still in use")

    def test_3_upgrade_changes_what_changed(self):
        before = api("/api/v1/namespaces/shop/secrets/web-client")["metadata"]["uid"]
        helm("upgrade", "web", HERE / "chart", "--namespace", "shop", "--set", "schedule=7 2 * * *",
             "--set-string", "data.more=x")
        self.assertEqual(schedule(), "7 2 * * *")
        self.assertEqual(secret(), {"acmedns.json": "{}", "more": "x"})
        self.assertEqual(api("/api/v1/namespaces/shop/secrets/web-client")["metadata"]["uid"], before)
        stored = api("/api/v1/namespaces/shop/secrets/sh.helm.release.v1.web.v1")
        self.assertEqual(stored["metadata"]["labels"]["status"], "superseded")

    def test_4_list_history_and_status_tell_of_it(self):
        listed = json.loads(helm("list", "--namespace", "shop", "--output", "json"))
        self.assertEqual([(release["name"], release["revision"], release["status"]) for release in listed],
                         [("web", "2", "deployed")])
        self.assertEqual(json.loads(helm("list", "--all-namespaces", "--output", "json")), listed)
        history = json.loads(helm("history", "web", "--namespace", "shop", "--output", "json"))
        self.assertEqual([(entry["revision"], entry["status"]) for entry in history], [(1, "superseded"), (2, "deployed")])
        status = json.loads(helm("status", "web", "--namespace", "shop", "--output", "json"))
        self.assertEqual(status["config"]["schedule"], "7 2 * * *")
        manifest = helm("get", "manifest", "web", "--namespace", "shop")
        self.assertIn("kind: CronJob", manifest)
        self.assertEqual(json.loads(helm("get", "values", "web", "--namespace", "shop", "--output", "json"))["data"],
                         {"more": "x"})

    def test_5_rollback_brings_the_first_state_back(self):
        helm("rollback", "web", "1", "--namespace", "shop")
        self.assertEqual(schedule(), "6 1 * * *")
        self.assertEqual(secret(), {"acmedns.json": "{}"})
        history = json.loads(helm("history", "web", "--namespace", "shop", "--output", "json"))
        self.assertEqual([entry["status"] for entry in history], ["superseded", "superseded", "deployed"])

    def test_6_upgrade_that_is_refused_leaves_the_release_failed(self):
        done = helm("upgrade", "web", HERE / "chart", "--namespace", "shop", "--set", "schedule=never", check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("spec.schedule", done.stderr)
        self.assertEqual(schedule(), "6 1 * * *")
        history = json.loads(helm("history", "web", "--namespace", "shop", "--output", "json"))
        self.assertEqual(history[-1]["status"], "failed")

    def test_7_uninstall_removes_everything(self):
        out = helm("uninstall", "web", "--namespace", "shop", "--wait")
        self.assertIn('release "web" uninstalled', out)
        self.assertIsNone(secret())
        self.assertIsNone(schedule())
        self.assertEqual(json.loads(helm("list", "--namespace", "shop", "--output", "json")), [])
        left = api("/api/v1/namespaces/shop/secrets")["items"]
        self.assertEqual([item["metadata"]["name"] for item in left], [])


if __name__ == "__main__":
    if not (HELM.exists() and shutil.which(str(HELM))):
        sys.exit(f"no {HELM}; run ci/setup interop")
    unittest.main(verbosity=2, failfast=True)
