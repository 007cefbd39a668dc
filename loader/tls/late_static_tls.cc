// SPDX-License-Identifier: MIT
#include "loader/tls/late_static_tls.h"

#include <dirent.h>
#include <sys/uio.h>
#include <time.h>

#include <cerrno>

#include "base/number.h"
#include "base/syscall.h"
#include "loader/diagnostics.h"
#include "loader/tls/dynamic_tls.h"

namespace signet {
namespace {

// A thread that begins tells the kernel of its list before anything else.
constexpr int kPatience = 50;  // ms

struct Image {
  uint64_t offset;  // static TLS offset
  const std::byte* bytes;
  uint64_t size;
};

// Threads of this process other than the caller, as the kernel names them.
template <typename Visit>
[[nodiscard]] bool ForEachOtherThread(Visit visit) {
  const long fd =
      sys::Call(__NR_openat, AT_FDCWD, "/proc/self/task", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
  if (sys::Failed(fd)) return false;
  const long self = sys::Call(__NR_gettid);
  alignas(dirent64) char buffer[2048] = {};
  long size = 0;
  while ((size = sys::ReadDirectory(static_cast<int>(fd), buffer, sizeof buffer)) > 0) {
    for (long at = 0; at < size;) {
      const auto* entry = std::bit_cast<const dirent64*>(buffer + at);
      at += entry->d_reclen;
      uint64_t thread = 0;
      if (!ParseNumber(entry->d_name, thread)) continue;  // "." and ".."
      if (static_cast<long>(thread) != self) visit(static_cast<int>(thread));
    }
  }
  (void)sys::Close(static_cast<int>(fd));
  return size == 0;
}

// A thread that was there when libc's image changed, and the time that it had run until then.
struct Creator {
  int thread;
  uint64_t run_time;   // ns; 0 if it is not known, or once there is no more to wait for
  uint64_t asleep_at;  // its run time when it was last seen asleep
};

uint64_t RunTime(int thread) {
  timespec time = {};
  const int clock = ~thread * 8 + 6;  // the kernel's CPU clock of one thread
  if (sys::Failed(sys::ClockGettime(clock, &time))) return 0;
  return static_cast<uint64_t>(time.tv_sec) * 1000000000 + static_cast<uint64_t>(time.tv_nsec);
}

// The third word of /proc/self/task/N/stat; the second is in parentheses.
bool IsAsleep(int thread) {
  char path[64] = "/proc/self/task/";
  char* end = path + std::string_view(path).size();
  char digits[12];
  size_t count = 0;
  for (int rest = thread; rest != 0; rest /= 10)
    digits[count++] = static_cast<char>('0' + rest % 10);
  while (count != 0) *end++ = digits[--count];
  std::memcpy(end, "/stat", sizeof "/stat");
  const long fd = sys::Open(path);
  if (sys::Failed(fd)) return true;  // it has ended
  char text[256];
  const long size = sys::ReadAt(static_cast<int>(fd), text, sizeof text, 0);
  (void)sys::Close(static_cast<int>(fd));
  for (long i = size - 3; i >= 0; --i) {
    if (text[i] == ')') return text[i + 2] != 'R' && text[i + 2] != 'D';
  }
  return true;
}

// pthread_create may have copied the old image and not yet made its thread. What was running then
// has made it once it has run a little longer, or sleeps for longer than one does for a lock.
bool IsDone(Creator& creator) {
  constexpr uint64_t kLonger = 1000000;  // ns
  const uint64_t now = RunTime(creator.thread);
  if (now == 0 || now >= creator.run_time + kLonger) return true;
  if (!IsAsleep(creator.thread)) return false;
  if (creator.asleep_at == now) return true;
  creator.asleep_at = now;
  return false;
}

void LetCreationsEnd() {
  List<Creator> creators;
  (void)ForEachOtherThread([&](int thread) { creators.Add({thread, RunTime(thread), 0}); });
  for (int round = 0; round < kPatience; ++round) {
    bool waiting = false;
    for (Creator& creator : creators) {
      if (creator.run_time == 0) continue;
      if (IsDone(creator)) {
        creator.run_time = 0;
      } else {
        waiting = true;
      }
    }
    if (!waiting) return;
    const timespec millisecond = {0, 1000000};
    (void)sys::Sleep(&millisecond);
  }
}

void WriteThread(uint64_t thread_pointer, const Image& image) {
  auto* const bytes = std::bit_cast<void*>(image.bytes);
  auto* const target = std::bit_cast<void*>(thread_pointer - image.offset);
  const iovec from = {bytes, image.size};
  const iovec to = {target, image.size};
  // The thread may end at any time, and its memory be unmapped.
  const long written = sys::WriteMemory(&from, &to);
  if (written == -EPERM || written == -ENOSYS) std::memcpy(target, bytes, image.size);
}

// One round through all threads. `open` is the number of those that have no list (yet).
[[nodiscard]] bool WriteKnownThreads(const Image& image, unsigned& open) {
  uint64_t own_head = 0;
  uint64_t size = 0;
  const bool has_own = !sys::Failed(sys::GetRobustList(0, &own_head, &size)) && own_head != 0;
  const uint64_t distance = own_head - ThreadPointer();
  bool reached = true;
  open = 0;
  const bool listed = ForEachOtherThread([&](int thread) {
    uint64_t head = 0;
    if (!has_own) {
      reached = false;
    } else if (const long result = sys::GetRobustList(thread, &head, &size); sys::Failed(result)) {
      if (result != -ESRCH) reached = false;
    } else if (head == 0) {
      ++open;
    } else {
      WriteThread(head - distance, image);
    }
  });
  return listed && reached;
}

// What has no list for so long is no thread of libc's (io_uring has such), or about to end.
[[nodiscard]] bool WriteOtherThreads(const Image& image) {
  for (int round = 0; round < kPatience; ++round) {
    unsigned open = 0;
    if (!WriteKnownThreads(image, open)) return false;
    if (open == 0) break;
    const timespec millisecond = {0, 1000000};
    (void)sys::Sleep(&millisecond);
  }
  return true;
}

void WriteThreadsToCome(const StandIn& stand_in, const Image& image) {
  std::memcpy(std::bit_cast<void*>(stand_in.tls_end - image.offset), image.bytes, image.size);
}

bool HasOnlyZeroes(const std::byte* bytes, uint64_t size) {
  for (uint64_t i = 0; i < size; ++i) {
    if (bytes[i] != std::byte{0}) return false;
  }
  return true;
}

[[nodiscard]] bool Fill(Process& process, const Module& module, uint64_t offset) {
  const elf::Phdr& tls = *module.map.headers.tls;
  const auto* bytes = std::bit_cast<const std::byte*>(module.map.image.Resolve(tls.p_vaddr));
  const bool is_fresh = offset - tls.p_memsz >= process.tls.surplus_used;
  if (offset > process.tls.surplus_used) process.tls.surplus_used = offset;
  Image image = {offset, bytes, tls.p_filesz};
  if (is_fresh && HasOnlyZeroes(bytes, tls.p_filesz)) return true;
  if (!is_fresh && tls.p_memsz != tls.p_filesz) {
    auto* whole = static_cast<std::byte*>(ArenaBytes(tls.p_memsz, 1));
    std::memcpy(whole, bytes, tls.p_filesz);
    image = {offset, whole, tls.p_memsz};
  }
  if (process.stand_in != nullptr) {
    WriteThreadsToCome(*process.stand_in, image);
    LetCreationsEnd();
    if (!WriteOtherThreads(image)) return false;
  }
  std::memcpy(std::bit_cast<void*>(ThreadPointer() - offset), image.bytes, image.size);
  return true;
}

}  // namespace

bool PlaceInSurplus(Process& process, Module& module) {
  const elf::Phdr& tls = *module.map.headers.tls;
  const std::atomic_ref place(module.tls.offset);
  if (place.load() == kTlsDynamicOnly || tls.p_align > process.tls.layout.align()) return false;
  const elf::TlsLayout before = process.tls.placed;
  const uint64_t offset = process.tls.placed.Place(tls.p_memsz, tls.p_align, tls.p_vaddr);
  uint64_t none = 0;
  // First its values, then the offset: other threads may be about to look.
  if (offset <= process.tls.layout.size() &&
      (!module.tls.is_ready || Fill(process, module, offset)) &&
      place.compare_exchange_strong(none, offset)) {
    return true;
  }
  process.tls.placed = before;
  return false;
}

bool FillSurplus(Process& process, std::span<Module* const> modules) {
  for (Module* module : modules) {
    if (module->map.headers.tls == nullptr || module->tls.is_ready) continue;
    if (HasStaticTls(*module) && !Fill(process, *module, module->tls.offset)) {
      process.diagnostics.LoadError(module->path, "cannot allocate memory in static TLS block");
      return false;
    }
    module->tls.is_ready = true;
  }
  return true;
}

void ReleaseSurplus(Process& process, const Module& module) {
  if (!HasStaticTls(module) || (module.tls.id & kTlsIdStatic) != 0) return;
  process.tls.placed.Remove(module.map.headers.tls->p_memsz, module.tls.offset);
}

}  // namespace signet
