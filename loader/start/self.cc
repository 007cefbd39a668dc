// SPDX-License-Identifier: MIT
#include "loader/start/self.h"

#include "base/map_anywhere.h"
#include "base/page.h"
#include "base/valgrind.h"
#include "loader/load/decode.h"
#include "loader/load/map.h"
#include "sealer/plan_vdso.h"

extern "C" __attribute__((visibility("hidden"))) const elf::Ehdr __ehdr_start;

namespace signet {

void DescribeSelf(Process& process) {
  Module* self = ArenaNew<Module>();
  self->origin = SIGNET_ORIGIN_LOADER;
  self->name = "ld-signet.so";
  // AT_EXECFN is what the kernel was asked to run. If that is a program, its PT_INTERP is the
  // loader's path (LoadProgram).
  const auto* path = std::bit_cast<const char*>(process.startup.AuxValue(AT_EXECFN));
  self->path = process.startup.as_command && path != nullptr ? path : self->name;
  const uint64_t start = std::bit_cast<uint64_t>(&__ehdr_start);
  const std::span<const elf::Phdr> phdrs(
      std::bit_cast<const elf::Phdr*>(start + __ehdr_start.e_phoff), __ehdr_start.e_phnum);
  if (!DescribeModule(process.diagnostics, phdrs, start, *self) ||
      !DecodeModule(process.diagnostics, *self,
                    elf::DynamicEntries(self->map.image, *self->map.headers.dynamic))) {
    Fatal("the loader's own image is damaged");
  }
  for (const elf::Phdr& phdr : phdrs) {
    if (phdr.p_type != elf::kPtWrittenOnce) continue;
    self->map.relro_start = start + phdr.p_vaddr;
    self->map.relro_end = self->map.relro_start + phdr.p_memsz;
  }
  process.loader = self;
}

void DescribeVdso(Process& process) {
  const uint64_t start = process.startup.AuxValue(AT_SYSINFO_EHDR);
  if (start == 0) return;
  const auto* header = std::bit_cast<const elf::Ehdr*>(start);
  Module* vdso = ArenaNew<Module>();
  vdso->origin = SIGNET_ORIGIN_KERNEL;
  vdso->name = "linux-vdso.so.1";
  const std::span<const elf::Phdr> phdrs(std::bit_cast<const elf::Phdr*>(start + header->e_phoff),
                                         header->e_phnum);
  if (DescribeModule(process.diagnostics, phdrs, start, *vdso) &&
      vdso->map.headers.dynamic != nullptr) {
    vdso->dynamic.entries = elf::DynamicEntries(vdso->map.image, *vdso->map.headers.dynamic);
    process.vdso = vdso;
  }
  process.diagnostics.ForgetErrors();
}

void GuessLowestMapping(const Process& process) {
  const Module* vdso = process.vdso;
  if (RunsOnValgrind()) {
    StopTrackingLowestMapping();
  } else if (vdso != nullptr && vdso->map.end == process.loader->map.start) {
    SetLowestMapping(vdso->map.start - kUsualVvarPages * kPageSize);
  }
}

}  // namespace signet
