// SPDX-License-Identifier: MIT
#include "loader/start/show_auxv.h"

#include <bit>

#include "base/line.h"

namespace signet {
namespace {

enum class Form : uint8_t { kUnknown, kNumber, kAddress, kBits, kText };

// Which Debian 12's headers lack.
constexpr uint64_t kRseqFeatureSize = 27;
constexpr uint64_t kRseqAlign = 28;

// A name, and how its value is printed. Not an array of pointers: those would need relocations.
struct Label {
  char name[20];
  Form form;
};

constexpr Label LabelOf(uint64_t type) {
  switch (type) {
    case AT_EXECFD:
      return {"EXECFD", Form::kNumber};
    case AT_PHDR:
      return {"PHDR", Form::kAddress};
    case AT_PHENT:
      return {"PHENT", Form::kNumber};
    case AT_PHNUM:
      return {"PHNUM", Form::kNumber};
    case AT_PAGESZ:
      return {"PAGESZ", Form::kNumber};
    case AT_BASE:
      return {"BASE", Form::kAddress};
    case AT_FLAGS:
      return {"FLAGS", Form::kAddress};
    case AT_ENTRY:
      return {"ENTRY", Form::kAddress};
    case AT_UID:
      return {"UID", Form::kNumber};
    case AT_EUID:
      return {"EUID", Form::kNumber};
    case AT_GID:
      return {"GID", Form::kNumber};
    case AT_EGID:
      return {"EGID", Form::kNumber};
    case AT_PLATFORM:
      return {"PLATFORM", Form::kText};
    case AT_HWCAP:
      return {"HWCAP", Form::kBits};
    case AT_CLKTCK:
      return {"CLKTCK", Form::kNumber};
    case AT_SECURE:
      return {"SECURE", Form::kNumber};
    case AT_RANDOM:
      return {"RANDOM", Form::kAddress};
    case AT_HWCAP2:
      return {"HWCAP2", Form::kAddress};
    case kRseqFeatureSize:
      return {"RSEQ_FEATURE_SIZE", Form::kNumber};
    case kRseqAlign:
      return {"RSEQ_ALIGN", Form::kNumber};
    case AT_EXECFN:
      return {"EXECFN", Form::kText};
    case AT_SYSINFO_EHDR:
      return {"SYSINFO_EHDR", Form::kAddress};
    case AT_MINSIGSTKSZ:
      return {"MINSIGSTKSZ", Form::kNumber};
    default:
      return {"", Form::kUnknown};
  }
}

void Show(const Elf64_auxv_t& entry) {
  constexpr std::string_view kPadding = "                   ";
  const uint64_t value = entry.a_un.a_val;
  const Label label = LabelOf(entry.a_type);
  Line line(1);
  if (label.form == Form::kUnknown) {
    line << "AT_??? (" << Hex{entry.a_type} << "): " << Hex{value};
    return;
  }
  const std::string_view name = label.name;
  line << "AT_" << name << ":" << From(kPadding, name.size() + 1);
  switch (label.form) {
    case Form::kNumber:
      line << Dec{value};
      break;
    case Form::kAddress:
      line << Hex{value};
      break;
    case Form::kBits:
      line << From(NumberText(Hex{value}).view(), 2);
      break;
    default:
      line << std::string_view(std::bit_cast<const char*>(value));
      break;
  }
}

}  // namespace

void ShowAuxv(const Startup& startup) {
  for (const Elf64_auxv_t* entry = startup.auxv; entry->a_type != AT_NULL; ++entry) Show(*entry);
}

}  // namespace signet
