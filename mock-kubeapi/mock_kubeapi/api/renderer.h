// Turns stored objects into the texts that are sent: as a kind's object, a list, a Table, metadata alone, JSON or YAML.
// Source: apiserver's endpoints/handlers/response.go and registry/rest/table.go.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mock_http/http_message.h"
#include "mock_kubeapi/api/negotiation.h"
#include "mock_kubeapi/kinds/table.h"
#include "mock_kubeapi/store/object.h"

namespace mock_kubeapi {

/// metadata of a list.
struct ListMeta {
  std::string resource_version;
  std::string continue_token;
  std::optional<std::int64_t> remaining;
};

/// Which objects a Table carries: the includeObject parameter.
enum class IncludeObject { kMetadata, kObject, kNone };

/// Error: 400 for a value that is not allowed.
Result<IncludeObject> ParseIncludeObject(std::string_view parameter);

/// For one request or watch. Cheap to make.
class Renderer {
 public:
  Renderer(KindPtr kind, OutputForm form, IncludeObject include)
      : kind_(std::move(kind)), form_(std::move(form)), include_(include) {}

  /// 406 where one object, or a list, can't be given in the form that was asked for.
  Result<void> CheckShape(bool is_list) const;

  /// A response with one object. `now` is for Age columns.
  mock_http::Response One(int status, const ObjectPtr& object, mock_http::TimePoint now) const;
  mock_http::Response List(const std::vector<ObjectPtr>& objects, const ListMeta& meta, mock_http::TimePoint now) const;
  /// A response that is no object of the kind (a Status, a review's answer).
  mock_http::Response Plain(int status, const Json& value) const;

  /// One line of a watch. The first Table of a watch carries the column definitions.
  std::string EventLine(std::string_view type, const Json& object, bool first, mock_http::TimePoint now) const;
  /// The same from the text kept with the object, where the form allows it.
  std::string EventLine(std::string_view type, const ObjectPtr& object, bool first, mock_http::TimePoint now) const;

  /// The object in the kind's own form, with apiVersion and kind.
  Json InKindsForm(const Json& stored) const;
  const Kind& kind() const { return *kind_; }
  const OutputForm& form() const { return form_; }

 private:
  /// The members' text in the kind's form.
  std::string MembersText(const Object& object) const;
  std::string ObjectText(const Object& object) const;
  Json PartialObject(const Json& object) const;
  Json Row(const Json& object, mock_http::TimePoint now) const;
  Json Table(const std::vector<Json>& objects, Json meta, bool with_columns, mock_http::TimePoint now) const;
  std::string MetaApiVersion() const { return "meta.k8s.io/" + form_.meta_version; }

  KindPtr kind_;
  OutputForm form_;
  IncludeObject include_;
};

/// A JSON value as a response in JSON or YAML.
mock_http::Response ValueResponse(int status, const Json& value, const OutputForm& form);

}  // namespace mock_kubeapi
