#!/usr/bin/python3
"""lego's exec provider for acme-dns, with the credentials of a Secret: what cert-manager's solver does.

usage: acme_dns_hook.py present|cleanup CHALLENGE TEXT

CHALLENGE is "_acme-challenge.NAME.", or what that is a CNAME of: lego follows it where it sees one.
ACME_DNS_URL is acme-dns, KUBE_SECRET_URL the Secret, KUBE_CA_FILE and ADMIN_TOKEN the way to it. As acme-dns has no way to
remove a text, cleanup does nothing.
"""
import base64
import json
import os
import ssl
import sys
import urllib.request


def registrations():
    """The registrations in the Secret, by name."""
    request = urllib.request.Request(os.environ["KUBE_SECRET_URL"],
                                     headers={"Authorization": "Bearer " + os.environ["ADMIN_TOKEN"]})
    context = ssl.create_default_context(cafile=os.environ["KUBE_CA_FILE"])
    with urllib.request.urlopen(request, context=context) as answer:
        return json.loads(base64.b64decode(json.load(answer)["data"]["acmedns.json"]))


def present(challenge, text):
    account = next(account for name, account in registrations().items()
                   if challenge in (f"_acme-challenge.{name}.", account["fulldomain"] + "."))
    body = json.dumps({"subdomain": account["subdomain"], "txt": text}).encode()
    request = urllib.request.Request(os.environ["ACME_DNS_URL"] + "/update", body,
                                     {"X-Api-User": account["username"], "X-Api-Key": account["password"]})
    with urllib.request.urlopen(request):
        pass


if __name__ == "__main__":
    if sys.argv[1] == "present":
        present(sys.argv[2], sys.argv[3])
