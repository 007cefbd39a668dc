// SPDX-License-Identifier: MIT
#include "loader/link/module_table.h"

#include <algorithm>

#include "loader/tls/thread_state.h"

namespace signet {
namespace {

// A module's span, here so that a search looks at no module: others than the one that is found may
// be unloaded meanwhile.
struct Span {
  uint64_t start;
  uint64_t end;
  Module* module;
};

// Modules by address.
struct Table {
  size_t capacity;
  size_t count;  // read before the spans, written behind them
  Span spans[];
};

// There are two; the version's lowest bit tells which one is read. Whoever writes the other one and
// then counts the version up disturbs only readers that began before the last change; those see
// that the version has moved, and begin again. A table that has become too small stays as it was.
constinit Table* by_address[2] = {};
constinit uint64_t version = 0;

constinit Module* first = nullptr;
constinit Module* last = nullptr;
constinit uint64_t added_count = 0;
constinit uint64_t removed_count = 0;

Module* ModuleOfLink(LinkMap* link) {
  // LinkMap is a member of Module, at a fixed place.
  return std::bit_cast<Module*>(std::bit_cast<char*>(link) - offsetof(Module, published.link));
}

Module* Search(const Table& table, uint64_t address) {
  const Span* const begin = table.spans;
  const Span* const end = begin + __atomic_load_n(&table.count, __ATOMIC_ACQUIRE);
  const Span* const above = std::upper_bound(
      begin, end, address, [](uint64_t a, const Span& span) { return a < span.start; });
  if (above == begin) return nullptr;
  return address < above[-1].end ? above[-1].module : nullptr;
}

// That of a program is empty. But where the loader is run as a command, it is the loader that
// debuggers know as the program, and they have to be told which file the real one is.
const char* NameForDebuggers(const Module& module) {
  if (module.origin == SIGNET_ORIGIN_PROGRAM && module.map.kernel_mapped) return "";
  return *module.path != '\0' ? module.path : module.name;
}

// In memory: module.dynamic may have been decoded from a copy of the file. Debuggers compare this
// address with the file's.
const elf::Dyn* DynamicSection(const Module& module) {
  const elf::Phdr* dynamic = module.map.headers.dynamic;
  if (dynamic == nullptr) return nullptr;
  return std::bit_cast<const elf::Dyn*>(module.map.image.Resolve(dynamic->p_vaddr));
}

static_assert(offsetof(Module, published.link_tail) ==
              offsetof(Module, published.link) + sizeof(LinkMap));

void Append(Module& module) {
  module.published.link.l_addr = module.map.image.load_bias();
  module.published.link.l_name = NameForDebuggers(module);
  module.published.link.l_ld = DynamicSection(module);
  module.published.link.l_next = nullptr;
  module.published.link.l_prev = last != nullptr ? &last->published.link : nullptr;
  module.published.link_tail = {kLinkMapSignature, module.tls.id, thread_state_offset};
  module.published.is_linked = true;
  if (last != nullptr) {
    __atomic_store_n(&last->published.link.l_next, &module.published.link, __ATOMIC_RELEASE);
  } else {
    first = &module;
  }
  last = &module;
  ++added_count;
}

// A removed module keeps its link to the next one, for who stands there.
void Unlink(Module& module) {
  LinkMap* const previous = module.published.link.l_prev;
  LinkMap* const next = module.published.link.l_next;
  __atomic_store_n(&previous->l_next, next, __ATOMIC_RELEASE);
  if (next != nullptr) {
    next->l_prev = previous;
  } else {
    last = ModuleOfLink(previous);
  }
  ++removed_count;
}

uint64_t Count() { return added_count - removed_count; }

}  // namespace

void ReserveModules(size_t count) {
  Table*& spare = by_address[(version + 1) & 1];
  if (spare != nullptr && spare->capacity >= Count() + count) return;
  const size_t capacity = 2 * (Count() + count);
  auto* table =
      static_cast<Table*>(ArenaBytes(sizeof(Table) + capacity * sizeof(Span), alignof(Table)));
  table->capacity = capacity;
  __atomic_store_n(&spare, table, __ATOMIC_RELEASE);
}

void PublishModules(std::span<Module* const> modules) {
  ReserveModules(modules.size());
  const uint64_t next = version + 1;
  const Table* current = by_address[version & 1];
  Table& table = *by_address[next & 1];
  size_t count = 0;
  for (; current != nullptr && count < current->count; ++count)
    table.spans[count] = current->spans[count];
  for (Module* module : modules) {
    table.spans[count++] = {module->map.start, module->map.end, module};
    Append(*module);
  }
  std::sort(table.spans, table.spans + count,
            [](const Span& a, const Span& b) { return a.start < b.start; });
  __atomic_store_n(&table.count, count, __ATOMIC_RELEASE);
  __atomic_store_n(&version, next, __ATOMIC_RELEASE);
}

// Room for as many as there were is in either table.
void RemoveDyingModules() {
  const uint64_t next = version + 1;
  const Table& current = *by_address[version & 1];
  Table& table = *by_address[next & 1];
  size_t count = 0;
  for (size_t i = 0; i < current.count; ++i) {
    if (!current.spans[i].module->unload.is_dying) table.spans[count++] = current.spans[i];
  }
  for (size_t i = 0; i < current.count; ++i) {
    if (current.spans[i].module->unload.is_dying) Unlink(*current.spans[i].module);
  }
  __atomic_store_n(&table.count, count, __ATOMIC_RELEASE);
  __atomic_store_n(&version, next, __ATOMIC_RELEASE);
}

Module* FindModule(uint64_t address) {
  for (;;) {
    const uint64_t before = __atomic_load_n(&version, __ATOMIC_ACQUIRE);
    const Table* table = __atomic_load_n(&by_address[before & 1], __ATOMIC_ACQUIRE);
    Module* module = table != nullptr ? Search(*table, address) : nullptr;
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    if (__atomic_load_n(&version, __ATOMIC_RELAXED) == before) return module;
  }
}

Module* FirstModule() { return first; }

Module* NextModule(const Module& module) {
  LinkMap* next = __atomic_load_n(&module.published.link.l_next, __ATOMIC_ACQUIRE);
  return next != nullptr ? ModuleOfLink(next) : nullptr;
}

Module* LastModule() { return last; }

Module* PreviousModule(const Module& module) {
  return module.published.link.l_prev != nullptr ? ModuleOfLink(module.published.link.l_prev)
                                                 : nullptr;
}

uint64_t AddedCount() { return added_count; }

uint64_t RemovedCount() { return removed_count; }

Module* ModuleOf(const void* handle) {
  Module* module = FirstModule();
  while (module != nullptr && &module->published.link != handle) module = NextModule(*module);
  return module;
}

}  // namespace signet
