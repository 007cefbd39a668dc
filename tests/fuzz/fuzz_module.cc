// SPDX-License-Identifier: MIT
//
// A module with any content: headers, dynamic section, hash tables, versions, relocations. What the
// decoders return must be inside the segments, and every walk must end.
#include <cstdlib>
#include <vector>

#include "elf/dynamic.h"
#include "elf/phdr.h"
#include "elf/property.h"
#include "elf/reloc.h"
#include "elf/tls_layout.h"
#include "tests/fuzz/mutate.h"
#include "tests/fuzz/sound_module.h"
#include "tests/unit/module_memory.h"

namespace {

using signet::test::ModuleMemory;

// Larger ones take too long to set up.
constexpr uint64_t kMaxEnd = 0x40000;

volatile uint64_t sink;

template <typename T>
void Touch(std::span<const T> table) {
  uint64_t sum = 0;
  for (std::byte byte : std::as_bytes(table)) sum += static_cast<uint64_t>(byte);
  sink = sum;
}

void Touch(const char* text) {
  if (text != nullptr) sink = std::strlen(text);
}

void Expect(bool condition) {
  if (!condition) std::abort();
}

void WalkHashTables(const elf::Dynamic& dynamic) {
  if (dynamic.gnu_hash) {
    Touch(dynamic.gnu_hash.chain());
    for (uint64_t i = 0; i < 64; ++i) {
      const uint32_t hash = dynamic.gnu_hash.HashOf(dynamic.gnu_hash.symbol_offset() + i);
      dynamic.gnu_hash.Find(hash, [](uint32_t) { return false; });
    }
    dynamic.gnu_hash.Find(elf::GnuHash("y"), [](uint32_t) { return true; });
  }
  if (dynamic.sysv_hash) {
    for (uint32_t hash = 0; hash < 64; ++hash) {
      dynamic.sysv_hash.Find(hash, [&](uint32_t symbol) {
        Expect(symbol < dynamic.sysv_hash.symbol_count());
        return false;
      });
    }
  }
}

bool WalkVersions(const elf::Image& image, const elf::Dynamic& dynamic) {
  const auto visit = [](const auto& version) { Touch(version.name); };
  return !elf::ForEachVersionDefinition(image, dynamic.strings, dynamic.verdef, visit) &&
         !elf::ForEachVersionNeed(image, dynamic.strings, dynamic.verneed, visit);
}

void WalkRelocations(const elf::Image& image, const elf::Dynamic& dynamic) {
  for (const std::span<const elf::Rela> table : {dynamic.rela, dynamic.jmprel}) {
    for (const elf::Rela& rela : table) {
      const uint32_t type = elf::RelocType(rela);
      Expect(elf::IsDynamicReloc(type) == !elf::RelocName(type).empty());
      const uint64_t width = elf::RelocWidth(type);
      if (image.Segment(rela.r_offset, width) == nullptr) continue;
      Touch(image.Array<char>(rela.r_offset, width));
    }
  }
  elf::ForEachRelr(dynamic.relr, [&](uint64_t vaddr) {
    Touch(image.Array<uint64_t>(vaddr, 1));
    return true;
  });
}

// True if all of it is sound.
bool Decode(const elf::Image& image, const elf::ProgramHeaders& headers) {
  const bool is_marked = elf::HasMemorySeal(image) && !elf::HasAbiTag(image);
  if (headers.tls != nullptr) {
    Touch(image.Array<char>(headers.tls->p_vaddr, headers.tls->p_filesz));
    elf::TlsLayout layout;
    const uint64_t offset =
        layout.Place(headers.tls->p_memsz, headers.tls->p_align, headers.tls->p_vaddr);
    Expect(offset >= headers.tls->p_memsz && layout.size() >= offset);
  }
  if (headers.interp != nullptr) {
    Touch(image.Array<char>(headers.interp->p_vaddr, headers.interp->p_memsz));
  }
  if (headers.dynamic == nullptr) return false;
  elf::Dynamic dynamic;
  if (elf::ReadDynamic(image, elf::DynamicEntries(image, *headers.dynamic), dynamic)) return false;
  for (const char* text : {dynamic.soname, dynamic.rpath, dynamic.runpath}) Touch(text);
  Touch(dynamic.symbols);
  Touch(dynamic.versym);
  Touch(dynamic.preinit_array);
  Touch(dynamic.init_array);
  Touch(dynamic.fini_array);
  Expect(dynamic.relative_count <= dynamic.rela.size());
  for (const elf::Sym& symbol : dynamic.symbols) Touch(dynamic.strings.At(symbol.st_name));
  WalkHashTables(dynamic);
  WalkRelocations(image, dynamic);
  return WalkVersions(image, dynamic) && is_marked;
}

bool DecodeFile(const uint8_t* data, size_t size) {
  elf::Ehdr header;
  if (elf::ReadFileHeader(std::as_bytes(std::span(data, size)), size, header)) return false;
  std::vector<elf::Phdr> phdrs(header.e_phnum);
  std::memcpy(phdrs.data(), data + header.e_phoff, phdrs.size() * sizeof(elf::Phdr));
  elf::ProgramHeaders headers;
  std::vector<elf::Phdr> room(elf::LayoutRoom(phdrs));
  if (elf::ReadProgramHeaders(phdrs, size, room, headers) || headers.end > kMaxEnd) return false;
  ModuleMemory memory({headers.mapped.begin(), headers.mapped.end()}, headers.end);
  for (const elf::Phdr& phdr : elf::LoadSegments(headers.mapped)) {
    if (phdr.p_filesz == 0) continue;
    std::memcpy(&memory.At<char>(phdr.p_vaddr), data + phdr.p_offset, phdr.p_filesz);
  }
  return Decode(memory.image(), headers);
}

std::span<const std::byte> Sound() {
  static const signet::test::SoundModule module = signet::test::MakeSoundModule();
  return std::as_bytes(std::span(&module, 1));
}

}  // namespace

// All inputs grow from this one, so it must reach the last decoder.
extern "C" int LLVMFuzzerInitialize(int*, char***) {
  Expect(DecodeFile(reinterpret_cast<const uint8_t*>(Sound().data()), Sound().size()));
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  DecodeFile(data, size);
  return 0;
}

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size, unsigned) {
  return signet::test::MutateFrom(Sound(), data, size, max_size);
}
