#include "platform/identity/files.hpp"

#include <sys/stat.h>

#include <filesystem>

#include "tests/support/result.hpp"
#include "tests/support/scratch.hpp"

namespace vitald {

TEST_CASE("files on a disk are written for their owner, listed below and destroyed") {
  const Scratch scratch;
  DiskFiles files;
  std::filesystem::create_directory(scratch.file("below"));
  REQUIRE(files.write(scratch.file("a"), "1"));
  REQUIRE(files.write(scratch.file("below/b"), "2"));
  struct stat status {};
  REQUIRE(::stat(scratch.file("a").c_str(), &status) == 0);
  CHECK((status.st_mode & 07777) == 0600);
  CHECK(files.list(scratch.file("")).size() == 2);
  REQUIRE(files.destroy(scratch.file("below/b")));
  CHECK(files.destroy(scratch.file("below/b")));
  CHECK(files.read(scratch.file("below/b")).error().code() == Code::not_found);
  CHECK(files.list(scratch.file("nothing")).empty());
}

TEST_CASE("destroying a link does not touch what it leads to") {
  const Scratch scratch;
  DiskFiles files;
  REQUIRE(files.write(scratch.file("kept"), "bytes"));
  std::filesystem::create_symlink(scratch.file("kept"), scratch.file("link"));
  REQUIRE(files.destroy(scratch.file("link")));
  CHECK(files.read(scratch.file("kept")).value() == "bytes");
  CHECK_FALSE(std::filesystem::is_symlink(scratch.file("link")));
}

}  // namespace vitald
