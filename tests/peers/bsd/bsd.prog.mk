# SPDX-License-Identifier: MIT
.include <bsd.obj.mk>

name = ${.CURDIR:S,^${top}/,,}
environment = ${LD_LIBRARY_PATH:DLD_LIBRARY_PATH=${LD_LIBRARY_PATH}}

build:
	${CC} ${FLAGS} ${SRCS} ${LDFLAGS} -o ${PROG} ${LDADD} -lpthread
list:
	@if [ -x ${PROG} ]; then \
	  printf '%s\t%s\t/dev/null\tenv %s $$run ./%s\n' ${name} ${.CURDIR} '${environment}' ${PROG}; \
	else \
	  echo ${name}; \
	fi
