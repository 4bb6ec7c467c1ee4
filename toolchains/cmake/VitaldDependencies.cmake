# Every foreign library, found once. All are Debian 12 packages (toolchains/packages.txt).
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(Boost 1.81 REQUIRED)               # Asio and Beast are header-only
find_package(OpenSSL REQUIRED)                  # comes with Paho
find_package(eclipse-paho-mqtt-c REQUIRED)
find_package(PahoMqttCpp REQUIRED)
find_package(SQLite3 REQUIRED)
set(PostgreSQL_ADDITIONAL_VERSIONS 15)
find_package(PostgreSQL REQUIRED)               # libpq
find_package(MbedTLS REQUIRED)                  # toolchains/cmake/FindMbedTLS.cmake
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_package(spdlog REQUIRED)
find_package(sdbus-c++ REQUIRED)              # 1.2: 2.x has another interface
find_package(ZLIB REQUIRED)
pkg_check_modules(gpiod REQUIRED IMPORTED_TARGET libgpiod<2)  # 2.x has another interface
pkg_check_modules(zstd REQUIRED IMPORTED_TARGET libzstd)
