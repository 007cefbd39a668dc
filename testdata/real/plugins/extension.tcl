# SPDX-License-Identifier: MIT
load ./libextension.so Extension; puts [extended]
puts [catch {load ./missing.so} message]; puts $message
puts [expr {2 ** 100}]; puts [zlib adler32 signet]; puts [string length [zlib compress [string repeat x 1000]]]
puts [lsort -integer {10 9 8}]; puts [clock format 1000000000 -gmt 1 -format %Y-%m-%d]
puts [encoding convertto shiftjis \u65e5]; exit 4
