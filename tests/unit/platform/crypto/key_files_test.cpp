#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "platform/crypto/keys.hpp"
#include "tests/support/result.hpp"

namespace vitald::crypto {
namespace {

using Catch::Contains;
using Catch::StartsWith;

// A folder of its own for each test, removed with all that is in it.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "vitald-keys-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string file(const std::string& name) const { return path_ + "/" + name; }
  std::ptrdiff_t files() const {
    return std::distance(std::filesystem::directory_iterator(path_), std::filesystem::directory_iterator());
  }

 private:
  std::string path_;
};

KeyPair new_key() {
  auto key = generate_key_pair();
  REQUIRE(key);
  return *key;
}

std::string content(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write(const std::string& file, std::string_view text, mode_t mode = 0600) {
  std::ofstream(file, std::ios::binary) << text;
  REQUIRE(::chmod(file.c_str(), mode) == 0);
}

mode_t mode(const std::string& file) {
  struct stat status {};
  REQUIRE(::stat(file.c_str(), &status) == 0);
  return status.st_mode & 07777;
}

Error private_error(const std::string& file) {
  const auto key = read_private_key(file);
  REQUIRE_FALSE(key);
  CHECK_THAT(key.error().sentence(), StartsWith("reading private key file " + file + ": "));
  return key.error();
}

TEST_CASE("a private key file gives back its key pair") {
  const Folder folder;
  const KeyPair key = new_key();
  REQUIRE(write_private_key(folder.file("key"), key.private_key));
  const auto read = read_private_key(folder.file("key"));
  REQUIRE(read);
  CHECK(read->public_key == key.public_key);
  CHECK(mode(folder.file("key")) == 0600);
  CHECK(folder.files() == 1);
}

TEST_CASE("a public key file gives back its key") {
  const Folder folder;
  const PublicKey key = new_key().public_key;
  REQUIRE(write_public_key(folder.file("key.pub"), key));
  const auto read = read_public_key(folder.file("key.pub"));
  REQUIRE(read);
  CHECK(*read == key);
  CHECK(mode(folder.file("key.pub")) == 0644);
  CHECK(content(folder.file("key.pub")) == text(key) + "\n");
}

TEST_CASE("a key as text is one labelled line that reads back") {
  CHECK(text(PublicKey{}) == "vitald-x25519-public AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
  const PublicKey key = new_key().public_key;
  for (const char* end : {"", "\n", "\r\n", " \n"}) {
    const auto read = parse_public_key(text(key) + end);
    REQUIRE(read);
    CHECK(*read == key);
  }
}

TEST_CASE("writing a key file replaces the old one and its mode") {
  const Folder folder;
  write(folder.file("key"), "old", 0666);
  REQUIRE(write_private_key(folder.file("key"), new_key().private_key));
  CHECK(mode(folder.file("key")) == 0600);
  CHECK(folder.files() == 1);
  CHECK(read_private_key(folder.file("key")));
}

TEST_CASE("a private key that others may read is refused with what to do") {
  const Folder folder;
  const std::string file = folder.file("key");
  REQUIRE(write_private_key(file, new_key().private_key));
  for (const mode_t wrong : {0644, 0640, 0604, 0620, 0777}) {
    REQUIRE(::chmod(file.c_str(), wrong) == 0);
    const Error error = private_error(file);
    CHECK(error.code() == Code::refused);
    CHECK_THAT(error.sentence(), Contains("chmod 600 " + file));
  }
  REQUIRE(::chmod(file.c_str(), 0400) == 0);
  CHECK(read_private_key(file));
}

TEST_CASE("a missing key file is not found, by name") {
  const Folder folder;
  CHECK(private_error(folder.file("none")).code() == Code::not_found);
  const auto key = read_public_key(folder.file("none"));
  REQUIRE_FALSE(key);
  CHECK(key.error().code() == Code::not_found);
}

TEST_CASE("a key file cut off anywhere is refused") {
  const Folder folder;
  const std::string file = folder.file("key");
  REQUIRE(write_private_key(file, new_key().private_key));
  const std::string whole = content(file);
  for (std::size_t size = 0; size + 1 < whole.size(); ++size) {
    write(file, whole.substr(0, size));
    REQUIRE(private_error(file).code() == Code::invalid);
  }
  write(file, whole.substr(0, whole.size() - 5));
  CHECK_THAT(private_error(file).sentence(), Contains("cut off"));
}

TEST_CASE("a key that is not base64 of 32 bytes is refused") {
  const Folder folder;
  const std::string label = "vitald-x25519-private ";
  for (const std::string& base64 : {std::string(44, '!'), std::string(44, 'A'), std::string(43, 'A') + "\n=",
                                    std::string(42, 'A') + "==", std::string(21, 'A') + ' ' + std::string(22, 'A')}) {
    write(folder.file("key"), label + base64 + "\n");
    CHECK(private_error(folder.file("key")).code() == Code::invalid);
  }
}

TEST_CASE("a public key in the private one's place is named as such, and the other way round") {
  const Folder folder;
  const KeyPair key = new_key();
  REQUIRE(write_public_key(folder.file("key.pub"), key.public_key));
  CHECK_THAT(private_error(folder.file("key.pub")).sentence(), Contains("a vitald-x25519-public key, where"));
  REQUIRE(write_private_key(folder.file("key"), key.private_key));
  const auto read = read_public_key(folder.file("key"));
  REQUIRE_FALSE(read);
  CHECK_THAT(read.error().sentence(), Contains("a vitald-x25519-private key, where"));
}

TEST_CASE("an error never shows what stood in the file") {
  const Folder folder;
  write(folder.file("key"), "vitald-x25519-private SECRETSECRETSECRET\n");
  CHECK_THAT(private_error(folder.file("key")).sentence(), !Contains("SECRET"));
  write(folder.file("key"), "SECRETSECRETSECRET\n");
  CHECK_THAT(private_error(folder.file("key")).sentence(), !Contains("SECRET"));
}

TEST_CASE("something else than a key file is refused") {
  const Folder folder;
  write(folder.file("key"), "-----BEGIN PRIVATE KEY-----\n");
  CHECK_THAT(private_error(folder.file("key")).sentence(), Contains("not a key"));
  write(folder.file("key"), std::string(100'000, 'A'));
  CHECK_THAT(private_error(folder.file("key")).sentence(), Contains("too long"));
  CHECK_FALSE(read_private_key(folder.file("")));  // the folder itself
}

TEST_CASE("a key that cannot be written leaves the old file and nothing beside it") {
  const Folder folder;
  const auto missing = write_private_key(folder.file("none/key"), new_key().private_key);
  REQUIRE_FALSE(missing);
  CHECK_THAT(missing.error().sentence(), StartsWith("writing key file " + folder.file("none/key")));
  std::filesystem::create_directories(folder.file("key/inside"));
  CHECK_FALSE(write_private_key(folder.file("key"), new_key().private_key));  // a rename over a folder fails
  CHECK(folder.files() == 1);
}

}  // namespace
}  // namespace vitald::crypto
