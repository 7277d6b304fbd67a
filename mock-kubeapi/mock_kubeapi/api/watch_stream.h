// A watch: the changes of a collection as lines of JSON, from a past revision on, for as long as the client listens.
// Source: apiserver's endpoints/handlers/watch.go and storage/cacher.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "mock_http/clock.h"
#include "mock_http/http_message.h"
#include "mock_kubeapi/api/renderer.h"
#include "mock_kubeapi/store/store.h"

namespace mock_kubeapi {

/// Decides which objects a list or watch shows; gets objects in the kind's own form.
using ObjectFilter = std::function<bool(const Json& object)>;

struct WatchOptions {
  std::string resource;           ///< collection of the store
  std::string namespace_name;     ///< empty: all
  ObjectFilter filter;            ///< null: everything
  std::uint64_t after = 0;        ///< changes after this revision
  bool initial_events = false;    ///< first every object there is, as ADDED
  bool initial_bookmark = false;  ///< … and then the bookmark that says so
  bool bookmarks = false;
  mock_http::TimePoint deadline;
  Json empty_object;  ///< a bookmark's object before its resourceVersion is set
};

/// Pulled by the server under the service's lock. The store and the clock must outlive it (see Detach).
class WatchStream final : public mock_http::BodyStream {
 public:
  WatchStream(Store& store, const mock_http::Clock& clock, Renderer renderer, WatchOptions options);
  ~WatchStream() override;

  State Pull(std::string& out) override;
  std::optional<mock_http::TimePoint> NextWake() const override;
  void SetWake(std::function<void()> wake) override;

 private:
  void SendInitialEvents(std::string& out);
  void SendBookmark(bool ends_initial_events, std::string& out);
  void SendChange(const Change& change, std::string& out);
  void Send(std::string_view type, const ObjectPtr& object, std::string& out);
  bool Shows(const ObjectPtr& object) const;

  Store& store_;
  const mock_http::Clock& clock_;
  Renderer renderer_;
  WatchOptions options_;
  std::uint64_t seen_ = 0;  ///< changes up to this revision are sent or not for this watch
  bool begun_ = false;
  bool first_event_ = true;
  std::optional<mock_http::TimePoint> next_bookmark_;
  std::function<void()> wake_;
  int observer_ = 0;
};

}  // namespace mock_kubeapi
