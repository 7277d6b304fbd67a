#!/usr/bin/python3
"""kubectl apply: on the client's side with the last-applied annotation, on the server's, pruning, and diff."""
import base64
import json
import sys

from kubectl_case import KubectlCase, main

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


def text(value):
    return base64.b64encode(value.encode()).decode()


class ClientSide(KubectlCase):
    def apply(self, manifest, *options):
        return self.ns("apply", "-f", "-", *options, stdin=manifest)

    def test_creates_configures_and_leaves_alone(self):
        self.assertEqual(self.apply(self.config_map("m", {"a": "1", "b": "2"})), "configmap/m created\n")
        self.assertEqual(self.apply(self.config_map("m", {"a": "1", "b": "2"})), "configmap/m unchanged\n")
        self.assertEqual(self.apply(self.config_map("m", {"a": "3"})), "configmap/m configured\n")
        found = self.read("configmap", "m")
        self.assertEqual(found["data"], {"a": "3"})
        self.assertEqual(json.loads(found["metadata"]["annotations"][LAST_APPLIED])["data"], {"a": "3"})

    def test_keeps_what_others_added(self):
        self.apply(self.config_map("m", {"a": "1"}))
        self.ns("patch", "configmap", "m", "-p", '{"data":{"theirs":"x"}}')
        self.apply(self.config_map("m", {"b": "2"}))
        self.assertEqual(self.read("configmap", "m")["data"], {"b": "2", "theirs": "x"})

    def test_merges_lists_of_a_cron_job_by_name(self):
        if self.minor < 21:
            self.skipTest("this kubectl doesn't know CronJobs of batch/v1 and replaces their lists")
        def cron_job(*containers):
            return {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "c"}, "spec": {
                "schedule": "0 0 * * *", "jobTemplate": {"spec": {"template": {"spec": {
                    "restartPolicy": "Never", "containers": list(containers)}}}}}}

        main_container = {"name": "main", "image": "a:1", "env": [{"name": "X", "value": "1"}, {"name": "Y", "value": "2"}]}
        self.apply(cron_job(main_container, {"name": "side", "image": "s:1"}))
        path = '[{"op":"add","path":"/spec/jobTemplate/spec/template/spec/containers/0/env/-","value":{"name":"Z","value":"z"}}]'
        self.ns("patch", "cronjob", "c", "--type=json", "-p", path)
        self.apply(cron_job({"name": "main", "image": "a:2", "env": [{"name": "Y", "value": "3"}]}))
        containers = self.read("cronjob", "c")["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"]
        self.assertEqual([container["name"] for container in containers], ["main"])
        self.assertEqual(containers[0]["image"], "a:2")
        self.assertCountEqual(containers[0]["env"], [{"name": "Y", "value": "3"}, {"name": "Z", "value": "z"}])

    def test_shows_and_sets_the_last_applied(self):
        self.apply(self.config_map("m", {"a": "1"}))
        self.assertIn("a: \"1\"", self.ns("apply", "view-last-applied", "configmap", "m"))
        manifest = self.file("m.json", self.config_map("m", {"a": "2"}))
        self.assertEqual(self.ns("apply", "set-last-applied", "-f", manifest), "configmap/m configured\n")
        annotation = self.read("configmap", "m")["metadata"]["annotations"][LAST_APPLIED]
        self.assertEqual(json.loads(annotation)["data"], {"a": "2"})
        self.assertEqual(self.read("configmap", "m")["data"], {"a": "1"})

    def test_prunes_what_is_no_longer_in_the_set(self):
        def manifests(*names):
            return {"apiVersion": "v1", "kind": "List",
                    "items": [self.config_map(name, {"k": name}, labels={"set": "s"}) for name in names]}

        allow = "--prune-allowlist" if self.minor >= 26 else "--prune-whitelist"
        prune = ("--prune", "-l", "set=s", f"{allow}=core/v1/ConfigMap")
        self.apply(manifests("a", "b", "c"), *prune)
        self.ns("create", "-f", "-", stdin=self.config_map("foreign", labels={"set": "s"}))
        out = self.apply(manifests("a", "b"), *prune)
        self.assertRegex(out, r"configmap/c pruned")
        left = self.ns("get", "configmaps", "-l", "set=s", "-o", "name").split()
        self.assertEqual(left, ["configmap/a", "configmap/b", "configmap/foreign"])

    def test_dry_runs_on_either_side(self):
        self.assertEqual(self.apply(self.config_map("m"), "--dry-run=server"), "configmap/m created (server dry run)\n")
        self.assertEqual(self.apply(self.config_map("m"), "--dry-run=client"), "configmap/m created (dry run)\n")
        self.refused("not found", "get", "configmap", "m")

    def test_refuses_a_change_of_what_is_immutable(self):
        self.apply({**self.secret("s", {"a": "1"}), "type": "example.com/a"})
        self.refused(r"type: Invalid value: \"example.com/b\": field is immutable", "apply", "-f", "-",
                     stdin={**self.secret("s", {"a": "1"}), "type": "example.com/b"})


class ServerSide(KubectlCase):
    def apply(self, manifest, *options):
        return self.ns("apply", "--server-side", "-f", "-", *options, stdin=manifest)

    def test_creates_and_owns(self):
        self.assertEqual(self.apply(self.config_map("m", {"a": "1"})), "configmap/m serverside-applied\n")
        self.assertEqual(self.managers("configmap", "m"), [("kubectl", "Apply")])
        version = self.read("configmap", "m")["metadata"]["resourceVersion"]
        self.apply(self.config_map("m", {"a": "1"}))
        self.assertEqual(self.read("configmap", "m")["metadata"]["resourceVersion"], version)

    def test_conflicts_and_forces(self):
        self.apply(self.config_map("m", {"a": "1", "b": "1"}), "--field-manager=first")
        done = self.refused(r'conflict with "first"', "apply", "--server-side", "--field-manager=second", "-f", "-",
                            stdin=self.config_map("m", {"a": "2"}))
        self.assertIn(".data.a", done.err)
        self.assertIn("--force-conflicts", done.err)
        self.apply(self.config_map("m", {"a": "2"}), "--field-manager=second", "--force-conflicts")
        self.assertEqual(self.read("configmap", "m")["data"], {"a": "2", "b": "1"})
        self.assertCountEqual(self.managers("configmap", "m"), [("first", "Apply"), ("second", "Apply")])

    def test_conflicts_with_an_edit(self):
        self.apply(self.config_map("m", {"a": "1"}))
        self.ns("patch", "configmap", "m", "-p", '{"data":{"a":"9"}}')
        self.refused(r'conflict with "kubectl-patch" using v1', "apply", "--server-side", "-f", "-",
                     stdin=self.config_map("m", {"a": "1"}))

    def test_shares_and_gives_up(self):
        self.apply(self.config_map("m", {"a": "1", "b": "1"}), "--field-manager=first")
        self.apply(self.config_map("m", {"a": "1"}), "--field-manager=second")
        self.apply(self.config_map("m", {}), "--field-manager=first")
        self.assertEqual(self.read("configmap", "m")["data"], {"a": "1"})

    def test_takes_over_from_the_client_side(self):
        self.ns("apply", "-f", "-", stdin=self.config_map("m", {"a": "1", "b": "1"}))
        self.apply(self.config_map("m", {"a": "2"}))
        found = self.read("configmap", "m")
        self.assertEqual(found["data"]["a"], "2")
        self.assertEqual(json.loads(found["metadata"]["annotations"][LAST_APPLIED])["data"], {"a": "2"})
        if self.minor >= 26:  # older clients leave the client-side entry behind
            # The annotation, which it keeps for older clients, has a manager of its own.
            self.assertCountEqual(self.managers("configmap", "m"), [("kubectl", "Apply"), ("kubectl-last-applied", "Apply")])
            self.assertEqual(found["data"], {"a": "2"})

    def test_secrets_lose_nothing_of_others(self):
        self.apply({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "data": {"a": text("1")}},
                   "--field-manager=argocd")
        self.apply({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "data": {"b": text("2")}},
                   "--field-manager=acmedns")
        self.assertEqual(self.read("secret", "s")["data"], {"a": text("1"), "b": text("2")})

    def test_dry_run_shows_what_would_be(self):
        printed = json.loads(self.apply(self.config_map("m", {"a": "1"}), "--dry-run=server", "-o", "json"))
        self.assertEqual(printed["data"], {"a": "1"})
        self.refused("not found", "get", "configmap", "m")

    def test_refuses_unknown_fields(self):
        self.refused(r"field not declared in schema|unknown field", "apply", "--server-side", "--validate=false", "-f", "-",
                     stdin={**self.config_map("m"), "extra": "x"})


class Diff(KubectlCase):
    def test_tells_what_apply_would_change(self):
        manifest = self.file("m.json", self.config_map("m", {"a": "1", "b": "1"}))
        new = self.refused(r"(?m)^\+  a: \"1\"$", "diff", "-f", manifest, code=1)
        self.assertIn("+kind: ConfigMap", new.out)
        self.ns("apply", "-f", manifest)
        self.assertEqual(self.ns("diff", "-f", manifest), "")
        changed = self.file("m2.json", self.config_map("m", {"a": "2", "b": "1"}))
        done = self.refused(r"(?m)^-  a: \"1\"$", "diff", "-f", changed, code=1)
        self.assertRegex(done.out, r'(?m)^\+  a: "2"$')
        self.assertEqual(self.read("configmap", "m")["data"]["a"], "1")

    def test_tells_it_server_side(self):
        self.ns("apply", "--server-side", "-f", "-", stdin=self.config_map("m", {"a": "1"}))
        manifest = self.file("m.json", self.config_map("m", {"a": "2"}))
        self.refused(r'(?m)^\+  a: "2"$', "diff", "--server-side", "-f", manifest, code=1)
        same = self.file("same.json", self.config_map("m", {"a": "1"}))
        self.assertEqual(self.ns("diff", "--server-side", "-f", same), "")

    def test_masks_secrets(self):
        if self.minor < 21:
            self.skipTest("this kubectl shows them")
        self.ns("create", "secret", "generic", "s", "--from-literal=password=old-secret")
        manifest = self.file("s.json", {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"},
                                        "data": {"password": text("new-secret")}})
        done = self.refused(r"\*\*\*", "diff", "-f", manifest)
        for value in ("old-secret", text("old-secret"), text("new-secret")):
            self.assertNotIn(value, done.out)


if __name__ == "__main__":
    main(sys.modules[__name__])
