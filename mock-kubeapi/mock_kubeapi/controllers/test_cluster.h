// A cluster for the tests of controllers: the real store, kinds and controllers, writes that do what the API's pipeline
// does as far as controllers can tell (defaults, admission, validation, preconditions, finalizers, grace periods), a
// garbage collector, a clock that stands still until told, and writes that fail when told.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "mock_http/clock.h"
#include "mock_http/random.h"
#include "mock_kubeapi/controllers/controller.h"
#include "mock_kubeapi/kinds/table.h"
#include "mock_kubeapi/store/store.h"

namespace mock_kubeapi {

class TestCluster {
 public:
  /// With the ServiceAccount "default" in the namespace "ns"; its time is 2024-01-01T00:00:00Z.
  TestCluster();
  ~TestCluster();
  TestCluster(const TestCluster&) = delete;
  TestCluster& operator=(const TestCluster&) = delete;

  void Add(std::unique_ptr<Controller> controller);
  /// Steps the controllers until none has anything to do.
  void Run();
  /// Moves the clock on, from due time to due time, and runs the controllers at each.
  void Advance(std::chrono::nanoseconds by);
  /// Moves the clock on in one jump, then runs the controllers.
  void Jump(std::chrono::nanoseconds by);

  /// A client's write, which must succeed; in the namespace "ns". Then runs the controllers.
  void Create(const std::string& plural, const std::string& text);
  /// RFC 7386 on the object as `subresource` ("" or "status") allows.
  void Patch(const std::string& plural, const std::string& name, const std::string& patch,
             const std::string& subresource = "");
  void Delete(const std::string& plural, const std::string& name, const std::string& propagation = "Background");

  /// Null when there is none.
  Json Get(const std::string& plural, const std::string& name) const;
  std::vector<Json> List(const std::string& plural) const;
  /// "Normal SuccessfulCreate Created pod: x" of all events, in order of their names.
  std::vector<std::string> Events() const;
  /// The name of the only pod that has not ended.
  std::string ActivePod() const;
  std::vector<std::string> Names(const std::string& plural) const;

  /// The number of the controllers' writes so far, failed ones included, without Events.
  int controller_writes() const { return writes_; }
  /// From now on a controller's write fails with `code` when `fails` says so of its number, counted from 0.
  void FailWrites(int code, std::function<bool(int)> fails);

  mock_http::VirtualClock clock;
  mock_http::SeededRandom random{7};
  Store store;

 private:
  class Client;

  void CollectGarbage();

  std::vector<std::unique_ptr<Controller>> controllers_;
  std::unique_ptr<Client> user_client_;  ///< the tests' own writes, which never fail
  std::unique_ptr<Client> controller_client_;
  int writes_ = 0;
  int failure_code_ = 409;
  std::function<bool(int)> fails_;
  int observer_ = 0;
};

}  // namespace mock_kubeapi
