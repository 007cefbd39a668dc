// SPDX-License-Identifier: MIT
//
// The resolver of a TLS descriptor preserves every register, in a thread's first call and later.
#include "dltls.h"

struct Registers {
  long general[14];
  unsigned char vectors[32][64];
  unsigned long masks[8];
  long* value;
};
typedef void CallFunction(long sort, const struct Registers* in, struct Registers* out);

static const char* const kSorts[] = {"SSE", "AVX", "AVX-512"};

static int IsThere(long sort) {
  if (sort == 1) return __builtin_cpu_supports("avx");
  if (sort == 2) return __builtin_cpu_supports("avx512f");
  return 1;
}

static void Show(CallFunction* call, long sort) {
  struct Registers in;
  struct Registers out = {{0}};
  for (int i = 0; i < 14; ++i) in.general[i] = 0x123456789 * (i + 3);
  for (int i = 0; i < 32 * 64; ++i)
    ((unsigned char*)in.vectors)[i] = (unsigned char)(i * 7 + i / 64);
  for (int i = 0; i < 8; ++i) in.masks[i] = 0x5a5aUL + (unsigned long)i;
  printf("%s\n", kSorts[sort]);
  if (IsThere(sort)) {
    call(sort, &in, &out);
  } else {
    out = in;
    out.value = &in.general[0];
    in.general[0] = out.general[0] = 77;
  }
  Check("  general registers kept", memcmp(in.general, out.general, sizeof in.general) == 0);
  int kept = 1;
  for (int i = 0; i < (sort == 2 ? 32 : 16); ++i)
    kept &= memcmp(in.vectors[i], out.vectors[i], (size_t)16 << sort) == 0;
  Check("  vector registers kept", kept);
  Check("  masks kept", sort != 2 || memcmp(in.masks + 1, out.masks + 1, 7 * 8) == 0);
  printf("  value: %ld\n", *out.value);
}

struct Job {
  CallFunction* call;
  long sort;
};

static void* Thread(void* argument) {
  const struct Job* job = argument;
  Show(job->call, job->sort);
  Show(job->call, job->sort);
  return 0;
}

int main(void) {
  struct Job job = {(CallFunction*)Find(Open("libdltls-registers.so"), "CallResolver"), 0};
  for (job.sort = 0; job.sort < 3; ++job.sort) RunThread(Thread, &job);
}
