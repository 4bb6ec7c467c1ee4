#include "sync/batch/parcel.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "sync/batch/envelope.hpp"
#include "sync/batch/wire.hpp"

namespace vitald {
namespace {

constexpr std::string_view kFormat = "vitald parcel 1";
constexpr std::string_view kFormatAnyVersion = "vitald parcel ";
constexpr std::uint64_t kMostBytes = 16 << 20;  // of one field; a batch is far smaller

Error cut_off() { return {Code::corrupt, "the file is cut off or was changed: copy it again"}; }

}  // namespace

Result<ParcelWriter> ParcelWriter::begin() {
  auto hash = crypto::Sha256::begin();
  if (!hash) return hash.error();
  return ParcelWriter(std::move(*hash));
}

Result<std::string> ParcelWriter::head(std::string_view device) {
  std::string bytes;
  append_bytes(bytes, static_cast<std::uint32_t>(ParcelField::format), kFormat);
  append_bytes(bytes, static_cast<std::uint32_t>(ParcelField::device), device);
  return hashed(std::move(bytes));
}

Result<std::string> ParcelWriter::field(ParcelField field, std::string_view bytes) {
  std::string out;
  append_element(out, static_cast<std::uint32_t>(field), bytes);
  return hashed(std::move(out));
}

Result<std::string> ParcelWriter::row(std::string_view bytes) {
  return bytes.starts_with('{') ? field(ParcelField::document, bytes) : hashed(std::string(bytes));
}

Result<std::string> ParcelWriter::end() {
  const auto digest = hash_.finish();
  if (!digest) return digest.error();
  std::string bytes;
  append_bytes(bytes, static_cast<std::uint32_t>(ParcelField::end), to_bytes(*digest));
  return bytes;
}

Result<std::string> ParcelWriter::hashed(std::string bytes) {
  const auto added = hash_.add(bytes);
  return added ? Result<std::string>(std::move(bytes)) : added.error();
}

ParcelReader::ParcelReader(std::unique_ptr<std::istream> in) : in_(std::move(in)) {}

Result<ParcelReader> ParcelReader::open(const std::string& file) {
  auto in = std::make_unique<std::ifstream>(file, std::ios::binary);
  if (!*in) return Error(errno == ENOENT ? Code::not_found : Code::io, file + ": " + std::strerror(errno));
  auto reader = checked(std::move(in));
  return reader ? std::move(reader) : reader.error().in(file);
}

Result<ParcelReader> ParcelReader::over(std::string bytes) {
  return checked(std::make_unique<std::istringstream>(std::move(bytes)));
}

Result<ParcelReader> ParcelReader::checked(std::unique_ptr<std::istream> in) {
  ParcelReader reader(std::move(in));
  if (const auto good = reader.check(); !good) return good.error();
  if (const auto again = reader.rewind(); !again) return again.error();
  return reader;
}

Result<void> ParcelReader::check() {
  const auto format = read_field();
  const bool parcel = format && format->field == ParcelField::format && format->bytes.starts_with(kFormatAnyVersion);
  if (!parcel) return Error(Code::invalid, "not a file of `vitald export` or `vitald-receiver import`");
  if (format->bytes != kFormat) return Error(Code::invalid, "of another version: " + format->bytes);
  auto hash = crypto::Sha256::begin();
  if (!hash) return hash.error();
  for (auto field = format;; field = read_field()) {
    if (!field) return field.error();
    if (field->field == ParcelField::device) device_ = field->bytes;
    if (field->field == ParcelField::end) {
      const auto digest = hash->finish();
      if (!digest) return digest.error();
      const bool last = in_->peek() == std::istream::traits_type::eof();
      return field->bytes == to_bytes(*digest) && last && is_device_id(device_) ? Result<void>() : cut_off();
    }
    if (const auto added = hash->add(raw_); !added) return added;
  }
}

Result<void> ParcelReader::rewind() {
  in_->clear();
  in_->seekg(0);
  return *in_ ? Result<void>() : Error(Code::io, "a parcel is read twice: it must be a file, no pipe");
}

Result<std::optional<ParcelReader::Field>> ParcelReader::next() {
  for (;;) {
    auto field = read_field();
    if (!field) return field.error();
    switch (field->field) {
      case ParcelField::end:
        return std::optional<Field>();
      case ParcelField::batch:
      case ParcelField::document:
      case ParcelField::inventory:
      case ParcelField::receipt:
        return std::optional(std::move(*field));
      default:
        break;  // the head, and what later versions add
    }
  }
}

// Tag and length are varints; every field of a parcel is of bytes.
Result<ParcelReader::Field> ParcelReader::read_field() {
  raw_.clear();
  std::uint64_t head[2] = {0, 0};
  for (std::uint64_t& number : head) {
    for (int shift = 0;; shift += 7) {
      const int byte = in_->get();
      if (byte == std::istream::traits_type::eof() || shift > 63) return cut_off();
      raw_.push_back(static_cast<char>(byte));
      number |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
  }
  const auto [tag, size] = std::pair(head[0], head[1]);
  if ((tag & 7) != 2 || tag >> 3 > 0xffff || size > kMostBytes) return cut_off();
  const std::size_t start = raw_.size();
  raw_.resize(start + size);
  in_->read(raw_.data() + start, static_cast<std::streamsize>(size));
  if (static_cast<std::uint64_t>(in_->gcount()) != size) return cut_off();
  return Field{static_cast<ParcelField>(tag >> 3), raw_.substr(start)};
}

}  // namespace vitald
