// SPDX-License-Identifier: MIT
#include "tests/fail/header_edits.h"

#include <cstring>
#include <utility>

namespace signet::test {
namespace {

constexpr uint64_t kPage = 0x1000;
constexpr uint64_t kGiB = uint64_t{1} << 30;

constexpr uint64_t PageDown(uint64_t number) { return number & ~(kPage - 1); }
constexpr uint64_t PageUp(uint64_t number) { return PageDown(number + kPage - 1); }

Elf64_Phdr& Load(ElfFile& file, int index) { return file.phdr(PT_LOAD, index); }

int LoadCount(ElfFile& file) {
  int count = 0;
  for (const Elf64_Phdr& phdr : file.phdrs()) count += phdr.p_type == PT_LOAD ? 1 : 0;
  return count;
}

std::string Hex(uint64_t number) {
  char text[24];
  std::snprintf(text, sizeof text, "0x%lx", number);
  return text;
}

// Moves the program headers, and `more` behind them, to the end of the file, into a segment of
// their own behind all others, as patchelf does. They begin `skew` bytes into that segment.
void MoveTable(ElfFile& file, const std::vector<Elf64_Phdr>& more = {}, uint64_t skew = 0) {
  std::vector<Elf64_Phdr> table(file.phdrs().begin(), file.phdrs().end());
  table.insert(table.end(), more.begin(), more.end());
  const uint64_t offset = PageUp(file.bytes().size());
  const uint64_t size = (table.size() + 1) * sizeof(Elf64_Phdr);
  uint64_t vaddr = 0;
  for (const Elf64_Phdr& phdr : table) {
    if (phdr.p_type == PT_LOAD) vaddr = std::max(vaddr, PageUp(phdr.p_vaddr + phdr.p_memsz));
  }
  table.push_back({PT_LOAD, PF_R, offset, vaddr, vaddr, skew + size, skew + size, kPage});
  for (Elf64_Phdr& phdr : table) {
    if (phdr.p_type != PT_PHDR) continue;
    phdr.p_offset = offset + skew;
    phdr.p_vaddr = phdr.p_paddr = vaddr + skew;
    phdr.p_filesz = phdr.p_memsz = size;
  }
  file.bytes().resize(offset + skew + size);
  std::memcpy(&file.bytes()[offset + skew], table.data(), size);
  file.header().e_phoff = offset + skew;
  file.header().e_phnum = static_cast<uint16_t>(table.size());
}

class Editor {
 public:
  explicit Editor(ElfFile& sound) : sound_(sound), loads_(LoadCount(sound)) {}

  std::vector<HeaderEdit> Run() {
    Alignment();
    Order();
    Sizes();
    Places();
    Permissions();
    MovedTable();
    OtherHeaders();
    return std::move(edits_);
  }

 private:
  void Add(std::string name, std::function<void(ElfFile&)> apply) {
    edits_.push_back({std::move(name), std::move(apply)});
  }
  void AddLoad(int index, const std::string& name, void (*apply)(Elf64_Phdr& load)) {
    Add("load " + std::to_string(index) + ": " + name,
        [index, apply](ElfFile& file) { apply(Load(file, index)); });
  }
  // The same for each PT_LOAD.
  void AddEach(const std::string& name, void (*apply)(Elf64_Phdr& load)) {
    for (int i = 0; i < loads_; ++i) AddLoad(i, name, apply);
  }

  void Alignment() {
    for (const uint64_t align :
         {uint64_t{0}, uint64_t{1}, uint64_t{16}, uint64_t{0x1800}, uint64_t{0x200000}, 2 * kGiB,
          1024 * kGiB, uint64_t{1} << 46, UINT64_MAX}) {
      Add("all loads: p_align " + Hex(align), [align](ElfFile& file) {
        for (Elf64_Phdr& phdr : file.phdrs()) {
          if (phdr.p_type == PT_LOAD) phdr.p_align = align;
        }
      });
    }
    AddLoad(0, "p_align 0x10000", [](Elf64_Phdr& load) { load.p_align = 0x10000; });
    AddLoad(1, "p_align 0x3000", [](Elf64_Phdr& load) { load.p_align = 0x3000; });
  }

  void Order() {
    for (int i = 0; i < loads_; ++i) {
      for (int j = i + 1; j < loads_; ++j) {
        Add("loads " + std::to_string(i) + " and " + std::to_string(j) + " swapped",
            [i, j](ElfFile& file) { std::swap(Load(file, i), Load(file, j)); });
      }
    }
    Add("the last load is the first", [](ElfFile& file) {
      for (int i = LoadCount(file) - 1; i > 0; --i) std::swap(Load(file, i), Load(file, i - 1));
    });
  }

  void Sizes() {
    AddEach("p_filesz and p_memsz up to the end of the page", [](Elf64_Phdr& load) {
      if (load.p_filesz != load.p_memsz) return;
      load.p_filesz = load.p_memsz = PageUp(load.p_vaddr + load.p_memsz) - load.p_vaddr;
    });
    AddEach("p_memsz up to the end of the page", [](Elf64_Phdr& load) {
      load.p_memsz = PageUp(load.p_vaddr + load.p_memsz) - load.p_vaddr;
    });
    AddEach("p_memsz 1 byte into the next page", [](Elf64_Phdr& load) {
      load.p_memsz = PageUp(load.p_vaddr + load.p_memsz) - load.p_vaddr + 1;
    });
    AddEach("p_memsz 0x2000 larger", [](Elf64_Phdr& load) { load.p_memsz += 0x2000; });
    AddEach("p_filesz 1 less than it was",
            [](Elf64_Phdr& load) { load.p_filesz -= 1, load.p_memsz -= 1; });
    AddEach("p_filesz larger than p_memsz",
            [](Elf64_Phdr& load) { load.p_filesz = load.p_memsz + 1; });
    AddLoad(loads_ - 1, "p_filesz beyond the file", [](Elf64_Phdr& load) {
      load.p_filesz = 0x100000;
      load.p_memsz = 0x200000;
    });
    AddLoad(loads_ - 1, "p_memsz too large",
            [](Elf64_Phdr& load) { load.p_memsz = UINT64_MAX - 0xfff; });
    // Bytes of the file over the next segment, which is then mapped over them.
    for (int i = 0; i + 1 < loads_; ++i) {
      Add("load " + std::to_string(i) + ": p_filesz into the next", [i](ElfFile& file) {
        const Elf64_Phdr& next = Load(file, i + 1);
        Elf64_Phdr& load = Load(file, i);
        const uint64_t room = file.bytes().size() - load.p_offset;
        load.p_filesz = load.p_memsz = std::min(next.p_vaddr + 1 - load.p_vaddr, room);
      });
    }
  }

  void Places() {
    AddEach("begins with its page", [](Elf64_Phdr& load) {
      const uint64_t before = load.p_vaddr % kPage;
      load.p_vaddr -= before;
      load.p_offset -= before;
      load.p_filesz += before;
      load.p_memsz += before;
    });
    AddEach("p_offset not congruent", [](Elf64_Phdr& load) { load.p_offset ^= 0x10; });
    AddEach("p_vaddr outside user space",
            [](Elf64_Phdr& load) { load.p_vaddr |= uint64_t{1} << 47; });
    AddEach("p_paddr is something else", [](Elf64_Phdr& load) { load.p_paddr = 0x123; });
    AddEach("is empty", [](Elf64_Phdr& load) { load.p_filesz = load.p_memsz = 0; });
  }

  void Permissions() {
    AddEach("flags and PF_X", [](Elf64_Phdr& load) { load.p_flags |= PF_X; });
    AddEach("flags and PF_W", [](Elf64_Phdr& load) { load.p_flags |= PF_W; });
    AddEach("flags without PF_W", [](Elf64_Phdr& load) { load.p_flags &= ~uint32_t{PF_W}; });
  }

  // Adds PT_LOADs at the end of the table.
  void AddMore(const std::string& name, int index, void (*change)(Elf64_Phdr& load)) {
    Add("load " + std::to_string(index) + " " + name, [index, change](ElfFile& file) {
      Elf64_Phdr copy = Load(file, index);
      change(copy);
      MoveTable(file, {copy});
    });
  }

  // Cuts a PT_LOAD in two, in the middle of a page, which then is the second one's, with `flags`.
  void AddSplit(int index, uint32_t flags) {
    Add("load " + std::to_string(index) + " split, the rest with flags " + std::to_string(flags),
        [index, flags](ElfFile& file) {
          MoveTable(file, {Elf64_Phdr{}});
          // Room right behind it.
          const std::span<Elf64_Phdr> table = file.phdrs();
          Elf64_Phdr* const first = &Load(file, index);
          std::move_backward(first + 1, &table[table.size() - 2], &table[table.size() - 1]);
          Elf64_Phdr* const second = first + 1;
          *second = *first;
          const uint64_t size = first->p_filesz / 2;
          first->p_filesz = first->p_memsz = size;
          second->p_offset += size;
          second->p_vaddr += size;
          second->p_filesz -= size;
          second->p_memsz -= size;
          second->p_flags = flags;
        });
  }

  void MovedTable() {
    for (const uint64_t skew : {0, 1, 4}) {
      Add("table moved, e_phoff modulo 8 is " + std::to_string(skew),
          [skew](ElfFile& file) { MoveTable(file, {}, skew); });
    }
    Add("table in no segment", [](ElfFile& file) {
      MoveTable(file);
      file.phdrs().back().p_type = PT_NULL;
    });
    for (int i = 0; i < loads_; ++i) {
      AddMore("twice", i, [](Elf64_Phdr&) {});
      AddMore("covered by its first page", i, [](Elf64_Phdr& load) {
        const uint64_t end = PageDown(load.p_vaddr) + kPage;
        load.p_filesz = std::min(load.p_filesz, end - load.p_vaddr);
        load.p_memsz = load.p_filesz;
      });
      AddMore("covered by what cannot be written", i,
              [](Elf64_Phdr& load) { load.p_flags &= ~uint32_t{PF_W}; });
      AddMore("covered by zeroes", i, [](Elf64_Phdr& load) { load.p_filesz = 0; });
      for (const uint32_t flags : {PF_R, PF_R | PF_W, PF_R | PF_X}) AddSplit(i, flags);
    }
    Add("an empty load at the end of the table", [](ElfFile& file) {
      MoveTable(file, {{PT_LOAD, PF_R, 0, 0, 0, 0, 0, kPage}});
      std::swap(file.phdrs().back(), file.phdrs()[file.phdrs().size() - 2]);
    });
    Add("a load far behind", [](ElfFile& file) {
      const uint64_t vaddr = Load(file, 0).p_vaddr + 0x10000000;
      MoveTable(file, {{PT_LOAD, PF_R, 0, vaddr, vaddr, 0x40, 0x40, kPage}});
    });
    Add("zeroes whose p_offset is not congruent", [](ElfFile& file) {
      const uint64_t vaddr = Load(file, 0).p_vaddr + 0x10000000;
      MoveTable(file, {{PT_LOAD, PF_R | PF_W, 0x123, vaddr, vaddr, 0, 0x40, kPage}});
    });
  }

  void OtherHeaders() {
    Add("e_phnum 0", [](ElfFile& file) { file.header().e_phnum = 0; });
    Add("e_phentsize 64", [](ElfFile& file) { file.header().e_phentsize = 64; });
    Add("e_phoff outside", [](ElfFile& file) { file.header().e_phoff = 0x7fff0000; });
    Add("e_shnum 0xffff", [](ElfFile& file) { file.header().e_shnum = 0xffff; });
    AddFor(PT_DYNAMIC, "PT_DYNAMIC p_memsz too large",
           [](Elf64_Phdr& dynamic) { dynamic.p_memsz = kGiB; });
    AddFor(PT_DYNAMIC, "PT_DYNAMIC p_paddr is something else",
           [](Elf64_Phdr& dynamic) { dynamic.p_paddr = 0x123; });
    AddFor(PT_GNU_RELRO, "PT_GNU_RELRO ends with its page", [](Elf64_Phdr& relro) {
      relro.p_memsz = PageUp(relro.p_vaddr + relro.p_memsz) - relro.p_vaddr;
    });
    for (const auto& [type, name] :
         {std::pair{PT_GNU_RELRO, "PT_GNU_RELRO"}, std::pair{PT_GNU_STACK, "PT_GNU_STACK"},
          std::pair{PT_PHDR, "PT_PHDR"}}) {
      AddFor(type, std::string("no ") + name, [](Elf64_Phdr& phdr) { phdr.p_type = PT_NULL; });
    }
  }

  // For the program header of that type, if there is one.
  void AddFor(uint32_t type, const std::string& name, void (*apply)(Elf64_Phdr& phdr)) {
    const std::span<const Elf64_Phdr> all = sound_.phdrs();
    if (std::any_of(all.begin(), all.end(),
                    [type](const Elf64_Phdr& phdr) { return phdr.p_type == type; })) {
      Add(name, [type, apply](ElfFile& file) { apply(file.phdr(type)); });
    }
  }

  ElfFile& sound_;
  int loads_;
  std::vector<HeaderEdit> edits_;
};

}  // namespace

std::vector<HeaderEdit> HeaderEdits(ElfFile& sound) { return Editor(sound).Run(); }

}  // namespace signet::test
