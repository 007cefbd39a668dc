// SPDX-License-Identifier: MIT
//
// A C++ program and its plugin.
#include "dl-cxx.h"

#include <dlfcn.h>

#include <cstdio>

namespace {

void* g_plugin;

template <typename Function>
Function* Get(const char* name) {
  return reinterpret_cast<Function*>(dlsym(g_plugin, name));
}

void Catch(int what) {
  try {
    Get<void(int)>("Throw")(what);
  } catch (const PluginError& error) {
    std::printf("caught: %s\n", error.what());
  } catch (const Detail& detail) {
    std::printf("caught: %d\n", detail.number);
  } catch (int number) {
    std::printf("caught: int %d\n", number);
  }
}

}  // namespace

int main() {
  g_plugin = dlopen("libcxx-plugin.so", RTLD_NOW);
  if (g_plugin == nullptr) return std::puts(dlerror()) < 0;
  for (int what = 0; what < 3; ++what) Catch(what);
  std::printf("inside: %d\n",
              Get<int(void (*)())>("CatchInside")([] { throw PluginError("four"); }));
  std::printf("threads: %d\n", Get<int()>("Threads")());
  std::printf("text: %s\n", Get<const char*()>("Text")());
  std::printf("dlclose: %d\n", dlclose(g_plugin));
  return 0;
}
