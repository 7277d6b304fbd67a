#include "mock_kubeapi/api/list_reader.h"

#include <fmt/format.h>

#include <utility>

#include "mock_kubeapi/base64.h"
#include "mock_kubeapi/decode/text.h"

namespace mock_kubeapi {
namespace {

constexpr std::string_view kTokenVersion = "meta.k8s.io/v1";
constexpr std::string_view kListTooOld = "The resourceVersion for the provided list is too old.";
constexpr std::string_view kContinueTooOld =
    "The provided continue parameter is too old to display a consistent list result. You can start a new list without "
    "the continue parameter, or use the continue token in this response to retrieve the remainder of the results. "
    "Continuing with the provided token results in an inconsistent list - objects that were created, modified, or "
    "deleted between the time the first chunk was returned and now may show up in the list.";

/// The place of the first character that unpadded URL base64 can't have, as Go's decoder reports it.
std::size_t FirstIllegalByte(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool known =
        (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    if (!known) return i;
  }
  return text.size() - (text.size() % 4);
}

/// What encoding/json calls a value that doesn't fit: a number is shown where it is no integer.
std::string GoJsonWord(const Json& value) {
  if (value.is_number_float()) return "number " + value.dump();
  if (value.is_number()) return "number";
  if (value.is_string()) return "string";
  if (value.is_boolean()) return "bool";
  return value.is_array() ? "array" : "object";
}

/// path.Clean changes it: empty, "." and ".." elements.
bool IsUncleanPath(std::string_view path) {
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view element = path.substr(begin, end - begin);
    if (element.empty() || element == "." || element == "..") return true;
    begin = end + 1;
  }
  return false;
}

/// What a list has to do once its options are read.
struct Plan {
  std::optional<std::uint64_t> revision;  ///< a past state; nullopt: the current one
  std::string start_after;
  std::uint64_t shown_revision = 0;
};

Result<Plan> MakePlan(const Store& store, const ListQuery& query, const ListOptions& options) {
  Plan plan{.revision = {}, .start_after = {}, .shown_revision = store.revision()};
  if (!options.continue_token.empty()) {
    const auto token = DecodeContinueToken(options.continue_token);
    if (!token) return std::unexpected(BadRequestError("invalid continue token: " + token.error()));
    if (!options.resource_version.empty() && options.resource_version != "0") {
      return std::unexpected(BadRequestError("specifying resource version is not allowed when using continue"));
    }
    plan.start_after = query.namespace_name.empty() ? token->start : query.namespace_name + "/" + token->start;
    if (token->revision > 0) {
      plan.revision = static_cast<std::uint64_t>(token->revision);
      plan.shown_revision = *plan.revision;
    }
    return plan;
  }
  auto version = ParseResourceVersion(options.resource_version);
  if (!version) return std::unexpected(version.error());
  if (!*version || **version == 0) return plan;
  const bool exact =
      options.resource_version_match == "Exact" || (options.resource_version_match.empty() && options.limit > 0);
  if (!exact) {
    if (auto fresh = CheckNotInFuture(store, *version); !fresh) return std::unexpected(fresh.error());
    return plan;
  }
  if (**version > store.revision()) {
    return std::unexpected(PlainError(500, "", "etcdserver: mvcc: required revision is a future revision"));
  }
  plan.revision = *version;
  plan.shown_revision = **version;
  return plan;
}

/// The objects of the page, and how many of the collection come behind it.
class PageCollector {
 public:
  PageCollector(const ListQuery& query, std::int64_t limit) : query_(query), limit_(limit) {}

  /// For Store::Visit.
  bool operator()(const ObjectPtr& object) {
    if (limit_ > 0 && static_cast<std::int64_t>(page_.size()) >= limit_) {
      ++behind_;
      return !query_.filter;  // with a filter nobody is told how many there are
    }
    if (Fits(object->json())) page_.push_back(object);
    return true;
  }

  std::vector<ObjectPtr>& page() { return page_; }
  std::int64_t behind() const { return behind_; }

 private:
  bool Fits(const Json& stored) const {
    if (!query_.only_name.empty() && MetaText(stored, "name") != query_.only_name) return false;
    if (!query_.filter) return true;
    const Kind& kind = *query_.kind;
    return query_.filter(kind.from_storage ? kind.from_storage(stored) : stored);
  }

  const ListQuery& query_;
  std::int64_t limit_;
  std::vector<ObjectPtr> page_;
  std::int64_t behind_ = 0;
};

std::string PositionBehind(const ListQuery& query, const ObjectPtr& last) {
  // Within a namespace the token holds the name alone.
  const std::string_view ns = query.namespace_name.empty() ? MetaText(last->json(), "namespace") : std::string_view();
  return Store::PositionOf(ns, MetaText(last->json(), "name"));
}

}  // namespace

std::string EncodeContinueToken(const ContinueToken& token) {
  return EncodeBase64Url(Json{{"v", kTokenVersion}, {"rv", token.revision}, {"start", token.start + '\0'}}.dump());
}

std::expected<ContinueToken, std::string> DecodeContinueToken(std::string_view text) {
  const auto fail = [](std::string_view why) {
    return std::unexpected(fmt::format("continue key is not valid: {}", why));
  };
  const auto bytes = DecodeBase64Url(text);
  if (!bytes) return fail(fmt::format("illegal base64 data at input byte {}", FirstIllegalByte(text)));
  const auto json = decode::ParseJson(*bytes);
  if (!json) return fail(json.error());
  if (!json->is_object() && !json->is_null()) {
    return fail(
        fmt::format("json: cannot unmarshal {} into Go value of type storage.continueToken", GoJsonWord(*json)));
  }
  static const Json kAbsent;
  const auto member = [&](const char* name) -> const Json& { return json->contains(name) ? json->at(name) : kAbsent; };
  const auto wrong_type = [&](const char* name, const char* type) {
    return fail(fmt::format("json: cannot unmarshal {} into Go struct field continueToken.{} of type {}",
                            GoJsonWord(member(name)), name, type));
  };
  for (const char* name : {"v", "start"}) {
    if (!member(name).is_null() && !member(name).is_string()) return wrong_type(name, "string");
  }
  if (!member("rv").is_null() && !member("rv").is_number_integer()) return wrong_type("rv", "int64");
  const std::string version = member("v").is_null() ? std::string() : member("v").get<std::string>();
  if (version != kTokenVersion) return fail("server does not recognize this encoded version " + version);
  ContinueToken token;
  if (!member("rv").is_null()) token.revision = member("rv").get<std::int64_t>();
  if (!member("start").is_null()) token.start = member("start").get<std::string>();
  if (token.revision == 0) return fail("incorrect encoded start resourceVersion (version meta.k8s.io/v1)");
  if (token.start.empty()) return fail("encoded start key empty (version meta.k8s.io/v1)");
  if (token.start.ends_with('\0')) token.start.pop_back();
  if (IsUncleanPath(token.start)) return fail(token.start);
  return token;
}

Result<void> CheckNotInFuture(const Store& store, std::optional<std::uint64_t> version) {
  if (!version || *version <= store.revision()) return {};
  ApiError error = PlainError(504, "Timeout",
                              fmt::format("Too large resource version: {}, current: {}", *version, store.revision()));
  error.details = {
      {"causes", Json::array({{{"reason", "ResourceVersionTooLarge"}, {"message", "Too large resource version"}}})}};
  error.retry_after_seconds = 1;
  return std::unexpected(std::move(error));
}

Result<ListPage> ReadList(const Store& store, const ListQuery& query, const ListOptions& options) {
  auto plan = MakePlan(store, query, options);
  if (!plan) return std::unexpected(plan.error());
  // The watch cache, which answers "any version", can't page. Events aren't in it.
  const bool from_cache =
      options.resource_version == "0" && options.continue_token.empty() && query.resource != "events";
  PageCollector collector(query, from_cache ? 0 : options.limit);
  const Store::Range range{
      .resource = query.resource, .namespace_name = query.namespace_name, .start_after = plan->start_after};
  // The collector is told of every object: it counts those behind the page.
  const auto visit = [&](const ObjectPtr& object) { return collector(object); };
  const bool is_one_key = !query.only_name.empty() && (!query.namespace_name.empty() || !query.kind->namespaced);
  if (!plan->revision && is_one_key) {
    if (const ObjectPtr only = store.Find({query.resource, query.namespace_name, query.only_name})) visit(only);
  } else if (!plan->revision) {
    store.Visit(range, visit);
  } else if (!store.VisitAt(range, *plan->revision, visit)) {
    ApiError expired = ExpiredError(std::string(options.continue_token.empty() ? kListTooOld : kContinueTooOld));
    if (!options.continue_token.empty()) {
      const auto token = DecodeContinueToken(options.continue_token);
      expired.continue_token = EncodeContinueToken({.revision = -1, .start = token->start});
    }
    return std::unexpected(std::move(expired));
  }
  ListPage page{
      .objects = std::move(collector.page()),
      .meta = {.resource_version = std::to_string(plan->shown_revision), .continue_token = {}, .remaining = {}}};
  if (collector.behind() > 0) {
    page.meta.continue_token = EncodeContinueToken({.revision = static_cast<std::int64_t>(plan->shown_revision),
                                                    .start = PositionBehind(query, page.objects.back())});
    if (!query.filter) page.meta.remaining = collector.behind();
  }
  return page;
}

}  // namespace mock_kubeapi
