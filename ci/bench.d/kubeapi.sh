# shellcheck shell=bash disable=SC2154  # sourced by ci/bench
# mock-kubeapi under wrk. The figures of the real server were taken on a machine of this size: kube-apiserver 1.26 + etcd.
declare -A real=([get]=2750 [create]=860 [merge]=950 [apply]=310)
url=$(jq -r .url "$work/kube.json")
export BENCH_TOKEN=bench-token
rss() { awk '/VmRSS/ {print $2}' "/proc/$kube_pid/status"; }
api() {
  curl -fsS -o /dev/null -k -H "Authorization: Bearer $BENCH_TOKEN" "$@"
}
fresh_kb=$(rss)
python3 - "$url" <<'PY'
import http.client, json, ssl, sys, urllib.parse
url = urllib.parse.urlsplit(sys.argv[1])
connection = http.client.HTTPSConnection(url.hostname, url.port, context=ssl._create_unverified_context())
for number in range(10000):
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": f"m-{number}"}, "data": {"acmedns.json": "e30="}}
    connection.request("POST", "/api/v1/namespaces/default/secrets", json.dumps(secret),
                       {"Authorization": "Bearer bench-token", "Content-Type": "application/json"})
    answer = connection.getresponse()
    answer.read()
    assert answer.status == 201, answer.status
PY
full_kb=$(rss)
# One request for the collection: kubectl deletes one by one.
api -X DELETE "$url/api/v1/namespaces/default/secrets"
for i in $(seq 0 99); do
  api -X POST "$url/api/v1/namespaces/default/secrets" -H 'Content-Type: application/json' \
    -d "{\"metadata\":{\"name\":\"bench-$i\"},\"data\":{\"acmedns.json\":\"e30=\"}}"
done
printf '%-8s %12s %14s %10s %8s\n' request connections 'per second' 'real' ratio
for mode in get create merge apply; do
  for connections in 1 4; do
    threads=$((connections > 2 ? 2 : 1))
    result=$(BENCH_MODE=$mode BENCH_RUN=$connections wrk -t "$threads" -c "$connections" -d 3s -s ci/bench.d/secrets.lua "$url" | tail -n 1)
    read -r _ rate errors <<<"$result"
    [ "$errors" = 0 ] || { echo "ci/bench: $mode had $errors failed requests" >&2; exit 1; }
    awk -v m="$mode" -v c="$connections" -v r="$rate" -v real="${real[$mode]}" \
      'BEGIN { printf "%-8s %12d %14.0f %10d %7.1fx\n", m, c, r, real, r / real }'
  done
done
awk -v ready="$ready_ms" -v fresh="$fresh_kb" -v full="$full_kb" 'BEGIN {
  printf "ready after %d ms (real 3800 ms, %.0fx); memory %.1f MB fresh (real 335 MB, 1/%.0f), %.1f MB with 10,000 Secrets\n",
    ready, 3800 / ready, fresh / 1024, 335 / (fresh / 1024), full / 1024 }'
