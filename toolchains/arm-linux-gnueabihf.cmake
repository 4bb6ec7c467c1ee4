# 32-bit ARM with hardware floating point, with Debian's cross compiler and the sysroot that toolchains/sysroot makes.
set(VITALD_TRIPLET arm-linux-gnueabihf)
set(VITALD_ARCH armhf)
set(CMAKE_SYSTEM_PROCESSOR armv7l)
set(emulator qemu-arm-static)
add_compile_options(-Wno-psabi)
include(${CMAKE_CURRENT_LIST_DIR}/cmake/DebianCross.cmake)
