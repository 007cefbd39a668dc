// SPDX-License-Identifier: MIT
#include "loader/services/backtrace.h"

#include <link.h>

#include "loader/diagnostics.h"
#include "loader/services/dladdr.h"
#include "loader/services/dlsym.h"

namespace signet {
namespace {

// Where an address is: in `file`, behind the symbol or, if that is null, behind the load bias.
struct Place {
  const char* file = nullptr;
  const char* symbol = nullptr;
  uint64_t offset = 0;
  bool before = false;
  bool has_offset = false;
};

Place Find(uint64_t address) {
  Dl_info info = {};
  void* map = nullptr;
  if (DlAddr1(std::bit_cast<void*>(address), &info, &map, RTLD_DL_LINKMAP) == 0) return {};
  if (info.dli_fname == nullptr || info.dli_fname[0] == '\0') return {};
  const uint64_t base = info.dli_sname != nullptr ? std::bit_cast<uint64_t>(info.dli_saddr)
                                                  : static_cast<const link_map*>(map)->l_addr;
  const bool before = address < base;
  return {info.dli_fname, info.dli_sname, before ? base - address : address - base, before,
          info.dli_sname != nullptr || base != 0};
}

template <typename Out>
void Describe(uint64_t address, std::string_view separator, Out& out) {
  const Place place = Find(address);
  if (place.file != nullptr) {
    out << place.file << "(" << (place.symbol != nullptr ? place.symbol : "");
    if (place.has_offset) out << (place.before ? "-" : "+") << Hex{place.offset};
    out << ")" << separator;
  }
  out << "[" << Hex{address} << "]";
}

}  // namespace

char** BacktraceSymbols(void* const* addresses, int count) {
  const std::span<void* const> all(addresses, static_cast<size_t>(count > 0 ? count : 0));
  TextWriter length({});  // measures
  for (void* address : all) Describe(std::bit_cast<uint64_t>(address), " ", length);
  void* function = nullptr;
  if (!DlSym(RTLD_DEFAULT, "malloc", nullptr, 0, &function)) return nullptr;
  const uint64_t table_size = all.size() * sizeof(char*);
  void* block = std::bit_cast<void* (*)(size_t)>(function)(table_size + length.size() + all.size());
  if (block == nullptr) return nullptr;
  auto** table = static_cast<char**>(block);
  std::span<char> rest(static_cast<char*>(block) + table_size, length.size() + all.size());
  for (size_t i = 0; i < all.size(); ++i) {
    table[i] = rest.data();
    TextWriter text(rest);
    Describe(std::bit_cast<uint64_t>(all[i]), " ", text);
    rest[text.size()] = '\0';
    rest = rest.subspan(text.size() + 1);
  }
  return table;
}

void WriteBacktraceSymbols(void* const* addresses, int count, int fd) {
  for (int i = 0; i < count; ++i) {
    Line line(fd, Line::Reader::kProgram);
    Describe(std::bit_cast<uint64_t>(addresses[i]), "", line);
  }
}

}  // namespace signet
