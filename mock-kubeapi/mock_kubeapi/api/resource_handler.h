// Requests on resources: from a parsed, authenticated and authorised request to its answer.
// Source: apiserver's endpoints/installer.go and endpoints/handlers.
#pragma once

#include <string>

#include "mock_kubeapi/api/object_writer.h"
#include "mock_kubeapi/api/options.h"
#include "mock_kubeapi/api/renderer.h"
#include "mock_kubeapi/api/request_context.h"
#include "mock_kubeapi/api/watch_stream.h"

namespace mock_kubeapi {

/// A body longer than this is refused.
inline constexpr std::size_t kBodyBytesMax = 3UL << 20U;

/// What reading the whole body meets: 413 when it is too long, 500 with the reader's words when it breaks off. Source:
/// apiserver's limitedReadBody; an error that is no Status becomes a 500 without a reason.
Result<void> CheckBody(const RequestContext& request);

class ResourceHandler {
 public:
  /// `writer` must outlive the handler.
  explicit ResourceHandler(ObjectWriter& writer) : writer_(writer) {}

  /// `kind` is what the path names. Every refusal is an error.
  Result<mock_http::Response> Handle(const KindPtr& kind, RequestContext& request);

 private:
  using Answer = Result<mock_http::Response>;

  Answer Get(const KindPtr& kind, RequestContext& request);
  Answer List(const KindPtr& kind, RequestContext& request);
  Answer Watch(const KindPtr& kind, RequestContext& request, const ListOptions& options, const OutputForm& form);
  Answer Create(const KindPtr& kind, RequestContext& request);
  Answer CreateSubresource(const KindPtr& kind, const Subresource& subresource, RequestContext& request);
  Answer Update(const KindPtr& kind, RequestContext& request);
  Answer Patch(const KindPtr& kind, RequestContext& request);
  Answer Delete(const KindPtr& kind, RequestContext& request);
  Answer DeleteCollection(const KindPtr& kind, RequestContext& request);

  Result<Renderer> MakeRenderer(const KindPtr& kind, const RequestContext& request, bool is_list) const;
  Result<Json> DecodeBody(const Kind& kind, RequestContext& request, decode::FieldValidation validation) const;
  WriteTarget TargetOf(const KindPtr& kind, RequestContext& request, const WriteOptions& options) const;
  Result<void> AuthorizeCreate(const RequestContext& request) const;
  Result<ListOptions> ReadListOptions(const Kind& kind, const RequestContext& request) const;
  mock_http::TimePoint Now() const { return writer_.services().clock.Now(); }

  ObjectWriter& writer_;
};

/// Whether `object` (in the kind's form) is what the selectors ask for; null when they ask for nothing.
ObjectFilter MakeFilter(const Kind& kind, const ListOptions& options);

}  // namespace mock_kubeapi
