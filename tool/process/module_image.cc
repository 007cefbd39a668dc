// SPDX-License-Identifier: MIT
//
// See module_image.h. libelf decodes the headers, because it knows both classes. The dynamic
// section and the tables that it names are read from the process's memory, where they are.
#include "tool/process/module_image.h"

#include <elf.h>
#include <gelf.h>
#include <libelf.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <span>

#include "base/page.h"
#include "elf/phdr.h"
#include "elf/property.h"
#include "elf/symbol.h"
#include "elf/types.h"

namespace signet::tool {
namespace {

constexpr uint64_t kMaxHeaders = 16 * kPageSize;  // bytes; ELF header and program headers
constexpr uint64_t kMaxDynamic = 16 * kPageSize;  // bytes
constexpr uint64_t kMaxNotes = 16 * kPageSize;    // bytes, of all notes of a module
constexpr size_t kMaxString = 4096;               // bytes; as PATH_MAX
constexpr int kMaxChain = 4096;                   // symbols in one chain of .gnu.hash

// Of kMaxImageCost.
constexpr uint64_t kReadCost = 512;
constexpr uint64_t kSegmentCost = 4096;

// What may still be read from a process.
class Budget {
 public:
  // False if that is too much; then nothing is left.
  bool Take(uint64_t cost) {
    if (cost > left_) {
      is_over_ = true;
      left_ = 0;
      return false;
    }
    left_ -= cost;
    return true;
  }
  bool is_over() const { return is_over_; }

  // Refers to this budget and to `read`.
  ReadMemory Limit(const ReadMemory& read) {
    return [this, &read](uint64_t address, std::span<std::byte> into) {
      return Take(kReadCost + into.size()) && read(address, into);
    };
  }

 private:
  uint64_t left_ = kMaxImageCost;
  bool is_over_ = false;
};

using ElfHandle = std::unique_ptr<Elf, decltype(&elf_end)>;

template <typename Struct>
bool ReadStruct(const ReadMemory& read, uint64_t address, Struct& into) {
  return read(address, std::as_writable_bytes(std::span(&into, 1)));
}

// The string at `address`, or std::nullopt if it cannot be read or does not end.
std::optional<std::string> ReadString(const ReadMemory& read, uint64_t address) {
  std::string text;
  while (text.size() < kMaxString) {
    // Never across a page: the next one may not be mapped.
    std::array<char, 256> piece;
    const uint64_t left_in_page = kPageSize - address % kPageSize;
    const size_t size = std::min<size_t>(piece.size(), left_in_page);
    if (!read(address, std::as_writable_bytes(std::span(piece).first(size)))) return std::nullopt;
    const size_t length = std::string_view(piece.data(), size).find('\0');
    text.append(piece.data(), std::min(length, size));
    if (length != std::string_view::npos) return text;
    address += size;
  }
  return std::nullopt;
}

// A copy of the first bytes of a module: its ELF header, and what else is mapped behind it.
std::optional<std::vector<std::byte>> ReadHead(const ReadMemory& read, uint64_t start,
                                               uint64_t size) {
  std::array<unsigned char, EI_NIDENT> ident;
  if (!ReadStruct(read, start, ident)) return std::nullopt;
  if (std::memcmp(ident.data(), ELFMAG, SELFMAG) != 0) return std::nullopt;
  if (ident[EI_DATA] != ELFDATA2LSB) return std::nullopt;

  std::vector<std::byte> bytes(std::min(size, kMaxHeaders));
  if (!read(start, bytes)) return std::nullopt;
  return bytes;
}

// The program headers. Empty if they are not all among the `size` bytes that `elf` was made from:
// libelf would leave out the others.
std::vector<GElf_Phdr> DecodeHeaders(Elf* elf, uint64_t size) {
  std::vector<GElf_Phdr> headers;
  GElf_Ehdr header;
  if (gelf_getehdr(elf, &header) == nullptr) return {};
  const uint64_t table_size = uint64_t{header.e_phnum} * header.e_phentsize;
  if (header.e_phoff > size || table_size > size - header.e_phoff) return {};
  for (int i = 0; i < header.e_phnum; ++i) {
    GElf_Phdr segment;
    if (gelf_getphdr(elf, i, &segment) == nullptr) return {};
    headers.push_back(segment);
  }
  return headers;
}

// The PT_LOADs that are not empty, laid out. Nothing if one of them wraps around.
std::vector<GElf_Phdr> LaidOutLoads(const std::vector<GElf_Phdr>& headers) {
  for (const GElf_Phdr& header : elf::LoadSegments(headers)) {
    if (header.p_memsz > UINT64_MAX - kPageSize - header.p_vaddr) return {};
  }
  std::vector<GElf_Phdr> room(elf::LayoutRoom(headers));
  std::vector<GElf_Phdr> loads;
  for (const GElf_Phdr& load : elf::LoadSegments(elf::LayOut(headers, UINT64_MAX, room)))
    loads.push_back(load);
  return loads;
}

// Fills in the span and the segments. The first segment must be the one that maps the ELF header.
bool PlaceSegments(const std::vector<GElf_Phdr>& loads, uint64_t start, ModuleImage& image) {
  if (loads.empty() || PageDown(loads.front().p_offset) != 0) return false;
  const uint64_t first = PageDown(loads.front().p_vaddr);
  image.start = start;
  image.end = start;
  image.load_bias = start - first;
  for (const GElf_Phdr& load : loads) {
    const uint64_t end = PageUp(load.p_vaddr + load.p_memsz);
    if (end - first > UINT64_MAX - kPageSize - start) return false;
    const Segment segment{PageDown(load.p_vaddr) + image.load_bias, end + image.load_bias,
                          PageDown(load.p_offset), load.p_flags};
    image.segments.push_back(segment);
    image.end = segment.end;
  }
  return true;
}

void ReadTables(const ReadMemory& read, const GElf_Phdr& dynamic, ModuleImage& image) {
  // The system's dynamic linker replaces the addresses in a writable section by run-time addresses.
  // Other linkers do not.
  const auto relocated = [&image](uint64_t address) {
    return address >= image.start && address < image.end ? address : address + image.load_bias;
  };
  const uint64_t count = std::min(dynamic.p_memsz, kMaxDynamic) / sizeof(Elf64_Dyn);
  for (uint64_t i = 0; i < count; ++i) {
    Elf64_Dyn entry;
    const uint64_t address = dynamic.p_vaddr + image.load_bias + i * sizeof(entry);
    if (!ReadStruct(read, address, entry) || entry.d_tag == DT_NULL) return;
    if (entry.d_tag == DT_SYMTAB) image.tables.symtab = relocated(entry.d_un.d_ptr);
    if (entry.d_tag == DT_STRTAB) image.tables.strtab = relocated(entry.d_un.d_ptr);
    if (entry.d_tag == DT_GNU_HASH) image.tables.gnu_hash = relocated(entry.d_un.d_ptr);
    if (entry.d_tag == DT_SONAME) image.tables.soname = entry.d_un.d_val;
  }
}

// Does for another process's memory what elf::HasMemorySeal does for this one's.
bool ReadMark(const ReadMemory& read, const std::vector<GElf_Phdr>& headers,
              const ModuleImage& image) {
  uint64_t left = kMaxNotes;
  const auto marks = [&](uint32_t type) {
    return [&, type](const GElf_Phdr& header) {
      if (header.p_type != type || (type == PT_NOTE && header.p_align != 8)) return false;
      std::vector<std::byte> notes(std::min(header.p_memsz, left));
      left -= notes.size();
      return read(header.p_vaddr + image.load_bias, notes) && elf::HasMemorySeal(notes);
    };
  };
  const bool has_property =
      std::any_of(headers.begin(), headers.end(),
                  [](const GElf_Phdr& header) { return header.p_type == PT_GNU_PROPERTY; });
  return std::any_of(headers.begin(), headers.end(),
                     marks(has_property ? PT_GNU_PROPERTY : PT_NOTE));
}

// True if the module is mapped as its headers say: file pages at their places, code executable.
// Pages without a file may be anything: .bss, or RELRO that was moved to anonymous memory.
bool IsMappedAsModule(const ModuleImage& image, const std::vector<SmapsMapping>& mappings) {
  const SmapsMapping* head = FindMapping(mappings, image.start);
  return std::all_of(image.segments.begin(), image.segments.end(), [&](const Segment& segment) {
    const SmapsMapping* mapping = FindMapping(mappings, segment.start);
    if (mapping == nullptr) return false;
    if ((segment.flags & PF_X) != 0 && !mapping->executable()) return false;
    if (!mapping->has_file() || !head->has_file()) return true;
    return mapping->inode == head->inode && mapping->device == head->device &&
           mapping->offset + (segment.start - mapping->start) == segment.offset;
  });
}

bool IsObject(const ReadMemory& read, const ModuleImage& image, const Elf64_Sym& symbol,
              std::string_view name, uint64_t size) {
  if (ELF64_ST_TYPE(symbol.st_info) != STT_OBJECT || symbol.st_shndx == SHN_UNDEF) return false;
  if (symbol.st_size != size) return false;
  return ReadString(read, image.tables.strtab + symbol.st_name) == name;
}

}  // namespace

std::optional<ModuleImage> ReadImage(const ReadMemory& read, uint64_t start, uint64_t size) {
  std::optional<std::vector<std::byte>> bytes = ReadHead(read, start, size);
  if (!bytes) return std::nullopt;
  elf_version(EV_CURRENT);
  const ElfHandle elf(elf_memory(reinterpret_cast<char*>(bytes->data()), bytes->size()), elf_end);
  if (elf == nullptr) return std::nullopt;
  const std::vector<GElf_Phdr> headers = DecodeHeaders(elf.get(), bytes->size());

  ModuleImage image;
  if (!PlaceSegments(LaidOutLoads(headers), start, image)) return std::nullopt;
  for (const GElf_Phdr& header : headers) {
    if (header.p_type == PT_GNU_RELRO || header.p_type == elf::kPtWrittenOnce) {
      // Only whole pages can be protected, and the last one may hold .data.
      image.relro_start = PageDown(header.p_vaddr + image.load_bias);
      image.relro_end = PageDown(header.p_vaddr + image.load_bias + header.p_memsz);
    }
    if (header.p_type == PT_DYNAMIC && gelf_getclass(elf.get()) == ELFCLASS64) {
      ReadTables(read, header, image);
    }
  }
  image.marked = gelf_getclass(elf.get()) == ELFCLASS64 && ReadMark(read, headers, image);
  if (image.tables.soname && image.tables.strtab != 0) {
    image.soname = ReadString(read, image.tables.strtab + *image.tables.soname).value_or("");
  }
  return image;
}

Images FindImages(const ReadMemory& read, const std::vector<SmapsMapping>& mappings) {
  Images images;
  Budget budget;
  const ReadMemory limited = budget.Limit(read);
  for (const SmapsMapping& mapping : mappings) {
    if (!mapping.readable() || mapping.offset != 0) continue;
    if (!images.modules.empty() && mapping.start < images.modules.back().end) continue;
    auto image = ReadImage(limited, mapping.start, mapping.end - mapping.start);
    if (image) budget.Take(image->segments.size() * kSegmentCost);
    if (budget.is_over()) {
      images.cut_at = mapping.start;
      break;
    }
    if (image && IsMappedAsModule(*image, mappings)) images.modules.push_back(std::move(*image));
  }
  return images;
}

std::optional<uint64_t> FindObject(const ReadMemory& read, const ModuleImage& image,
                                   std::string_view name, uint64_t size) {
  const DynamicTables& tables = image.tables;
  if (tables.symtab == 0 || tables.strtab == 0 || tables.gnu_hash == 0) return std::nullopt;
  struct {
    uint32_t bucket_count, first_symbol, bloom_size, bloom_shift;
  } table;
  if (!ReadStruct(read, tables.gnu_hash, table) || table.bucket_count == 0) return std::nullopt;
  const uint64_t buckets = tables.gnu_hash + sizeof(table) + uint64_t{table.bloom_size} * 8;
  const uint64_t chains = buckets + uint64_t{table.bucket_count} * 4;

  const uint32_t wanted = elf::GnuHash(name);
  uint32_t index = 0;
  if (!ReadStruct(read, buckets + uint64_t{wanted % table.bucket_count} * 4, index)) {
    return std::nullopt;
  }
  if (index < table.first_symbol) return std::nullopt;
  for (int step = 0; step < kMaxChain; ++step, ++index) {
    uint32_t hash = 0;
    if (!ReadStruct(read, chains + uint64_t{index - table.first_symbol} * 4, hash)) break;
    Elf64_Sym symbol;
    if ((hash | 1) == (wanted | 1) &&
        ReadStruct(read, tables.symtab + uint64_t{index} * sizeof(symbol), symbol) &&
        IsObject(read, image, symbol, name, size)) {
      const uint64_t address = symbol.st_value + image.load_bias;
      const bool inside = address >= image.start && address < image.end;
      if (!inside || size > image.end - address) return std::nullopt;
      return address;
    }
    if ((hash & 1) != 0) break;
  }
  return std::nullopt;
}

}  // namespace signet::tool
