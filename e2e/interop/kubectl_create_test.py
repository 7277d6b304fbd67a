#!/usr/bin/python3
"""kubectl create: from files and by its generators."""
import base64
import json
import subprocess
import sys

from kubectl_case import KubectlCase, main


def decoded(secret):
    return {key: base64.b64decode(value).decode() for key, value in secret.get("data", {}).items()}


class Create(KubectlCase):
    def test_from_files(self):
        manifest = self.file("all.yaml", """
apiVersion: v1
kind: ConfigMap
metadata:
  name: one
data:
  text: |
    two
    lines
---
apiVersion: v1
kind: Secret
metadata:
  name: two
stringData:
  k: v
""")
        self.assertEqual(self.ns("create", "-f", manifest), "configmap/one created\nsecret/two created\n")
        self.assertEqual(self.read("configmap", "one")["data"], {"text": "two\nlines\n"})
        self.assertEqual(decoded(self.read("secret", "two")), {"k": "v"})
        self.refused(r'(?s)configmaps "one" already exists.*secrets "two" already exists', "create", "-f", manifest)

    def test_a_list(self):
        items = [self.config_map("l1", {"a": "1"}), self.secret("l2", {"b": "2"})]
        out = self.ns("create", "-f", "-", stdin={"apiVersion": "v1", "kind": "List", "items": items})
        self.assertEqual(out, "configmap/l1 created\nsecret/l2 created\n")

    def test_with_a_generated_name(self):
        manifest = self.secret("x")
        manifest["metadata"] = {"generateName": "run-"}
        self.assertRegex(self.ns("create", "-f", "-", stdin=manifest), r"^secret/run-[a-z0-9]{5} created\n$")

    def test_refuses_what_does_not_fit_the_schema(self):
        manifest = self.config_map("bad", {"a": "1"})
        manifest["extra"] = "x"
        self.refused(r"unknown field", "create", "-f", "-", stdin=manifest)
        self.ns("create", "--validate=false", "-f", "-", stdin=manifest)
        self.refused(r"Invalid value|invalid type|cannot unmarshal|expected (string|map)", "create", "-f", "-",
                     stdin={**self.config_map("bad2"), "data": "text"})
        self.refused(r'is invalid: metadata.name: Invalid value: "Bad_Name"', "create", "-f", "-",
                     stdin=self.config_map("Bad_Name"))

    def test_secrets(self):
        content = self.file("content.txt", "from a file")
        self.assertEqual(self.ns("create", "secret", "generic", "g", "--from-literal=a=1", f"--from-file=f={content}",
                                 f"--from-file={content}"), "secret/g created\n")
        self.assertEqual(decoded(self.read("secret", "g")), {"a": "1", "f": "from a file", "content.txt": "from a file"})
        self.assertEqual(self.read("secret", "g")["type"], "Opaque")
        self.ns("create", "secret", "generic", "typed", "--type=example.com/t", "--from-literal=a=1")
        self.assertEqual(self.read("secret", "typed")["type"], "example.com/t")
        self.ns("create", "secret", "docker-registry", "pull", "--docker-server=r.example.com", "--docker-username=u",
                "--docker-password=p")
        pull = self.read("secret", "pull")
        self.assertEqual(pull["type"], "kubernetes.io/dockerconfigjson")
        self.assertIn("r.example.com", decoded(pull)[".dockerconfigjson"])

    def test_tls_secrets(self):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=x",
                        "-keyout", self.work / "tls.key", "-out", self.work / "tls.crt"], check=True, capture_output=True)
        self.ns("create", "secret", "tls", "t", f"--cert={self.work}/tls.crt", f"--key={self.work}/tls.key")
        secret = self.read("secret", "t")
        self.assertEqual(secret["type"], "kubernetes.io/tls")
        self.assertEqual(decoded(secret)["tls.crt"], (self.work / "tls.crt").read_text())

    def test_config_maps(self):
        env = self.file("settings.env", "A=1\nB=two\n")
        self.assertEqual(self.ns("create", "configmap", "m", f"--from-env-file={env}"), "configmap/m created\n")
        self.assertEqual(self.read("configmap", "m")["data"], {"A": "1", "B": "two"})
        binary = self.work / "blob"
        binary.write_bytes(b"\xff\x00\xfe")
        self.ns("create", "configmap", "b", f"--from-file={binary}")
        self.assertEqual(self.read("configmap", "b")["binaryData"], {"blob": "/wD+"})

    def test_namespaces_and_service_accounts(self):
        name = self.namespace + "-more"
        self.assertEqual(self.kubectl("create", "namespace", name), f"namespace/{name} created\n")
        self.addCleanup(self.kubectl, "delete", "namespace", name, "--wait=false")
        self.assertEqual(json.loads(self.kubectl("get", "ns", name, "-o", "json"))["status"]["phase"], "Active")
        self.assertEqual(self.ns("create", "serviceaccount", "runner"), "serviceaccount/runner created\n")
        self.assertEqual(self.read("serviceaccount", "runner")["metadata"]["namespace"], self.namespace)

    def test_roles_and_bindings(self):
        self.assertEqual(self.ns("create", "role", "r", "--verb=get,patch", "--resource=secrets,jobs.batch",
                                 "--resource-name=only"), "role.rbac.authorization.k8s.io/r created\n")
        rules = self.read("role", "r")["rules"]
        self.assertIn({"verbs": ["get", "patch"], "apiGroups": ["batch"], "resources": ["jobs"], "resourceNames": ["only"]},
                      rules)
        self.assertIn({"verbs": ["get", "patch"], "apiGroups": [""], "resources": ["secrets"], "resourceNames": ["only"]},
                      rules)
        self.ns("create", "rolebinding", "rb", "--role=r", f"--serviceaccount={self.namespace}:sa", "--user=u", "--group=g")
        binding = self.read("rolebinding", "rb")
        self.assertEqual(binding["roleRef"], {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "r"})
        self.assertEqual([subject["kind"] for subject in binding["subjects"]], ["User", "Group", "ServiceAccount"])
        cluster_role = self.namespace + "-cr"
        self.kubectl("create", "clusterrole", cluster_role, "--verb=get", "--non-resource-url=/metrics")
        self.addCleanup(self.kubectl, "delete", "clusterrole", cluster_role)
        self.assertEqual(json.loads(self.kubectl("get", "clusterrole", cluster_role, "-o", "json"))["rules"],
                         [{"nonResourceURLs": ["/metrics"], "verbs": ["get"]}])
        self.kubectl("create", "clusterrolebinding", cluster_role, f"--clusterrole={cluster_role}", "--user=u")
        self.addCleanup(self.kubectl, "delete", "clusterrolebinding", cluster_role)

    def test_jobs(self):
        self.assertEqual(self.ns("create", "job", "j", "--image=busybox", "--", "echo", "hello"), "job.batch/j created\n")
        job = self.read("job", "j")
        container = job["spec"]["template"]["spec"]["containers"][0]
        self.assertEqual((container["image"], container["command"]), ("busybox", ["echo", "hello"]))
        self.assertEqual((job["spec"]["backoffLimit"], job["spec"]["completions"]), (6, 1))

    def test_cron_jobs_and_a_job_from_one(self):
        self.assertEqual(self.make_cron_job("check", "busybox", "6 1 * * *"), "cronjob.batch/check created\n")
        self.assertEqual(self.read("cronjob", "check")["spec"]["schedule"], "6 1 * * *")
        if self.minor < 21:
            return  # nor does it make Jobs of CronJobs of batch/v1
        self.assertEqual(self.ns("create", "job", "now", "--from=cronjob/check"), "job.batch/now created\n")
        job = self.read("job", "now")
        self.assertEqual(job["metadata"]["annotations"]["cronjob.kubernetes.io/instantiate"], "manual")
        self.assertEqual(job["metadata"]["ownerReferences"][0]["name"], "check")
        self.refused(r"spec.schedule", "create", "cronjob", "bad", "--image=busybox", "--schedule=never")

    def test_tokens(self):
        if self.minor < 24:
            self.skipTest("this kubectl has no create token")
        self.ns("create", "serviceaccount", "runner")
        token = self.ns("create", "token", "runner", "--duration=10m").strip()
        claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
        self.assertEqual(claims["sub"], f"system:serviceaccount:{self.namespace}:runner")
        self.assertEqual(claims["exp"] - claims["iat"], 600)
        self.ns("create", "role", "r", "--verb=list", "--resource=configmaps")
        self.ns("create", "rolebinding", "rb", "--role=r", f"--serviceaccount={self.namespace}:runner")
        user = ["--token", token, "--kubeconfig", self.file("empty", "{}"), "--server", self.server(),
                "--certificate-authority", self.ca_file()]
        self.assertIn("configmap/kube-root-ca.crt", self.ns("get", "configmaps", "-o", "name", *user))
        self.refused(rf'secrets is forbidden: User "system:serviceaccount:{self.namespace}:runner" cannot list', "get",
                     "secrets", *user)
        self.refused(r'serviceaccounts "none" not found', "create", "token", "none")
        audience = self.ns("create", "token", "runner", "--audience=https://vault.example.com").strip()
        self.assertEqual(json.loads(base64.urlsafe_b64decode(audience.split(".")[1] + "=="))["aud"],
                         ["https://vault.example.com"])

    def server(self):
        return self.environment()["KUBE_URL"]

    def ca_file(self):
        return self.environment()["KUBE_CA_FILE"]

    def test_dry_runs(self):
        self.assertEqual(self.ns("create", "configmap", "d", "--dry-run=client"), "configmap/d created (dry run)\n")
        self.assertEqual(self.ns("create", "configmap", "d", "--dry-run=server"), "configmap/d created (server dry run)\n")
        self.refused(r"not found", "get", "configmap", "d")
        printed = json.loads(self.ns("create", "secret", "generic", "d", "--from-literal=a=1", "--dry-run=server", "-o", "json"))
        self.assertIn("uid", printed["metadata"])

    def test_custom_kinds(self):
        group = self.namespace + ".example.org"
        definition = {
            "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
            "metadata": {"name": f"widgets.{group}"},
            "spec": {"group": group, "scope": "Namespaced",
                     "names": {"plural": "widgets", "singular": "widget", "kind": "Widget", "shortNames": ["wd"]},
                     "versions": [{"name": "v1", "served": True, "storage": True,
                                   "additionalPrinterColumns": [{"name": "Size", "type": "integer", "jsonPath": ".spec.size"}],
                                   "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": {
                                       "type": "object", "properties": {"size": {"type": "integer", "minimum": 1}}}}}}}]}}
        self.kubectl("create", "-f", "-", stdin=definition)
        self.addCleanup(self.kubectl, "delete", "crd", f"widgets.{group}")
        self.assertRegex(self.kubectl("wait", "--for=condition=Established", f"crd/widgets.{group}", "--timeout=20s"),
                         r"condition met")
        widget = {"apiVersion": f"{group}/v1", "kind": "Widget", "metadata": {"name": "w"}, "spec": {"size": 3}}
        self.assertEqual(self.ns("create", "-f", "-", stdin=widget), f"widget.{group}/w created\n")
        self.assertRegex(self.ns("get", f"widgets.{group}"), r"NAME +SIZE\nw +3\n")
        self.assertEqual(self.ns("get", "wd", "-o", "name"), f"widget.{group}/w\n")
        self.refused(r"spec.size: Invalid value: 0", "create", "-f", "-",
                     stdin={**widget, "metadata": {"name": "v"}, "spec": {"size": 0}})


if __name__ == "__main__":
    main(sys.modules[__name__])
