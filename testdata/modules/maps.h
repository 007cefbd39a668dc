// SPDX-License-Identifier: MIT
//
// What the kernel says about this process's memory: address -> permissions, from /proc/self/maps.
#pragma once

#include "freestanding.h"

typedef struct {
  Word start;
  Word end;
  char permissions[5];
} Mapping;

static char g_maps[1 << 18];
static const char* g_maps_at;

// Takes a new snapshot; the next NextMapping gives its first line.
static inline void ReadMaps(void) {
  const long file = SystemCall(2 /* open */, (long)"/proc/self/maps", 0, 0);
  Word length = 0;
  long got = 0;
  while ((got = SystemCall(0 /* read */, file, (long)(g_maps + length),
                           (long)(sizeof g_maps - 1 - length))) > 0) {
    length += (Word)got;
  }
  SystemCall(3 /* close */, file, 0, 0);
  g_maps[length] = 0;
  g_maps_at = g_maps;
}

static inline Word TakeHex(void) {
  Word value = 0;
  for (;; ++g_maps_at) {
    const char c = *g_maps_at;
    if (c >= '0' && c <= '9') {
      value = value * 16 + (Word)(c - '0');
    } else if (c >= 'a' && c <= 'f') {
      value = value * 16 + (Word)(c - 'a' + 10);
    } else {
      return value;
    }
  }
}

static inline int NextMapping(Mapping* mapping) {
  if (*g_maps_at == 0) return 0;
  mapping->start = TakeHex();
  ++g_maps_at;
  mapping->end = TakeHex();
  ++g_maps_at;
  for (int i = 0; i < 4; ++i) mapping->permissions[i] = *g_maps_at++;
  mapping->permissions[4] = 0;
  while (*g_maps_at != '\n') ++g_maps_at;
  ++g_maps_at;
  return 1;
}

// "r-xp" and the like; "none" if nothing is mapped. Valid until the next call.
static inline const char* PermissionsAt(const void* address) {
  static Mapping mapping;
  ReadMaps();
  while (NextMapping(&mapping)) {
    if ((Word)address >= mapping.start && (Word)address < mapping.end) return mapping.permissions;
  }
  return "none";
}
