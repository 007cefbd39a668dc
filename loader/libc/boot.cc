// SPDX-License-Identifier: MIT
#include "loader/libc/boot.h"

#include "base/page.h"
#include "base/syscall.h"
#include "elf/reloc.h"
#include "loader/diagnostics.h"
#include "loader/libc/hide_preload_file.h"
#include "loader/link/resolve.h"
#include "loader/load/decode.h"
#include "loader/load/map.h"
#include "loader/load/protection.h"
#include "loader/tls/dynamic_tls.h"

extern "C" __attribute__((visibility("hidden"))) void signet_continue_entry();

namespace signet {
namespace {

// PHDR, LOAD, INTERP, DYNAMIC, TLS, GNU_STACK
constexpr size_t kPhdrCount = 6;
// Everything but DT_NEEDED.
constexpr size_t kMaxTags = 16;

// The runtime's modules that the interpreter is to load; itself it has already.
size_t CountRuntime(const Process& process) {
  size_t count = 0;
  for (const Module* module : process.modules) {
    if (module->IsAdopted() && module != process.interpreter) ++count;
  }
  return count;
}

// Lays the stand-in program out in pages of its own, which will be sealed:
//
//   rest of the TLS image | program headers | PT_DYNAMIC | symbols | DT_FINI_ARRAY
//
// The surplus of the TLS image is right below them, in memory that stays writable: new modules'
// initial values may yet have to go there.
//
// Its load bias is the real program's, so that DT_INIT and DT_INIT_ARRAY can be the real program's
// as they are. All its other addresses are in memory that the real program does not own: bias plus
// p_vaddr wraps around, as the gABI's modular arithmetic allows.
class StandInBuilder {
 public:
  StandInBuilder(Process& process, uint64_t fini)
      : process_(process), fini_(fini), bias_(process.program->map.image.load_bias()) {}

  StandIn* Build() {
    const elf::TlsLayout& tls = process_.tls.layout;
    const uint64_t top = process_.tls.surplus_top;
    const uint64_t align = tls.align() > kPageSize ? tls.align() : kPageSize;
    const uint64_t size = PageUp(top + HeadSize());
    stand_in_ = ArenaNew<StandIn>();
    const uint64_t pages = ArenaPages(size + align - kPageSize, tls.size() - top);
    // A p_vaddr that is a multiple of the alignment, as `top` and the image's size are: the thread
    // pointer comes right behind the image.
    stand_in_->start = pages + ((bias_ - pages) & (align - 1));
    stand_in_->end = stand_in_->start + size;
    stand_in_->tls_end = stand_in_->start + top;
    next_ = stand_in_->tls_end;
    stand_in_->phdrs = Take<elf::Phdr>(kPhdrCount);
    stand_in_->dynamic = Take<elf::Dyn>(CountRuntime(process_) + kMaxTags);
    stand_in_->symbols = Take<elf::Sym>(process_.loader->dynamic.symbols.size());
    const std::span<uint64_t> fini_array = Take<uint64_t>(1);
    FillSymbols(stand_in_->symbols);
    fini_array[0] = fini_;
    FillDynamic(stand_in_->symbols, fini_array);
    FillPhdrs(stand_in_->tls_end - tls.size());
    return stand_in_;
  }

 private:
  size_t HeadSize() const {
    return kPhdrCount * sizeof(elf::Phdr) + (CountRuntime(process_) + kMaxTags) * sizeof(elf::Dyn) +
           process_.loader->dynamic.symbols.size() * sizeof(elf::Sym) + sizeof(uint64_t);
  }

  template <typename T>
  std::span<T> Take(size_t count) {
    T* first = std::bit_cast<T*>(next_);
    next_ += count * sizeof(T);
    return {first, count};
  }

  uint64_t Vaddr(uint64_t address) const { return address - bias_; }
  template <typename T>
  uint64_t Vaddr(const T* object) const {
    return Vaddr(std::bit_cast<uint64_t>(object));
  }

  // The loader's services, for what the interpreter loads by itself later: it searches the program
  // first.
  void FillSymbols(std::span<elf::Sym> symbols) const {
    const Module& loader = *process_.loader;
    for (size_t i = 1; i < symbols.size(); ++i) {
      symbols[i] = loader.dynamic.symbols[i];
      if (symbols[i].st_shndx != SHN_UNDEF)
        symbols[i].st_value = Vaddr(loader.map.image.Resolve(symbols[i].st_value));
    }
  }

  void Tag(int64_t tag, uint64_t value) { stand_in_->dynamic[tag_count_++] = {tag, {value}}; }

  // The string table is the loader's; names of its own are reached by offsets that lead out of it.
  void FillDynamic(std::span<const elf::Sym> symbols, std::span<const uint64_t> fini_array) {
    const elf::Dynamic& loader = process_.loader->dynamic;
    const char* strings = loader.strings.At(0);
    for (Module* module : process_.modules) {
      if (module->IsAdopted() && module != process_.interpreter) {
        // With a slash in it, so that the interpreter does not search for it again.
        if (std::string_view(module->path).find('/') == std::string_view::npos) {
          module->path = ArenaString("./", module->path);
        }
        Tag(DT_NEEDED, std::bit_cast<uint64_t>(module->path) - std::bit_cast<uint64_t>(strings));
      }
    }
    Tag(DT_STRTAB, Vaddr(strings));
    Tag(DT_STRSZ, loader.strings.size());
    Tag(DT_SYMTAB, Vaddr(symbols.data()));
    Tag(DT_SYMENT, sizeof(elf::Sym));
    for (const elf::Dyn& dyn : loader.entries) {
      if (dyn.d_tag == DT_GNU_HASH)
        Tag(DT_GNU_HASH, Vaddr(process_.loader->map.image.Resolve(dyn.d_un.d_val)));
    }
    // libc's start code runs the program's own constructors, and finds them here.
    const elf::Dynamic& program = process_.program->dynamic;
    if (program.init != 0) Tag(DT_INIT, program.init);
    if (!program.init_array.empty()) {
      Tag(DT_INIT_ARRAY, Vaddr(program.init_array.data()));
      Tag(DT_INIT_ARRAYSZ, program.init_array.size_bytes());
    }
    Tag(DT_FINI_ARRAY, Vaddr(fini_array.data()));
    Tag(DT_FINI_ARRAYSZ, fini_array.size_bytes());
    Tag(DT_DEBUG, 0);
    Tag(DT_NULL, 0);
    stand_in_->dynamic = stand_in_->dynamic.first(tag_count_);
  }

  void FillPhdrs(uint64_t image) {
    const elf::TlsLayout& tls = process_.tls.layout;
    const char* interpreter = process_.interpreter->path;
    const std::span<elf::Phdr> phdrs = stand_in_->phdrs;
    phdrs[0] = Segment(PT_PHDR, PF_R, std::bit_cast<uint64_t>(phdrs.data()), phdrs.size_bytes(),
                       alignof(elf::Phdr));
    phdrs[1] = Segment(PT_LOAD, PF_R | PF_W, stand_in_->start, stand_in_->end - stand_in_->start,
                       kPageSize);
    phdrs[2] = Segment(PT_INTERP, PF_R, std::bit_cast<uint64_t>(interpreter),
                       std::string_view(interpreter).size() + 1, 1);
    phdrs[3] = Segment(PT_DYNAMIC, PF_R | PF_W, std::bit_cast<uint64_t>(stand_in_->dynamic.data()),
                       stand_in_->dynamic.size_bytes(), alignof(elf::Dyn));
    phdrs[4] = Segment(PT_TLS, PF_R, image, tls.size(), tls.align());
    phdrs[5] = Segment(PT_GNU_STACK, StackFlags(), bias_, 0, 16);
  }

  // Threads' stacks are executable where a module demands it.
  uint32_t StackFlags() const {
    uint32_t flags = PF_R | PF_W;
    for (const Module* module : process_.modules) {
      if (module->DemandsExecutableStack()) flags |= PF_X;
    }
    return flags;
  }

  elf::Phdr Segment(uint32_t type, uint32_t flags, uint64_t address, uint64_t size,
                    uint64_t align) const {
    return {type, flags, Vaddr(address), Vaddr(address), Vaddr(address), size, size, align};
  }

  Process& process_;
  uint64_t fini_;
  uint64_t bias_;
  StandIn* stand_in_ = nullptr;
  uint64_t next_ = 0;
  size_t tag_count_ = 0;
};

// What LD_PRELOAD and the like ask for is Signet's to do, not the interpreter's. LD_LIBRARY_PATH
// stays: it counts for what libc opens by itself. In secure mode there is no LD_ variable left.
constexpr char kHidden = '\x01';

void HideEnvironment(const Startup& startup) {
  for (char** variable = startup.envp; *variable != nullptr; ++variable) {
    if (IsLoaderVariable(*variable) &&
        !std::string_view(*variable).starts_with("LD_LIBRARY_PATH=")) {
      **variable = kHidden;
    }
  }
}

void ShowEnvironment(const Startup& startup) {
  for (char** variable = startup.envp; *variable != nullptr; ++variable) {
    if ((*variable)[0] == kHidden && (*variable)[1] == 'D' && (*variable)[2] == '_')
      **variable = 'L';
  }
}

// <link.h>'s struct r_debug.
struct InterpreterDebug {
  int r_version;
  LinkMap* r_map;
};

const InterpreterDebug* FindInterpreterDebug(const StandIn& stand_in) {
  for (const elf::Dyn& dyn : stand_in.dynamic) {
    if (dyn.d_tag == DT_DEBUG) return std::bit_cast<const InterpreterDebug*>(dyn.d_un.d_ptr);
  }
  return nullptr;
}

// An adopted module's own references to its own thread-local symbols hold its static TLS offset.
void ReadTlsOffset(Process& process, Module& module) {
  for (const elf::Rela& rela : module.dynamic.rela.subspan(module.dynamic.relative_count)) {
    const uint32_t symbol = elf::RelocSymbol(rela);
    if (elf::RelocType(rela) != R_X86_64_TPOFF64 || symbol >= module.dynamic.symbols.size())
      continue;
    const elf::Sym& definition = module.dynamic.symbols[symbol];
    if (symbol != STN_UNDEF && definition.st_shndx == SHN_UNDEF) continue;
    const std::span<const uint64_t> slot = module.map.image.Array<uint64_t>(rela.r_offset, 1);
    if (slot.empty()) continue;
    const uint64_t value =
        (symbol != STN_UNDEF ? definition.st_value : 0) + static_cast<uint64_t>(rela.r_addend);
    module.tls.offset = value - slot[0];
    AssignTlsId(process, module);
    return;
  }
}

// True if the module is described where it is.
bool Find(Process& process, Module& module, const LinkMap* maps) {
  const LinkMap* map = maps;
  while (map != nullptr && std::string_view(map->l_name) != module.path) map = map->l_next;
  if (map == nullptr) {
    process.diagnostics.LoadError(
        module.path, "libc's interpreter did not load it: ", process.interpreter->path);
    return false;
  }
  if (!DescribeModule(process.diagnostics, module.map.headers.all, map->l_addr, module) ||
      !DecodeModule(process.diagnostics, module, module.dynamic.entries)) {
    return false;
  }
  if (module.map.headers.tls != nullptr) ReadTlsOffset(process, module);
  return true;
}

}  // namespace

void PrepareBoot(Process& process, uint64_t fini) {
  process.stand_in = StandInBuilder(process, fini).Build();
  const Startup& startup = process.startup;
  startup.SetAux(AT_PHDR, std::bit_cast<uint64_t>(process.stand_in->phdrs.data()));
  startup.SetAux(AT_PHNUM, process.stand_in->phdrs.size());
  startup.SetAux(AT_ENTRY, std::bit_cast<uint64_t>(&signet_continue_entry));
  startup.SetAux(AT_BASE, process.interpreter->map.image.load_bias());
  HideEnvironment(startup);
  if (process.has_preload_file) HidePreloadFile(*process.interpreter);
}

void CloseStandIn(Diagnostics& diagnostics, const StandIn& stand_in) {
  const long result = sys::Protect(stand_in.start, stand_in.end - stand_in.start, PROT_READ);
  if (sys::Failed(result))
    diagnostics.LoadErrno("stand-in program", "cannot change memory protections",
                          sys::Errno(result));
}

void RestoreStartup(Process& process) {
  const Startup& startup = process.startup;
  ShowEnvironment(startup);
  startup.SetAux(AT_PHDR, process.program->map.phdr_address);
  startup.SetAux(AT_PHNUM, process.program->map.headers.all.size());
  startup.SetAux(AT_ENTRY, process.program->map.entry);
  // As the kernel sets it: the base of the program's PT_INTERP, which run as a command there is
  // none of.
  startup.SetAux(AT_BASE, startup.as_command ? 0 : process.loader->map.image.load_bias());
  if (startup.as_command) startup.SetAux(AT_EXECFN, std::bit_cast<uint64_t>(process.program->path));
}

bool AdoptLater(Process& process, Module& module) {
  module.map.relro_open = false;
  return Find(process, module, FindInterpreterDebug(*process.stand_in)->r_map);
}

void AdoptRuntime(Process& process) {
  const InterpreterDebug* debug = FindInterpreterDebug(*process.stand_in);
  if (debug == nullptr) Fatal("libc's interpreter keeps no list of modules for debuggers");
  for (Module* module : process.modules) {
    if (!module->IsAdopted()) continue;
    // Signet mapped the interpreter itself: it knows where, and its RELRO is anonymous. glibc's has
    // closed it already.
    if (module == process.interpreter) {
      (void)ProtectRelro(process.diagnostics, *module);
      if (module->map.headers.tls != nullptr) ReadTlsOffset(process, *module);
    } else if (Find(process, *module, debug->r_map) &&
               module->map.relro_start != module->map.relro_end) {
      module->map.relro_open = MakeAnonymous(process.diagnostics, *module, module->map.relro_start,
                                             module->map.relro_end);
    }
  }
}

}  // namespace signet
