# SPDX-License-Identifier: MIT
#
# Thread-local storage: access models, alignment, images, threads.

# General- and local-dynamic code calls __tls_get_addr, which is the dynamic linker's.
set(tls_get_addr /lib64/ld-linux-x86-64.so.2)

function(tls_library name source model)
  signet_test_library(libtls-${name}.so SOURCES ${source} OPTIONS -DMODEL=${model} ${ARGN})
endfunction()
tls_library(initial tls-public.c Initial -ftls-model=initial-exec)
tls_library(initial-own tls-private.c InitialOwn -ftls-model=initial-exec)
tls_library(general tls-public.c General ${tls_get_addr})
tls_library(local-dynamic tls-private.c LocalDynamic -ftls-model=local-dynamic ${tls_get_addr})
tls_library(descriptor tls-public.c Descriptor -mtls-dialect=gnu2)
tls_library(descriptor-own tls-private.c DescriptorOwn -mtls-dialect=gnu2)
set(without_call libtls-initial.so libtls-initial-own.so libtls-descriptor.so
  libtls-descriptor-own.so)
set(all ${without_call} libtls-general.so libtls-local-dynamic.so)

foreach(kind "" -exec)
  set(pie)
  if(kind)
    set(pie NO_PIE)
  endif()
  signet_test_program(tls-freestanding${kind} SOURCES tls-freestanding.c ${pie}
    LINK ${without_call})
  signet_test_program(tls-threads${kind} SOURCES tls-threads.c LIBC ${pie} LINK ${all})
endforeach()

signet_test_program(tls-program-only SOURCES tls-freestanding.c)

set(page -DALIGN=4096 -DSIZE=5000 -DPREFIX=Page)
signet_test_library(libtls-page.so SOURCES tls-align.c
  OPTIONS ${page} -ftls-model=initial-exec)
signet_test_library(libtls-64.so SOURCES tls-align.c
  OPTIONS -DALIGN=64 -DSIZE=100 -DPREFIX=Line64_ -mtls-dialect=gnu2)
signet_test_library(libtls-byte.so SOURCES tls-align.c
  OPTIONS -DALIGN=1 -DSIZE=7 -DPREFIX=Byte -ftls-model=initial-exec)
foreach(linker bfd lld)
  signet_test_program(tls-align-${linker} SOURCES tls-align-program.c tls-align.c LINKER ${linker}
    LINK libtls-page.so libtls-64.so libtls-byte.so
    OPTIONS -DALIGN=64 -DSIZE=33 -DPREFIX=Program)
endforeach()
# The program itself demands the alignment of a page.
signet_test_library(libtls-line.so SOURCES tls-align.c
  OPTIONS -DALIGN=64 -DSIZE=100 -DPREFIX=Page -ftls-model=initial-exec)
signet_test_program(tls-align-program SOURCES tls-align-program.c tls-align.c
  LINK libtls-line.so libtls-64.so libtls-byte.so
  OPTIONS -DALIGN=4096 -DSIZE=33 -DPREFIX=Program)

signet_test_library(libtls-zero.so SOURCES tls-zero.c OPTIONS -ftls-model=initial-exec)
signet_test_program(tls-zero SOURCES tls-zero.c LINK libtls-zero.so OPTIONS -DPROGRAM)

signet_test_library(libtls-shared-owner.so SOURCES tls-shared-owner.c)
foreach(model Initial General Descriptor)
  set(options_Initial -ftls-model=initial-exec)
  set(options_General ${tls_get_addr})
  set(options_Descriptor -mtls-dialect=gnu2)
  signet_test_library(libtls-shared-${model}.so SOURCES tls-shared-user.c
    LINK libtls-shared-owner.so
    OPTIONS -DSHARED=SharedBy${model} -DINTERPOSED=InterposedBy${model} ${options_${model}})
endforeach()
signet_test_program(tls-shared SOURCES tls-shared.c LIBC LINK libtls-shared-owner.so
  libtls-shared-Initial.so libtls-shared-General.so libtls-shared-Descriptor.so)

facts(tls-weak SOURCES tls-weak.c OPTIONS -mtls-dialect=gnu2)

# The linker may know the program's module id.
signet_test_program(tls-first-module SOURCES tls-first-module.c LIBC OPTIONS ${tls_get_addr})
signet_test_program(tls-relro-mold SOURCES tls-relro.c LIBC LINKER mold)
