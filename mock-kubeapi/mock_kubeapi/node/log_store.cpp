#include "mock_kubeapi/node/log_store.h"

#include <algorithm>

namespace mock_kubeapi {

void LogStore::Begin(const RunId& id) {
  Container& container = containers_[{id.pod_uid, id.container}];
  container.retired = false;
  Run run;
  run.attempt = id.attempt;
  container.runs.push_back(std::move(run));
  if (container.runs.size() > 2) container.runs.pop_front();
}

void LogStore::Append(const OutputChunk& chunk, mock_http::TimePoint now) {
  Run* run = Find(chunk.id);
  if (run == nullptr) return;
  std::string_view rest = chunk.text;
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    const std::size_t room = limits_.line_bytes - run->unfinished.size();
    const std::size_t length = std::min(end == std::string_view::npos ? rest.size() : end + 1, room);
    run->unfinished += rest.substr(0, length);
    rest.remove_prefix(length);
    if (run->unfinished.ends_with('\n') || run->unfinished.size() >= limits_.line_bytes) {
      AddLine(*run, std::exchange(run->unfinished, {}), now);
    }
  }
  Wake();
}

void LogStore::End(const RunId& id, mock_http::TimePoint now) {
  Run* run = Find(id);
  if (run == nullptr) return;
  if (!run->unfinished.empty()) AddLine(*run, std::exchange(run->unfinished, {}), now);
  run->ended = true;
  Wake();
}

void LogStore::Retire(const std::string& pod_uid, const std::string& container) {
  const auto found = containers_.find({pod_uid, container});
  if (found != containers_.end()) found->second.retired = true;
}

void LogStore::Forget(const std::string& pod_uid) {
  const auto first = containers_.lower_bound({pod_uid, std::string()});
  auto last = first;
  while (last != containers_.end() && last->first.first == pod_uid) ++last;
  containers_.erase(first, last);
  Wake();
}

std::string LogStore::Tail(const RunId& id, TailSize size) const {
  const auto found = containers_.find({id.pod_uid, id.container});
  if (found == containers_.end()) return {};
  const auto run = std::ranges::find(found->second.runs, id.attempt, &Run::attempt);
  if (run == found->second.runs.end()) return {};
  std::string text;
  const std::size_t first = run->lines.size() > size.lines ? run->lines.size() - size.lines : 0;
  for (std::size_t i = first; i < run->lines.size(); ++i) text += run->lines[i].text;
  if (text.size() > size.bytes) text.erase(0, text.size() - size.bytes);
  return text;
}

std::optional<LogSource::Snapshot> LogStore::Read(const LogName& name, std::size_t first) const {
  const auto found = containers_.find({name.pod_uid, name.container});
  if (found == containers_.end()) return std::nullopt;
  const Container& container = found->second;
  const Run* run = nullptr;
  if (name.run) {
    const auto pinned = std::ranges::find(container.runs, *name.run, &Run::attempt);
    if (pinned != container.runs.end()) run = &*pinned;
  } else if (!name.previous || container.retired) {
    run = &container.runs.back();
  } else if (container.runs.size() > 1) {
    run = &container.runs.front();
  }
  if (run == nullptr) return std::nullopt;
  Snapshot snapshot{.lines = {}, .ended = run->ended, .run = run->attempt, .next = run->dropped + run->lines.size()};
  const std::size_t skipped = std::min(first > run->dropped ? first - run->dropped : 0, run->lines.size());
  snapshot.lines.assign(run->lines.begin() + static_cast<std::ptrdiff_t>(skipped), run->lines.end());
  return snapshot;
}

int LogStore::Subscribe(std::function<void()> wake) {
  subscribers_.emplace(next_handle_, std::move(wake));
  return next_handle_++;
}

void LogStore::Unsubscribe(int handle) {
  subscribers_.erase(handle);
}

LogStore::Run* LogStore::Find(const RunId& id) {
  const auto found = containers_.find({id.pod_uid, id.container});
  if (found == containers_.end()) return nullptr;
  const auto run = std::ranges::find(found->second.runs, id.attempt, &Run::attempt);
  return run == found->second.runs.end() ? nullptr : &*run;
}

void LogStore::AddLine(Run& run, std::string text, mock_http::TimePoint now) {
  run.bytes += text.size();
  run.lines.push_back({.time = now, .text = std::move(text)});
  while (run.bytes > limits_.run_bytes && run.lines.size() > 1) {
    run.bytes -= run.lines.front().text.size();
    run.lines.pop_front();
    ++run.dropped;
  }
}

void LogStore::Wake() {
  for (const auto& [handle, wake] : subscribers_) wake();
}

}  // namespace mock_kubeapi
