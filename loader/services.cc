// SPDX-License-Identifier: MIT
#include "loader/services.h"

#include <dlfcn.h>
#include <link.h>

#include <algorithm>

#include "loader/libc_boot.h"
#include "loader/resolve.h"
#include "loader/tls_dynamic.h"

#define SIGNET_EXPORT __attribute__((visibility("default")))

namespace signet {
namespace {

using IterateCallback = int (*)(dl_phdr_info*, size_t, void*);

// The interpreter's own; null without libc.
struct Forward {
  int (*iterate)(IterateCallback, void*);
  int (*find_object)(void*, dl_find_object*);
  void* (*tls_get_addr)(TlsIndex*);
};

constinit Forward forward = {};
constinit std::span<Module*> by_address = {};

template <typename Function>
void FindForward(const Process& process, const char* name, Function& function) {
  for (const Module* module : process.modules) {
    if (!module->IsAdopted()) continue;
    if (const uint64_t address = FindExportAddress(*module, name)) {
      function = std::bit_cast<Function>(address);
      return;
    }
  }
}

const Module* FindByAddress(uint64_t address) {
  const auto above =
      std::upper_bound(by_address.begin(), by_address.end(), address,
                       [](uint64_t a, const Module* module) { return a < module->start; });
  if (above == by_address.begin()) return nullptr;
  const Module* module = above[-1];
  return address < module->end ? module : nullptr;
}

// libc's interpreter may open and close modules by itself.
struct Counters {
  unsigned long long adds;
  unsigned long long subs;
};

int ReadCounters(dl_phdr_info* info, size_t /*size*/, void* data) {
  *static_cast<Counters*>(data) = {info->dlpi_adds, info->dlpi_subs};
  return 1;
}

dl_phdr_info Describe(const Process& process, const Module& module, const Counters& counters) {
  dl_phdr_info info = {};
  info.dlpi_addr = module.image.load_bias();
  info.dlpi_name = &module == process.program ? ""
                   : *module.path != '\0'     ? module.path
                                              : module.name;
  info.dlpi_phdr = std::bit_cast<const elf::Phdr*>(module.phdr_address);
  info.dlpi_phnum = static_cast<uint16_t>(module.headers.all.size());
  info.dlpi_adds = process.modules.size() + counters.adds;
  info.dlpi_subs = counters.subs;
  info.dlpi_tls_modid = module.tls_id;
  info.dlpi_tls_data = TlsDataIfAllocated(module);
  return info;
}

// Of the interpreter's list, only what Signet does not know.
struct Rest {
  IterateCallback callback;
  void* data;
};

int ShowRest(dl_phdr_info* info, size_t size, void* data) {
  const auto* rest = static_cast<const Rest*>(data);
  const Process& process = *the_process;
  const uint64_t phdrs = std::bit_cast<uint64_t>(info->dlpi_phdr);
  if (phdrs == std::bit_cast<uint64_t>(process.stand_in->phdrs.data())) return 0;
  const Module* known = FindByAddress(phdrs);
  return known != nullptr ? 0 : rest->callback(info, size, rest->data);
}

}  // namespace

void PublishServices(Process& process) {
  List<Module*> sorted;
  for (Module* module : process.modules) sorted.Add(module);
  if (process.vdso != nullptr) sorted.Add(process.vdso);
  std::sort(sorted.begin(), sorted.end(),
            [](const Module* a, const Module* b) { return a->start < b->start; });
  by_address = sorted;
  FindForward(process, "dl_iterate_phdr", forward.iterate);
  FindForward(process, "_dl_find_object", forward.find_object);
  FindForward(process, "__tls_get_addr", forward.tls_get_addr);
}

}  // namespace signet

using signet::the_process;

extern "C" {

SIGNET_EXPORT int dl_iterate_phdr(signet::IterateCallback callback, void* data) {
  const signet::Process& process = *the_process;
  signet::Counters counters = {};
  if (signet::forward.iterate != nullptr) signet::forward.iterate(signet::ReadCounters, &counters);
  for (const signet::Module* module : process.modules) {
    dl_phdr_info info = signet::Describe(process, *module, counters);
    if (const int result = callback(&info, sizeof info, data)) return result;
    if (module == process.program && process.vdso != nullptr) {
      info = signet::Describe(process, *process.vdso, counters);
      if (const int result = callback(&info, sizeof info, data)) return result;
    }
  }
  if (signet::forward.iterate == nullptr) return 0;
  signet::Rest rest = {callback, data};
  return signet::forward.iterate(signet::ShowRest, &rest);
}

SIGNET_EXPORT int _dl_find_object(void* address, dl_find_object* result) {
  const auto pc = std::bit_cast<uint64_t>(address);
  const signet::Module* module = signet::FindByAddress(pc);
  if (module == nullptr)
    return signet::forward.find_object != nullptr ? signet::forward.find_object(address, result)
                                                  : -1;
  if (module->headers.eh_frame == nullptr) return -1;
  *result = {};
  result->dlfo_map_start = std::bit_cast<void*>(module->start);
  result->dlfo_map_end = std::bit_cast<void*>(module->end);
  result->dlfo_link_map = std::bit_cast<link_map*>(&module->link);
  result->dlfo_eh_frame =
      std::bit_cast<void*>(module->image.Resolve(module->headers.eh_frame->p_vaddr));
  return 0;
}

SIGNET_EXPORT void* __tls_get_addr(signet::TlsIndex* index) {
  if ((index->ti_module & signet::kTlsIdTag) == 0) return signet::forward.tls_get_addr(index);
  return signet::TlsAddress(index->ti_module, index->ti_offset);
}

}  // extern "C"
