# SPDX-License-Identifier: MIT
.if defined(PROG)
.include <bsd.prog.mk>
.else
# A script that rebuilds its libraries again and again.
build:
list:
	@echo ${.CURDIR:S,^${top}/,,}
.endif
