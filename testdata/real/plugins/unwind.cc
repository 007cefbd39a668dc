// SPDX-License-Identifier: MIT
#include <dlfcn.h>
#include <execinfo.h>
#include <pthread.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <stdexcept>
#include <string>
struct Tidy {
  const char* name;
  ~Tidy() { std::printf("tidied %s\n", name); }
};
extern "C" __attribute__((noinline)) int compare(const void*, const void*) {
  throw std::runtime_error("out of qsort");
}
extern "C" __attribute__((noinline)) void show_frames() {
  void* frames[20];
  const int count = backtrace(frames, 20);
  char** names = backtrace_symbols(frames, count);
  for (int i = 0; i < count; ++i) {
    std::string name = names[i];
    const size_t open = name.find('('), plus = name.find('+');
    if (open != name.npos && plus != name.npos && plus > open + 1)
      std::printf("frame %s\n", name.substr(open + 1, plus - open - 1).c_str());
  }
  free(names);
}
void* cancelled(void*) {
  Tidy tidy{"cancelled"};
  try {
    for (;;) sleep(10);
  } catch (...) {
    std::puts("forced");
    throw;
  }
}
void* leaves(void*) {
  Tidy tidy{"left"};
  pthread_exit(nullptr);
}
void* throws(void*) {
  try {
    throw 7;
  } catch (int n) {
    std::printf("caught %d\n", n);
  }
  return nullptr;
}
extern "C" __attribute__((visibility("default"))) int called_back(int n) {
  Tidy tidy{"called back"};
  if (n > 2) throw std::runtime_error("through a library");
  return n;
}
int main(int, char** argv) {
  int numbers[] = {3, 1, 2};
  try {
    Tidy tidy{"sort"};
    qsort(numbers, 3, sizeof(int), compare);
  } catch (const std::exception& error) {
    std::puts(error.what());
  }
  pthread_t thread;
  void* result;
  pthread_create(&thread, nullptr, cancelled, nullptr);
  usleep(1000);
  pthread_cancel(thread);
  pthread_join(thread, &result);
  std::printf("cancelled: %d\n", result == PTHREAD_CANCELED);
  pthread_create(&thread, nullptr, leaves, nullptr);
  pthread_join(thread, nullptr);
  pthread_create(&thread, nullptr, throws, nullptr);
  pthread_join(thread, nullptr);
  void* library = dlopen("./libplugin.so", RTLD_NOW);
  if (!library) {
    std::puts(dlerror());
    return 1;
  }
  const auto call = reinterpret_cast<int (*)(int)>(dlsym(library, "call"));
  try {
    std::printf("%d\n", call(1));
    call(3);
  } catch (const std::exception& error) {
    std::puts(error.what());
  }
  Dl_info info;
  const int found = dladdr(reinterpret_cast<void*>(call), &info);
  std::printf("%d %s\n", found, info.dli_sname);
  show_frames();
  dlclose(library);
  return 5;
}
