// SPDX-License-Identifier: MIT
//
// The mappings of this process, from /proc/self/maps, for modules that have libc. maps.h is for
// those that have none.
#pragma once

#include <stdio.h>
#include <string.h>

typedef struct {
  char* start;
  char* end;
  char permissions[5];  // "r-xp"
} MappingFacts;

// The mapping that holds the address. False if there is none.
static inline int FindMappingAt(const void* address, MappingFacts* found) {
  char line[512];
  int is_found = 0;
  FILE* maps = fopen("/proc/self/maps", "r");
  while (!is_found && fgets(line, sizeof line, maps) != NULL) {
    sscanf(line, "%p-%p %4s", (void**)&found->start, (void**)&found->end, found->permissions);
    is_found = (const char*)address >= found->start && (const char*)address < found->end;
  }
  fclose(maps);
  return is_found;
}

// The first mapping with these permissions of a file whose path ends in `name`. False if there is
// none.
static inline int FindMappingOf(const char* name, const char* permissions, MappingFacts* found) {
  char line[512];
  int is_found = 0;
  FILE* maps = fopen("/proc/self/maps", "r");
  while (!is_found && fgets(line, sizeof line, maps) != NULL) {
    sscanf(line, "%p-%p %4s", (void**)&found->start, (void**)&found->end, found->permissions);
    line[strcspn(line, "\n")] = '\0';
    const size_t length = strlen(line);
    const size_t wanted = strlen(name);
    is_found = length >= wanted && strcmp(line + length - wanted, name) == 0 &&
               strcmp(found->permissions, permissions) == 0;
  }
  fclose(maps);
  return is_found;
}
