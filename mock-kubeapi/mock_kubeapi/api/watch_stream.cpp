#include "mock_kubeapi/api/watch_stream.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mock_kubeapi {
namespace {

constexpr std::chrono::minutes kBookmarkInterval{1};
/// A last bookmark is sent so long before the watch ends.
constexpr std::chrono::seconds kBookmarkBeforeEnd{2};
/// Changes read from the history at a time.
constexpr std::size_t kBatch = 256;
/// Stop filling the buffer here: the server sends it and pulls again.
constexpr std::size_t kPullBytesMax = 1U << 20U;

}  // namespace

WatchStream::WatchStream(Store& store, const mock_http::Clock& clock, Renderer renderer, WatchOptions options)
    : store_(store),
      clock_(clock),
      renderer_(std::move(renderer)),
      options_(std::move(options)),
      seen_(options_.after) {
  if (options_.bookmarks) {
    next_bookmark_ = std::min(clock_.Now() + kBookmarkInterval,
                              std::max(options_.deadline - kBookmarkBeforeEnd, clock_.Now() + kBookmarkBeforeEnd));
  }
  observer_ = store_.ObserveResource(options_.resource, [this](const ChangePtr&) {
    if (wake_) wake_();
  });
}

WatchStream::~WatchStream() {
  store_.StopObserving(observer_);
}

void WatchStream::SetWake(std::function<void()> wake) {
  wake_ = std::move(wake);
}

std::optional<mock_http::TimePoint> WatchStream::NextWake() const {
  return next_bookmark_ ? std::min(*next_bookmark_, options_.deadline) : options_.deadline;
}

bool WatchStream::Shows(const ObjectPtr& object) const {
  if (!object) return false;
  if (!options_.namespace_name.empty() && MetaText(object->json(), "namespace") != options_.namespace_name)
    return false;
  if (!options_.filter) return true;
  const Kind& kind = renderer_.kind();
  return options_.filter(kind.from_storage ? kind.from_storage(object->json()) : object->json());
}

void WatchStream::Send(std::string_view type, const ObjectPtr& object, std::string& out) {
  out += renderer_.EventLine(type, object, std::exchange(first_event_, false), clock_.Now());
}

void WatchStream::SendInitialEvents(std::string& out) {
  const Store::Range all{.resource = options_.resource, .namespace_name = options_.namespace_name, .start_after = {}};
  store_.Visit(all, [&](const ObjectPtr& object) {
    if (Shows(object)) Send("ADDED", object, out);
    return true;
  });
  seen_ = store_.revision();
  if (options_.initial_bookmark) SendBookmark(true, out);
}

void WatchStream::SendBookmark(bool ends_initial_events, std::string& out) {
  Json object = options_.empty_object;
  object["metadata"]["resourceVersion"] = std::to_string(seen_);
  if (ends_initial_events) object["metadata"]["annotations"]["k8s.io/initial-events-end"] = "true";
  out += renderer_.EventLine("BOOKMARK", object, std::exchange(first_event_, false), clock_.Now());
}

void WatchStream::SendChange(const Change& change, std::string& out) {
  const bool was = Shows(change.previous);
  const bool is = change.type != ChangeType::kDeleted && Shows(change.object);
  if (is) return Send(was ? "MODIFIED" : "ADDED", change.object, out);
  if (!was) return;
  if (change.type == ChangeType::kDeleted) return Send("DELETED", change.object, out);
  // It left the selection: its last state that was in it, at the version of the change.
  Json last = change.previous->json();
  last["metadata"]["resourceVersion"] = std::to_string(change.revision);
  Send("DELETED", std::make_shared<const Object>(std::move(last), change.revision), out);
}

mock_http::BodyStream::State WatchStream::Pull(std::string& out) {
  if (!std::exchange(begun_, true) && options_.initial_events) SendInitialEvents(out);
  while (out.size() < kPullBytesMax) {
    const auto changes = store_.ChangesAfter(options_.resource, seen_, kBatch);
    if (!changes) {
      const ApiError expired = ExpiredError(
          fmt::format("too old resource version: {} ({})", seen_, store_.OldestRevisionOf(options_.resource)));
      out += fmt::format(R"({{"type":"ERROR","object":{}}})", expired.ToStatus().dump()) + "\n";
      return State::kEnd;
    }
    for (const ChangePtr& change : *changes) {
      SendChange(*change, out);
      seen_ = change->revision;
    }
    if (changes->size() < kBatch) {
      // Nothing of this collection up to here is unseen, so a compaction of it can't hurt this watch.
      seen_ = std::max(seen_, store_.revision());
      break;
    }
    if (out.size() >= kPullBytesMax && wake_) wake_();
  }
  const mock_http::TimePoint now = clock_.Now();
  if (next_bookmark_ && now >= *next_bookmark_) {
    SendBookmark(false, out);
    next_bookmark_ = now + kBookmarkInterval;
    const mock_http::TimePoint last = options_.deadline - kBookmarkBeforeEnd;
    if (last > now) next_bookmark_ = std::min(*next_bookmark_, last);
  }
  return now >= options_.deadline ? State::kEnd : State::kPending;
}

}  // namespace mock_kubeapi
