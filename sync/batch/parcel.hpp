#pragma once

// A parcel: the file that is carried by hand where there is no link, batches one way, receipts the other. It is one
// protobuf message of any size (Parcel in telemetry.proto): its format first, a SHA-256 over all before it last, so
// that a file that was cut off or changed is known before anything of it is taken.

#include <cstdint>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "platform/crypto/digest.hpp"
#include "platform/model/result.hpp"

namespace vitald {

enum class ParcelField : std::uint32_t {
  batch = 1,      // a Batch, as sent
  inventory = 2,  // an Inventory
  receipt = 3,    // a Receipt
  document = 4,   // a batch in the JSON encoding
  device = 5,
  format = 6,
  end = 7,
};

// Gives the bytes to be written, in order.
class ParcelWriter {
 public:
  static Result<ParcelWriter> begin();

  Result<std::string> head(std::string_view device);
  Result<std::string> field(ParcelField field, std::string_view bytes);
  // A row of the outbox: a batch with its tag and length, or a JSON document.
  Result<std::string> row(std::string_view bytes);
  Result<std::string> end();

 private:
  explicit ParcelWriter(crypto::Sha256 hash) : hash_(std::move(hash)) {}
  Result<std::string> hashed(std::string bytes);

  crypto::Sha256 hash_;
};

class ParcelReader {
 public:
  // Reads it through once. not_found: there is no such file; invalid: it is no parcel; corrupt: it was cut off or
  // changed.
  static Result<ParcelReader> open(const std::string& file);
  static Result<ParcelReader> over(std::string bytes);

  const std::string& device() const { return device_; }

  struct Field {
    ParcelField field;
    std::string bytes;
  };
  // The next batch, document, inventory or receipt; nothing at the end.
  Result<std::optional<Field>> next();

 private:
  explicit ParcelReader(std::unique_ptr<std::istream> in);
  static Result<ParcelReader> checked(std::unique_ptr<std::istream> in);
  Result<void> check();
  Result<void> rewind();
  Result<Field> read_field();

  std::unique_ptr<std::istream> in_;
  std::string device_, raw_;  // raw_: the bytes of the field just read, with tag and length
};

}  // namespace vitald
