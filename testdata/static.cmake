# SPDX-License-Identifier: MIT
#
# Programs without a dynamic linker, and programs for another C library than the system's.

signet_test_program(static-freestanding SOURCES static-freestanding.c STATIC NO_PIE)
signet_test_program(static-freestanding-pie SOURCES static-freestanding.c STATIC)
foreach(linker bfd lld)
  signet_test_program(static-glibc-${linker} SOURCES static-program.c LIBC STATIC NO_PIE
    LINKER ${linker})
  signet_test_program(static-glibc-pie-${linker} SOURCES static-program.c LIBC STATIC
    LINKER ${linker})
endforeach()
signet_test_program(static-musl SOURCES static-program.c LIBC STATIC NO_PIE
  COMPILER ${SIGNET_MUSL_GCC})

signet_test_program(static-first SOURCES static-first.c STATIC)
foreach(linker bfd lld)
  signet_test_program(static-relro-${linker} SOURCES static-relro.c LIBC STATIC NO_PIE
    LINKER ${linker})
  signet_test_program(static-relro-pie-${linker} SOURCES static-relro.c LIBC STATIC
    LINKER ${linker})
endforeach()
signet_test_program(static-relro-musl SOURCES static-relro.c LIBC STATIC NO_PIE
  COMPILER ${SIGNET_MUSL_GCC})
# musl-gcc knows no -static-pie.
find_path(SIGNET_MUSL_START rcrt1.o PATHS /usr/lib/${CMAKE_LIBRARY_ARCHITECTURE}
  PATH_SUFFIXES ../x86_64-linux-musl NO_DEFAULT_PATH)
if(SIGNET_MUSL_START AND SIGNET_MUSL_GCC AND SIGNET_GCC)
  signet_test_step(static-relro-pie-musl DEPENDS ${SIGNET_MODULE_SOURCES}/static-relro.c
    COMMAND ${SIGNET_GCC} -static-pie -fPIE -O1 -Wall -nostdinc -nostdlib
            -isystem /usr/include/x86_64-linux-musl
            -o ${SIGNET_MODULES}/static-relro-pie-musl
            ${SIGNET_MUSL_START}/rcrt1.o ${SIGNET_MUSL_START}/crti.o
            ${SIGNET_MODULE_SOURCES}/static-relro.c ${SIGNET_MUSL_START}/libc.a
            ${SIGNET_MUSL_START}/crtn.o)
else()
  signet_test_missing(static-relro-pie-musl "musl is not installed")
endif()

signet_test_library(libmusl-library.so SOURCES musl-library.c LIBC COMPILER ${SIGNET_MUSL_GCC})
signet_test_program(musl-program SOURCES musl-program.c LIBC LINK libmusl-library.so
  COMPILER ${SIGNET_MUSL_GCC})

if(SIGNET_GO)
  signet_test_step(static-go DEPENDS ${SIGNET_MODULE_SOURCES}/static-go.go
    COMMAND ${CMAKE_COMMAND} -E env GO111MODULE=off CGO_ENABLED=0
            GOCACHE=${CMAKE_CURRENT_BINARY_DIR}/go-cache
            ${SIGNET_GO} build -o ${SIGNET_MODULES}/static-go
            ${SIGNET_MODULE_SOURCES}/static-go.go)
else()
  signet_test_missing(static-go "go is not installed")
endif()
