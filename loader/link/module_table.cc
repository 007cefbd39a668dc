// SPDX-License-Identifier: MIT
#include "loader/link/module_table.h"

#include <algorithm>
#include <atomic>

#include "base/interval.h"
#include "base/versioned.h"
#include "loader/tls/thread_state.h"

namespace signet {
namespace {

// A module's span. It is copied to the table so that a search reads no module: modules other than
// the one that is found may be unloaded meanwhile.
struct Span {
  uint64_t start;
  uint64_t end;
  Module* module;
};

// The handles of all modules, hashed: open addressing. It is no more than a short cut to the list:
// a reader that meets a change may miss a handle, and walks the list then. A table that gets too
// full is left as it is, for late readers, and a larger one takes its place.
struct HandleTable {
  uint64_t mask;                   // number of places - 1
  std::atomic<uint64_t> places[];  // 0: free
};

struct ModuleTable {
  Span program = {};  // asked for most often, and the only one that needs no search; set once
  // From the highest address to the lowest: most modules that come later lie below all libraries
  // that were there before, and few spans change their places.
  Versioned<Span> by_address;
  std::span<Span> fresh_spans;  // room to sort those that are to be published
  std::atomic<HandleTable*> by_handle = nullptr;

  std::atomic<Module*> first = nullptr;
  Module* last = nullptr;
  std::atomic<uint64_t> added_count = 0;
  std::atomic<uint64_t> removed_count = 0;
};
constinit ModuleTable modules;

Module* ModuleOfLink(LinkMap* link) {
  // LinkMap is a member of Module, at a fixed place.
  return std::bit_cast<Module*>(std::bit_cast<char*>(link) - offsetof(Module, published.link));
}

// A link to the next module, which readers follow while it may change.
std::atomic_ref<LinkMap*> NextLink(const LinkMap& link) {
  return std::atomic_ref(const_cast<LinkMap&>(link).l_next);
}

void CountUp(std::atomic<uint64_t>& count) {
  count.store(count.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
}

// The name of a program is empty. But if the loader is run as a command, debuggers take the loader
// for the program, and must be told which file the real program is.
const char* NameForDebuggers(const Module& module) {
  if (module.origin == SIGNET_ORIGIN_PROGRAM && module.map.kernel_mapped) return "";
  return *module.path != '\0' ? module.path : module.name;
}

// The section in memory: module.dynamic may have been decoded from a copy of the file. Debuggers
// compare this address with the one in the file.
const elf::Dyn* DynamicSection(const Module& module) {
  const elf::Phdr* dynamic = module.map.headers.dynamic;
  if (dynamic == nullptr) return nullptr;
  return std::bit_cast<const elf::Dyn*>(module.map.image.Resolve(dynamic->p_vaddr));
}

static_assert(offsetof(Module, published.link_tail) ==
              offsetof(Module, published.link) + sizeof(LinkMap));

void Append(Module& module) {
  Module* const last = modules.last;
  module.published.link.l_addr = module.map.image.load_bias();
  module.published.link.l_name = NameForDebuggers(module);
  module.published.link.l_ld = DynamicSection(module);
  module.published.link.l_next = nullptr;
  module.published.link.l_prev = last != nullptr ? &last->published.link : nullptr;
  module.published.link_tail = {kLinkMapSignature, module.tls.id, 0 - thread_state_place};
  module.published.is_linked = true;
  if (last != nullptr) {
    NextLink(last->published.link).store(&module.published.link, std::memory_order_release);
  } else {
    modules.first.store(&module, std::memory_order_release);
  }
  modules.last = &module;
  CountUp(modules.added_count);
}

// A removed module keeps its link to the next one, for readers that have reached it.
void Unlink(Module& module) {
  LinkMap* const previous = module.published.link.l_prev;
  LinkMap* const next = module.published.link.l_next;
  NextLink(*previous).store(next, std::memory_order_release);
  if (next != nullptr) {
    next->l_prev = previous;
  } else {
    modules.last = ModuleOfLink(previous);
  }
  CountUp(modules.removed_count);
}

uint64_t Count() { return AddedCount() - RemovedCount(); }

uint64_t HandleOf(const Module& module) { return std::bit_cast<uint64_t>(&module.published.link); }

// The place where the search for `handle` begins.
uint64_t Home(const HandleTable& table, uint64_t handle) {
  constexpr uint64_t kMultiplier = 0x9e3779b97f4a7c15;  // its bits depend on all bits of the handle
  return (handle * kMultiplier >> 32) & table.mask;
}

// The place that has `handle`, or the free one where the search ends.
uint64_t PlaceOf(const HandleTable& table, uint64_t handle) {
  uint64_t place = Home(table, handle);
  for (;; place = (place + 1) & table.mask) {
    const uint64_t found = table.places[place].load(std::memory_order_acquire);
    if (found == 0 || found == handle) return place;
  }
}

void AddHandle(HandleTable& table, uint64_t handle) {
  table.places[PlaceOf(table, handle)].store(handle, std::memory_order_release);
}

// Handles behind the hole move up if their search would end at it.
void RemoveHandle(HandleTable& table, uint64_t handle) {
  uint64_t hole = PlaceOf(table, handle);
  for (uint64_t place = hole;;) {
    place = (place + 1) & table.mask;
    const uint64_t other = table.places[place].load(std::memory_order_relaxed);
    if (other == 0) break;
    const uint64_t distance = (place - Home(table, other)) & table.mask;
    if (distance < ((place - hole) & table.mask)) continue;
    table.places[hole].store(other, std::memory_order_release);
    hole = place;
  }
  table.places[hole].store(0, std::memory_order_release);
}

// At least half of the places stay free, so that a search is short.
void ReserveHandles(size_t count) {
  const uint64_t needed = std::bit_ceil(2 * (Count() + count));
  const HandleTable* const current = modules.by_handle.load(std::memory_order_relaxed);
  if (current != nullptr && needed <= current->mask + 1) return;
  const uint64_t bytes = sizeof(HandleTable) + needed * sizeof(uint64_t);
  auto* const grown = static_cast<HandleTable*>(ArenaBytes(bytes, alignof(HandleTable)));
  grown->mask = needed - 1;
  for (const Module* module = FirstModule(); module != nullptr; module = NextModule(*module))
    AddHandle(*grown, HandleOf(*module));
  modules.by_handle.store(grown, std::memory_order_release);
}

}  // namespace

void ReserveModules(size_t count) {
  if (modules.fresh_spans.size() < count) modules.fresh_spans = ArenaArray<Span>(count);
  ReserveHandles(count);
  const size_t needed = Count() + count;
  if (modules.by_address.spare_capacity() >= needed) return;
  modules.by_address.SetSpareMemory(ArenaArray<Span>(2 * needed).data(), 2 * needed);
}

void PublishModules(std::span<Module* const> fresh) {
  ReserveModules(fresh.size());
  if (FirstModule() == nullptr)
    modules.program = {fresh[0]->map.start, fresh[0]->map.end, fresh[0]};
  HandleTable& by_handle = *modules.by_handle.load(std::memory_order_relaxed);
  Span* const begin = modules.fresh_spans.data();
  Span* end = begin;
  for (Module* module : fresh) {
    *end++ = {module->map.start, module->map.end, module};
    Append(*module);
    AddHandle(by_handle, HandleOf(*module));
  }
  std::sort(begin, end, [](const Span& a, const Span& b) { return a.start > b.start; });
  Versioned<Span>& table = modules.by_address;
  const auto current = table.current();
  size_t unchanged = current.size();
  while (unchanged != 0 && begin != end && current[unchanged - 1].start < begin->start) --unchanged;
  size_t count = table.Keep(unchanged);
  const Span* next = begin;
  for (size_t i = count; i < current.size(); ++i) {
    const Span span = current[i];
    while (next != end && next->start > span.start) table.Put(count++, *next++);
    table.Put(count++, span);
  }
  while (next != end) table.Put(count++, *next++);
  table.Publish(count, unchanged);
}

void RemoveDyingModules() {
  ReserveModules(0);  // the spare may be from when there were fewer modules
  HandleTable& by_handle = *modules.by_handle.load(std::memory_order_relaxed);
  Versioned<Span>& table = modules.by_address;
  const auto current = table.current();
  size_t count = table.Keep(0);
  for (size_t i = 0; i < current.size(); ++i) {
    const Span span = current[i];
    if (span.module->unload.is_dying) {
      RemoveHandle(by_handle, HandleOf(*span.module));
      Unlink(*span.module);
    } else {
      table.Put(count++, span);
    }
  }
  table.Publish(count);
}

Module* FindModule(uint64_t address) {
  const Span& program = modules.program;
  if (address - program.start < program.end - program.start) return program.module;
  return modules.by_address.Read([address](const VersionedElements<Span>& spans) -> Module* {
    const size_t size = spans.size();
    const size_t not_above = FirstAbove(size, address, [&spans, size](size_t i) {
      return spans.Member(size - 1 - i, &Span::start);
    });
    if (not_above == 0) return nullptr;
    const Span span = spans[size - not_above];
    return address < span.end ? span.module : nullptr;
  });
}

Module* FirstModule() { return modules.first.load(std::memory_order_acquire); }

Module* NextModule(const Module& module) {
  LinkMap* next = NextLink(module.published.link).load(std::memory_order_acquire);
  return next != nullptr ? ModuleOfLink(next) : nullptr;
}

Module* LastModule() { return modules.last; }

Module* PreviousModule(const Module& module) {
  return module.published.link.l_prev != nullptr ? ModuleOfLink(module.published.link.l_prev)
                                                 : nullptr;
}

uint64_t AddedCount() { return modules.added_count.load(std::memory_order_relaxed); }

uint64_t RemovedCount() { return modules.removed_count.load(std::memory_order_relaxed); }

Module* ModuleOf(const void* handle) {
  const auto wanted = std::bit_cast<uint64_t>(handle);
  const HandleTable& table = *modules.by_handle.load(std::memory_order_acquire);
  const uint64_t found = table.places[PlaceOf(table, wanted)].load(std::memory_order_acquire);
  if (found != 0 && found == wanted) return ModuleOfLink(std::bit_cast<LinkMap*>(found));
  Module* module = FirstModule();
  while (module != nullptr && &module->published.link != handle) module = NextModule(*module);
  return module;
}

}  // namespace signet
