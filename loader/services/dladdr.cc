// SPDX-License-Identifier: MIT
#include "loader/services/dladdr.h"

#include <link.h>

#include "loader/find/path_text.h"
#include "loader/find/searcher.h"
#include "loader/link/module_table.h"
#include "loader/services/unload.h"
#include "loader/tls/dynamic_tls.h"

namespace signet {
namespace {

// <dlfcn.h> of glibc 2.36 has it; older ones do not.
constexpr int kRequestPhdr = 11;

// Chooses among the symbols that are offered the one that an address belongs to.
class NearestSymbol {
 public:
  NearestSymbol(uint64_t vaddr, const elf::StringTable& strings)
      : vaddr_(vaddr), strings_(strings) {}

  const elf::Sym* result() const { return result_; }

  // Nearly all symbols of a module are far away, and two words of the symbol say so.
  void Offer(const elf::Sym& symbol) {
    const uint64_t offset = vaddr_ - symbol.st_value;
    if (offset < symbol.st_size || offset == 0) Judge(symbol, offset);
  }

 private:
  // An undefined symbol with a value is a function's canonical address in a program's PLT. It has
  // no size there.
  void Judge(const elf::Sym& symbol, uint64_t offset) {
    const bool defined = symbol.st_shndx != SHN_UNDEF;
    if ((!defined && symbol.st_value == 0) || symbol.st_shndx == SHN_ABS ||
        ELF64_ST_TYPE(symbol.st_info) == STT_TLS || !strings_.Has(symbol.st_name)) {
      return;
    }
    if (vaddr_ < symbol.st_value || (result_ != nullptr && result_->st_value >= symbol.st_value)) {
      return;
    }
    if (offset < symbol.st_size || (offset == 0 && (!defined || symbol.st_size == 0)))
      result_ = &symbol;
  }

  uint64_t vaddr_;
  const elf::StringTable& strings_;
  const elf::Sym* result_ = nullptr;
};

// DT_HASH has all symbols, even those that other modules cannot see.
bool IsExported(const elf::Sym& symbol) {
  const unsigned binding = ELF64_ST_BIND(symbol.st_info);
  const unsigned visibility = ELF64_ST_VISIBILITY(symbol.st_other);
  return (binding == STB_GLOBAL || binding == STB_WEAK) && visibility != STV_HIDDEN &&
         visibility != STV_INTERNAL;
}

// Without a hash table, other modules cannot see any symbol of the module.
const elf::Sym* FindSymbol(const elf::Dynamic& dynamic, uint64_t vaddr) {
  NearestSymbol nearest(vaddr, dynamic.strings);
  if (dynamic.gnu_hash) {
    const uint64_t end = dynamic.gnu_hash.symbol_offset() + dynamic.gnu_hash.chain().size();
    for (uint64_t i = dynamic.gnu_hash.symbol_offset(); i < end && i < dynamic.symbols.size();
         ++i) {
      nearest.Offer(dynamic.symbols[i]);
    }
  } else if (dynamic.sysv_hash) {
    for (const elf::Sym& symbol : dynamic.symbols) {
      if (IsExported(symbol)) nearest.Offer(symbol);
    }
  }
  return nearest.result();
}

// Null if no module holds the address; otherwise `info` and `symbol` are set.
const Module* Describe(const void* pointer, Dl_info& info, const elf::Sym*& symbol) {
  const auto address = std::bit_cast<uint64_t>(pointer);
  const Module* module = FindModule(address);
  if (module == nullptr) return nullptr;
  const uint64_t load_bias = module->map.image.load_bias();
  // The vdso is not decoded when the process starts, because it is rarely asked about.
  const elf::Dynamic* dynamic = &module->dynamic;
  elf::Dynamic decoded;
  if (module->origin == SIGNET_ORIGIN_KERNEL) {
    if (elf::ReadDynamic(module->map.image, module->dynamic.entries, decoded)) decoded = {};
    dynamic = &decoded;
  }
  symbol = FindSymbol(*dynamic, address - load_bias);
  info.dli_fname = module->origin == SIGNET_ORIGIN_PROGRAM ? TheProcess().startup.argv[0]
                                                           : module->published.link.l_name;
  info.dli_fbase = std::bit_cast<void*>(module->map.start);
  info.dli_sname = symbol != nullptr ? dynamic->strings.At(symbol->st_name) : nullptr;
  info.dli_saddr = symbol != nullptr ? std::bit_cast<void*>(load_bias + symbol->st_value) : nullptr;
  return module;
}

// The names that glibc gives directories: without the slash at the end, except for "/".
std::string_view DirectoryName(std::string_view prefix) {
  if (prefix.empty()) return ".";
  if (prefix.size() > 1) prefix.remove_suffix(1);
  return prefix;
}

void CountDirectory(std::string_view prefix, void* data) {
  auto& info = *static_cast<Dl_serinfo*>(data);
  ++info.dls_cnt;
  info.dls_size += DirectoryName(prefix).size() + 1;
}

// The names are behind the entries. Their number was counted before.
struct SearchInfoWriter {
  Dl_serpath* entry;
  char* name;
};

void WriteDirectory(std::string_view prefix, void* data) {
  auto& writer = *static_cast<SearchInfoWriter*>(data);
  const std::string_view name = DirectoryName(prefix);
  *writer.entry++ = {writer.name, 0};  // 0: glibc does not say where a directory comes from
  std::memcpy(writer.name, name.data(), name.size());
  writer.name[name.size()] = '\0';
  writer.name += name.size() + 1;
}

void CountSearchInfo(const Module& module, Dl_serinfo& info) {
  info.dls_cnt = 0;
  info.dls_size = 0;
  TheProcess().searcher->ForEachDirectory(module, &CountDirectory, &info);
  info.dls_size += offsetof(Dl_serinfo, dls_serpath) + info.dls_cnt * sizeof(Dl_serpath);
}

// The caller has copied the counts into `info`, and made it that large.
void WriteSearchInfo(const Module& module, Dl_serinfo& info) {
  SearchInfoWriter writer = {info.dls_serpath,
                             std::bit_cast<char*>(&info.dls_serpath[info.dls_cnt])};
  TheProcess().searcher->ForEachDirectory(module, &WriteDirectory, &writer);
}

}  // namespace

int DlAddr(const void* address, Dl_info* info) {
  const ReadSection section;
  const elf::Sym* symbol = nullptr;
  return Describe(address, *info, symbol) != nullptr ? 1 : 0;
}

int DlAddr1(const void* address, Dl_info* info, void** extra, int flags) {
  const ReadSection section;
  const elf::Sym* symbol = nullptr;
  const Module* module = Describe(address, *info, symbol);
  if (module == nullptr) return 0;
  if (flags == RTLD_DL_SYMENT) *extra = const_cast<elf::Sym*>(symbol);
  if (flags == RTLD_DL_LINKMAP) *extra = const_cast<LinkMap*>(&module->published.link);
  return 1;
}

int DlInfo(const void* handle, int request, void* out, const char*& error) {
  const ReadSection section;
  Module* module = ModuleOf(handle);
  if (module == nullptr) {
    error = "invalid handle";
    return -1;
  }
  switch (request) {
    case RTLD_DI_LMID:
      *static_cast<Lmid_t*>(out) = LM_ID_BASE;
      return 0;
    case RTLD_DI_LINKMAP:
      *static_cast<LinkMap**>(out) = &module->published.link;
      return 0;
    case RTLD_DI_SERINFO:
      WriteSearchInfo(*module, *static_cast<Dl_serinfo*>(out));
      return 0;
    case RTLD_DI_SERINFOSIZE:
      CountSearchInfo(*module, *static_cast<Dl_serinfo*>(out));
      return 0;
    case RTLD_DI_ORIGIN:
      CopyOrigin(*module, static_cast<char*>(out));
      return 0;
    case RTLD_DI_TLS_MODID:
      *static_cast<size_t*>(out) = module->tls.id;
      return 0;
    case RTLD_DI_TLS_DATA:
      *static_cast<void**>(out) = TlsDataIfAllocated(*module);
      return 0;
    case kRequestPhdr:
      *static_cast<const elf::Phdr**>(out) =
          std::bit_cast<const elf::Phdr*>(module->map.phdr_address);
      return static_cast<int>(module->map.headers.all.size());
    default:
      error = "unsupported dlinfo request";
      return -1;
  }
}

}  // namespace signet
