# SPDX-License-Identifier: MIT
#
# OpenBSD's has settings of the system.
ELF_TOOLCHAIN = no
