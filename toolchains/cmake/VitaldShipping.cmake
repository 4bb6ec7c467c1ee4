# How what is shipped is compiled and where its files go. Sanitizers bring checks of their own, so a debug build has none of this.

option(VITALD_SMALL "Optimise for size: -Os, across files, unused sections left out" OFF)

function(vitald_harden target)
  set(optimised $<NOT:$<CONFIG:Debug>>)
  target_compile_options(${target} INTERFACE
    $<${optimised}:-U_FORTIFY_SOURCE> $<${optimised}:-D_FORTIFY_SOURCE=2> $<${optimised}:-fstack-protector-strong>)
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
    target_compile_options(${target} INTERFACE $<${optimised}:-fcf-protection> $<${optimised}:-fstack-clash-protection>)
  elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "aarch64|arm64")
    target_compile_options(${target} INTERFACE $<${optimised}:-mbranch-protection=standard> $<${optimised}:-fstack-clash-protection>)
  endif()
  target_link_options(${target} INTERFACE $<${optimised}:LINKER:-z,relro,-z,now,-z,noexecstack,--as-needed>)
endfunction()

if(NOT VITALD_SANITIZE)
  include(CheckPIESupported)
  check_pie_supported(LANGUAGES CXX)  # CMAKE_POSITION_INDEPENDENT_CODE reaches the linker only with this
  vitald_harden(vitald_options)
endif()

if(VITALD_SMALL)
  target_compile_options(vitald_options INTERFACE -Os -ffunction-sections -fdata-sections)
  target_link_options(vitald_options INTERFACE LINKER:--gc-sections)
  set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ON)
endif()

set(VITALD_UNIT_DIR lib/systemd/system CACHE STRING "Where systemd's units go, below the prefix or absolute")

# vitald_deploy(<program> CONFIG <file> UNITS <files>): what an init system and an administrator find beside a program.
function(vitald_deploy program)
  cmake_parse_arguments(arg "" "CONFIG" "UNITS" ${ARGN})
  set(from ${CMAKE_SOURCE_DIR}/toolchains/systemd)
  list(TRANSFORM arg_UNITS PREPEND ${from}/)
  install(FILES ${arg_UNITS} DESTINATION ${VITALD_UNIT_DIR} COMPONENT ${program})
  install(FILES ${from}/${program}.sysusers DESTINATION lib/sysusers.d RENAME ${program}.conf COMPONENT ${program})
  install(FILES ${from}/${program}.tmpfiles DESTINATION lib/tmpfiles.d RENAME ${program}.conf COMPONENT ${program})
  install(FILES ${from}/${arg_CONFIG} DESTINATION ${CMAKE_INSTALL_SYSCONFDIR}/${program} COMPONENT ${program})
  install(FILES ${CMAKE_SOURCE_DIR}/toolchains/man/${program}.8 DESTINATION ${CMAKE_INSTALL_MANDIR}/man8 COMPONENT ${program})
endfunction()
