#include "io/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace client {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }

 private:
  int number_;
};

std::string Reason(int error) {
  return std::generic_category().message(error);
}

Result<std::string> ReadAll(int descriptor, std::string_view name) {
  std::string content;
  std::array<char, 16384> buffer;
  while (true) {
    const ssize_t got = ::read(descriptor, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Fail(ErrorKind::kMisconfigured, fmt::format("can't read {}: {}", name, Reason(errno)));
    if (got == 0) return content;
    content.append(buffer.data(), static_cast<std::size_t>(got));
    if (content.size() > kFileBytesMax) {
      return Fail(ErrorKind::kMisconfigured,
                  fmt::format("can't read {}: longer than {} MiB", name, kFileBytesMax >> 20U));
    }
  }
}

}  // namespace

Result<std::string> ReadFile(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.number() < 0) {
    const int error = errno;
    const bool absent = error == ENOENT || error == ENOTDIR;
    return Fail(absent ? ErrorKind::kNotFound : ErrorKind::kMisconfigured,
                fmt::format("can't read {}: {}", path, Reason(error)));
  }
  return ReadAll(file.number(), path);
}

Result<std::string> ReadStandardInput() {
  return ReadAll(STDIN_FILENO, "standard input");
}

Result<void> WriteTerminationMessage(const std::string& path, std::string_view message, bool create) {
  const auto fail = [&](ErrorKind kind, std::string_view reason) {
    return Fail(kind, fmt::format("can't write the termination message {}: {}", path, reason));
  };
  const int flags = O_WRONLY | O_TRUNC | O_CLOEXEC | (create ? O_CREAT : 0);
  const Descriptor file(::open(path.c_str(), flags, 0644));
  if (file.number() < 0) {
    const int error = errno;
    return fail(error == ENOENT || error == ENOTDIR ? ErrorKind::kNotFound : ErrorKind::kMisconfigured, Reason(error));
  }
  ssize_t written = 0;
  do {
    written = ::write(file.number(), message.data(), message.size());
  } while (written < 0 && errno == EINTR);
  if (written < 0) return fail(ErrorKind::kMisconfigured, Reason(errno));
  if (static_cast<std::size_t>(written) != message.size()) return fail(ErrorKind::kMisconfigured, "no space left");
  return {};
}

}  // namespace client
