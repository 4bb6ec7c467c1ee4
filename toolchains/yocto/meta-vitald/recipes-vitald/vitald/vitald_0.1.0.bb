SUMMARY = "Health telemetry agent that keeps every reading"
LICENSE = "Apache-2.0"
LIC_FILES_CHKSUM = "file://LICENSE;md5=3b83ef96387f14655fc854ddc3c6bd57"

# The tree that this layer is part of; a product names its own source and revision here.
inherit externalsrc
EXTERNALSRC = "${THISDIR}/../../../../.."

DEPENDS = "boost cli11 libsdbus-c++ mbedtls nlohmann-json openssl paho-mqtt-c paho-mqtt-cpp postgresql spdlog sqlite3 zlib zstd"

# The sensors that this product reads; empty: all.
VITALD_DRIVERS ?= ""

inherit cmake pkgconfig systemd useradd

EXTRA_OECMAKE = "-DVITALD_TESTS=OFF -DVITALD_SMALL=ON -DVITALD_DRIVERS='${VITALD_DRIVERS}' \
                 -DVITALD_UNIT_DIR=${systemd_system_unitdir} -DCMAKE_INSTALL_SYSCONFDIR=${sysconfdir}"

PACKAGES =+ "${PN}-receiver"
FILES:${PN}-receiver = "${bindir}/vitald-receiver ${sysconfdir}/vitald-receiver ${nonarch_libdir}/*/vitald-receiver.conf \
                        ${systemd_system_unitdir}/vitald-receiver.service"
FILES:${PN} += "${nonarch_libdir}/sysusers.d ${nonarch_libdir}/tmpfiles.d ${systemd_system_unitdir}"
CONFFILES:${PN} = "${sysconfdir}/vitald/vitald.json"

SYSTEMD_PACKAGES = "${PN}"
SYSTEMD_SERVICE:${PN} = "vitald.service vitald-wipe.service"

USERADD_PACKAGES = "${PN}"
USERADD_PARAM:${PN} = "--system --no-create-home --home-dir ${localstatedir}/lib/vitald --user-group vitald; \
                       --system --no-create-home --home-dir /run/vitald --user-group vitald-driver"
