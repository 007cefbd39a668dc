// SPDX-License-Identifier: MIT
#include "loader/load/exports.h"

namespace signet {
namespace {

constexpr uint32_t kDefiningTypes = 1u << STT_NOTYPE | 1u << STT_OBJECT | 1u << STT_FUNC |
                                    1u << STT_COMMON | 1u << STT_TLS | 1u << STT_GNU_IFUNC;
constexpr uint32_t kDefiningBindings = 1u << STB_GLOBAL | 1u << STB_WEAK | 1u << STB_GNU_UNIQUE;

// Version indices. 1 is the base version and 2 is the first version of the module. An unversioned
// reference means one of these two.
constexpr uint16_t kFirstVersion = 2;
constexpr uint16_t kSecondVersion = 3;

// Calls match(symbol index) for each candidate in the module's hash table, of either kind, until it
// returns true. Returns that index, or 0.
template <typename Match>
uint32_t FindCandidate(const elf::Dynamic& dynamic, uint32_t gnu_hash, const char* name,
                       Match&& match) {
  if (dynamic.gnu_hash) return dynamic.gnu_hash.Find(gnu_hash, match);
  return dynamic.sysv_hash ? dynamic.sysv_hash.Find(elf::SysvHash(name), match) : 0;
}

}  // namespace

bool CanDefine(const elf::Sym& symbol, ReferenceClass wanted) {
  const unsigned type = ELF64_ST_TYPE(symbol.st_info);
  const unsigned visibility = ELF64_ST_VISIBILITY(symbol.st_other);
  if (symbol.st_value == 0 && symbol.st_shndx != SHN_ABS && type != STT_TLS) return false;
  if (symbol.st_shndx == SHN_UNDEF && wanted != ReferenceClass::kData) return false;
  return (kDefiningTypes >> type & 1) != 0 &&
         (kDefiningBindings >> ELF64_ST_BIND(symbol.st_info) & 1) != 0 &&
         (visibility == STV_DEFAULT || visibility == STV_PROTECTED);
}

bool Matcher::Offer(const Module& module, uint32_t index) {
  const elf::Dynamic& dynamic = module.dynamic;
  if (index >= dynamic.symbols.size()) return false;
  const elf::Sym& symbol = dynamic.symbols[index];
  if (!CanDefine(symbol, wanted_)) return false;
  if (&module == from_ && index == own_) return true;
  if (std::strcmp(dynamic.strings.At(symbol.st_name), name_) != 0) return false;
  if (index >= dynamic.versym.size()) return true;
  const uint16_t raw = dynamic.versym[index];
  return version_ != nullptr ? OfferVersion(module, raw) : OfferDefault(index, raw);
}

bool Matcher::OfferVersion(const Module& module, uint16_t raw) const {
  const uint16_t index = raw & elf::kVersionIndexMask;
  const elf::Version version =
      index < module.decoded.versions.size() ? module.decoded.versions[index] : elf::Version{};
  if (version.Matches(*version_)) return true;
  // A symbol of the base version defines any version, unless it or the reference is marked hidden.
  return !version_->hidden && version.hash == 0 && (raw & elf::kVersionHidden) == 0;
}

bool Matcher::OfferDefault(uint32_t symbol, uint16_t raw) {
  const uint16_t first = unversioned_ == Unversioned::kOldest ? kSecondVersion : kFirstVersion;
  if ((raw & elf::kVersionIndexMask) < first) return true;
  if ((raw & elf::kVersionHidden) == 0 && default_count_++ == 0) default_ = symbol;
  return false;
}

uint32_t FindIn(const Module& module, uint32_t gnu_hash, const char* name, Matcher& matcher) {
  const uint32_t found = FindCandidate(
      module.dynamic, gnu_hash, name, [&](uint32_t index) { return matcher.Offer(module, index); });
  return found != 0 ? found : matcher.TakeDefault();
}

bool DefinesName(const Module& module, uint32_t gnu_hash, const char* name) {
  const elf::Dynamic& dynamic = module.dynamic;
  return FindCandidate(dynamic, gnu_hash, name, [&](uint32_t index) {
           return index < dynamic.symbols.size() &&
                  CanDefine(dynamic.symbols[index], ReferenceClass::kData) &&
                  std::strcmp(dynamic.strings.At(dynamic.symbols[index].st_name), name) == 0;
         }) != 0;
}

const elf::Sym* FindExport(const Module& module, const char* name) {
  Matcher matcher(name, nullptr, ReferenceClass::kPlt, nullptr, 0);
  const uint32_t found = FindIn(module, elf::GnuHash(name), name, matcher);
  return found != 0 ? &module.dynamic.symbols[found] : nullptr;
}

uint64_t FindExportAddress(const Module& module, const char* name) {
  const elf::Sym* symbol = FindExport(module, name);
  return symbol != nullptr ? module.map.image.Resolve(symbol->st_value) : 0;
}

}  // namespace signet
