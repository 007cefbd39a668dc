# SPDX-License-Identifier: MIT

build list:
.for each in ${SUBDIR}
	-@${MAKE} -C ${.CURDIR}/${each} ${.TARGET}
.endfor
