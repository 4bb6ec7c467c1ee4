#pragma once

// A receiver's storage side on a scratch file, or on PostgreSQL where VITALD_TEST_DATABASE is "postgres", and devices
// that make batches for it. What fails here throws.

#include <memory>
#include <string>
#include <vector>

#include "sync/batch/builder.hpp"
#include "sync/batch/inventory.hpp"
#include "sync/batch/receipt.hpp"
#include "sync/receiver/exporter.hpp"
#include "sync/receiver/intake.hpp"
#include "tests/support/scratch.hpp"

namespace vitald::test {

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().sentence());
  return std::move(result).value();
}
inline void must(const Result<void>& result) {
  if (!result) throw std::runtime_error(result.error().sentence());
}

inline constexpr BootId kBoot{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
inline constexpr UtcTime kNow = utc_time(1'800'000'000'000'000);

inline BootTime at_ms(std::int64_t ms) { return boot_time(ms * 1000); }

// A body of such readings.
struct Given {
  std::string metric;
  BootTime time;
  Decimal value;
  Quality quality = quality::kGood;
  RateMilliHz rate = 0;
  std::optional<DeviceTime> device_time = {};
  std::optional<std::uint32_t> record_number = {};
};
struct Made {
  std::string body;
  std::uint32_t readings = 0;
};
Made make_body(const std::vector<Given>& readings, const std::string& sensor = "cuff",
               std::optional<Anchor> anchor = {});
Made heart_rates(int count, std::int64_t first_ms = 1000);
Made losses(const std::vector<Loss>& losses);

class Device {
 public:
  explicit Device(std::string name = "gateway-1");

  const std::string& name() const { return name_; }
  const crypto::KeyPair& keys() const { return keys_; }

  Envelope envelope(std::uint64_t number, const Made& made, Class class_ = Class::vital) const;
  // As the agent seals it; suite: one of the two that seal.
  std::string sealed(std::uint64_t number, const Made& made, const crypto::PublicKey& recipient,
                     Suite suite = Suite::x25519_aes256gcm) const;
  // A batch as an element of a message.
  std::string batch(std::uint64_t number, const Made& made, Class class_ = Class::vital) const;
  std::string batch(const Envelope& envelope, const Made& made) const;
  Message message(const std::string& payload, const std::string& role = "live") const;
  Message inventory(const std::vector<HeldEpoch>& epochs, const crypto::PublicKey& recipient) const;

  std::uint64_t epoch = 0xfedcba9876543210;

 private:
  std::string name_;
  crypto::KeyPair keys_;
};

class Site {
 public:
  explicit Site(ReceiverSettings settings = unsealed());
  // The receiver's key is another one from now on; it keeps the one before.
  void rotate();
  static ReceiverSettings unsealed();

  void add(const Device& device);
  // One group.
  std::vector<OutgoingReceipt> take(const std::vector<Message>& messages);
  void reopen();
  // On the kernel's boot clock, from now on.
  void ask_again(std::chrono::seconds after);

  std::int64_t number(const std::string& sql);
  std::int64_t refused(const std::string& reason) {
    return number("SELECT coalesce(sum(count), 0) FROM refusal WHERE reason = '" + reason + "'");
  }
  std::string text(const std::string& sql);  // of the first column of the first row
  std::string export_as(const std::string& format, const ExportFilter& filter = {}, const std::string& subject = "");

  ReceiverStore& store() { return *store_; }
  bool postgres() const { return settings_.database.starts_with("postgresql:"); }
  void forbid_writing(bool forbidden);
  std::string bytes_literal() const { return postgres() ? "'\\x00'::bytea" : "x'00'"; }
  Intake& intake() { return *intake_; }
  const crypto::KeyPair& keys() const { return keys_.front(); }  // the present ones
  const crypto::KeyPair& first_keys() const { return keys_.back(); }

 private:
  Scratch scratch_;
  ReceiverSettings settings_;
  std::vector<crypto::KeyPair> keys_;  // the present one first
  Now boot_clock_ = [] { return at_ms(0); };
  std::unique_ptr<ReceiverStore> store_;
  std::unique_ptr<Intake> intake_;
};

// Read and authenticated as the device would; under the receiver's present key unless another one is given.
Receipt read_receipt(const OutgoingReceipt& receipt, const Device& device, const Site& site);
Receipt read_receipt(const OutgoingReceipt& receipt, const Device& device, const crypto::KeyPair& recipient);

Openers unsealed_openers();
Openers openers_for(const std::vector<crypto::KeyPair>& recipients);

}  // namespace vitald::test
