// SPDX-License-Identifier: MIT
//
// Three modules, three access models, one variable.
#include "freestanding.h"

extern __thread int g_shared;
__thread int g_interposed = 44;
int* SharedByInitial(void);
int* SharedByGeneral(void);
int* SharedByDescriptor(void);
int* InterposedByInitial(void);
int* InterposedByGeneral(void);
int* InterposedByDescriptor(void);

int main(void) {
  FactNumber("program", g_shared);
  Check("same by initial-exec", SharedByInitial() == &g_shared);
  Check("same by general-dynamic", SharedByGeneral() == &g_shared);
  Check("same by descriptor", SharedByDescriptor() == &g_shared);
  FactNumber("program's own", g_interposed);
  Check("same by initial-exec", InterposedByInitial() == &g_interposed);
  Check("same by general-dynamic", InterposedByGeneral() == &g_interposed);
  Check("same by descriptor", InterposedByDescriptor() == &g_interposed);
  return 0;
}
