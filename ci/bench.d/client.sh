# shellcheck shell=bash disable=SC2154  # sourced by ci/bench
# A whole check by the client, and the same by the shell script that it replaces.
client=$build/client/acmedns-selfreg
"$client" register --verify-dns off >/dev/null 2>&1
hyperfine -N --warmup 3 --runs 30 --export-json "$work/client.json" \
  "$client check --verify-dns off" "sh ci/bench.d/origin-check.sh" >/dev/null 2>&1
peak() { /usr/bin/time -f %M "$@" 2>&1 >/dev/null | tail -n 1; }
client_kb=$(peak "$client" check --verify-dns off)
origin_kb=$(peak sh ci/bench.d/origin-check.sh)
jq -r --arg size "$(stat -c %s "$client")" --arg a "$client_kb" --arg b "$origin_kb" '
  .results as [$c, $o] |
  "check, client          median \($c.median * 1000 * 10 | round / 10) ms, peak memory \($a) kB, program \($size) bytes",
  "check, curl+jq+kubectl median \($o.median * 1000 * 10 | round / 10) ms, peak memory of the largest process \($b) kB",
  "ratio origin/client    time \($o.median / $c.median * 10 | round / 10), memory \(($b | tonumber) / ($a | tonumber) * 10 | round / 10)"' \
  "$work/client.json"
