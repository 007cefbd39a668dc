// SPDX-License-Identifier: MIT
#include "loader/libc/stand_in.h"

#include "base/page.h"
#include "base/syscall.h"
#include "loader/diagnostics.h"
#include "loader/libc/allocators.h"
#include "loader/libc/executable_stack.h"
#include "loader/load/add_symbols.h"
#include "loader/load/runtime.h"

namespace signet {
namespace {

// PHDR, LOAD, INTERP, DYNAMIC, TLS, GNU_STACK
constexpr size_t kPhdrCount = 6;
// Everything except DT_NEEDED.
constexpr size_t kMaxTags = 16;
// DT_PREINIT_ARRAY and DT_FINI_ARRAY, of one function each
constexpr size_t kFunctionCount = 2;

// The runtime's modules that the stand-in program needs: all except the interpreter itself. Only
// musl's libc, which is its own interpreter, counts on being needed when it searches symbols. It
// knows itself by the name in PT_INTERP.
bool IsNeeded(const Process& process, const Module& module) {
  return module.IsAdopted() && (&module != process.interpreter || IsMusl(process));
}

size_t CountRuntime(const Process& process) {
  size_t count = 0;
  for (const Module* module : process.modules) count += IsNeeded(process, *module) ? 1 : 0;
  return count;
}

// Lays the stand-in program out in pages of its own, which will be sealed:
//
//   rest of the TLS image | program headers | PT_DYNAMIC | symbols | DT_PREINIT_ARRAY |
//   DT_FINI_ARRAY
//
// The surplus of the TLS image is right below them, in memory that stays writable, because a dlopen
// may have to put initial values there.
//
// Its load bias is the real program's, so that DT_INIT and DT_INIT_ARRAY can be the real program's
// as they are. All its other addresses are in memory that the real program does not own. There,
// bias plus p_vaddr wraps around, which the gABI's modular arithmetic allows.
class StandInBuilder {
 public:
  StandInBuilder(const Process& process, const StandInFunctions& functions)
      : process_(process),
        functions_(functions),
        bias_(process.program->map.image.load_bias()),
        tables_(process.loader->dynamic) {}

  StandIn* Build() {
    const Allocators allocators = FindAllocators(process_);
    if (!allocators.empty())
      AddSymbols(tables_, process_.loader->map.image.load_bias(), allocators.names());
    const elf::TlsLayout& tls = process_.tls.layout;
    const uint64_t top = process_.tls.surplus_top;
    const uint64_t align = tls.align() > kPageSize ? tls.align() : kPageSize;
    const uint64_t size = PageUp(top + HeadSize());
    stand_in_ = ArenaNew<StandIn>();
    const uint64_t pages = ArenaPages(size + align - kPageSize, tls.size() - top);
    // p_vaddr is to be a multiple of the alignment, as `top` and the image's size are, because the
    // thread pointer comes right behind the image.
    stand_in_->start = pages + ((bias_ - pages) & (align - 1));
    stand_in_->end = stand_in_->start + size;
    stand_in_->tls_end = stand_in_->start + top;
    next_ = stand_in_->tls_end;
    stand_in_->phdrs = Take<elf::Phdr>(kPhdrCount);
    stand_in_->dynamic = Take<elf::Dyn>(CountRuntime(process_) + kMaxTags);
    stand_in_->symbols = Take<elf::Sym>(tables_.symbols.size());
    const std::span<uint64_t> functions = Take<uint64_t>(kFunctionCount);
    FillSymbols(stand_in_->symbols, allocators);
    functions[0] = functions_.preinit;
    functions[1] = functions_.fini;
    FillDynamic(stand_in_->symbols, functions.first(1), functions.last(1));
    FillPhdrs(stand_in_->tls_end - tls.size());
    return stand_in_;
  }

 private:
  size_t HeadSize() const {
    return kPhdrCount * sizeof(elf::Phdr) + (CountRuntime(process_) + kMaxTags) * sizeof(elf::Dyn) +
           tables_.symbols.size() * sizeof(elf::Sym) + kFunctionCount * sizeof(uint64_t);
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

  // The interpreter searches the program first: here are the loader's services, for modules that it
  // loads by itself later, and the functions with which it allocates.
  void FillSymbols(std::span<elf::Sym> symbols, const Allocators& allocators) const {
    for (size_t i = 1; i < symbols.size(); ++i) {
      symbols[i] = tables_.symbols[i];
      if (symbols[i].st_shndx != SHN_UNDEF)
        symbols[i].st_value = Vaddr(process_.loader->map.image.Resolve(symbols[i].st_value));
    }
    const std::span<elf::Sym> added = symbols.last(allocators.size());
    for (size_t i = 0; i < added.size(); ++i) DefineSymbol(added[i], Vaddr(allocators.address(i)));
  }

  void Tag(int64_t tag, uint64_t value) { stand_in_->dynamic[tag_count_++] = {tag, {value}}; }

  // The string table is the loader's, with more names. The paths of the runtime's modules are not
  // in it, so their offsets lead out of the table to where the paths are.
  void FillDynamic(std::span<const elf::Sym> symbols, std::span<const uint64_t> preinit_array,
                   std::span<const uint64_t> fini_array) {
    const char* strings = tables_.strings.At(0);
    for (Module* module : process_.modules) {
      if (IsNeeded(process_, *module)) {
        // A path with a slash in it is not searched for again.
        if (std::string_view(module->path).find('/') == std::string_view::npos) {
          module->path = ArenaString("./", module->path);
        }
        Tag(DT_NEEDED, std::bit_cast<uint64_t>(module->path) - std::bit_cast<uint64_t>(strings));
      }
    }
    Tag(DT_STRTAB, Vaddr(strings));
    Tag(DT_STRSZ, tables_.strings.size());
    Tag(DT_SYMTAB, Vaddr(symbols.data()));
    Tag(DT_SYMENT, sizeof(elf::Sym));
    for (const elf::Dyn& dyn : tables_.entries) {
      if (dyn.d_tag == DT_GNU_HASH)
        Tag(DT_GNU_HASH, Vaddr(process_.loader->map.image.Resolve(dyn.d_un.d_val)));
    }
    // The interpreter calls these before it runs the first constructor.
    Tag(DT_PREINIT_ARRAY, Vaddr(preinit_array.data()));
    Tag(DT_PREINIT_ARRAYSZ, preinit_array.size_bytes());
    // libc's start code runs the program's own constructors. It finds them here.
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

  // The interpreter makes threads' stacks executable if the program demands it. Here the stand-in
  // program demands it if any module does.
  uint32_t StackFlags() const {
    uint32_t flags = PF_R | PF_W | kStackMark;
    for (const Module* module : process_.modules) {
      if (module->DemandsExecutableStack()) flags |= PF_X;
    }
    return flags;
  }

  elf::Phdr Segment(uint32_t type, uint32_t flags, uint64_t address, uint64_t size,
                    uint64_t align) const {
    return {type, flags, Vaddr(address), Vaddr(address), Vaddr(address), size, size, align};
  }

  const Process& process_;
  const StandInFunctions& functions_;
  uint64_t bias_;
  elf::Dynamic tables_;  // the loader's, with the allocators behind its symbols
  StandIn* stand_in_ = nullptr;
  uint64_t next_ = 0;
  size_t tag_count_ = 0;
};

}  // namespace

StandIn* BuildStandIn(const Process& process, const StandInFunctions& functions) {
  return StandInBuilder(process, functions).Build();
}

void CloseStandIn(Process& process) {
  const StandIn& stand_in = *process.stand_in;
  ModuleMap& loader = process.loader->map;
  uint64_t end = stand_in.end;
  if (end == loader.relro_start) {
    end = loader.relro_end;
    loader.relro_open = false;
  }
  const long result = sys::Protect(stand_in.start, end - stand_in.start, PROT_READ);
  if (sys::Failed(result))
    process.diagnostics.LoadErrno("stand-in program", "cannot change memory protections",
                                  sys::Errno(result));
}

}  // namespace signet
