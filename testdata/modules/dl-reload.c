// SPDX-License-Identifier: MIT
//
// Opens, asks and closes a plug-in again and again, whose file, or that of the library that it
// needs, is replaced meanwhile. With VERSION this is that plug-in or library. The arguments are a
// directory that can be written, the directories with the first and the second version, and perhaps
// "default": then the program also finds the plug-in's function in the global scope, and so needs
// it.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#ifdef VERSION

#ifdef NEEDS
int Needed(void);
int Version(void) { return 10 * VERSION + Needed(); }
#else
int Needed(void) { return VERSION; }
#endif

#else

static const char* g_place;
static char** g_versions;
static int g_asks_default;

// As `cp` or, by another file of the same name, as `install` does.
static void Put(const char* name, int version, int in_place) {
  char from[4096], to[4096], temporary[4096];
  snprintf(from, sizeof from, "%s/%s", g_versions[version - 1], name);
  snprintf(to, sizeof to, "%s/%s", g_place, name);
  snprintf(temporary, sizeof temporary, "%s/new", g_place);
  struct stat status;
  const int in = open(from, O_RDONLY);
  const int out = open(in_place ? to : temporary, O_WRONLY | O_CREAT | O_TRUNC, 0755);
  fstat(in, &status);
  sendfile(out, in, NULL, (size_t)status.st_size);
  close(in);
  close(out);
  if (!in_place) rename(temporary, to);
}

static void* Open(const char* name, int mode) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s", g_place, name);
  void* handle = dlopen(path, RTLD_NOW | mode);
  if (handle == NULL) {
    char* text = dlerror();
    const size_t place = strlen(g_place);
    printf("%s\n", strncmp(text, g_place, place) == 0 ? text + place + 1 : text);
  }
  return handle;
}

static int Ask(void* handle) {
  int (*function)(void) = (int (*)(void))dlsym(handle, "Version");
  return function != NULL ? function() : -1;
}

static void Round(const char* what, int mode) {
  void* handle = Open("libreload.so", mode);
  if (handle == NULL) return;
  printf("%s: %d", what, Ask(handle));
  if (g_asks_default && (mode & RTLD_GLOBAL) != 0) printf(" %d", Ask(RTLD_DEFAULT));
  printf("\n");
  dlclose(handle);
}

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  g_asks_default = argc > 4;
  g_place = argv[1];
  g_versions = argv + 2;
  Put("libreload.so", 1, 0);
  Put("libreload-needed.so", 1, 0);
  Round("first", 0);
  Round("again", RTLD_GLOBAL);
  Put("libreload.so", 2, 0);
  Round("replaced", 0);
  Round("replaced, global", RTLD_GLOBAL);
  Put("libreload-needed.so", 2, 0);
  Round("needed replaced", RTLD_GLOBAL);
  Put("libreload.so", 1, 1);
  Round("changed in place", 0);

  // As long as it is open, its name means it.
  void* open = Open("libreload.so", 0);
  Put("libreload.so", 2, 0);
  Round("replaced while open", 0);
  void* needed = Open("libreload-needed.so", 0);
  dlclose(open);
  Put("libreload-needed.so", 1, 0);
  Round("what it needs is still open", 0);
  dlclose(needed);
  Round("and now closed", 0);

  char path[4096];
  snprintf(path, sizeof path, "%s/libreload.so", g_place);
  unlink(path);
  Round("gone", 0);
  return 0;
}

#endif
