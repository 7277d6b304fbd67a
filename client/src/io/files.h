// Reading small configuration files and leaving the termination message.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "error.h"

namespace client {

inline constexpr std::size_t kFileBytesMax = 4U << 20U;

/// The whole content of a file. kNotFound when there is none; kMisconfigured when it can't be read, is a directory or
/// is longer than kFileBytesMax. Messages name the path, never the content.
Result<std::string> ReadFile(const std::string& path);

/// Standard input to its end, with the same limit and errors.
Result<std::string> ReadStandardInput();

/// The kubelet mounts the termination message file over an existing one, so it is overwritten in place, in one write.
/// Creates the file only where `create` says so: the default path exists only in a container.
/// kNotFound when it is not there; kMisconfigured when it can't be written. The kubelet reads 4096 bytes at
/// most.
Result<void> WriteTerminationMessage(const std::string& path, std::string_view message, bool create);

}  // namespace client
