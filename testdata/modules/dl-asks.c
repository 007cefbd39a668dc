/* A library that looks for a symbol that does not exist, in all the scopes that it is in. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stddef.h>

const char* AskNowhere(void) {
  return dlsym(RTLD_DEFAULT, "NowhereAtAll") != NULL ? "found" : "not found";
}
