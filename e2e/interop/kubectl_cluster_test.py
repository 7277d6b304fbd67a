#!/usr/bin/python3
"""kubectl describe, explain, api-resources, api-versions, auth, events, logs, version and cluster-info."""
import json
import sys

from kubectl_case import KubectlCase, main


class Describe(KubectlCase):
    def described(self, what, name, *patterns):
        out = self.ns("describe", what, name)
        for pattern in patterns:
            self.assertRegex(out, pattern)
        return out

    def test_secrets_without_their_values(self):
        self.ns("create", "secret", "generic", "s", "--from-literal=password=abcdef")
        out = self.described("secret", "s", r"(?m)^Name: +s$", r"(?m)^Type: +Opaque$", r"(?m)^password: +6 bytes$")
        self.assertNotIn("abcdef", out)

    def test_config_maps(self):
        self.ns("create", "configmap", "m", "--from-literal=a=text")
        self.described("configmap", "m", r"(?m)^Name: +m$", r"(?s)Data\n====\na:\n----\ntext")

    def test_jobs_and_cron_jobs_with_their_events(self):
        if self.minor < 21:
            self.skipTest("this kubectl doesn't know CronJobs of batch/v1")
        self.ns("create", "cronjob", "c", "--image=busybox:1", "--schedule=6 1 * * *")
        self.described("cronjob", "c", r"(?m)^Schedule: +6 1 \* \* \*$", r"(?m)^Suspend: +False$", r"Image: +busybox:1")
        self.ns("create", "job", "j", "--from=cronjob/c")
        with self.watching("get", "events", "-w", "-o", "jsonpath={.reason}{\"\\n\"}") as events:
            events.until("SuccessfulCreate")
        self.described("job", "j", r"(?m)^Controlled By: +CronJob/c$", r"(?m)^Completions: +1$",
                       r"Normal +SuccessfulCreate +.*Created pod: j-")

    def test_access(self):
        self.ns("create", "role", "r", "--verb=get,list", "--resource=secrets", "--resource-name=only")
        self.described("role", "r", r"secrets +\[\] +\[only\] +\[get list\]")
        self.ns("create", "rolebinding", "rb", "--role=r", f"--serviceaccount={self.namespace}:sa")
        self.described("rolebinding", "rb", r"Kind: +Role", rf"ServiceAccount +sa +{self.namespace}")
        self.described("serviceaccount", "default", r"(?m)^Name: +default$")

    def test_namespaces(self):
        self.described("namespace", self.namespace, r"(?m)^Status: +Active$")

    def test_several_by_label_or_prefix(self):
        for name in ("pre-a", "pre-b"):
            self.ns("create", "-f", "-", stdin=self.secret(name, labels={"x": "y"}))
        self.assertRegex(self.ns("describe", "secrets", "-l", "x=y"), r"(?s)pre-a.*pre-b")
        self.assertRegex(self.ns("describe", "secret", "pre-"), r"(?s)pre-a.*pre-b")


class Explain(KubectlCase):
    def test_kinds_and_fields(self):
        for path, patterns in (
                ("secret", (r"KIND: +Secret", r"VERSION: +v1", r"(?m)^  +data\b", r"(?m)^  +stringData\b", r"(?m)^  +type\b")),
                ("secret.data", (r"(?m)^FIELD: +data <map\[string\]string>",)),
                ("cronjob.spec.schedule", (r"KIND: +CronJob", r"VERSION: +(batch/)?v1", r"FIELD: +schedule <string>")),
                ("job.spec.template.spec.containers", (r"(RESOURCE|FIELD): +containers <\[\](Object|Container)>", r"(?m)^  +image\b")),
                ("pod.spec.containers.env.valueFrom", (r"secretKeyRef",)),
                ("role.rules", (r"verbs",))):
            with self.subTest(path):
                out = self.kubectl("explain", path)
                for pattern in patterns:
                    self.assertRegex(out, pattern)
        self.refused(r'field "none" does not exist', "explain", "secret.none")

    def test_whole_trees(self):
        out = self.kubectl("explain", "secret", "--recursive")
        self.assertRegex(out, r"(?m)^ +metadata\b")
        self.assertRegex(out, r"(?m)^ +ownerReferences\b")


class Discovery(KubectlCase):
    def test_api_resources(self):
        out = self.kubectl("api-resources")
        for pattern in (r"(?m)^NAME +SHORTNAMES +API(VERSION|GROUP) +NAMESPACED +KIND",
                        r"(?m)^secrets +(v1 +)?true +Secret$", r"(?m)^configmaps +cm +(v1 +)?true +ConfigMap$",
                        r"(?m)^cronjobs +cj +batch(/v1)? +true +CronJob$", r"(?m)^namespaces +ns +(v1 +)?false +Namespace$",
                        r"(?m)^clusterroles +rbac\.authorization\.k8s\.io(/v1)? +false +ClusterRole$",
                        r"(?m)^leases +coordination\.k8s\.io(/v1)? +true +Lease$"):
            self.assertRegex(out, pattern)
        names = self.kubectl("api-resources", "--namespaced=false", "-o", "name").split()
        self.assertIn("namespaces", names)
        self.assertIn("customresourcedefinitions.apiextensions.k8s.io", names)
        self.assertNotIn("secrets", names)
        listed = self.kubectl("api-resources", "--api-group=batch", "--verbs=patch", "-o", "name").split()
        self.assertEqual(sorted(listed), ["cronjobs.batch", "jobs.batch"])

    def test_api_versions(self):
        versions = self.kubectl("api-versions").split()
        for version in ("v1", "batch/v1", "rbac.authorization.k8s.io/v1", "events.k8s.io/v1", "coordination.k8s.io/v1",
                        "apiextensions.k8s.io/v1", "authentication.k8s.io/v1", "authorization.k8s.io/v1"):
            self.assertIn(version, versions)

    def test_version(self):
        found = json.loads(self.kubectl("version", "-o", "json"))
        self.assertEqual(found["serverVersion"]["major"], "1")
        self.assertRegex(found["serverVersion"]["gitVersion"], r"^v1\.\d+\.\d+")
        self.assertRegex(self.kubectl("version"), r"Server Version: .*v?1\.\d+")

    def test_cluster_info(self):
        self.assertRegex(self.kubectl("cluster-info"), r"Kubernetes (control plane|master).*is running at.*https://127\.0\.0\.1:")


class Auth(KubectlCase):
    def can(self, *arguments):
        """(exit code, first word) of auth can-i."""
        done = self.run_kubectl("-n", self.namespace, "auth", "can-i", *arguments)
        return done.code, done.out.split()[0] if done.out.split() else ""

    def setUp(self):
        super().setUp()
        self.ns("create", "serviceaccount", "sa")
        self.ns("create", "role", "r", "--verb=get,patch", "--resource=secrets", "--resource-name=only")
        self.ns("create", "rolebinding", "rb", "--role=r", f"--serviceaccount={self.namespace}:sa")
        self.account = f"--as=system:serviceaccount:{self.namespace}:sa"

    def test_can_i(self):
        self.assertEqual(self.can("delete", "secrets"), (0, "yes"))
        for arguments, expected in ((("get", "secrets/only"), (0, "yes")), (("patch", "secret/only"), (0, "yes")),
                                    (("get", "secrets"), (1, "no")), (("get", "secrets/other"), (1, "no")),
                                    (("delete", "secrets/only"), (1, "no")), (("get", "pods", "--subresource=log"), (1, "no")),
                                    (("get", "/version"), (0, "yes"))):
            with self.subTest(arguments):
                self.assertEqual(self.can(*arguments, self.account), expected)
        self.assertEqual(self.can("get", "secrets", "--as=nobody"), (1, "no"))
        self.assertEqual(self.can("get", "secrets", "--as=any", "--as-group=system:masters"), (0, "yes"))

    def test_lists_what_one_can(self):
        out = self.ns("auth", "can-i", "--list", self.account)
        self.assertRegex(out, r"(?m)^secrets +\[\] +\[only\] +\[get patch\]$")
        self.assertRegex(out, r"selfsubjectaccessreviews\.authorization\.k8s\.io +\[\] +\[\] +\[create\]")

    def test_impersonation_is_enforced(self):
        self.refused(r'secrets "other" is forbidden: User "system:serviceaccount:', "get", "secret", "other", self.account)
        self.refused(r'secrets "only" not found', "get", "secret", "only", self.account)

    def test_whoami(self):
        if self.minor < 28:
            self.skipTest("this kubectl has no auth whoami")
        found = json.loads(self.kubectl("auth", "whoami", "-o", "json"))
        self.assertIn("system:masters", found["status"]["userInfo"]["groups"])
        self.assertRegex(self.ns("auth", "whoami", self.account), rf"Username +system:serviceaccount:{self.namespace}:sa")

    def test_reconcile(self):
        role = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": "r", "namespace": self.namespace},
                "rules": [{"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get"]}]}
        out = self.ns("auth", "reconcile", "-f", "-", stdin=role)
        self.assertRegex(out, r"role.rbac.authorization.k8s.io/r reconciled")
        self.assertEqual(len(self.read("role", "r")["rules"]), 2)


class EventsAndLogs(KubectlCase):
    def event(self, name, reason, kind="Warning"):
        return {"apiVersion": "v1", "kind": "Event", "metadata": {"name": name}, "type": kind, "reason": reason,
                "message": f"message of {name}", "count": 1,
                "firstTimestamp": "2024-01-01T00:00:00Z", "lastTimestamp": "2024-01-01T00:00:00Z",
                "source": {"component": "test"}, "involvedObject": {
                    "kind": "Secret", "apiVersion": "v1", "namespace": self.namespace, "name": "s", "uid": "u"}}

    def test_events(self):
        self.ns("create", "-f", "-", stdin=self.event("one", "Registered", "Normal"))
        self.ns("create", "-f", "-", stdin=self.event("two", "Reregistered"))
        out = self.ns("get", "events")
        self.assertRegex(out, r"LAST SEEN +TYPE +REASON +OBJECT +MESSAGE")
        self.assertRegex(out, r"Warning +Reregistered +secret/s +message of two")
        self.assertEqual(self.ns("get", "events", "--field-selector", "type=Warning", "-o", "name"), "event/two\n")
        self.assertEqual(len(self.ns("get", "events", "--field-selector",
                                     "involvedObject.kind=Secret,involvedObject.name=s", "-o", "name").split()), 2)
        if self.minor >= 26:
            out = self.ns("events", "--types=Warning")
            self.assertRegex(out, r"Warning +Reregistered +Secret/s +message of two")
            self.assertNotIn("message of one", out)
            self.assertRegex(self.ns("events", "--for=secret/s"), r"(?s)message of one.*message of two|two.*one")

    def test_logs_of_a_pod_that_waits(self):
        pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"},
               "spec": {"nodeSelector": {"no": "such-node"}, "containers": [{"name": "main", "image": "busybox"}]}}
        self.ns("create", "-f", "-", stdin=pod)
        self.assertEqual(self.ns("logs", "p"), "")
        self.refused(r"container none is not valid for pod p", "logs", "p", "-c", "none")
        self.refused(r'pods "none" not found', "logs", "none")


if __name__ == "__main__":
    main(sys.modules[__name__])
