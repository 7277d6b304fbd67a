#!/bin/sh
# What the client replaces, for comparison: the same check with curl, jq and kubectl. Reads the environment of the Job.
set -eu
secret=$("$KUBECTL" -n "$NAMESPACE" get secret "$CLIENT_SECRET_NAME" -o json)
registration=$(printf '%s' "$secret" | jq -r '.data["acmedns.json"]' | base64 -d)
txt=$(head -c 32 /dev/urandom | base64 | tr '+/' '-_' | cut -c 1-43)
printf '%s' "$registration" | jq -c 'unique_by(.username)[]? // ([.[]] | unique_by(.username)[])' | while read -r account; do
  user=$(printf '%s' "$account" | jq -r .username)
  subdomain=$(printf '%s' "$account" | jq -r .subdomain)
  printf 'header = "X-Api-User: %s"\nheader = "X-Api-Key: %s"\n' "$user" "$(printf '%s' "$account" | jq -r .password)" |
    curl -fsS --cacert "$ACME_DNS_CA_FILE" -K - -X POST "$ACME_DNS_API/update" \
      -d "{\"subdomain\": \"$subdomain\", \"txt\": \"$txt\"}" >/dev/null
done
