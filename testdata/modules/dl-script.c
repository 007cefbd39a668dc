// SPDX-License-Identifier: MIT
//
// Calls dlopen and its family as its arguments say, one command each, and prints the results. H is
// a letter that stands for a handle, or "default" or "next".
//
//   open H FILE [FLAG…]       dlopen; FILE "-" is a null pointer; without LAZY, RTLD_NOW is added;
//                             NONE means no flag at all
//   call H NAME [VERSION]     dlsym or dlvsym of a function that returns a text
//   read H NAME [VERSION]     the same for an int
//   find H NAME [VERSION]     the same for anything
//   close H                   dlclose
//   same H H                  whether two handles are equal
//   place H                   whether the module's load bias is that of the last `place`
//   chdir DIR                 chdir
//   origin H                  dlinfo for RTLD_DI_ORIGIN
//   error                     dlerror
//   count FILE                how many modules dl_iterate_phdr knows by that name
//   left                      how many more modules, mappings and descriptors there are than at the
//   start
//   stop                      SIGSTOP to itself
#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void* g_handles[128];

// For libraries to find here.
const char* Program(void) { return "program"; }
const char* Where(void) { return "program"; }

static const struct {
  const char* name;
  int value;
} kFlags[] = {{"LAZY", RTLD_LAZY},         {"NOW", RTLD_NOW},
              {"GLOBAL", RTLD_GLOBAL},     {"LOCAL", RTLD_LOCAL},
              {"NOLOAD", RTLD_NOLOAD},     {"NODELETE", RTLD_NODELETE},
              {"DEEPBIND", RTLD_DEEPBIND}, {"NONE", -1}};

static void* Handle(const char* word) {
  if (strcmp(word, "default") == 0) return RTLD_DEFAULT;
  if (strcmp(word, "next") == 0) return RTLD_NEXT;
  return g_handles[(unsigned char)word[0] & 127];
}

static const char* Error(void) {
  const char* error = dlerror();
  return error == NULL ? "no error" : error;
}

static void Open(char** words, int count) {
  int flags = 0;
  for (int i = 3; i < count; ++i) {
    for (size_t j = 0; j < sizeof kFlags / sizeof *kFlags; ++j) {
      if (strcmp(words[i], kFlags[j].name) == 0) flags |= kFlags[j].value;
    }
  }
  if (flags == -1) {
    flags = 0;
  } else if ((flags & RTLD_LAZY) == 0) {
    flags |= RTLD_NOW;
  }
  const char* file = words[2];
  if (strcmp(file, "-") == 0) file = NULL;
  void* handle = dlopen(file, flags);
  g_handles[words[1][0] & 127] = handle;
  printf("open: %s\n", handle == NULL ? Error() : "ok");
}

static void Symbol(char** words, int count) {
  void* handle = Handle(words[1]);
  void* found = count > 3 ? dlvsym(handle, words[2], words[3]) : dlsym(handle, words[2]);
  if (found == NULL) {
    printf("%s: %s\n", words[2], Error());
  } else if (strcmp(words[0], "call") == 0) {
    printf("%s: %s\n", words[2], ((const char* (*)(void))found)());
  } else if (strcmp(words[0], "read") == 0) {
    printf("%s: %d\n", words[2], *(int*)found);
  } else {
    printf("%s: found\n", words[2]);
  }
}

typedef struct {
  const char* name;
  int modules;
} Search;

static int Visit(struct dl_phdr_info* info, size_t size, void* data) {
  (void)size;
  Search* search = data;
  const char* slash = strrchr(info->dlpi_name, '/');
  const char* name = slash == NULL ? info->dlpi_name : slash + 1;
  search->modules += search->name == NULL || strcmp(search->name, name) == 0;
  return 0;
}

static int Modules(const char* name) {
  Search search = {name, 0};
  dl_iterate_phdr(Visit, &search);
  return search.modules;
}

// Mappings of the files of these tests.
static int Mappings(void) {
  FILE* maps = fopen("/proc/self/maps", "r");
  char line[4096];
  int mappings = 0;
  while (fgets(line, sizeof line, maps) != NULL) mappings += strstr(line, "/dl/lib") != NULL;
  fclose(maps);
  return mappings;
}

static int Descriptors(void) {
  int open = 0;
  for (int i = 0; i < 256; ++i) open += lseek(i, 0, SEEK_CUR) >= 0;
  return open;
}

int main(int argc, char** argv) {
  const int modules = Modules(NULL);
  const int mappings = Mappings();
  const int descriptors = Descriptors();
  for (int i = 1; i < argc; ++i) {
    char* words[16];
    int count = 0;
    char* command = strdup(argv[i]);
    for (char* word = strtok(command, " "); word != NULL; word = strtok(NULL, " ")) {
      words[count++] = word;
    }
    if (strcmp(words[0], "open") == 0) {
      Open(words, count);
    } else if (strcmp(words[0], "call") == 0 || strcmp(words[0], "read") == 0 ||
               strcmp(words[0], "find") == 0) {
      Symbol(words, count);
    } else if (strcmp(words[0], "close") == 0) {
      printf("close: %s\n", dlclose(Handle(words[1])) == 0 ? "ok" : Error());
    } else if (strcmp(words[0], "same") == 0) {
      puts(Handle(words[1]) == Handle(words[2]) ? "same" : "different");
    } else if (strcmp(words[0], "place") == 0) {
      static ElfW(Addr) last;
      const ElfW(Addr) place = ((struct link_map*)Handle(words[1]))->l_addr;
      printf("place: %s\n", place == last ? "the same" : "another");
      last = place;
    } else if (strcmp(words[0], "chdir") == 0) {
      if (chdir(words[1]) != 0) perror(words[1]);
    } else if (strcmp(words[0], "origin") == 0) {
      char origin[4096];
      const int result = dlinfo(Handle(words[1]), RTLD_DI_ORIGIN, origin);
      printf("origin: %s\n", result == 0 ? origin : Error());
    } else if (strcmp(words[0], "error") == 0) {
      printf("error: %s\n", Error());
    } else if (strcmp(words[0], "stop") == 0) {
      raise(SIGSTOP);
    } else if (strcmp(words[0], "count") == 0) {
      printf("count: %d\n", Modules(words[1]));
    } else {
      printf("left: %d modules, %d mappings, %d descriptors\n", Modules(NULL) - modules,
             Mappings() - mappings, Descriptors() - descriptors);
    }
    free(command);
  }
  return 0;
}
