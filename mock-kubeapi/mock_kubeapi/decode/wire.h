// The protobuf wire format: varints, fixed and length-delimited fields. Knows no messages.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace mock_kubeapi::decode {

enum class WireType : std::uint8_t {
  kVarint = 0,
  kFixed64 = 1,
  kBytes = 2,
  kStartGroup = 3,
  kEndGroup = 4,
  kFixed32 = 5,
};

struct WireField {
  int number = 0;
  WireType type = WireType::kVarint;
  std::uint64_t value = 0;  ///< of varint and fixed fields
  std::string_view bytes;   ///< of length-delimited fields; lives as long as the message
};

/// Reads the fields of a message one after the other. Groups are skipped.
class WireReader {
 public:
  explicit WireReader(std::string_view message) : rest_(message) {}

  /// The next field; nullopt at the end and on an error, which `error` tells apart.
  std::optional<WireField> Next();
  /// Empty, or what is wrong: "unexpected EOF", "proto: integer overflow", "proto: illegal wireType 7".
  const std::string& error() const { return error_; }

 private:
  bool Varint(std::uint64_t* value);
  bool Fixed(std::size_t size, std::uint64_t* value);
  bool ReadField(WireField* field);

  std::string_view rest_;
  std::string error_;
};

/// Reads the varints of a packed repeated field.
class PackedVarints {
 public:
  explicit PackedVarints(std::string_view bytes) : rest_(bytes) {}

  /// False at the end and for a cut-off value, after which `rest` is not empty.
  bool Next(std::uint64_t* value);
  bool AtEnd() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

/// Writes fields of a message.
class WireWriter {
 public:
  void Varint(int number, std::uint64_t value);
  void Bytes(int number, std::string_view bytes);
  void Double(int number, double value);

  std::string Take() { return std::move(out_); }

 private:
  void Raw(std::uint64_t value);

  std::string out_;
};

}  // namespace mock_kubeapi::decode
