// A controller as pure steps: it hears of every change, queues keys, and works one key off per step. The manager runs
// all of them until nothing is left to do, after every request and whenever a due time has come; so a test that has
// sent a request sees the world settled, and a million simulated requests cost only what changed.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "mock_http/clock.h"
#include "mock_http/random.h"
#include "mock_kubeapi/controllers/object_client.h"
#include "mock_kubeapi/store/store.h"

namespace mock_kubeapi {

/// What a controller works with. All outlive it.
struct ControllerContext {
  const mock_http::Clock& clock;
  mock_http::Random& random;
  ObjectClient& client;  ///< writes with the controller's Name() as field manager
};

class Controller {
 public:
  virtual ~Controller() = default;
  /// User-Agent and field manager of its writes, e.g. "kube-controller-manager".
  virtual std::string_view Name() const = 0;
  /// Hears of a change, also of its own. Only queues: must not write.
  virtual void Observe(const Change& change) = 0;
  /// Works on one queued key or one whose time has come. False when there was nothing to do. A write that fails is put
  /// back with a due time, never retried at once for ever.
  virtual bool Step(ControllerContext& context) = 0;
  /// When Step will have something to do although nothing changes; nullopt: only a change can bring work.
  virtual std::optional<mock_http::TimePoint> NextDue() const { return std::nullopt; }
};

/// The keys a controller has yet to look at: each once, in order of their coming, plus keys that wait for a time.
class WorkQueue {
 public:
  /// Queues `key` unless it is queued already.
  void Add(std::string key);
  /// Queues `key` at `due`; an earlier time for the same key wins.
  void AddAt(std::string key, mock_http::TimePoint due);
  /// The next key that is ready; nullopt when there is none.
  std::optional<std::string> Take(mock_http::TimePoint now);
  std::optional<mock_http::TimePoint> NextDue() const;

 private:
  std::deque<std::string> ready_;
  std::unordered_set<std::string> queued_;
  std::unordered_map<std::string, mock_http::TimePoint> due_of_;
  std::set<std::pair<mock_http::TimePoint, std::string>> due_;
};

/// Runs controllers to quiescence.
class ControllerManager {
 public:
  /// Makes the client for a controller's writes.
  using ClientFactory = std::function<std::unique_ptr<ObjectClient>(const Controller& controller)>;

  ControllerManager(Store& store, const mock_http::Clock& clock, mock_http::Random& random, ClientFactory make_client);
  ~ControllerManager();
  ControllerManager(const ControllerManager&) = delete;
  ControllerManager& operator=(const ControllerManager&) = delete;

  void Add(std::unique_ptr<Controller> controller);
  /// Steps every controller until none has anything to do. Returns the number of steps.
  std::size_t Run();
  std::optional<mock_http::TimePoint> NextDue() const;

 private:
  struct Entry {
    std::unique_ptr<Controller> controller;
    std::unique_ptr<ObjectClient> client;
  };
  Store& store_;
  const mock_http::Clock& clock_;
  mock_http::Random& random_;
  ClientFactory make_client_;
  int observer_ = 0;
  bool changed_ = true;
  std::vector<Entry> entries_;
};

}  // namespace mock_kubeapi
