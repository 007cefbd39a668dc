// SPDX-License-Identifier: MIT
//
// What dlinfo and dl_iterate_phdr say about a library's thread-local storage, before and after a
// thread has touched it. They do not allocate it.
#define _GNU_SOURCE
#include <link.h>

#include "dltls.h"

static void* g_handle;

struct Info {
  size_t id;
  void* data;
};

static int Callback(struct dl_phdr_info* info, size_t size, void* wanted) {
  (void)size;
  if (info->dlpi_tls_modid == ((struct Info*)wanted)->id)
    ((struct Info*)wanted)->data = info->dlpi_tls_data;
  return 0;
}

static void* Thread(void* title) {
  int* (*address)(void) = (int* (*)(void))Find(g_handle, "Address");
  struct Info info = {0, &info};
  void* data = &info;
  puts(title);
  Check("has an id", dlinfo(g_handle, RTLD_DI_TLS_MODID, &info.id) == 0 && info.id != 0);
  Check("not allocated", dlinfo(g_handle, RTLD_DI_TLS_DATA, &data) == 0 && data == 0);
  Check("not for dl_iterate_phdr", (dl_iterate_phdr(Callback, &info), info.data == 0));
  char* const variable = (char*)address();
  dlinfo(g_handle, RTLD_DI_TLS_DATA, &data);
  Check("allocated", variable >= (char*)data && variable < (char*)data + 100100);
  Check("for dl_iterate_phdr", (dl_iterate_phdr(Callback, &info), info.data == data));
  return 0;
}

int main(void) {
  g_handle = Open("libdltls-large.so");
  Thread("-- first thread");
  RunThread(Thread, "-- second thread");
}
