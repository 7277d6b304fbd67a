#!/usr/bin/python3
"""The Python client library (Debian's python3-kubernetes) against mock-kubeapi.

Run by with-cluster.
"""
import base64
import json
import os
import sys
import threading
import unittest
import urllib.request
import uuid

try:
    from kubernetes import client, config, dynamic, utils, watch
    from kubernetes.client.rest import ApiException
except ImportError:
    sys.exit("no python3-kubernetes; run ci/setup interop")

MERGE = "application/merge-patch+json"
JSON_PATCH = "application/json-patch+json"
STRATEGIC = "application/strategic-merge-patch+json"
WATCH_SECONDS = 20


def client_of(token):
    """An API client that sends `token`."""
    settings = client.Configuration(host=os.environ["KUBE_URL"])
    settings.ssl_ca_cert = os.environ["KUBE_CA_FILE"]
    settings.api_key = {"authorization": "Bearer " + token}
    return client.ApiClient(settings)


def decoded(secret):
    return {key: base64.b64decode(value).decode() for key, value in (secret.data or {}).items()}


class Library(unittest.TestCase):
    def setUp(self):
        config.load_kube_config()
        self.core = client.CoreV1Api()
        self.namespace = "py-" + uuid.uuid4().hex[:8]
        self.core.create_namespace(client.V1Namespace(metadata=client.V1ObjectMeta(name=self.namespace)))

    def tearDown(self):
        self.core.delete_namespace(self.namespace)

    def make_secret(self, name, labels=None, **data):
        return self.core.create_namespaced_secret(
            self.namespace,
            client.V1Secret(metadata=client.V1ObjectMeta(name=name, labels=labels), string_data=data))

    def refused(self, status, call, *arguments, **options):
        with self.assertRaises(ApiException) as caught:
            call(*arguments, **options)
        self.assertEqual(caught.exception.status, status, caught.exception.body)
        return caught.exception

    # Objects

    def test_objects_are_created_read_replaced_and_deleted(self):
        made = self.make_secret("s", acme="{}")
        self.assertEqual((made.type, decoded(made)), ("Opaque", {"acme": "{}"}))
        self.assertIsNotNone(made.metadata.creation_timestamp.tzinfo)
        read = self.core.read_namespaced_secret("s", self.namespace)
        self.assertEqual(read.metadata.uid, made.metadata.uid)
        read.string_data = {"more": "x"}
        replaced = self.core.replace_namespaced_secret("s", self.namespace, read)
        self.assertEqual(decoded(replaced), {"acme": "{}", "more": "x"})
        self.assertGreater(int(replaced.metadata.resource_version), int(made.metadata.resource_version))
        stale = self.refused(409, self.core.replace_namespaced_secret, "s", self.namespace, read)
        self.assertIn("the object has been modified", stale.body)
        gone = self.core.delete_namespaced_secret("s", self.namespace)
        self.assertEqual(gone.status, "Success")
        self.refused(404, self.core.read_namespaced_secret, "s", self.namespace)

    def test_a_dry_run_changes_nothing(self):
        dry = self.core.create_namespaced_config_map(
            self.namespace, client.V1ConfigMap(metadata=client.V1ObjectMeta(name="c")), dry_run="All")
        self.assertEqual(dry.metadata.name, "c")
        self.refused(404, self.core.read_namespaced_config_map, "c", self.namespace)

    def test_invalid_objects_are_told_field_by_field(self):
        error = self.refused(422, self.make_secret, "Bad_Name")
        self.assertIn("metadata.name: Invalid value", error.body)
        self.assertEqual(error.reason, "Unprocessable Entity")

    # Lists

    def test_lists_are_selected_and_chunked(self):
        for index in range(5):
            self.make_secret(f"s{index}", labels={"odd": str(index % 2)})
        odd = self.core.list_namespaced_secret(self.namespace, label_selector="odd=1")
        self.assertEqual([item.metadata.name for item in odd.items], ["s1", "s3"])
        one = self.core.list_namespaced_secret(self.namespace, field_selector="metadata.name=s4,type=Opaque")
        self.assertEqual([item.metadata.name for item in one.items], ["s4"])
        names, proceed = [], None
        while proceed != "":
            page = self.core.list_namespaced_secret(self.namespace, limit=2, _continue=proceed)
            names += [item.metadata.name for item in page.items]
            proceed = page.metadata._continue or ""
        self.assertEqual(names, ["s0", "s1", "s2", "s3", "s4"])
        everywhere = self.core.list_secret_for_all_namespaces(label_selector="odd=0")
        self.assertLessEqual({"s0", "s2", "s4"}, {item.metadata.name for item in everywhere.items})
        self.core.delete_collection_namespaced_secret(self.namespace, label_selector="odd")
        self.assertEqual(self.core.list_namespaced_secret(self.namespace).items, [])

    # Patches

    def test_patches_of_each_type(self):
        secrets = dynamic.DynamicClient(client.ApiClient()).resources.get(api_version="v1", kind="Secret")
        self.make_secret("s", a="1", b="2")

        def patch(body, content_type):
            return secrets.patch(body=body, name="s", namespace=self.namespace, content_type=content_type)

        merged = patch({"stringData": {"a": "3"}, "data": {"b": None}, "metadata": {"labels": {"x": "y"}}}, MERGE)
        self.assertEqual(merged.to_dict()["data"], {"a": base64.b64encode(b"3").decode()})
        patched = patch([{"op": "test", "path": "/metadata/labels/x", "value": "y"},
                         {"op": "replace", "path": "/metadata/labels/x", "value": "z"}], JSON_PATCH)
        self.assertEqual(patched.metadata.labels.x, "z")
        strategic = patch({"metadata": {"finalizers": ["example.com/hold"]}}, STRATEGIC)
        self.assertEqual(strategic.metadata.finalizers, ["example.com/hold"])
        removed = patch({"metadata": {"$deleteFromPrimitiveList/finalizers": ["example.com/hold"]}}, STRATEGIC)
        self.assertIsNone(removed.metadata.finalizers)
        # What the typed client sends for a dict.
        typed = self.core.patch_namespaced_secret("s", self.namespace, {"metadata": {"annotations": {"n": "1"}}})
        self.assertEqual(typed.metadata.annotations, {"n": "1"})

    def test_server_side_apply_keeps_owners_apart(self):
        secrets = dynamic.DynamicClient(client.ApiClient()).resources.get(api_version="v1", kind="Secret")

        def apply(manager, data, force=None):
            body = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s", "namespace": self.namespace},
                    "data": data}
            query = [("fieldManager", manager)] + ([("force", "true")] if force else [])
            return client.ApiClient().call_api(
                f"/api/v1/namespaces/{self.namespace}/secrets/s", "PATCH", body=json.dumps(body), query_params=query,
                header_params={"Content-Type": "application/apply-patch+yaml", "Accept": "application/json"},
                auth_settings=["BearerToken"], response_type="V1Secret", _return_http_data_only=True)

        apply("one", {"a": "MQ=="})
        apply("two", {"b": "MQ=="})
        with self.assertRaises(ApiException) as caught:
            apply("two", {"a": "Mg==", "b": "MQ=="})
        self.assertEqual(caught.exception.status, 409)
        self.assertIn('conflict with \\"one\\": .data.a', caught.exception.body)
        forced = apply("two", {"a": "Mg==", "b": "MQ=="}, force=True)
        self.assertEqual(forced.data, {"a": "Mg==", "b": "MQ=="})
        left = apply("two", {})
        self.assertIsNone(left.data)
        self.assertEqual(secrets.get(name="s", namespace=self.namespace).metadata.name, "s")

    # Watches

    def test_a_watch_sees_each_change_once_and_resumes(self):
        start = self.core.list_namespaced_secret(self.namespace).metadata.resource_version

        def change():
            self.make_secret("w", a="1")
            self.core.patch_namespaced_secret("w", self.namespace, {"stringData": {"a": "2"}})
            self.core.delete_namespaced_secret("w", self.namespace)

        writer = threading.Thread(target=change)
        writer.start()
        seen = []
        stream = watch.Watch()
        for event in stream.stream(self.core.list_namespaced_secret, self.namespace, resource_version=start,
                                   timeout_seconds=WATCH_SECONDS):
            seen.append((event["type"], decoded(event["object"])["a"], event["object"].metadata.resource_version))
            if event["type"] == "DELETED":
                stream.stop()
        writer.join()
        self.assertEqual([step[:2] for step in seen], [("ADDED", "1"), ("MODIFIED", "2"), ("DELETED", "2")])
        again = watch.Watch()
        rest = [event["type"] for event in again.stream(
            self.core.list_namespaced_secret, self.namespace, resource_version=seen[0][2], timeout_seconds=1)]
        self.assertEqual(rest, ["MODIFIED", "DELETED"])

    def test_a_watch_from_a_version_of_the_future_or_past_is_refused(self):
        with self.assertRaises(ApiException) as caught:
            list(watch.Watch().stream(self.core.list_namespaced_secret, self.namespace, resource_version="nonsense",
                                      timeout_seconds=1))
        self.assertEqual(caught.exception.status, 500)  # as the real server: it has no better answer
        self.assertIn(b"resourceVersion: Invalid value", caught.exception.body)

    def test_a_watch_from_a_forgotten_version_is_told_so(self):
        start = self.core.list_namespaced_secret(self.namespace).metadata.resource_version
        self.make_secret("s", a="1")
        urllib.request.urlopen(urllib.request.Request(os.environ["KUBE_CONTROL_URL"] + "/compact", method="POST"),
                               timeout=WATCH_SECONDS).close()
        with self.assertRaises(ApiException) as caught:
            list(watch.Watch().stream(self.core.list_namespaced_secret, self.namespace, resource_version=start,
                                      timeout_seconds=WATCH_SECONDS))
        self.assertEqual(caught.exception.status, 410)
        again = self.core.list_namespaced_secret(self.namespace)
        self.assertEqual([item.metadata.name for item in again.items], ["s"])

    # Rights

    def test_rights_follow_roles_and_bindings(self):
        user = client.CoreV1Api(client_of(os.environ["USER_TOKEN"]))
        error = self.refused(403, user.list_namespaced_secret, self.namespace)
        self.assertIn('User \\"lab-user\\" cannot list resource \\"secrets\\"', error.body)
        self.refused(401, client.CoreV1Api(client_of("no-such-token")).list_namespaced_secret, self.namespace)
        rbac = client.RbacAuthorizationV1Api()
        rbac.create_namespaced_role(self.namespace, client.V1Role(
            metadata=client.V1ObjectMeta(name="reader"),
            rules=[client.V1PolicyRule(api_groups=[""], resources=["secrets"], verbs=["get", "list"])]))
        rbac.create_namespaced_role_binding(self.namespace, client.V1RoleBinding(
            metadata=client.V1ObjectMeta(name="reader"),
            role_ref=client.V1RoleRef(api_group="rbac.authorization.k8s.io", kind="Role", name="reader"),
            subjects=[client.V1Subject(kind="User", name="lab-user", api_group="rbac.authorization.k8s.io")]))
        self.assertEqual(user.list_namespaced_secret(self.namespace).items, [])
        review = client.AuthorizationV1Api(client_of(os.environ["USER_TOKEN"])).create_self_subject_access_review(
            client.V1SelfSubjectAccessReview(spec=client.V1SelfSubjectAccessReviewSpec(
                resource_attributes=client.V1ResourceAttributes(namespace=self.namespace, verb="get",
                                                                resource="secrets"))))
        self.assertTrue(review.status.allowed)
        rbac.delete_namespaced_role_binding("reader", self.namespace)
        self.refused(403, user.list_namespaced_secret, self.namespace)

    def test_a_service_account_lives_by_its_token(self):
        self.core.create_namespaced_service_account(
            self.namespace, client.V1ServiceAccount(metadata=client.V1ObjectMeta(name="bot")))
        request = client.AuthenticationV1TokenRequest(
            spec=client.V1TokenRequestSpec(audiences=["https://kubernetes.default.svc.cluster.local"],
                                           expiration_seconds=600))
        token = self.core.create_namespaced_service_account_token("bot", self.namespace, request).status.token
        bot = client.CoreV1Api(client_of(token))
        error = self.refused(403, bot.list_namespaced_secret, self.namespace)
        self.assertIn(f"system:serviceaccount:{self.namespace}:bot", error.body)
        review = client.AuthenticationV1Api().create_token_review(
            client.V1TokenReview(spec=client.V1TokenReviewSpec(token=token)))
        self.assertEqual(review.status.user.username, f"system:serviceaccount:{self.namespace}:bot")
        self.core.delete_namespaced_service_account("bot", self.namespace)
        self.refused(401, bot.list_namespaced_secret, self.namespace)

    # Other kinds

    def test_jobs_cron_jobs_events_and_leases(self):
        batch = client.BatchV1Api()
        template = client.V1PodTemplateSpec(spec=client.V1PodSpec(
            restart_policy="Never", containers=[client.V1Container(name="c", image="i")]))
        job = batch.create_namespaced_job(self.namespace, client.V1Job(
            metadata=client.V1ObjectMeta(name="j"), spec=client.V1JobSpec(template=template, backoff_limit=0)))
        self.assertEqual(job.spec.backoff_limit, 0)
        cron = batch.create_namespaced_cron_job(self.namespace, client.V1CronJob(
            metadata=client.V1ObjectMeta(name="c"),
            spec=client.V1CronJobSpec(schedule="6 1 * * *", job_template=client.V1JobTemplateSpec(
                spec=client.V1JobSpec(template=template)))))
        self.assertEqual(cron.spec.concurrency_policy, "Allow")
        event = self.core.create_namespaced_event(self.namespace, client.CoreV1Event(
            metadata=client.V1ObjectMeta(generate_name="e-"), reason="Registered", type="Normal", message="m",
            involved_object=client.V1ObjectReference(kind="Job", name="j", namespace=self.namespace)))
        # As it comes: the library wants an eventTime, which events of the old kind lack.
        same = json.loads(client.EventsV1Api().read_namespaced_event(
            event.metadata.name, self.namespace, _preload_content=False).data)
        self.assertEqual((same["note"], same["regarding"]["name"], same["eventTime"]), ("m", "j", None))
        about = self.core.list_namespaced_event(self.namespace, field_selector="involvedObject.name=j,reason=Registered")
        self.assertEqual([item.metadata.name for item in about.items], [event.metadata.name])
        leases = client.CoordinationV1Api()
        lease = leases.create_namespaced_lease(self.namespace, client.V1Lease(
            metadata=client.V1ObjectMeta(name="l"), spec=client.V1LeaseSpec(holder_identity="a")))
        first = lease.metadata.resource_version
        lease.spec.holder_identity = "b"
        self.assertEqual(leases.replace_namespaced_lease("l", self.namespace, lease).spec.holder_identity, "b")
        lease.metadata.resource_version = first
        self.refused(409, leases.replace_namespaced_lease, "l", self.namespace, lease)

    def test_custom_objects_follow_their_definition(self):
        group = f"{self.namespace}.example.com"
        extensions = client.ApiextensionsV1Api()
        extensions.create_custom_resource_definition(client.V1CustomResourceDefinition(
            metadata=client.V1ObjectMeta(name=f"gadgets.{group}"),
            spec=client.V1CustomResourceDefinitionSpec(
                group=group, scope="Namespaced",
                names=client.V1CustomResourceDefinitionNames(kind="Gadget", plural="gadgets"),
                versions=[client.V1CustomResourceDefinitionVersion(
                    name="v1", served=True, storage=True, schema=client.V1CustomResourceValidation(
                        open_apiv3_schema=client.V1JSONSchemaProps(type="object", properties={
                            "spec": client.V1JSONSchemaProps(type="object", properties={
                                "size": client.V1JSONSchemaProps(type="integer", maximum=3)})})))])))
        self.addCleanup(extensions.delete_custom_resource_definition, f"gadgets.{group}")
        custom = client.CustomObjectsApi()
        made = custom.create_namespaced_custom_object(group, "v1", self.namespace, "gadgets", {
            "apiVersion": f"{group}/v1", "kind": "Gadget", "metadata": {"name": "g"}, "spec": {"size": 2}})
        self.assertEqual(made["spec"], {"size": 2})
        with self.assertRaises(ApiException) as caught:
            custom.create_namespaced_custom_object(group, "v1", self.namespace, "gadgets", {
                "apiVersion": f"{group}/v1", "kind": "Gadget", "metadata": {"name": "h"}, "spec": {"size": 4}})
        self.assertEqual(caught.exception.status, 422)
        kinds = dynamic.DynamicClient(client.ApiClient()).resources.get(api_version=f"{group}/v1", kind="Gadget")
        self.assertEqual([item.metadata.name for item in kinds.get(namespace=self.namespace).items], ["g"])

    def test_manifests_are_created_from_yaml(self):
        path = os.path.join(os.environ["WORK"], "manifest.yaml")
        with open(path, "w", encoding="utf-8") as file:
            file.write("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a: '1'}\n---\n"
                       "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: r}\nrules: []\n")
        utils.create_from_yaml(client.ApiClient(), path, namespace=self.namespace)
        self.assertEqual(self.core.read_namespaced_config_map("c", self.namespace).data, {"a": "1"})
        self.assertIsNone(client.RbacAuthorizationV1Api().read_namespaced_role("r", self.namespace).rules)

    def test_discovery_names_what_is_served(self):
        self.assertTrue(client.VersionApi().get_code().git_version.startswith("v1."))
        groups = {group.name for group in client.ApisApi().get_api_versions().groups}
        self.assertLessEqual({"batch", "rbac.authorization.k8s.io", "coordination.k8s.io", "events.k8s.io"}, groups)
        core = {resource.name: resource for resource in client.CoreV1Api().get_api_resources().resources}
        self.assertEqual(core["secrets"].kind, "Secret")
        self.assertIn("serviceaccounts/token", core)

    def test_a_namespace_takes_its_objects_along(self):
        name = self.namespace + "-b"
        self.core.create_namespace(client.V1Namespace(metadata=client.V1ObjectMeta(name=name)))
        self.core.create_namespaced_secret(name, client.V1Secret(metadata=client.V1ObjectMeta(name="s")))
        stream = watch.Watch()
        self.core.delete_namespace(name)
        start = self.core.list_namespace().metadata.resource_version
        if any(item.metadata.name == name for item in self.core.list_namespace().items):
            for event in stream.stream(self.core.list_namespace, resource_version=start, timeout_seconds=WATCH_SECONDS,
                                       field_selector=f"metadata.name={name}"):
                if event["type"] == "DELETED":
                    stream.stop()
        self.refused(404, self.core.read_namespace, name)
        self.assertEqual(self.core.list_namespaced_secret(name).items, [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
