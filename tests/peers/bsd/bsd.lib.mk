# SPDX-License-Identifier: MIT
.include <bsd.obj.mk>
.-include "${.CURDIR}/shlib_version"

major ?= 0
minor ?= 0
file = lib${LIB}.so.${major}.${minor}

build:
	${CC} ${FLAGS} -fPIC -c ${SRCS}
	${CC} -shared -Wl,-soname,${file} -o ${file} ${SRCS:R:=.o} ${LDADD}
	ln -sf ${file} lib${LIB}.so
list:
