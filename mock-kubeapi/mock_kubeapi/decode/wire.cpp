#include "mock_kubeapi/decode/wire.h"

#include <fmt/format.h>

#include <bit>

namespace mock_kubeapi::decode {
namespace {

constexpr int kVarintBytesMax = 10;
constexpr std::string_view kUnexpectedEof = "unexpected EOF";
constexpr std::string_view kOverflow = "proto: integer overflow";
constexpr std::uint64_t kFieldNumberMax = (1U << 29) - 1;

/// Takes a varint off `text`. Empty, or what is wrong.
std::string_view TakeVarint(std::string_view* text, std::uint64_t* value) {
  *value = 0;
  for (int i = 0; i < kVarintBytesMax; ++i) {
    if (text->empty()) {
      return kUnexpectedEof;
    }
    const auto byte = static_cast<unsigned char>(text->front());
    text->remove_prefix(1);
    *value |= static_cast<std::uint64_t>(byte & 0x7F) << (7 * i);
    if (byte < 0x80) {
      return {};
    }
  }
  return kOverflow;
}

}  // namespace

std::optional<WireField> WireReader::Next() {
  int groups = 0;
  while (error_.empty() && !rest_.empty()) {
    WireField field;
    if (!ReadField(&field)) {
      return std::nullopt;
    }
    if (field.type == WireType::kStartGroup) {
      ++groups;
    } else if (field.type == WireType::kEndGroup) {
      if (--groups < 0) {
        error_ = "proto: unexpected end of group";
        return std::nullopt;
      }
    } else if (groups == 0) {
      return field;
    }
  }
  if (groups > 0 && error_.empty()) {
    error_ = kUnexpectedEof;
  }
  return std::nullopt;
}

bool WireReader::Varint(std::uint64_t* value) {
  error_ = TakeVarint(&rest_, value);
  return error_.empty();
}

bool WireReader::Fixed(std::size_t size, std::uint64_t* value) {
  if (rest_.size() < size) {
    error_ = kUnexpectedEof;
    return false;
  }
  *value = 0;
  for (std::size_t i = size; i > 0; --i) {
    *value = (*value << 8) | static_cast<unsigned char>(rest_[i - 1]);
  }
  rest_.remove_prefix(size);
  return true;
}

bool WireReader::ReadField(WireField* field) {
  std::uint64_t tag = 0;
  if (!Varint(&tag)) {
    return false;
  }
  const std::uint64_t number = tag >> 3;
  if (number == 0 || number > kFieldNumberMax) {
    error_ = fmt::format("proto: illegal tag {} (wire type {})", number, tag & 7);
    return false;
  }
  field->number = static_cast<int>(number);
  field->type = static_cast<WireType>(tag & 7);
  switch (field->type) {
    case WireType::kVarint:
      return Varint(&field->value);
    case WireType::kFixed64:
      return Fixed(8, &field->value);
    case WireType::kFixed32:
      return Fixed(4, &field->value);
    case WireType::kBytes: {
      std::uint64_t length = 0;
      if (!Varint(&length)) {
        return false;
      }
      if (length > rest_.size()) {
        error_ = kUnexpectedEof;
        return false;
      }
      field->bytes = rest_.substr(0, static_cast<std::size_t>(length));
      rest_.remove_prefix(static_cast<std::size_t>(length));
      return true;
    }
    case WireType::kStartGroup:
    case WireType::kEndGroup:
      return true;
  }
  error_ = fmt::format("proto: illegal wireType {}", tag & 7);
  return false;
}

bool PackedVarints::Next(std::uint64_t* value) {
  if (rest_.empty()) {
    return false;
  }
  const std::string_view before = rest_;
  if (!TakeVarint(&rest_, value).empty()) {
    rest_ = before;
    return false;
  }
  return true;
}

void WireWriter::Raw(std::uint64_t value) {
  while (value >= 0x80) {
    out_.push_back(static_cast<char>((value & 0x7F) | 0x80));
    value >>= 7;
  }
  out_.push_back(static_cast<char>(value));
}

void WireWriter::Varint(int number, std::uint64_t value) {
  Raw(static_cast<std::uint64_t>(number) << 3);
  Raw(value);
}

void WireWriter::Bytes(int number, std::string_view bytes) {
  Raw((static_cast<std::uint64_t>(number) << 3) | 2);
  Raw(bytes.size());
  out_ += bytes;
}

void WireWriter::Double(int number, double value) {
  Raw((static_cast<std::uint64_t>(number) << 3) | 1);
  auto bits = std::bit_cast<std::uint64_t>(value);
  for (int i = 0; i < 8; ++i, bits >>= 8) {
    out_.push_back(static_cast<char>(bits & 0xFF));
  }
}

}  // namespace mock_kubeapi::decode
