// The JavaScript client library (@kubernetes/client-node) against mock-kubeapi. Run by with-cluster; the library is
// looked for in $SELFREG_TOOLS (ci/setup interop).
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { after, before, test } from 'node:test';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const tools = process.env.SELFREG_TOOLS ?? path.resolve(import.meta.dirname, '../../build/tools');
if (!fs.existsSync(path.join(tools, 'node_modules/@kubernetes/client-node'))) {
  console.error(`no @kubernetes/client-node in ${tools}; run ci/setup interop`);
  process.exit(1);
}
const library = createRequire(path.join(tools, 'package.json')).resolve('@kubernetes/client-node');
const k8s = await import(pathToFileURL(library).href);
const { PatchStrategy, setHeaderOptions } = k8s;

const waitMs = 20_000;
const namespace = `js-${Math.random().toString(16).slice(2, 10)}`;
const base64 = (text) => Buffer.from(text).toString('base64');

const config = new k8s.KubeConfig();
config.loadFromFile(process.env.KUBECONFIG);
const core = config.makeApiClient(k8s.CoreV1Api);
const rbac = config.makeApiClient(k8s.RbacAuthorizationV1Api);
const batch = config.makeApiClient(k8s.BatchV1Api);

/** A configuration for the same cluster with another token. */
function configOf(token) {
  const other = new k8s.KubeConfig();
  other.loadFromOptions({
    clusters: config.clusters,
    users: [{ name: 'u', token }],
    contexts: [{ name: 'c', user: 'u', cluster: config.getCurrentCluster().name }],
    currentContext: 'c',
  });
  return other;
}

/** Waits until `check` gives something true, at most waitMs; says what it waited for. */
async function until(what, check) {
  const deadline = Date.now() + waitMs;
  for (;;) {
    const found = await check();
    if (found) return found;
    assert.ok(Date.now() < deadline, `waited ${waitMs} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function refusal(promise) {
  try {
    await promise;
  } catch (error) {
    return { code: error.code, body: typeof error.body === 'string' ? JSON.parse(error.body) : error.body };
  }
  throw new assert.AssertionError({ message: 'the request was not refused' });
}

const makeSecret = (name, stringData, labels) =>
  core.createNamespacedSecret({ namespace, body: { metadata: { name, labels }, stringData } });

before(() => core.createNamespace({ body: { metadata: { name: namespace } } }));
after(() => core.deleteNamespace({ name: namespace }));

test('objects are created, read, replaced, listed and deleted', async () => {
  const made = await makeSecret('crud', { acme: '{}' });
  assert.equal(made.type, 'Opaque');
  assert.deepEqual(made.data, { acme: base64('{}') });
  assert.ok(made.metadata.creationTimestamp instanceof Date);
  const read = await core.readNamespacedSecret({ name: 'crud', namespace });
  read.data.more = base64('x');
  const replaced = await core.replaceNamespacedSecret({ name: 'crud', namespace, body: read });
  assert.deepEqual(Object.keys(replaced.data), ['acme', 'more']);
  const stale = await refusal(core.replaceNamespacedSecret({ name: 'crud', namespace, body: read }));
  assert.equal(stale.code, 409);
  assert.equal(stale.body.reason, 'Conflict');
  const listed = await core.listNamespacedSecret({ namespace, fieldSelector: 'metadata.name=crud' });
  assert.deepEqual(listed.items.map((item) => item.metadata.name), ['crud']);
  assert.equal((await core.deleteNamespacedSecret({ name: 'crud', namespace })).status, 'Success');
  assert.equal((await refusal(core.readNamespacedSecret({ name: 'crud', namespace }))).code, 404);
});

test('patches of each type', async () => {
  await makeSecret('patch', { a: '1', b: '2' });
  const patch = (body, strategy, options = {}) =>
    core.patchNamespacedSecret({ name: 'patch', namespace, body, ...options }, setHeaderOptions('Content-Type', strategy));
  const merged = await patch({ data: { b: null }, metadata: { labels: { x: 'y' } } }, PatchStrategy.MergePatch);
  assert.deepEqual(merged.data, { a: base64('1') });
  const patched = await patch([{ op: 'replace', path: '/metadata/labels/x', value: 'z' }], PatchStrategy.JsonPatch);
  assert.deepEqual(patched.metadata.labels, { x: 'z' });
  const strategic = await patch({ metadata: { annotations: { n: '1' } } }, PatchStrategy.StrategicMergePatch);
  assert.deepEqual(strategic.metadata.annotations, { n: '1' });
  const applied = await patch(
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'patch' }, data: { c: base64('3') } },
    PatchStrategy.ServerSideApply, { fieldManager: 'js' });
  assert.deepEqual(applied.data, { a: base64('1'), c: base64('3') });
  const conflict = await refusal(patch(
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'patch' }, data: { a: base64('9') } },
    PatchStrategy.ServerSideApply, { fieldManager: 'js' }));
  assert.equal(conflict.code, 409);
  assert.equal(conflict.body.details.causes[0].reason, 'FieldManagerConflict');
});

test('the object API works on any kind', async () => {
  const objects = k8s.KubernetesObjectApi.makeApiClient(config);
  const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'any', namespace }, data: { a: '1' } };
  await objects.create(body);
  const patched = await objects.patch({ ...body, data: { b: '2' } });
  assert.deepEqual(patched.data, { a: '1', b: '2' });
  assert.deepEqual((await objects.read(body)).data, { a: '1', b: '2' });
  assert.deepEqual((await objects.list('v1', 'ConfigMap', namespace)).items
    .map((item) => item.metadata.name).filter((name) => name === 'any'), ['any']);
  await objects.delete(body);
});

test('a watch sees each change in order', async () => {
  const start = (await core.listNamespacedConfigMap({ namespace })).metadata.resourceVersion;
  const seen = [];
  const request = await new k8s.Watch(config).watch(
    `/api/v1/namespaces/${namespace}/configmaps`, { resourceVersion: start, allowWatchBookmarks: true },
    (type, object) => { if (object.metadata.name === 'watched') seen.push([type, object.data?.a]); },
    () => {});
  const body = { metadata: { name: 'watched' }, data: { a: '1' } };
  await core.createNamespacedConfigMap({ namespace, body });
  await core.replaceNamespacedConfigMap({ name: 'watched', namespace, body: { ...body, data: { a: '2' } } });
  await core.deleteNamespacedConfigMap({ name: 'watched', namespace });
  await until('three events', () => seen.length >= 3);
  request.abort();
  assert.deepEqual(seen, [['ADDED', '1'], ['MODIFIED', '2'], ['DELETED', '2']]);
});

test('an informer keeps up, also after its history is gone', async (context) => {
  const informer = k8s.makeInformer(
    config, `/api/v1/namespaces/${namespace}/secrets`,
    () => core.listNamespacedSecret({ namespace, labelSelector: 'informed' }), 'informed');
  context.after(() => informer.stop());  // else its watch keeps the process
  const seen = [];
  for (const verb of ['add', 'update', 'delete']) {
    informer.on(verb, (object) => seen.push(`${verb} ${object.metadata.name}`));
  }
  const errors = [];
  informer.on('error', (error) => { if (error.type !== 'aborted') errors.push(error); });  // stop() aborts
  await makeSecret('i1', { a: '1' }, { informed: '' });
  await informer.start();
  await until('the Secret that was there', () => seen.includes('add i1'));
  await makeSecret('i2', { a: '1' }, { informed: '' });
  await makeSecret('other', { a: '1' });
  await until('the new Secret', () => seen.includes('add i2'));
  await core.patchNamespacedSecret({ name: 'i2', namespace, body: { stringData: { a: '2' } } },
    setHeaderOptions('Content-Type', PatchStrategy.MergePatch));
  await until('its change', () => seen.includes('update i2'));
  assert.equal(informer.get('i2', namespace).data.a, base64('2'));

  // A stop loses the watch, and the history from there on is forgotten: what happens meanwhile is found by a new list.
  await informer.stop();
  await core.deleteNamespacedSecret({ name: 'i1', namespace });
  await makeSecret('i3', { a: '1' }, { informed: '' });
  assert.equal((await fetch(`${process.env.KUBE_CONTROL_URL}/compact`, { method: 'POST' })).status, 200);
  await informer.start();
  await until('what happened meanwhile', () => seen.includes('delete i1') && seen.includes('add i3'));
  await makeSecret('i4', { a: '1' }, { informed: '' });
  await until('that it watches again', () => seen.includes('add i4'));
  assert.deepEqual(informer.list(namespace).map((object) => object.metadata.name).sort(), ['i2', 'i3', 'i4']);
  assert.ok(!seen.some((entry) => entry.endsWith('other')), 'the selector was not heeded');
  await informer.stop();
  assert.deepEqual(errors, []);
});

test('rights follow roles and bindings', async () => {
  const user = configOf(process.env.USER_TOKEN).makeApiClient(k8s.CoreV1Api);
  const denied = await refusal(user.listNamespacedSecret({ namespace }));
  assert.equal(denied.code, 403);
  assert.match(denied.body.message, /User "lab-user" cannot list resource "secrets"/);
  const stranger = configOf('no-such-token').makeApiClient(k8s.CoreV1Api);
  assert.equal((await refusal(stranger.listNamespacedSecret({ namespace }))).code, 401);
  await rbac.createNamespacedRole({
    namespace, body: { metadata: { name: 'r' }, rules: [{ apiGroups: [''], resources: ['secrets'], verbs: ['list'] }] },
  });
  await rbac.createNamespacedRoleBinding({
    namespace,
    body: {
      metadata: { name: 'r' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'r' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'lab-user' }],
    },
  });
  assert.ok((await user.listNamespacedSecret({ namespace })).items.length > 0);
});

test('a service account works by its token', async () => {
  await core.createNamespacedServiceAccount({ namespace, body: { metadata: { name: 'bot' } } });
  const request = await core.createNamespacedServiceAccountToken({
    name: 'bot', namespace,
    body: { spec: { audiences: ['https://kubernetes.default.svc.cluster.local'], expirationSeconds: 600 } },
  });
  const own = configOf(request.status.token);
  const review = await own.makeApiClient(k8s.AuthenticationV1Api).createSelfSubjectReview({ body: {} });
  assert.equal(review.status.userInfo.username, `system:serviceaccount:${namespace}:bot`);
  assert.equal((await refusal(own.makeApiClient(k8s.CoreV1Api).listNamespacedSecret({ namespace }))).code, 403);
});

test('jobs and cron jobs get their defaults', async () => {
  const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] } };
  const job = await batch.createNamespacedJob({ namespace, body: { metadata: { name: 'j' }, spec: { template } } });
  assert.equal(job.spec.backoffLimit, 6);
  const cron = await batch.createNamespacedCronJob({
    namespace, body: { metadata: { name: 'c' }, spec: { schedule: '6 1 * * *', jobTemplate: { spec: { template } } } },
  });
  assert.equal(cron.spec.successfulJobsHistoryLimit, 3);
  await batch.deleteNamespacedJob({ name: 'j', namespace, propagationPolicy: 'Background' });
});
