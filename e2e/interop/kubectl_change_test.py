#!/usr/bin/python3
"""kubectl patch, edit, replace, label, annotate, delete and wait."""
import json
import sys

from kubectl_case import KubectlCase, main


class Patch(KubectlCase):
    def setUp(self):
        super().setUp()
        self.ns("create", "-f", "-", stdin=self.config_map("m", {"a": "1", "b": "1"}, labels={"l": "1"}))

    def data(self):
        return self.read("configmap", "m").get("data", {})

    def test_strategic_is_the_default(self):
        self.assertEqual(self.ns("patch", "configmap", "m", "-p", '{"data":{"a":"2","b":null}}'), "configmap/m patched\n")
        self.assertEqual(self.data(), {"a": "2"})
        self.assertEqual(self.ns("patch", "configmap", "m", "-p", '{"data":{"a":"2"}}'), "configmap/m patched (no change)\n")
        self.ns("patch", "configmap", "m", "-p", '{"data":{"$patch":"replace","only":"x"}}')
        self.assertEqual(self.data(), {"only": "x"})

    def test_strategic_merges_lists_by_their_keys(self):
        self.make_cron_job("c", "busybox:1", "0 0 * * *")
        containers = '{"spec":{"jobTemplate":{"spec":{"template":{"spec":{"containers":%s}}}}}}'
        self.ns("patch", "cronjob", "c", "-p", containers % '[{"name":"side","image":"s:1"}]')
        self.ns("patch", "cronjob", "c", "-p", containers % '[{"name":"c","image":"busybox:2"}]')
        found = self.read("cronjob", "c")["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"]
        self.assertEqual({container["name"]: container["image"] for container in found}, {"c": "busybox:2", "side": "s:1"})
        self.ns("patch", "cronjob", "c", "-p", containers % '[{"name":"side","$patch":"delete"}]')
        found = self.read("cronjob", "c")["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"]
        self.assertEqual([container["name"] for container in found], ["c"])

    def test_merge(self):
        self.ns("patch", "configmap", "m", "--type=merge", "-p", '{"data":{"a":null,"c":"3"}}')
        self.assertEqual(self.data(), {"b": "1", "c": "3"})

    def test_json(self):
        patch = [{"op": "test", "path": "/data/a", "value": "1"}, {"op": "replace", "path": "/data/a", "value": "2"},
                 {"op": "remove", "path": "/data/b"}, {"op": "add", "path": "/metadata/labels/x~1y", "value": "z"}]
        self.ns("patch", "configmap", "m", "--type=json", "-p", json.dumps(patch))
        self.assertEqual(self.data(), {"a": "2"})
        self.assertEqual(self.read("configmap", "m")["metadata"]["labels"], {"l": "1", "x/y": "z"})
        words = "the server rejected our request due to an error in our request" if self.minor >= 21 else "request is invalid"
        self.refused(words, "patch", "configmap", "m",
                     "--type=json", "-p", '[{"op":"test","path":"/data/a","value":"9"}]')

    def test_refusals(self):
        self.refused(r'configmaps "none" not found', "patch", "configmap", "none", "-p", "{}")
        self.refused(r"does not match the name", "patch", "configmap", "m", "-p", '{"metadata":{"name":"n"}}')

    def test_prints_the_result(self):
        out = self.ns("patch", "configmap", "m", "-p", '{"data":{"a":"5"}}', "-o", "jsonpath={.data.a}")
        self.assertEqual(out, "5")
        self.ns("patch", "configmap", "m", "-p", '{"data":{"a":"6"}}', "--dry-run=server")
        self.assertEqual(self.data()["a"], "5")

    def test_status(self):
        if self.minor < 24:
            self.skipTest("this kubectl has no --subresource")
        self.ns("create", "job", "j", "--image=busybox")
        self.ns("patch", "job", "j", "-p", '{"spec":{"suspend":true}}')
        condition = '{"status":{"conditions":[{"type":"Example","status":"True"}]},"spec":{"parallelism":7}}'
        self.ns("patch", "job", "j", "--subresource=status", "--type=merge", "-p", condition)
        job = self.read("job", "j")
        self.assertEqual(job["spec"]["parallelism"], 1)
        self.assertIn("Example", [entry["type"] for entry in job["status"]["conditions"]])


class Edit(KubectlCase):
    def test_changes_what_the_editor_changes(self):
        self.ns("create", "configmap", "m", "--from-literal=a=old")
        editor = self.editor("a: old", "a: new")
        self.assertEqual(self.ns("edit", "configmap", "m", environment=self.environment(KUBE_EDITOR=str(editor))),
                         "configmap/m edited\n")
        self.assertEqual(self.read("configmap", "m")["data"], {"a": "new"})
        self.assertIn(("kubectl-edit", "Update"), self.managers("configmap", "m"))

    def test_does_nothing_where_nothing_is_changed(self):
        self.ns("create", "configmap", "m", "--from-literal=a=old")
        editor = self.editor("a: old", "a: old")
        done = self.run_kubectl("-n", self.namespace, "edit", "configmap", "m",
                                environment=self.environment(EDITOR=str(editor)))
        self.assertEqual(done.code, 0, str(done))
        self.assertIn("no changes made", done.out + done.err)

    def test_edits_nested_fields(self):
        self.make_cron_job("c", "busybox:1", "0 0 * * *")
        editor = self.editor("schedule: 0 0 * * *", "schedule: 6 1 * * *")
        self.ns("edit", "cronjob", "c", environment=self.environment(KUBE_EDITOR=str(editor)))
        self.assertEqual(self.read("cronjob", "c")["spec"]["schedule"], "6 1 * * *")


class Replace(KubectlCase):
    def test_replaces(self):
        self.ns("create", "configmap", "m", "--from-literal=a=1", "--from-literal=b=1")
        self.assertEqual(self.ns("replace", "-f", "-", stdin=self.config_map("m", {"a": "2"})), "configmap/m replaced\n")
        self.assertEqual(self.read("configmap", "m")["data"], {"a": "2"})
        self.refused(r'configmaps "none" not found', "replace", "-f", "-", stdin=self.config_map("none"))

    def test_refuses_an_old_version(self):
        self.ns("create", "configmap", "m", "--from-literal=a=1")
        old = self.read("configmap", "m")
        self.ns("patch", "configmap", "m", "-p", '{"data":{"a":"2"}}')
        self.refused(r"the object has been modified", "replace", "-f", "-", stdin=old)

    def test_by_force_makes_a_new_one(self):
        self.ns("create", "configmap", "m", "--from-literal=a=1")
        before = self.read("configmap", "m")["metadata"]["uid"]
        out = self.ns("replace", "--force", "-f", self.file("m.json", self.config_map("m", {"a": "2"})))
        self.assertRegex(out, self.deleted("configmap", "m"))
        self.assertIn("configmap/m replaced", out)
        self.assertNotEqual(self.read("configmap", "m")["metadata"]["uid"], before)


class LabelAndAnnotate(KubectlCase):
    def setUp(self):
        super().setUp()
        self.ns("create", "secret", "generic", "s", "--from-literal=a=1")

    def test_labels(self):
        self.assertRegex(self.ns("label", "secret", "s", "app=web", "tier=x"), r"^secret/s labeled\n")
        self.refused(r"already has a value \(web\), and --overwrite is false", "label", "secret", "s", "app=db")
        self.ns("label", "secret", "s", "app=db", "tier-", "--overwrite")
        self.assertEqual(self.read("secret", "s")["metadata"]["labels"], {"app": "db"})
        self.ns("label", "secrets", "--all", "all=yes")
        self.assertEqual(self.ns("get", "secrets", "-l", "all=yes,app=db", "-o", "name"), "secret/s\n")
        self.refused(r"Invalid value|invalid label value", "label", "secret", "s", "app=no spaces", "--overwrite")
        self.assertCountEqual(self.ns("label", "secret", "s", "--list").split(), ["all=yes", "app=db"])

    def test_annotates(self):
        self.assertRegex(self.ns("annotate", "secret", "s", "example.com/note=some text"), r"^secret/s annotated\n")
        self.assertEqual(self.read("secret", "s")["metadata"]["annotations"], {"example.com/note": "some text"})
        self.ns("annotate", "secret", "s", "example.com/note-")
        self.assertNotIn("annotations", self.read("secret", "s")["metadata"])


class Delete(KubectlCase):
    def make(self, *names, labels=None):
        for name in names:
            self.ns("create", "-f", "-", stdin=self.config_map(name, labels=labels or {}))

    def left(self):
        return [name for name in self.ns("get", "configmaps", "-o", "name").split() if "kube-root-ca" not in name]

    def test_by_name_file_label_and_all(self):
        self.make("a", "b", "c")
        self.make("d", "e", labels={"x": "y"})
        self.assertRegex(self.ns("delete", "configmap", "a"), self.deleted("configmap", "a"))
        self.ns("delete", "-f", self.file("b.json", self.config_map("b")))
        out = self.ns("delete", "configmaps", "-l", "x=y")
        self.assertRegex(out, self.deleted("configmap", "d"))
        self.assertRegex(out, self.deleted("configmap", "e"))
        self.assertEqual(self.left(), ["configmap/c"])
        self.ns("delete", "configmaps", "--all")
        self.assertEqual(self.left(), [])
        self.refused(r'configmaps "a" not found', "delete", "configmap", "a")
        self.assertEqual(self.ns("delete", "configmap", "a", "--ignore-not-found"), "")

    def test_by_field_selector(self):
        self.make("a", "b")
        self.ns("delete", "configmaps", "--field-selector", "metadata.name=a")
        self.assertEqual(self.left(), ["configmap/b"])

    def test_waits_for_finalizers_unless_told_not_to(self):
        self.ns("create", "-f", "-", stdin=self.config_map("f", finalizers=["example.com/f"]))
        self.assertRegex(self.ns("delete", "configmap", "f", "--wait=false"), self.deleted("configmap", "f"))
        self.assertIn("deletionTimestamp", self.read("configmap", "f")["metadata"])
        with self.watching("delete", "configmap", "f") as waiting:
            waiting.until(self.deleted("configmap", "f"))
            self.ns("patch", "configmap", "f", "--type=json", "-p", '[{"op":"remove","path":"/metadata/finalizers"}]')
            self.assertEqual(waiting.process.wait(20), 0)
        self.refused("not found", "get", "configmap", "f")

    def pods_of_a_job(self, name):
        """A Job whose Pod never runs, once the Pod is there."""
        manifest = json.loads(self.ns("create", "job", name, "--image=busybox", "--dry-run=client", "-o", "json"))
        manifest["spec"]["template"]["spec"]["nodeSelector"] = {"no": "such-node"}
        self.ns("create", "-f", "-", stdin=manifest)
        with self.watching("get", "pods", "-l", f"job-name={name}", "-w", "-o", "name") as pods:
            return pods.until(r"^pod/" + name)

    def gone(self, what):
        """Waits until it isn't there; an old client's wait fails where it is gone already."""
        done = self.run_kubectl("-n", self.namespace, "wait", "--for=delete", what, "--timeout=20s")
        self.assertTrue(done.code == 0 or "no matching resources found" in done.err, str(done))

    def test_cascades_in_the_background_in_the_foreground_or_not(self):
        for mode in ("background", "foreground", "orphan"):
            with self.subTest(mode):
                pod = self.pods_of_a_job(mode)
                self.ns("delete", "job", mode, f"--cascade={mode}")
                self.refused("not found", "get", "job", mode)
                if mode == "orphan":
                    self.assertEqual(self.ns("get", pod, "-o", "name").strip(), pod)
                else:
                    self.gone(pod)

    def test_namespaces_with_all_that_is_in_them(self):
        name = self.namespace + "-doomed"
        self.kubectl("create", "namespace", name)
        self.kubectl("-n", name, "create", "configmap", "m")
        self.assertRegex(self.kubectl("delete", "namespace", name), rf'namespace "{name}" deleted')
        self.refused("not found", "get", "namespace", name)
        self.refused(r"not found", "-n", name, "create", "configmap", "m")


class Wait(KubectlCase):
    def test_for_a_condition(self):
        self.ns("create", "job", "j", "--image=busybox")
        self.ns("patch", "job", "j", "-p", '{"spec":{"suspend":true}}')
        self.assertEqual(self.ns("wait", "--for=condition=Suspended", "job/j", "--timeout=20s"),
                         "job.batch/j condition met\n")
        self.refused(r"timed out waiting for the condition", "wait", "--for=condition=Complete", "job/j", "--timeout=1s")

    def test_for_deletion(self):
        self.ns("create", "configmap", "m")
        with self.watching("wait", "--for=delete", "configmap/m", "--timeout=20s") as waiting:
            self.until_watched("configmaps", "metadata.name=m")
            self.ns("delete", "configmap", "m")
            waiting.until(r"configmap/m condition met")
            self.assertEqual(waiting.process.wait(20), 0)

    def test_for_a_value(self):
        if self.minor < 23:
            self.skipTest("this kubectl has no --for=jsonpath")
        self.ns("create", "configmap", "m", "--from-literal=a=1")
        with self.watching("wait", "--for=jsonpath={.data.a}=2", "configmap/m", "--timeout=20s") as waiting:
            self.ns("patch", "configmap", "m", "-p", '{"data":{"a":"2"}}')
            waiting.until(r"configmap/m condition met")


if __name__ == "__main__":
    main(sys.modules[__name__])
