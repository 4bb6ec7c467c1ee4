# 64-bit ARM, with Debian's cross compiler and the sysroot that toolchains/sysroot makes.
set(VITALD_TRIPLET aarch64-linux-gnu)
set(VITALD_ARCH arm64)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(emulator qemu-aarch64-static)
include(${CMAKE_CURRENT_LIST_DIR}/cmake/DebianCross.cmake)
