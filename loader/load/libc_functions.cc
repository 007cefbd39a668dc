// SPDX-License-Identifier: MIT
#include "loader/load/libc_functions.h"

#include <climits>

#include "loader/load/exports.h"

namespace signet {

uint64_t FindInRuntime(const Process& process, const char* name) {
  // Another thread may add to the list meanwhile, and it may move. Its first modules stay the same.
  const size_t count = process.modules.size();
  for (size_t i = 0; i < count; ++i) {
    const Module& module = *process.modules[i];
    if (!module.IsAdopted()) continue;
    if (const uint64_t address = FindExportAddress(module, name)) return address;
  }
  return 0;
}

void* OpenByLibc(const Process& process, const char* path, int mode) {
  using Open = void*(const char*, int);
  if (Open* open = FindLibcFunction<Open>(process, "dlopen")) return open(path, mode);
  constexpr int kDlopen = INT_MIN;  // __RTLD_DLOPEN: it is no call of libc's own
  Open* open = FindLibcFunction<Open>(process, "__libc_dlopen_mode");
  return open != nullptr ? open(path, mode | kDlopen) : nullptr;
}

void CloseByLibc(const Process& process, void* handle) {
  using Close = int(void*);
  Close* close = FindLibcFunction<Close>(process, "dlclose");
  if (close == nullptr) close = FindLibcFunction<Close>(process, "__libc_dlclose");
  if (close != nullptr) (void)close(handle);
}

std::string_view ErrorOfLibc(const Process& process) {
  const auto error = FindLibcFunction<const char*()>(process, "dlerror");
  const char* text = error != nullptr ? error() : nullptr;
  return text != nullptr ? text : std::string_view{};
}

std::span<uint64_t> InterpreterVariables(const Process& process) {
  const elf::Sym* variables =
      process.interpreter != nullptr ? FindExport(*process.interpreter, "_rtld_global") : nullptr;
  if (variables == nullptr) return {};
  const elf::Image& image = process.interpreter->map.image;
  if (variables->st_value % sizeof(uint64_t) != 0 ||
      image.Segment(variables->st_value, variables->st_size, PF_W) == nullptr) {
    return {};
  }
  return {std::bit_cast<uint64_t*>(image.Resolve(variables->st_value)),
          variables->st_size / sizeof(uint64_t)};
}

void FindLibcFunctions(Process& process) {
  const auto find = [&]<typename Function>(const char* name, Function& function) {
    function = std::bit_cast<Function>(FindInRuntime(process, name));
  };
  find("dl_iterate_phdr", process.libc.iterate);
  find("_dl_find_object", process.libc.find_object);
  find("__tls_get_addr", process.libc.tls_get_addr);
  find("__errno_location", process.libc.errno_location);
}

}  // namespace signet
