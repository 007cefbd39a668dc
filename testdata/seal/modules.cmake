# SPDX-License-Identifier: MIT
#
# Libraries of the program that attacks its own seals: one with gaps between its segments, one with
# relocated text.
signet_test_library(seal/libgap.so SOURCES ../seal/gap.c
  OPTIONS -Wl,-z,max-page-size=0x200000 -Wl,-z,separate-code)
signet_test_library(seal/libtext.so SOURCES ../seal/text.S OPTIONS -Wl,-z,notext)
