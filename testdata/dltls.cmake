# SPDX-License-Identifier: MIT
#
# Thread-local storage of libraries that are loaded with dlopen.

# dltls_library(NAME SOURCE option…)
function(dltls_library name source)
  signet_test_library(libdltls-${name}.so SOURCES ${source} OPTIONS ${ARGN} ${tls_get_addr})
endfunction()
dltls_library(initial tls-public.c -DMODEL=Initial -ftls-model=initial-exec)
dltls_library(initial-own tls-private.c -DMODEL=InitialOwn -ftls-model=initial-exec)
dltls_library(general tls-public.c -DMODEL=General)
dltls_library(local-dynamic tls-private.c
  -DMODEL=LocalDynamic -ftls-model=local-dynamic)
dltls_library(descriptor tls-public.c -DMODEL=Descriptor -mtls-dialect=gnu2)
dltls_library(descriptor-own tls-private.c -DMODEL=DescriptorOwn -mtls-dialect=gnu2)

dltls_library(64 tls-align.c -DALIGN=64 -DSIZE=100 -DPREFIX=Line)
dltls_library(page tls-align.c -DALIGN=4096 -DSIZE=5000 -DPREFIX=Page -mtls-dialect=gnu2)
# bfd makes its RELRO longer than the module.
dltls_library(2m tls-align.c -DALIGN=2097152 -DSIZE=100 -DPREFIX=Huge -Wl,-z,norelro)

foreach(number RANGE 39)
  math(EXPR size "10 + ${number} * ${number} * 10")
  set(dialect gnu)
  if(number MATCHES "[13579]$")
    set(dialect gnu2)
  endif()
  dltls_library(many-${number} dltls-counter.c -DNUMBER=${number} -DSIZE=${size}
    -DSTART==41 -mtls-dialect=${dialect})
endforeach()
dltls_library(large dltls-counter.c -DNUMBER=_large -DSIZE=100000 -DSTART==41)
dltls_library(static dltls-counter.c
  -DNUMBER=_static -DSTART= -ftls-model=initial-exec)
dltls_library(static-huge dltls-counter.c
  -DNUMBER=_static_huge -DSTART= -DSIZE=6000 -ftls-model=initial-exec)
dltls_library(registers dltls-registers-library.S)
signet_test_library(libdltls-objects.so SOURCES dltls-objects-library.cc LIBC)

foreach(name models align-program signal threads objects exhausted dlsym many fork registers info
        memory hidden-threads)
  signet_test_program(dltls-${name} SOURCES dltls-${name}.c LIBC)
endforeach()
