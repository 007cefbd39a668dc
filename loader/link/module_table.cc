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

constinit Versioned<Span> by_address;
constinit std::span<Span> fresh_spans;  // room to sort those that are to be published

constinit std::atomic<Module*> first = nullptr;
constinit Module* last = nullptr;
constinit std::atomic<uint64_t> added_count = 0;
constinit std::atomic<uint64_t> removed_count = 0;

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
  module.published.link.l_addr = module.map.image.load_bias();
  module.published.link.l_name = NameForDebuggers(module);
  module.published.link.l_ld = DynamicSection(module);
  module.published.link.l_next = nullptr;
  module.published.link.l_prev = last != nullptr ? &last->published.link : nullptr;
  module.published.link_tail = {kLinkMapSignature, module.tls.id, thread_state_offset};
  module.published.is_linked = true;
  if (last != nullptr) {
    NextLink(last->published.link).store(&module.published.link, std::memory_order_release);
  } else {
    first.store(&module, std::memory_order_release);
  }
  last = &module;
  CountUp(added_count);
}

// A removed module keeps its link to the next one, for readers that have reached it.
void Unlink(Module& module) {
  LinkMap* const previous = module.published.link.l_prev;
  LinkMap* const next = module.published.link.l_next;
  NextLink(*previous).store(next, std::memory_order_release);
  if (next != nullptr) {
    next->l_prev = previous;
  } else {
    last = ModuleOfLink(previous);
  }
  CountUp(removed_count);
}

uint64_t Count() { return AddedCount() - RemovedCount(); }

}  // namespace

void ReserveModules(size_t count) {
  if (fresh_spans.size() < count) fresh_spans = ArenaArray<Span>(count);
  const size_t needed = Count() + count;
  if (by_address.spare_capacity() >= needed) return;
  by_address.SetSpareMemory(ArenaArray<Span>(2 * needed).data(), 2 * needed);
}

void PublishModules(std::span<Module* const> modules) {
  ReserveModules(modules.size());
  Span* const begin = fresh_spans.data();
  Span* end = begin;
  for (Module* module : modules) {
    *end++ = {module->map.start, module->map.end, module};
    Append(*module);
  }
  std::sort(begin, end, [](const Span& a, const Span& b) { return a.start < b.start; });
  const auto current = by_address.current();
  size_t count = 0;
  const Span* next = begin;
  for (size_t i = 0; i < current.size(); ++i) {
    const Span span = current[i];
    while (next != end && next->start < span.start) by_address.Put(count++, *next++);
    by_address.Put(count++, span);
  }
  while (next != end) by_address.Put(count++, *next++);
  by_address.Publish(count);
}

void RemoveDyingModules() {
  ReserveModules(0);  // the spare may be from when there were fewer modules
  const auto current = by_address.current();
  size_t count = 0;
  for (size_t i = 0; i < current.size(); ++i) {
    const Span span = current[i];
    if (span.module->unload.is_dying) {
      Unlink(*span.module);
    } else {
      by_address.Put(count++, span);
    }
  }
  by_address.Publish(count);
}

Module* FindModule(uint64_t address) {
  return by_address.Read([address](const VersionedElements<Span>& spans) -> Module* {
    const size_t above = FirstAbove(spans.size(), address,
                                    [&spans](size_t i) { return spans.Member(i, &Span::start); });
    if (above == 0) return nullptr;
    const Span span = spans[above - 1];
    return address < span.end ? span.module : nullptr;
  });
}

Module* FirstModule() { return first.load(std::memory_order_acquire); }

Module* NextModule(const Module& module) {
  LinkMap* next = NextLink(module.published.link).load(std::memory_order_acquire);
  return next != nullptr ? ModuleOfLink(next) : nullptr;
}

Module* LastModule() { return last; }

Module* PreviousModule(const Module& module) {
  return module.published.link.l_prev != nullptr ? ModuleOfLink(module.published.link.l_prev)
                                                 : nullptr;
}

uint64_t AddedCount() { return added_count.load(std::memory_order_relaxed); }

uint64_t RemovedCount() { return removed_count.load(std::memory_order_relaxed); }

Module* ModuleOf(const void* handle) {
  Module* module = FirstModule();
  while (module != nullptr && &module->published.link != handle) module = NextModule(*module);
  return module;
}

}  // namespace signet
