// The least that a check has to do, for comparison with the client: read the Secret, send one update. One libcurl handle,
// errors end it, nothing is decided. What to send comes from the environment (ci/bench.d/image.sh sets it).
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>

static size_t Discard(char* data, size_t size, size_t count, void* user) {
  (void)data;
  (void)user;
  return size * count;
}

static void Perform(CURL* easy) {
  const CURLcode code = curl_easy_perform(easy);
  if (code != CURLE_OK) {
    fprintf(stderr, "minimal: %s\n", curl_easy_strerror(code));
    exit(1);
  }
}

int main(void) {
  curl_global_init(CURL_GLOBAL_DEFAULT);
  CURL* easy = curl_easy_init();
  if (easy == NULL) return 1;
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, Discard);
  curl_easy_setopt(easy, CURLOPT_FAILONERROR, 1L);

  curl_easy_setopt(easy, CURLOPT_URL, getenv("MINIMAL_SECRET_URL"));
  curl_easy_setopt(easy, CURLOPT_CAINFO, getenv("MINIMAL_KUBE_CA"));
  struct curl_slist* authorization = curl_slist_append(NULL, getenv("MINIMAL_KUBE_HEADER"));
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, authorization);
  Perform(easy);

  curl_easy_setopt(easy, CURLOPT_URL, getenv("MINIMAL_UPDATE_URL"));
  curl_easy_setopt(easy, CURLOPT_CAINFO, getenv("ACME_DNS_CA_FILE"));
  struct curl_slist* account = curl_slist_append(NULL, getenv("MINIMAL_ACME_USER"));
  account = curl_slist_append(account, getenv("MINIMAL_ACME_KEY"));
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, account);
  curl_easy_setopt(easy, CURLOPT_POSTFIELDS, getenv("MINIMAL_UPDATE"));
  Perform(easy);

  curl_slist_free_all(account);
  curl_slist_free_all(authorization);
  curl_easy_cleanup(easy);
  curl_global_cleanup();
  return 0;
}
