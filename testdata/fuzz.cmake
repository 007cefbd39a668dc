# SPDX-License-Identifier: MIT
#
# For the campaign of mutants (tests/fuzz/campaign.cc).
signet_test_program(fuzz-opener SOURCES fuzz-opener.c LIBC OPTIONS -rdynamic)
