#include "io/stop.h"

#include <fcntl.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cassert>
#include <cerrno>
#include <csignal>

namespace client {
namespace {

constexpr std::array kSignals = {SIGTERM, SIGINT};

// A signal handler can only reach what is global.
std::atomic<Stop*> stop_of_signals = nullptr;
std::array<struct sigaction, kSignals.size()> former_actions;

void RequestStop(int signal) {
  const int saved_errno = errno;
  if (Stop* stop = stop_of_signals.load(std::memory_order_acquire)) stop->Request(signal);
  errno = saved_errno;
}

}  // namespace

Result<std::unique_ptr<Stop>> Stop::Create() {
  const int descriptor = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (descriptor < 0) return Fail(ErrorKind::kMisconfigured, "can't make an event descriptor: too many open files");
  return std::unique_ptr<Stop>(new Stop(descriptor));
}

Stop::~Stop() {
  ::close(descriptor_);
}

void Stop::Request(int signal) noexcept {
  if (requested_.exchange(true, std::memory_order_acq_rel)) return;
  signal_.store(signal, std::memory_order_release);
  const std::uint64_t one = 1;
  // Can't fail: the counter goes from 0 to 1 once.
  [[maybe_unused]] const ssize_t written = ::write(descriptor_, &one, sizeof one);
}

StopOnSignals::StopOnSignals(Stop& stop) {
  [[maybe_unused]] Stop* former = stop_of_signals.exchange(&stop);
  assert(former == nullptr);
  struct sigaction action = {};
  action.sa_handler = RequestStop;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  sigemptyset(&action.sa_mask);
  for (std::size_t i = 0; i < kSignals.size(); ++i) ::sigaction(kSignals[i], &action, &former_actions[i]);
}

StopOnSignals::~StopOnSignals() {
  for (std::size_t i = 0; i < kSignals.size(); ++i) ::sigaction(kSignals[i], &former_actions[i], nullptr);
  stop_of_signals.store(nullptr, std::memory_order_release);
}

}  // namespace client
