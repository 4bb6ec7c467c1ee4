#include "sync/batch/authenticated.hpp"

#include "sync/batch/wire.hpp"

namespace vitald {

std::string authenticated(std::string_view body, const crypto::MacKey& key) {
  std::string out;
  append_bytes(out, 1, body);
  append_bytes(out, 2, crypto::mac(key, body));
  return out;
}

Result<Authenticated> split(std::string_view bytes) {
  Authenticated carried;
  WireReader reader(bytes);
  while (reader.next()) {
    if (reader.field() == 1) carried.body = reader.bytes();
    if (reader.field() == 2) carried.mac = reader.bytes();
  }
  if (reader.error()) return *reader.error();
  return carried;
}

}  // namespace vitald
