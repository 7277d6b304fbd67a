# shellcheck shell=bash disable=SC2154  # sourced by ci/bench
# The image's client against the least that can make the same requests: a static program around the same libcurl. Both
# with a bearer token and TLS, as in a cluster.
shipped=build/image/acmedns-selfreg.root/acmedns-selfreg
gcc -Os -static -Ibuild/static-deps/include -o "$work/minimal" ci/bench.d/minimal.c build/static-deps/lib/libcurl.a -lssl \
  -lcrypto 2>"$work/minimal.log" || { cat "$work/minimal.log" >&2; exit 1; }
strip "$work/minimal"

# A kubeconfig with the token: the client certificate of the other one would cost the mock, not the client.
url=$(jq -r .url "$work/kube.json")
ca=$(awk '/certificate-authority-data:/ {print $2}' "$KUBECONFIG")
base64 -d <<<"$ca" >"$work/kube-ca.crt"
cat >"$work/kubeconfig.token" <<YAML
apiVersion: v1
kind: Config
current-context: bench
contexts: [{name: bench, context: {cluster: bench, user: bench}}]
clusters: [{name: bench, cluster: {server: "$url", certificate-authority-data: $ca}}]
users: [{name: bench, user: {token: bench-token}}]
YAML
check=("$shipped" check --verify-dns off --kubeconfig "$work/kubeconfig.token")
"$shipped" register --verify-dns off --kubeconfig "$work/kubeconfig.token" >/dev/null 2>&1
export MINIMAL_SECRET_URL=$url/api/v1/namespaces/default/secrets/$CLIENT_SECRET_NAME MINIMAL_KUBE_CA=$work/kube-ca.crt
export MINIMAL_KUBE_HEADER='Authorization: Bearer bench-token' MINIMAL_UPDATE_URL=$ACME_DNS_API/update
account=$(curl -fsS --cacert "$work/kube-ca.crt" -H "$MINIMAL_KUBE_HEADER" "$MINIMAL_SECRET_URL" |
  jq -r '.data["acmedns.json"] | @base64d | fromjson | .[]')
MINIMAL_ACME_USER="X-Api-User: $(jq -r .username <<<"$account")"
MINIMAL_ACME_KEY="X-Api-Key: $(jq -r .password <<<"$account")"
MINIMAL_UPDATE=$(jq -c '{subdomain, txt: ("x" * 43)}' <<<"$account")
export MINIMAL_ACME_USER MINIMAL_ACME_KEY MINIMAL_UPDATE

# In turns, so that whatever else the machine does falls on both.
for round in 1 2 3 4 5 6 7; do
  hyperfine -N --warmup 3 --runs 40 --export-json "$work/image-$round.json" "${check[*]}" "$work/minimal" >/dev/null 2>&1 ||
    { echo "ci/bench: the image's client or the minimal program fails:" >&2; "${check[@]}" >&2; "$work/minimal"; exit 1; }
done
jq -rs --arg size "$(stat -c %s build/image/acmedns-selfreg.oci.tar)" --arg a "$(stat -c %s "$shipped")" \
  --arg b "$(stat -c %s "$work/minimal")" '
  def ms: . * 100000 | round / 100;
  def middle: sort | .[length / 2 | floor];
  def line(of): "median \(map(of.median) | middle | ms) ms, CPU \(map(of | .user + .system) | middle | ms) ms";
  "image                  \($size) bytes (at most 10000000)",
  "check, image client    \(line(.results[0])), program \($a) bytes",
  "minimal static libcurl \(line(.results[1])), program \($b) bytes",
  "ratio client/minimal   time \(map(.results[0].median / .results[1].median) | middle * 100 | round / 100) (at most 2)"' \
  "$work"/image-?.json
