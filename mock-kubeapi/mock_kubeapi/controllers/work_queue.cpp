#include <utility>

#include "mock_kubeapi/controllers/controller.h"

namespace mock_kubeapi {

void WorkQueue::Add(std::string key) {
  if (!queued_.insert(key).second) return;
  ready_.push_back(std::move(key));
}

void WorkQueue::AddAt(std::string key, mock_http::TimePoint due) {
  const auto known = due_of_.find(key);
  if (known != due_of_.end()) {
    if (known->second <= due) return;
    due_.erase({known->second, key});
  }
  due_of_[key] = due;
  due_.insert({due, std::move(key)});
}

std::optional<std::string> WorkQueue::Take(mock_http::TimePoint now) {
  while (!due_.empty() && due_.begin()->first <= now) {
    std::string key = due_.begin()->second;
    due_.erase(due_.begin());
    due_of_.erase(key);
    Add(std::move(key));
  }
  if (ready_.empty()) return std::nullopt;
  std::string key = std::move(ready_.front());
  ready_.pop_front();
  queued_.erase(key);
  return key;
}

std::optional<mock_http::TimePoint> WorkQueue::NextDue() const {
  if (due_.empty()) return std::nullopt;
  return due_.begin()->first;
}

}  // namespace mock_kubeapi
