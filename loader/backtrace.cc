// SPDX-License-Identifier: MIT
#include "loader/backtrace.h"

#include <link.h>

#include "loader/dladdr.h"
#include "loader/dlsym.h"
#include "loader/report.h"

namespace signet {
namespace {

// Text of which only the length counts until there is memory for it.
class Text {
 public:
  explicit Text(char* to) : to_(to) {}

  Text& operator<<(std::string_view text) {
    if (to_ != nullptr) std::memcpy(to_ + size_, text.data(), text.size());
    size_ += text.size();
    return *this;
  }

  Text& operator<<(Hex number) { return *this << HexText(number).view(); }

  uint64_t size() const { return size_; }

 private:
  char* to_;
  uint64_t size_ = 0;
};

// Where an address is: in `file`, behind the symbol or, where that is null, the load bias.
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
  Text length(nullptr);
  for (void* address : all) Describe(std::bit_cast<uint64_t>(address), " ", length);
  void* function = nullptr;
  if (!DlSym(RTLD_DEFAULT, "malloc", nullptr, 0, &function)) return nullptr;
  const uint64_t table_size = all.size() * sizeof(char*);
  void* block = std::bit_cast<void* (*)(size_t)>(function)(table_size + length.size() + all.size());
  if (block == nullptr) return nullptr;
  auto** table = static_cast<char**>(block);
  char* next = static_cast<char*>(block) + table_size;
  for (size_t i = 0; i < all.size(); ++i) {
    table[i] = next;
    Text text(next);
    Describe(std::bit_cast<uint64_t>(all[i]), " ", text);
    next += text.size();
    *next++ = '\0';
  }
  return table;
}

void WriteBacktraceSymbols(void* const* addresses, int count, int fd) {
  for (int i = 0; i < count; ++i) {
    Line line(fd);
    Describe(std::bit_cast<uint64_t>(addresses[i]), "", line);
  }
}

}  // namespace signet
