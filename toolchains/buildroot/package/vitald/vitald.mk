################################################################################
#
# vitald
#
################################################################################

# Untested beyond its syntax: no Buildroot build was run with it.
VITALD_VERSION = 0.1.0
VITALD_SITE = $(BR2_EXTERNAL_VITALD_PATH)/../..
VITALD_SITE_METHOD = local
VITALD_LICENSE = Apache-2.0
VITALD_LICENSE_FILES = LICENSE
VITALD_DEPENDENCIES = boost cli11 host-pkgconf json-for-modern-cpp mbedtls openssl \
	paho-mqtt-c paho-mqtt-cpp postgresql sdbus-cpp spdlog sqlite zlib zstd
VITALD_CONF_OPTS = -DVITALD_TESTS=OFF -DVITALD_SMALL=ON \
	-DVITALD_DRIVERS=$(call qstrip,$(BR2_PACKAGE_VITALD_DRIVERS))

define VITALD_USERS
	vitald -1 vitald -1 * /var/lib/vitald - - Health telemetry agent
	vitald-driver -1 vitald -1 * /run/vitald - - Drivers of the health telemetry agent
endef

$(eval $(cmake-package))
