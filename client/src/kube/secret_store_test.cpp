#include "kube/secret_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "testing/fakes.h"
#include "testing/secret_api.h"

namespace client {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::HeaderOf;
using ::testing::Key;
using ::testing::Not;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

class Secrets : public ::testing::Test {
 protected:
  SecretContent Content(const char* text) { return {.acmedns_json = SecretText(text)}; }
  SecretView Read() {
    auto view = store_.Read();
    EXPECT_TRUE(view.has_value()) << (view ? "" : view.error().message);
    return view.value_or(SecretView());
  }
  json LastBody() { return json::parse(transport_.requests.back().body); }

  testing::FakeSecretApi api_;
  /// What happens to the next requests instead of the ordinary; each is used once.
  std::vector<std::function<Result<HttpResponse>(const HttpRequest&)>> next_;
  testing::FunctionTransport transport_{[this](const HttpRequest& request) -> Result<HttpResponse> {
    if (next_.empty()) return api_.Handle(request);
    auto handler = next_.front();
    next_.erase(next_.begin());
    return handler(request);
  }};
  StaticCredentials credentials_{"kube-token"};
  testing::FakeClock clock_;
  testing::SeededRandom random_;
  testing::MemoryLog log_;
  Retrier retrier_{clock_, random_, log_, {.attempts = 3}};
  ApiClient client_{transport_, credentials_, retrier_, {.server = "https://k", .user_agent = "t"}};
  SecretStore store_{client_, {.secret = {"ns", "s"}, .field_manager = "m"}};
};

TEST_F(Secrets, ReadsAnAbsentSecretAsAbsent) {
  EXPECT_FALSE(Read().exists);
  EXPECT_EQ(transport_.requests.back().url, "https://k/api/v1/namespaces/ns/secrets/s");
}

TEST_F(Secrets, ReadsDataAndVersion) {
  api_.Put("s", {{"acmedns.json", "{}"}, {"acmedns.json.unreadable", "\xff"}, {"other", "x"}}, "p");
  const SecretView view = Read();
  EXPECT_TRUE(view.exists);
  EXPECT_EQ(view.resource_version, std::to_string(api_.objects["s"].resource_version));
  EXPECT_EQ(view.acmedns_json, SecretText("{}"));
  EXPECT_EQ(view.unreadable, SecretText("\xff"));
  api_.Put("empty", {}, "p");
  SecretStore empty(client_, {.secret = {"ns", "empty"}});
  EXPECT_EQ(empty.Read()->acmedns_json, std::nullopt);
}

TEST_F(Secrets, ReportsAnswersThatAreNoSecret) {
  for (const char* body :
       {R"({"kind": "ConfigMap"})", R"({"kind": "Secret"})",
        R"({"kind": "Secret", "metadata": {"resourceVersion": "7"}, "data": {"acmedns.json": "%"}})",
        R"({"kind": "Secret", "metadata": {"resourceVersion": "7"}, "data": {"acmedns.json": 1}})"}) {
    next_ = {[body](const HttpRequest&) { return HttpResponse{.status = 200, .body = body}; }};
    EXPECT_EQ(store_.Read().error().kind, ErrorKind::kMalformed) << body;
  }
}

TEST_F(Secrets, AppliesOnlyWhatIsOursOverTheVersionThatWasRead) {
  api_.Put("s", {{"other", "x"}}, "argocd");
  api_.objects["s"].labels["app"] = "y";
  const SecretView base = Read();
  const auto written = store_.Write(base, Content("{\"a\":1}"));
  ASSERT_TRUE(written.has_value()) << written.error().message;
  const HttpRequest& request = transport_.requests.back();
  EXPECT_EQ(request.method, "PATCH");
  EXPECT_EQ(request.url, "https://k/api/v1/namespaces/ns/secrets/s?fieldManager=m&force=true");
  EXPECT_EQ(HeaderOf(request, "Content-Type"), "application/apply-patch+yaml");
  EXPECT_EQ(LastBody(),
            json({{"apiVersion", "v1"},
                  {"kind", "Secret"},
                  {"metadata", {{"name", "s"}, {"namespace", "ns"}, {"resourceVersion", base.resource_version}}},
                  {"data", {{"acmedns.json", "eyJhIjoxfQ=="}}}}));
  EXPECT_EQ(written->acmedns_json, SecretText("{\"a\":1}"));
  EXPECT_NE(written->resource_version, base.resource_version);
  EXPECT_THAT(api_.objects["s"].data, UnorderedElementsAre(Pair("acmedns.json", "{\"a\":1}"), Pair("other", "x")));
  EXPECT_THAT(api_.objects["s"].labels, ElementsAre(Pair("app", "y")));
}

TEST_F(Secrets, KeepsTheUnreadableCopyOnLaterWrites) {
  api_.Put("s", {{"acmedns.json", "broken"}}, "person");
  auto view = store_.Write(Read(), {.acmedns_json = SecretText("{}"), .unreadable = SecretText("broken")});
  ASSERT_TRUE(view.has_value());
  EXPECT_THAT(api_.objects["s"].data, UnorderedElementsAre(Key("acmedns.json"), Key("acmedns.json.unreadable")));
  view = store_.Write(*view, {.acmedns_json = SecretText("{\"b\":2}"), .unreadable = view->unreadable});
  ASSERT_TRUE(view.has_value());
  EXPECT_EQ(api_.objects["s"].data["acmedns.json.unreadable"], "broken");
}

TEST_F(Secrets, KnowWhenTheyWereAppliedAndByWhom) {
  api_.clock = &clock_;
  const TimePoint start = clock_.Now();
  EXPECT_EQ(store_.Write(Read(), Content("{}"))->applied_at, start);
  clock_.Advance(std::chrono::minutes(1));
  EXPECT_EQ(Read().applied_at, start);
  EXPECT_EQ(store_.Write(Read(), Content("{}"))->applied_at, start) << "nothing has changed";
  api_.Put("s", {{"other", "x"}}, "person");
  EXPECT_EQ(Read().applied_at, start);
  api_.Put("s", {{"acmedns.json", "{\"theirs\":1}"}}, "person");
  EXPECT_EQ(Read().applied_at, std::nullopt);
  SecretStore other(client_, {.secret = {"ns", "s"}, .field_manager = "another"});
  EXPECT_EQ(other.Read()->applied_at, std::nullopt);
}

TEST_F(Secrets, ConflictsWhenTheSecretHasChanged) {
  api_.Put("s", {{"acmedns.json", "{}"}}, "m");
  const SecretView base = Read();
  api_.Put("s", {{"acmedns.json", "{\"theirs\":1}"}}, "other");
  EXPECT_EQ(store_.Write(base, Content("{\"ours\":1}")).error().kind, ErrorKind::kConflict);
  EXPECT_EQ(store_.CheckWritable(base).error().kind, ErrorKind::kConflict);
  EXPECT_EQ(api_.objects["s"].data["acmedns.json"], "{\"theirs\":1}");
}

TEST_F(Secrets, CreatesAMissingSecretButNeverOverOneThatHasComeIntoBeing) {
  const SecretView absent = Read();
  ASSERT_TRUE(store_.CheckWritable(absent).has_value());
  EXPECT_TRUE(api_.objects.empty()) << "a dry run stores nothing";
  api_.Put("s", {{"acmedns.json", "{\"theirs\":1}"}}, "other");
  EXPECT_EQ(store_.CheckWritable(absent).error().kind, ErrorKind::kConflict);
  EXPECT_EQ(store_.Write(absent, Content("{\"ours\":1}")).error().kind, ErrorKind::kConflict);
  EXPECT_EQ(api_.objects["s"].data["acmedns.json"], "{\"theirs\":1}");
  api_.objects.clear();
  EXPECT_TRUE(store_.Write(Read(), Content("{}")).has_value());
  EXPECT_EQ(api_.objects["s"].data["acmedns.json"], "{}");
}

TEST_F(Secrets, GivesTheGuardUpWhereAServerRefusesEveryGuardedCreate) {
  api_.refuse_guarded_create = true;
  for (int i = 0; i < 3; ++i) EXPECT_EQ(store_.Write(Read(), Content("{}")).error().kind, ErrorKind::kConflict);
  EXPECT_TRUE(store_.Write(Read(), Content("{}")).has_value());
}

TEST_F(Secrets, KeepsTheGuardWhenAnothersSecretWasThereForAMoment) {
  const SecretView absent = Read();
  api_.Put("s", {{"acmedns.json", "{\"theirs\":1}"}}, "other");
  EXPECT_EQ(store_.Write(absent, Content("{\"ours\":1}")).error().kind, ErrorKind::kConflict);
  api_.objects.clear();
  const SecretView absent_again = Read();
  api_.Put("s", {{"acmedns.json", "{\"theirs\":2}"}}, "other");
  EXPECT_EQ(store_.Write(absent_again, Content("{\"ours\":1}")).error().kind, ErrorKind::kConflict);
  EXPECT_EQ(api_.objects["s"].data["acmedns.json"], "{\"theirs\":2}");
}

TEST_F(Secrets, SaysWhetherAFailedWriteIsInDoubt) {
  api_.Put("s", {{"acmedns.json", "{}"}}, "m");
  const SecretView base = Read();
  api_.allow_patch = false;
  EXPECT_FALSE(store_.Write(base, Content("{}")).has_value());
  EXPECT_FALSE(store_.write_in_doubt());
  next_ = {[](const HttpRequest&) -> Result<HttpResponse> { return Fail(ErrorKind::kTemporary, "connection reset"); }};
  EXPECT_EQ(store_.Write(base, Content("{}")).error().kind, ErrorKind::kRejected);
  EXPECT_TRUE(store_.write_in_doubt()) << "the refusal is the second try's";
  api_.allow_patch = true;
  next_ = {[](const HttpRequest&) -> Result<HttpResponse> { return Fail(ErrorKind::kTemporary, "connection reset"); }};
  EXPECT_TRUE(store_.Write(base, Content("{}")).has_value());
  EXPECT_FALSE(store_.write_in_doubt());
}

TEST_F(Secrets, EndsInAConflictWhenTheAnswerOfACommittedWriteIsLost) {
  api_.Put("s", {{"acmedns.json", "{}"}}, "m");
  const SecretView base = Read();
  next_ = {[this](const HttpRequest& request) -> Result<HttpResponse> {
    static_cast<void>(api_.Handle(request));
    return Fail(ErrorKind::kTemporary, "connection reset");
  }};
  EXPECT_EQ(store_.Write(base, Content("{\"ours\":1}")).error().kind, ErrorKind::kConflict);
  EXPECT_EQ(Read().acmedns_json, SecretText("{\"ours\":1}"));
}

TEST_F(Secrets, FindsMissingRightsBeforeAWrite) {
  const SecretView absent = Read();
  api_.allow_create = false;
  EXPECT_THAT(store_.CheckWritable(absent).error().message, HasSubstr(R"("create")"));
  api_.allow_create = true;
  api_.Put("s", {{"acmedns.json", "{}"}}, "m");
  const SecretView present = Read();
  EXPECT_TRUE(store_.CheckWritable(present).has_value());
  EXPECT_THAT(transport_.requests.back().url, HasSubstr("&dryRun=All"));
  api_.allow_patch = false;
  EXPECT_THAT(store_.CheckWritable(present).error().message, HasSubstr(R"("patch")"));
  api_.allow_patch = true;
  api_.dry_run_unsupported = true;
  EXPECT_TRUE(store_.CheckWritable(present).has_value()) << "who can't tell must not stop us";
}

TEST_F(Secrets, FindsAnImmutableSecretBeforeAWrite) {
  api_.Put("s", {{"acmedns.json", "{}"}}, "m");
  api_.objects["s"].immutable = true;
  const auto writable = store_.CheckWritable(Read());
  ASSERT_FALSE(writable.has_value());
  EXPECT_EQ(writable.error().kind, ErrorKind::kRejected);
  EXPECT_THAT(writable.error().message, HasSubstr("delete the Secret, or have it made without immutable: true"));
  EXPECT_EQ(api_.objects["s"].data["acmedns.json"], "{}");
}

TEST_F(Secrets, SaysThatTheNamespaceIsMissing) {
  SecretStore other(client_, {.secret = {"other", "s"}});
  const auto view = other.Read();
  ASSERT_TRUE(view.has_value());
  const auto written = other.Write(*view, Content("{}"));
  EXPECT_EQ(written.error().kind, ErrorKind::kNotFound);
  EXPECT_THAT(written.error().message, HasSubstr("namespace exist"));
}

TEST_F(Secrets, NoticesThatTheServerStoredSomethingElse) {
  api_.mutate = [](testing::FakeSecretApi::Secret& secret) { secret.data["acmedns.json"] = "redacted"; };
  const auto written = store_.Write(Read(), Content("{}"));
  EXPECT_EQ(written.error().kind, ErrorKind::kRejected);
  EXPECT_THAT(written.error().message, HasSubstr("webhook"));
}

TEST_F(Secrets, PrintsWithoutTheirData) {
  api_.Put("s", {{"acmedns.json", "hunter2"}, {"acmedns.json.unreadable", "hunter2"}}, "m");
  std::ostringstream out;
  out << Read() << SecretView();
  EXPECT_THAT(out.str(), Not(HasSubstr("hunter2")));
}

}  // namespace
}  // namespace client
