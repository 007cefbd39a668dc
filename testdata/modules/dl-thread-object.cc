// SPDX-License-Identifier: MIT
//
// A library with a thread-local object that has a destructor. With PROGRAM this is the program: a
// thread uses the object, and ends after the library was closed.
#include <dlfcn.h>
#include <link.h>
#include <pthread.h>

#include <cstdio>
#include <cstring>

#ifdef PROGRAM

namespace {

pthread_barrier_t barrier;

bool IsThere() {
  const auto visit = [](dl_phdr_info* info, size_t, void*) {
    return std::strstr(info->dlpi_name, "libthread-object") != nullptr ? 1 : 0;
  };
  return dl_iterate_phdr(visit, nullptr) != 0;
}

void* Thread(void* touch) {
  reinterpret_cast<void (*)()>(touch)();
  pthread_barrier_wait(&barrier);
  pthread_barrier_wait(&barrier);
  return nullptr;
}

}  // namespace

int main() {
  void* library = dlopen("libthread-object.so", RTLD_NOW);
  pthread_barrier_init(&barrier, nullptr, 2);
  pthread_t thread;
  pthread_create(&thread, nullptr, Thread, dlsym(library, "Touch"));
  pthread_barrier_wait(&barrier);
  std::printf("dlclose: %d, ", dlclose(library));
  std::puts(IsThere() ? "there" : "gone");
  std::fflush(stdout);
  pthread_barrier_wait(&barrier);
  pthread_join(thread, nullptr);
  std::puts(IsThere() ? "there" : "gone");
  library = dlopen("libthread-object.so", RTLD_NOW);
  std::printf("dlclose: %d, ", dlclose(library));
  std::puts(IsThere() ? "there" : "gone");
}

#else

namespace {

struct Object {
  ~Object() { std::printf("destructor of %d\n", value); }
  int value = 7;
};

thread_local Object object;

}  // namespace

extern "C" void Touch() { std::printf("touched %d\n", object.value); }

#endif
