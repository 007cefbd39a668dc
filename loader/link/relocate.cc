// SPDX-License-Identifier: MIT
#include "loader/link/relocate.h"

#include <algorithm>

#include "base/syscall.h"
#include "base/thread_pointer.h"
#include "loader/diagnostics.h"
#include "loader/link/look_ahead.h"
#include "loader/load/protection.h"
#include "loader/load/runtime.h"
#include "loader/tls/dynamic_tls.h"
#include "loader/tls/late_static_tls.h"
#include "loader/tls/static_tls.h"

namespace signet {
namespace {

// What a segment that can be written has: nothing special, while the module's text is open.
uint32_t WritableFlags(const Module& module) { return module.map.text_writable ? 0 : PF_W; }

struct Table {
  uint64_t start;  // p_vaddrs
  uint64_t end;
};

// Calls visit(table) for each table of the module that linking reads.
template <typename Visit>
void ForEachTable(const Module& module, Visit&& visit) {
  module.dynamic.ForEachTable([&](std::span<const std::byte> bytes) {
    if (bytes.empty()) return;
    const uint64_t start = module.map.image.Vaddr(bytes.data());
    visit(Table{start, start + bytes.size()});
  });
}

// Where a relocation may write: in a writable segment, but into no table. Rule: tables are checked
// once, when the module is decoded, so relocations must leave them as they were. Remembers the last
// place between two tables, because the next relocation is usually in the same one. Where the
// segments with tables are read-only, as linkers make them, the place is a whole segment.
class Target {
 public:
  explicit Target(const Module& module) : module_(module) {}

  bool Holds(uint64_t vaddr, uint64_t width) {
    if (vaddr - start_ < size_ && width <= size_ - (vaddr - start_)) return true;
    const elf::Phdr* segment = module_.map.image.Segment(vaddr, width, WritableFlags(module_));
    if (segment == nullptr) return false;
    uint64_t start = segment->p_vaddr;
    uint64_t end = start + segment->p_memsz;
    bool is_table = false;
    ForEachTable(module_, [&](const Table& table) {
      if (table.end <= vaddr) {
        start = std::max(start, table.end);
      } else if (table.start >= vaddr + width) {
        end = std::min(end, table.start);
      } else {
        is_table = true;
      }
    });
    if (is_table) return false;
    start_ = start;
    size_ = end - start;
    return true;
  }

  // The place that is remembered, as p_vaddr and size; empty before the first answer.
  uint64_t start() const { return start_; }
  uint64_t size() const { return size_; }

 private:
  const Module& module_;
  uint64_t start_ = 0;
  uint64_t size_ = 0;
};

// The table of the module that [vaddr, vaddr + width) touches, or an empty one.
Table TouchedTable(const Module& module, uint64_t vaddr, uint64_t width) {
  Table touched = {};
  ForEachTable(module, [&](const Table& table) {
    if (vaddr < table.end && table.start < vaddr + width) touched = table;
  });
  return touched;
}

// Where COPY may write. A variable may end behind its segment, on the same page.
bool CanCopyTo(const Module& module, uint64_t vaddr, uint64_t size) {
  return module.map.image.HasPages(vaddr, size, WritableFlags(module)) &&
         TouchedTable(module, vaddr, size).end == 0;
}

constexpr char kOffset[] = "r_offset is ";

// For a place where a relocation may not write.
[[gnu::cold, gnu::noinline]] bool ReportPlace(Diagnostics& diagnostics, const Module& module,
                                              std::string_view what, uint64_t vaddr,
                                              uint64_t width) {
  elf::Problem problem = elf::Address(
      what, vaddr, ", outside every writable segment; the module ends at ", module.map.headers.end);
  if (module.map.image.HasPages(vaddr, width, WritableFlags(module))) {
    const Table table = TouchedTable(module, vaddr, width);
    if (table.end != 0)
      problem =
          elf::Address(what, vaddr, ", in the table for linking that begins at ", table.start);
  }
  diagnostics.LoadError(module.path, problem);
  return false;
}

uint64_t* Word(const Module& module, uint64_t vaddr) {
  return std::bit_cast<uint64_t*>(module.map.image.Resolve(vaddr));
}

ReferenceClass ReferenceClassOf(uint32_t type) {
  switch (type) {
    case R_X86_64_COPY:
      return ReferenceClass::kCopy;
    case R_X86_64_JUMP_SLOT:
    case R_X86_64_DTPMOD64:
    case R_X86_64_DTPOFF64:
    case R_X86_64_TPOFF64:
    case R_X86_64_TLSDESC:
      return ReferenceClass::kPlt;
    default:
      return ReferenceClass::kData;
  }
}

// Nearly all relocations are runs of R_X86_64_RELATIVE in one segment. Applies those at the
// beginning of the table that lie in the segment that `target` remembers, and returns their number.
size_t ApplyRelativeRun(const Module& module, std::span<const elf::Rela> table,
                        const Target& target) {
  if (target.size() < sizeof(uint64_t)) return 0;
  const uint64_t last = target.size() - sizeof(uint64_t);
  const uint64_t memory = module.map.image.Resolve(target.start());
  const uint64_t load_bias = module.map.image.load_bias();
  size_t count = 0;
  for (const elf::Rela& rela : table) {
    const uint64_t offset = rela.r_offset - target.start();
    if (rela.r_info != R_X86_64_RELATIVE || offset > last) break;
    *std::bit_cast<uint64_t*>(memory + offset) = load_bias + static_cast<uint64_t>(rela.r_addend);
    ++count;
  }
  return count;
}

// psABI: JUMP_SLOT and GLOB_DAT ignore the addend.
uint64_t Addend(const elf::Rela& rela, uint32_t type) {
  return type == R_X86_64_JUMP_SLOT || type == R_X86_64_GLOB_DAT
             ? 0
             : static_cast<uint64_t>(rela.r_addend);
}

void SetTlsDescriptor(uint64_t* words, uint64_t resolver, uint64_t argument) {
  words[0] = resolver;
  words[1] = argument;
}

// "" for symbol 0, which a module without symbols does not have either.
const char* SymbolName(const Module& module, const elf::Rela& rela) {
  const uint32_t symbol = elf::RelocSymbol(rela);
  return symbol < module.dynamic.symbols.size()
             ? module.dynamic.strings.At(module.dynamic.symbols[symbol].st_name)
             : "";
}

}  // namespace

void Relocator::Apply() {
  resolver_.Prepare();
  for (size_t i = modules_.size(); i-- != 0;) {
    if (modules_[i]->IsNative()) ApplyModule(*modules_[i]);
  }
}

void Relocator::ApplyModule(Module& module) {
  const bool text_relocations = (module.dynamic.flags & DF_TEXTREL) != 0;
  if (text_relocations && !OpenText(process_.diagnostics, module)) return;
  ApplyRelr(module);
  ApplyTable(module, module.dynamic.rela);
  ApplyTable(module, module.dynamic.jmprel);
  if (text_relocations) (void)CloseText(process_.diagnostics, module);
}

void Relocator::ApplyRelr(Module& module) {
  Target target(module);
  const uint64_t load_bias = module.map.image.load_bias();
  uint64_t count = 0;
  (void)elf::ForEachRelr(module.dynamic.relr, [&](uint64_t vaddr) {
    if (!target.Holds(vaddr, sizeof(uint64_t)))
      return ReportPlace(process_.diagnostics, module, "DT_RELR address is ", vaddr,
                         sizeof(uint64_t));
    *Word(module, vaddr) += load_bias;
    ++count;
    return true;
  });
  counts_[R_X86_64_RELATIVE] += count;
}

// Goes on after an undefined symbol, so that all of them are reported. Stops at an entry that shows
// that the table is damaged.
void Relocator::ApplyTable(Module& module, std::span<const elf::Rela> table) {
  Target target(module);
  LookAhead* const look_ahead = resolver_.look_ahead();
  while (!table.empty()) {
    if (const size_t run = ApplyRelativeRun(module, table, target); run != 0) {
      counts_[R_X86_64_RELATIVE] += run;
      table = table.subspan(run);
      continue;
    }
    if (look_ahead != nullptr) look_ahead->Advance(module, table);
    const elf::Rela& rela = table.front();
    const uint32_t type = elf::RelocType(rela);
    if (!elf::IsDynamicReloc(type)) {
      process_.diagnostics.Error("error while loading shared libraries: ", [&](Line& line) {
        line << module.path << ": unexpected reloc type " << Hex{type, 2};
      });
      return;
    }
    if (const uint64_t width = elf::RelocWidth(type);
        width != 0 && !target.Holds(rela.r_offset, width)) {
      (void)ReportPlace(process_.diagnostics, module, kOffset, rela.r_offset,
                        elf::RelocWidth(type));
      return;
    }
    ++counts_[type];
    ApplyOne(module, rela, type);
    table = table.subspan(1);
  }
}

void Relocator::ApplyOne(Module& module, const elf::Rela& rela, uint32_t type) {
  switch (type) {
    case R_X86_64_NONE:
      return;
    case R_X86_64_RELATIVE:
    case R_X86_64_RELATIVE64:
      *Word(module, rela.r_offset) = module.map.image.Resolve(static_cast<uint64_t>(rela.r_addend));
      return;
    case R_X86_64_IRELATIVE:
      ApplyIrelative(module, rela);
      return;
    default:
      break;
  }
  // All others name a symbol.
  Definition definition;
  if (!Resolve(module, elf::RelocSymbol(rela), ReferenceClassOf(type), definition)) return;
  switch (type) {
    case R_X86_64_COPY:
      if (definition.symbol != nullptr) copies_.Add({&module, rela, definition});
      return;
    case R_X86_64_DTPMOD64:
    case R_X86_64_DTPOFF64:
    case R_X86_64_TPOFF64:
    case R_X86_64_TLSDESC:
      ApplyTls(module, rela, type, definition);
      return;
    default:
      ApplySymbolic(module, rela, type, definition);
      return;
  }
}

void Relocator::NoteResolver(const Module& owner) {
  if (&owner == last_resolver_owner_) return;
  last_resolver_owner_ = &owner;
  has_foreign_resolvers_ |= !IsPartOfLibc(process_, owner);
}

void Relocator::ApplyIrelative(Module& module, const elf::Rela& rela) {
  const auto resolver = static_cast<uint64_t>(rela.r_addend);
  if (module.map.image.Segment(resolver, 1, PF_X) == nullptr) {
    process_.diagnostics.LoadError(
        module.path, elf::Address("r_addend of R_X86_64_IRELATIVE is ", resolver,
                                  ", outside every executable segment; the module ends at ",
                                  module.map.headers.end));
    return;
  }
  NoteResolver(module);
  ifuncs_.Add({&module, rela, module.map.image.Resolve(resolver)});
}

bool Relocator::Resolve(Module& module, uint32_t symbol, ReferenceClass wanted,
                        Definition& definition) {
  if (&module != last_module_ || symbol != last_symbol_ || wanted != last_wanted_) {
    if (!resolver_.Resolve(module, symbol, wanted, last_definition_)) {
      last_module_ = nullptr;
      return false;
    }
    NoteBinding(module, last_definition_);
    last_module_ = &module;
    last_symbol_ = symbol;
    last_wanted_ = wanted;
  }
  definition = last_definition_;
  return true;
}

void Relocator::NoteBinding(Module& module, const Definition& definition) {
  Module& target = *definition.module;
  if (definition.symbol == nullptr || target.unload.region == nullptr) return;
  const bool is_pinned = definition.IsUnique() || module.unload.region == nullptr;
  if (!is_pinned && &target == &module) return;
  (is_pinned ? pinned_ : module.unload.bound).AddOnce(&target);
}

void Relocator::ApplySymbolic(Module& module, const elf::Rela& rela, uint32_t type,
                              const Definition& definition) {
  if (definition.symbol == nullptr) {
    const bool own = elf::RelocSymbol(rela) == STN_UNDEF;
    Store(module, rela, type, own && !elf::IsSizeReloc(type) ? module.map.image.load_bias() : 0);
  } else if (elf::IsSizeReloc(type)) {
    Store(module, rela, type, definition.symbol->st_size);
  } else if (!definition.IsIfunc()) {
    Store(module, rela, type, definition.Address());
  } else if (definition.module->IsAdopted()) {
    // A resolver of the runtime can run at once, because libc is up.
    Store(module, rela, type, CallResolver(definition.Address()));
  } else if (definition.module->map.image.Segment(definition.Vaddr(), 1, PF_X) != nullptr) {
    NoteResolver(*definition.module);
    ifuncs_.Add({&module, rela, definition.Address()});
  } else {
    process_.diagnostics.LoadError(
        definition.module->path,
        elf::Address("st_value of an STT_GNU_IFUNC symbol is ", definition.symbol->st_value,
                     ", outside every executable segment; the module ends at ",
                     definition.module->map.headers.end));
  }
}

void Relocator::ApplyTls(Module& module, const elf::Rela& rela, uint32_t type,
                         const Definition& definition) {
  uint64_t* word = Word(module, rela.r_offset);
  const auto addend = static_cast<uint64_t>(rela.r_addend);
  if (definition.symbol == nullptr && elf::RelocSymbol(rela) != STN_UNDEF) {
    // Undefined and weak. The other types leave the word as it is in the file.
    if (type == R_X86_64_TLSDESC) SetTlsDescriptor(word, TlsDescUndefinedWeak(), addend);
    return;
  }
  Module& owner = *definition.module;
  if (owner.tls.id == 0) {
    process_.diagnostics.LoadError(
        module.path,
        elf::Address(
            "relocation refers to thread-local storage of a module that has none: r_offset is ",
            rela.r_offset, ", symbol index is ", elf::RelocSymbol(rela)));
    return;
  }
  const uint64_t value = (definition.symbol != nullptr ? definition.symbol->st_value : 0) + addend;
  switch (type) {
    case R_X86_64_DTPMOD64:
      *word = owner.tls.id;
      return;
    case R_X86_64_DTPOFF64:
      *word = value;
      return;
    case R_X86_64_TPOFF64:
      if (EnsureStaticTls(process_, owner)) {
        *word = value - owner.tls.offset;
      } else {
        process_.diagnostics.LoadError(module.path, "cannot allocate memory in static TLS block");
      }
      return;
    default:
      if (HasStaticTls(owner)) {
        SetTlsDescriptor(word, TlsDescStatic(), value - owner.tls.offset);
      } else {
        SetTlsDescriptor(word, TlsDescDynamic(),
                         std::bit_cast<uint64_t>(ArenaNew<TlsIndex>(owner.tls.id, value)));
      }
      return;
  }
}

// Writes a symbol's address or size in the form that the type asks for.
void Relocator::Store(const Module& module, const elf::Rela& rela, uint32_t type, uint64_t value) {
  value += Addend(rela, type);
  const uint64_t place = module.map.image.Resolve(rela.r_offset);
  if (type == R_X86_64_PC32 || type == R_X86_64_PC64) value -= place;
  if (elf::RelocWidth(type) == sizeof(uint64_t)) {
    *std::bit_cast<uint64_t*>(place) = value;
    return;
  }
  const bool is_signed = type == R_X86_64_PC32;
  const auto word = static_cast<uint32_t>(value);
  if (value != (is_signed ? static_cast<uint64_t>(int64_t{static_cast<int32_t>(word)}) : word)) {
    process_.diagnostics.Error("", [&](Line& line) {
      line << module.path << ": Symbol `" << SymbolName(module, rela) << "' causes overflow in "
           << elf::RelocName(type) << " relocation";
    });
    return;
  }
  std::memcpy(std::bit_cast<void*>(place), &word, sizeof word);
}

void Relocator::Copy() {
  for (const DeferredCopy& copy : copies_) {
    const elf::Sym& own = copy.module->dynamic.symbols[elf::RelocSymbol(copy.rela)];
    const elf::Sym& source = *copy.definition.symbol;
    const uint64_t size = own.st_size < source.st_size ? own.st_size : source.st_size;
    if (!CanCopyTo(*copy.module, copy.rela.r_offset, size)) {
      (void)ReportPlace(process_.diagnostics, *copy.module, kOffset, copy.rela.r_offset, size);
      continue;
    }
    if (!copy.definition.module->map.image.HasPages(copy.definition.Vaddr(), size, PF_R)) {
      process_.diagnostics.LoadError(
          copy.definition.module->path,
          elf::Address("R_X86_64_COPY takes a symbol whose st_value is ", source.st_value,
                       ", outside every readable segment; st_size is ", size));
      continue;
    }
    if (source.st_size > own.st_size) {
      Line() << process_.diagnostics.name() << ": Symbol `" << SymbolName(*copy.module, copy.rela)
             << "' has different size in shared object, consider re-linking";
    }
    std::memcpy(Word(*copy.module, copy.rela.r_offset),
                std::bit_cast<const void*>(copy.definition.Address()), size);
  }
}

// Binds the references to IFUNCs that modules of one origin have.
void Relocator::BindIfuncs(signet_origin origin) {
  for (const DeferredIfunc& ifunc : ifuncs_) {
    Module& module = *ifunc.module;
    if (module.origin != origin) continue;
    const elf::Rela& rela = ifunc.rela;
    const uint32_t type = elf::RelocType(rela);
    const uint64_t value = CallResolver(ifunc.resolver);
    // The page of a text relocation has been closed, because resolvers are text too, and no page is
    // writable and executable at once.
    const bool in_text =
        module.map.image.Segment(rela.r_offset, elf::RelocWidth(type), PF_W) == nullptr;
    if (in_text && !OpenText(process_.diagnostics, module)) return;
    if (type == R_X86_64_IRELATIVE) {
      *Word(module, rela.r_offset) = value;
    } else {
      Store(module, rela, type, value);
    }
    if (in_text && !CloseText(process_.diagnostics, module)) return;
  }
}

void Relocator::Rebind() {
  for (Module* module : modules_) {
    if (!module->IsAdopted()) continue;
    RebindTable(*module, module->dynamic.rela.subspan(module->dynamic.relative_count));
    RebindTable(*module, module->dynamic.jmprel);
  }
  resolver_.Finish();
}

void Relocator::RebindTable(Module& module, std::span<const elf::Rela> table) {
  Target target(module);
  for (const elf::Rela& rela : table) {
    const uint32_t type = elf::RelocType(rela);
    if (elf::RelocSymbol(rela) == STN_UNDEF ||
        (type != R_X86_64_64 && type != R_X86_64_GLOB_DAT && type != R_X86_64_JUMP_SLOT)) {
      continue;
    }
    if (!target.Holds(rela.r_offset, sizeof(uint64_t))) {
      (void)ReportPlace(process_.diagnostics, module, kOffset, rela.r_offset, sizeof(uint64_t));
      return;
    }
    uint64_t* word = Word(module, rela.r_offset);
    // The interpreter binds functions when they are first called. Until then the slot leads into
    // the module itself. Signet binds it now, so that no slot has to stay writable.
    const bool bound =
        *word < module.map.start || *word >= module.map.end || type != R_X86_64_JUMP_SLOT;
    if (bound && !resolver_.MayBeInterposed(module, elf::RelocSymbol(rela))) continue;
    Definition definition;
    if (!Resolve(module, elf::RelocSymbol(rela), ReferenceClassOf(type), definition) ||
        definition.symbol == nullptr) {
      continue;
    }
    if (definition.IsIfunc() && definition.module->IsNative()) NoteResolver(*definition.module);
    const uint64_t address =
        definition.IsIfunc() ? CallResolver(definition.Address()) : definition.Address();
    const uint64_t value = address + Addend(rela, type);
    if (*word == value) continue;
    if (!OpenRelro(process_.diagnostics, module)) return;
    RebindInThread(module, rela.r_offset, *word, value);
    *word = value;
  }
}

// An initial value of a thread-local variable: libc has given it to this thread already. (At the
// start there is no other. Threads that are there when a late module is adopted keep theirs.)
void Relocator::RebindInThread(const Module& module, uint64_t vaddr, uint64_t from,
                               uint64_t to) const {
  const elf::Phdr* tls = module.map.headers.tls;
  if (tls == nullptr || module.tls.offset == 0 || vaddr < tls->p_vaddr ||
      vaddr - tls->p_vaddr >= tls->p_filesz) {
    return;
  }
  auto* variable =
      std::bit_cast<uint64_t*>(ThreadPointer() - module.tls.offset + (vaddr - tls->p_vaddr));
  if (*variable == from) *variable = to;
}

}  // namespace signet
