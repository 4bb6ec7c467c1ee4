#pragma once

// A throw-away certificate authority. What fails here throws: a test cannot go on.

#include <chrono>
#include <memory>
#include <string>

namespace vitald {

struct CertificateFiles {
  std::string certificate, key;  // PEM
};

struct Wanted {
  std::string common_name;
  std::string dns_name;                     // subject alternative name, "" = none
  std::chrono::hours from{-24}, until{24};  // from now
};

class Authority {
  static constexpr std::chrono::hours kTwoDaysAgo{-48};

 public:
  // Writes <name>.crt into the directory; the key stays in memory.
  Authority(std::string directory, const std::string& name, const Wanted& valid = {"", "", kTwoDaysAgo, -kTwoDaysAgo});
  ~Authority();

  const std::string& file() const { return file_; }
  // Writes <file>.crt and <file>.key.
  CertificateFiles issue(const std::string& file, const Wanted& wanted) const;

 private:
  struct Identity;
  std::string directory_, file_;
  std::unique_ptr<Identity> self_;
};

}  // namespace vitald
