# SPDX-License-Identifier: MIT
#
# The order in which code runs, and what a program learns when it starts.

set(init_fini -Wl,-init,Init -Wl,-fini,Fini)

# b and c, then a: the order of dependencies, not of the command line.
function(order_library name)
  signet_test_library(liborder-${name}.so SOURCES order-library.c LIBC ${ARGN}
    OPTIONS "-DNAME=\"${name}\"" ${init_fini})
endfunction()
order_library(c)
order_library(b LINK liborder-c.so)
order_library(a LINK liborder-c.so)
signet_test_program(order-program SOURCES order-program.c LIBC LINK liborder-a.so liborder-b.so
  OPTIONS ${init_fini})
signet_test_program(order-program-exec SOURCES order-program.c LIBC NO_PIE
  LINK liborder-a.so liborder-b.so OPTIONS ${init_fini})

# Graphs. `short_library(NAME needed…)`
function(short_library name)
  list(TRANSFORM ARGN PREPEND liborder-)
  list(TRANSFORM ARGN APPEND .so)
  signet_test_library(liborder-${name}.so SOURCES order-short.c LIBC LINK ${ARGN}
    OPTIONS "-DNAME=\"${name}\"")
endfunction()

# Two cycles that share a library, which needs one outside of both: 1 -> 2 -> 3 -> 1,
# 3 -> 4 -> 3, 3 -> 5.
signet_test_library(order-stub/liborder-1.so SOURCES order-short.c OPTIONS "-DNAME=\"stub\"")
signet_test_library(order-stub/liborder-3.so SOURCES order-short.c OPTIONS "-DNAME=\"stub\"")
short_library(5)
signet_test_library(liborder-4.so SOURCES order-short.c LIBC LINK order-stub/liborder-3.so
  OPTIONS "-DNAME=\"4\"")
signet_test_library(liborder-3.so SOURCES order-short.c LIBC
  LINK order-stub/liborder-1.so liborder-4.so liborder-5.so OPTIONS "-DNAME=\"3\"")
short_library(2 3)
short_library(1 2)
signet_test_program(order-cycle SOURCES order-main.c LIBC LINK liborder-1.so)

# A graph in which neither depth-first nor breadth-first alone gives the order.
short_library(bottom)
short_library(low bottom)
short_library(high low)
short_library(side bottom high)
signet_test_program(order-graph SOURCES order-main.c LIBC
  LINK liborder-bottom.so liborder-high.so liborder-side.so liborder-low.so)
short_library(preloaded)
short_library(preloaded-low low)

signet_test_library(liborder-exit.so SOURCES order-exit.c LIBC LINK liborder-bottom.so)
signet_test_program(order-exit SOURCES order-main.c LIBC LINK liborder-exit.so liborder-high.so)

signet_test_library(liborder-arguments.so SOURCES order-arguments.c LIBC)
signet_test_program(order-arguments SOURCES order-arguments.c LIBC LINK liborder-arguments.so
  OPTIONS -DPROGRAM)

foreach(kind "" -exec)
  set(pie)
  if(kind)
    set(pie NO_PIE)
  endif()
  signet_test_program(order-stack${kind} SOURCES order-stack.c ${pie} LINK libhello-greeting.so)
  signet_test_program(order-phdr${kind} SOURCES order-phdr.c LIBC ${pie}
    LINK liborder-tls-First.so liborder-tls-Second.so)
endforeach()
foreach(which First Second)
  signet_test_library(liborder-tls-${which}.so SOURCES order-tls.c LIBC
    OPTIONS -DLOCAL=${which}ThreadLocal -DHOME=${which}Home)
endforeach()

# Nodes of graphs, without edges: a test adds DT_NEEDED entries.
foreach(node 1 2 3 4 5 6)
  signet_test_library(order-nodes/lib${node}.so SOURCES order-short.c LIBC OPTIONS "-DNAME=\"${node}\"")
  signet_test_library(order-nodes/libfirst${node}.so SOURCES order-short.c LIBC SONAME lib${node}.so
    OPTIONS "-DNAME=\"first ${node}\"" -Wl,-z,initfirst)
endforeach()
signet_test_program(order-nodes/program SOURCES order-opens.c LIBC)
