// SPDX-License-Identifier: MIT
#include "loader/link/old_order.h"

#include <algorithm>

#include "base/scratch.h"

namespace signet {
namespace {

// What dlopen has returned needs its whole group, which as good as always has libc.
bool Needs(const Module& module, const Module& other) {
  bool found = !module.init.sorted.empty() && other.IsAdopted();
  ForEachDependency(module, [&](const Module& needed) { found |= &needed == &other; });
  return found;
}

// Binding counts unless what is used needs the user.
bool IsBound(const Module& user, const Module& used) {
  return std::ranges::find(user.unload.bound, &used) != user.unload.bound.end() &&
         !Needs(used, user);
}

template <typename T>
void MoveBehind(std::span<T> list, size_t from, size_t to) {
  std::rotate(&list[from], &list[from] + 1, &list[to] + 1);
}

// Moves each module behind the last one that uses it, until nobody behind it does. `seen` counts
// how often a module has come to the place that is settled next: so often that there must be a
// cycle, it is left there. is_moved(module) and uses(module, other) are the rules.
template <typename IsMoved, typename Uses>
void Sort(std::span<Module*> modules, std::span<uint16_t> seen, IsMoved is_moved, Uses uses) {
  const size_t count = modules.size();
  for (size_t i = 0; i < count;) {
    ++seen[i];
    size_t user = is_moved(*modules[i]) ? count - 1 : i;
    while (user > i && !uses(*modules[user], *modules[i])) --user;
    if (user > i) MoveBehind(modules, i, user);
    if (user > i && seen[i + 1] <= count - i) {
      MoveBehind(seen, i, user);
    } else {
      ++i;
      std::ranges::fill(seen.subspan(i), uint16_t{0});
    }
  }
}

// Without memory for the counts, the order stays as it is.
template <typename IsMoved, typename Uses>
void Sort(std::span<Module*> modules, IsMoved is_moved, Uses uses) {
  if (modules.size() <= 1) return;
  const Scratch<uint16_t> seen(modules.size());
  if (seen.first() != nullptr) Sort(modules, {seen.first(), modules.size()}, is_moved, uses);
}

}  // namespace

void SortForConstructors(std::span<Module*> modules) {
  Sort(
      modules, [](const Module&) { return true; }, Needs);
}

void SortForDestructors(std::span<Module*> modules, Destruction which) {
  Sort(
      modules,
      [which](const Module& module) {
        return which == Destruction::kOfAll || module.unload.is_dying;
      },
      [](const Module& module, const Module& other) {
        return Needs(module, other) || IsBound(module, other);
      });
}

}  // namespace signet
