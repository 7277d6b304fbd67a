#!/usr/bin/python3
"""kubectl get: every output, selectors, chunks and watches."""
import json
import sys

from kubectl_case import KubectlCase, main


class Get(KubectlCase):
    def setUp(self):
        super().setUp()
        for name, tier in (("a", "web"), ("b", "web"), ("c", "db")):
            self.ns("create", "-f", "-", stdin=self.secret(name, {"k": name, "l": "x"}, labels={"tier": tier}))

    def names(self, *arguments):
        return self.ns("get", "secrets", *arguments, "-o", "name").split()

    def test_prints_a_table(self):
        lines = self.ns("get", "secrets").splitlines()
        self.assertRegex(lines[0], r"^NAME +TYPE +DATA +AGE$")
        self.assertRegex(lines[1], r"^a +Opaque +2 +\d+s$")
        self.assertEqual([line.split()[0] for line in lines[1:]], ["a", "b", "c"])

    def test_prints_the_tables_of_kinds(self):
        self.ns("create", "configmap", "m", "--from-literal=x=1", "--from-literal=y=2")
        self.ns("create", "job", "j", "--image=busybox")
        self.make_cron_job("cj", "busybox", "6 1 * * *")
        self.ns("create", "role", "r", "--verb=get", "--resource=secrets")
        self.ns("create", "rolebinding", "rb", "--role=r", "--serviceaccount=default:x")
        for what, header, row in (
                ("configmaps", r"^NAME +DATA +AGE", r"(?m)^m +2 +"),
                ("jobs", r"^NAME +(STATUS +)?COMPLETIONS +DURATION +AGE", r"(?m)^j +(\w+ +)?0/1 +"),
                ("cronjobs", r"^NAME +SCHEDULE +(TIMEZONE +)?SUSPEND +ACTIVE +LAST SCHEDULE +AGE",
                 r"(?m)^cj +6 1 \* \* \* +(<none> +)?False +0 +<none> +"),
                ("roles", r"^NAME +CREATED AT", r"(?m)^r +\d{4}-\d\d-\d\dT"),
                ("rolebindings", r"^NAME +ROLE +AGE", r"(?m)^rb +Role/r +"),
                ("serviceaccounts", r"^NAME +(SECRETS +)?AGE", r"(?m)^default +"),
                ("namespace/" + self.namespace, r"^NAME +STATUS +AGE", rf"(?m)^{self.namespace} +Active +")):
            with self.subTest(what):
                out = self.kubectl("get", what) if what.startswith("namespace") else self.ns("get", what)
                self.assertRegex(out, header)
                self.assertRegex(out, row)

    def test_prints_more_with_wide(self):
        self.make_cron_job("cj", "busybox:1", "@daily")
        out = self.ns("get", "cronjobs", "-o", "wide")
        self.assertRegex(out, r"CONTAINERS +IMAGES +SELECTOR")
        self.assertRegex(out, r"(?m)^cj .* cj +busybox:1 +<none>$")

    def test_prints_labels_and_no_headers(self):
        self.assertRegex(self.ns("get", "secret", "c", "--show-labels", "--no-headers"), r"^c +Opaque +2 +\d+s +tier=db$")
        self.assertRegex(self.ns("get", "secret", "c", "-L", "tier"), r"TIER\nc +Opaque +2 +\d+s +db$")

    def test_prints_json_and_yaml(self):
        found = json.loads(self.ns("get", "secret", "a", "-o", "json"))
        self.assertEqual((found["kind"], found["data"]), ("Secret", {"k": "YQ==", "l": "eA=="}))
        listed = json.loads(self.ns("get", "secrets", "-o", "json"))
        self.assertEqual((listed["kind"], len(listed["items"])), ("List", 3))
        text = self.ns("get", "secret", "a", "-o", "yaml")
        self.assertRegex(text, r"(?m)^kind: Secret$")
        self.assertRegex(text, r"(?m)^  k: YQ==$")

    def test_prints_names_paths_templates_and_columns(self):
        self.assertEqual(self.names(), ["secret/a", "secret/b", "secret/c"])
        self.assertEqual(self.ns("get", "secret", "a", "-o", "jsonpath={.data.k}"), "YQ==")
        self.assertEqual(self.ns("get", "secrets", "-o", "jsonpath={.items[*].metadata.name}"), "a b c")
        self.assertEqual(self.ns("get", "secret", "b", "-o", "go-template={{.data.k | base64decode}}"), "b")
        self.assertEqual(self.ns("get", "secrets", "-o", "custom-columns=N:.metadata.name,T:.type", "--no-headers").split(),
                         ["a", "Opaque", "b", "Opaque", "c", "Opaque"])
        self.assertRegex(self.ns("get", "secrets", "--sort-by=.data.k", "-o", "name"), r"a\nsecret/b\nsecret/c")

    def test_selects_by_labels(self):
        for selector, names in (("tier=web", ["secret/a", "secret/b"]), ("tier!=web", ["secret/c"]),
                                ("tier in (db,x)", ["secret/c"]), ("tier notin (web)", ["secret/c"]), ("!tier", []),
                                ("tier", ["secret/a", "secret/b", "secret/c"]), ("tier=none", [])):
            with self.subTest(selector):
                self.assertEqual(self.names("-l", selector), names)

    def test_selects_by_fields(self):
        self.assertEqual(self.names("--field-selector", "metadata.name=b"), ["secret/b"])
        self.assertEqual(self.names("--field-selector", "metadata.name!=b,type=Opaque"), ["secret/a", "secret/c"])
        self.refused(r'field label not supported|"data.k" is not a known field selector|not a known', "get", "secrets",
                     "--field-selector", "data.k=a")

    def test_reads_in_chunks(self):
        self.assertEqual(self.names("--chunk-size=1"), ["secret/a", "secret/b", "secret/c"])
        self.assertEqual(self.names("--chunk-size=2"), ["secret/a", "secret/b", "secret/c"])

    def test_reads_all_namespaces(self):
        lines = self.kubectl("get", "secrets", "-A", "-l", "tier=db").splitlines()
        self.assertRegex(lines[0], r"^NAMESPACE +NAME")
        self.assertTrue(any(line.split()[:2] == [self.namespace, "c"] for line in lines), lines)

    def test_says_what_is_not_there(self):
        self.refused(r'Error from server \(NotFound\): secrets "none" not found', "get", "secret", "none")
        self.refused(r'the server doesn\'t have a resource type "nonsense"', "get", "nonsense")
        self.assertEqual(self.ns("get", "secret", "none", "--ignore-not-found"), "")
        done = self.run_kubectl("-n", self.namespace, "get", "jobs")
        self.assertEqual((done.code, done.out), (0, ""))
        self.assertIn(f"No resources found in {self.namespace} namespace.", done.err)

    def test_asks_by_short_names_groups_and_several_at_once(self):
        self.ns("create", "configmap", "m")
        self.assertIn("configmap/m", self.ns("get", "cm", "-o", "name"))
        self.assertEqual(self.ns("get", "jobs.v1.batch", "-o", "name"), "")
        out = self.ns("get", "secret/a", "configmap/m", "-o", "name").split()
        self.assertEqual(out, ["secret/a", "configmap/m"])
        self.assertIn("secret/a", self.ns("get", "cm,secrets", "-o", "name"))

    def test_watches(self):
        with self.watching("get", "secrets", "-w", "--output-watch-events") as watch:
            watch.until(r"^ADDED +c +Opaque")
            self.ns("create", "secret", "generic", "later", "--from-literal=x=1")
            watch.until(r"^ADDED +later +Opaque +1 ")
            self.ns("patch", "secret", "later", "-p", '{"stringData":{"y":"2"}}')
            watch.until(r"^MODIFIED +later +Opaque +2 ")
            self.ns("delete", "secret", "later")
            watch.until(r"^DELETED +later +Opaque +2 ")

    def test_watches_one_object_and_selected_ones(self):
        with self.watching("get", "secret", "a", "-w", "-o", "name") as one, \
                self.watching("get", "secrets", "-l", "tier=db", "--watch-only", "-o", "name") as selected:
            one.until(r"^secret/a$")
            self.until_watched("secrets", "metadata.name=a")
            self.until_watched("secrets", "tier=db")
            self.ns("label", "secret", "b", "tier=db", "--overwrite")
            selected.until(r"^secret/b$")
            self.ns("label", "secret", "a", "seen=yes")
            one.until(r"^secret/a$")

    def test_speaks_raw(self):
        found = json.loads(self.kubectl("get", "--raw", f"/api/v1/namespaces/{self.namespace}/secrets/a"))
        self.assertEqual(found["metadata"]["name"], "a")
        self.assertEqual(self.kubectl("get", "--raw", "/readyz"), "ok")


if __name__ == "__main__":
    main(sys.modules[__name__])
