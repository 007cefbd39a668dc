// SPDX-License-Identifier: MIT
//
// See process_reader.h and proc(5).
#include "tool/process/process_reader.h"

#include <elf.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/personality.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <optional>
#include <utility>
#include <variant>

namespace signet::tool {
namespace {

constexpr unsigned long kKernelThread = 0x200000;  // PF_KTHREAD

Error CannotRead(pid_t pid, int error) {
  switch (error) {
    case ENOENT:
      if (access("/proc/self", F_OK) != 0) return {"cannot read processes: there is no /proc"};
      [[fallthrough]];
    case ESRCH:
      return {fmt::format("no process {}", pid)};
    default:
      return {fmt::format("cannot read process {}: {}", pid, strerror(error))};
  }
}

// Reads a file in a process's directory to its end, piece by piece. Returns 0 or an errno value.
template <typename Consume>
int ReadPieces(int directory, const char* name, Consume consume) {
  const int file = openat(directory, name, O_RDONLY | O_CLOEXEC);
  if (file < 0) return errno;
  // The kernel gives a page at a time, however much is asked for.
  char piece[size_t{16} * 1024];
  ssize_t count = 0;
  int error = 0;
  do {
    count = read(file, piece, sizeof piece);
    error = count < 0 ? errno : 0;
    if (count > 0) consume(std::string_view(piece, static_cast<size_t>(count)));
  } while (count > 0 || error == EINTR);
  close(file);
  return error;
}

// The whole text, or the errno value.
std::variant<std::string, int> ReadAll(int directory, const char* name) {
  std::string text;
  const int error =
      ReadPieces(directory, name, [&text](std::string_view piece) { text.append(piece); });
  if (error != 0) return error;
  return text;
}

// What everybody may know of a process, see proc_pid_stat(5) and proc_pid_status(5).
struct Facts {
  char state = '?';
  unsigned long flags = 0;
  std::optional<uid_t> user;  // the effective one
};

// std::nullopt if the process is gone.
std::optional<Facts> ReadFacts(int directory) {
  const auto stat = ReadAll(directory, "stat");
  const auto status = ReadAll(directory, "status");
  if (!std::holds_alternative<std::string>(stat) || !std::holds_alternative<std::string>(status))
    return std::nullopt;
  Facts facts;
  // "1 (name) S …": the process may have chosen a name with any character in it.
  const std::string& line = std::get<std::string>(stat);
  const size_t behind_name = line.rfind(')');
  if (behind_name == std::string::npos ||
      std::sscanf(line.c_str() + behind_name, ") %c %*d %*d %*d %*d %*d %lu", &facts.state,
                  &facts.flags) != 2)
    return std::nullopt;
  // The kernel writes no newline of the name as it is.
  const std::string& lines = std::get<std::string>(status);
  const size_t users = lines.find("\nUid:");
  unsigned user = 0;
  if (users != std::string::npos && std::sscanf(lines.c_str() + users, "\nUid: %*u %u", &user) == 1)
    facts.user = user;
  return facts;
}

// Why a process that is there has no memory that we may see.
Error WhyUnreadable(pid_t pid, int directory, int error) {
  const auto facts = ReadFacts(directory);
  if (!facts) return CannotRead(pid, ESRCH);
  if (facts->state == 'Z' || facts->state == 'X') {
    return {fmt::format("process {} has ended (a zombie: its parent has not waited for it)", pid)};
  }
  if ((facts->flags & kKernelThread) != 0) {
    return {fmt::format("process {} is a thread of the kernel: it has no program", pid)};
  }
  if (error != EACCES && error != EPERM) return CannotRead(pid, error);
  if (facts->user && *facts->user != geteuid()) {
    return {
        fmt::format("no permission to read process {}: it belongs to user {}", pid, *facts->user)};
  }
  return {
      fmt::format("no permission to read process {}: it may not be traced (ptrace_scope, or "
                  "more rights than its caller's)",
                  pid)};
}

template <typename Entry>
bool HasHeaderSize(std::span<const std::byte> auxv, uint64_t size) {
  for (Entry entry; auxv.size() >= sizeof(entry); auxv = auxv.subspan(sizeof(entry))) {
    std::memcpy(&entry, auxv.data(), sizeof(entry));
    if (entry.a_type == AT_NULL) break;
    if (entry.a_type == AT_PHENT) return entry.a_un.a_val == size;
  }
  return false;
}

// True for the auxiliary vector of a 32-bit program. Its entries are smaller.
bool Is32Bit(std::span<const std::byte> auxv) {
  return !HasHeaderSize<Elf64_auxv_t>(auxv, sizeof(Elf64_Phdr)) &&
         HasHeaderSize<Elf32_auxv_t>(auxv, sizeof(Elf32_Phdr));
}

}  // namespace

Auxv ParseAuxv(std::span<const std::byte> bytes) {
  Auxv auxv;
  Elf64_auxv_t entry;
  for (; bytes.size() >= sizeof(entry); bytes = bytes.subspan(sizeof(entry))) {
    std::memcpy(&entry, bytes.data(), sizeof(entry));
    if (entry.a_type == AT_NULL) break;
    if (entry.a_type == AT_BASE) auxv.base = entry.a_un.a_val;
    if (entry.a_type == AT_PHDR) auxv.phdr = entry.a_un.a_val;
  }
  return auxv;
}

Result<ProcessReader> ProcessReader::Open(pid_t pid) {
  const std::string path = fmt::format("/proc/{}", pid);
  const int directory = open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) return CannotRead(pid, errno);
  const int memory = openat(directory, "mem", O_RDONLY | O_CLOEXEC);
  if (memory < 0) {
    const Error error = WhyUnreadable(pid, directory, errno);
    close(directory);
    return error;
  }
  return ProcessReader(pid, directory, memory);
}

ProcessReader::ProcessReader(ProcessReader&& other) noexcept
    : pid_(other.pid_),
      directory_(std::exchange(other.directory_, -1)),
      memory_(std::exchange(other.memory_, -1)) {}

ProcessReader::~ProcessReader() {
  if (directory_ >= 0) close(directory_);
  if (memory_ >= 0) close(memory_);
}

Result<std::string> ProcessReader::ReadFile(const char* name) const {
  auto text = ReadAll(directory_, name);
  if (const int* error = std::get_if<int>(&text)) return WhyUnreadable(pid_, directory_, *error);
  return std::get<std::string>(std::move(text));
}

Result<Auxv> ProcessReader::ReadAuxv() const {
  const Result<std::string> text = ReadFile("auxv");
  if (!text.ok()) return text.error();
  const auto bytes = std::as_bytes(std::span(*text));
  if (Is32Bit(bytes)) {
    return Error{fmt::format("process {} is a 32-bit program, which Signet cannot show", pid_)};
  }
  return ParseAuxv(bytes);
}

Result<std::vector<SmapsMapping>> ProcessReader::ReadMappings(Seals seals) const {
  if (seals == Seals::kLeaveOut) {
    const Result<std::string> text = ReadFile("maps");
    if (!text.ok()) return text.error();
    if (text->empty()) return WhyUnreadable(pid_, directory_, ESRCH);
    return ParseMaps(*text);
  }
  SmapsParser parser;
  bool is_empty = true;
  const int error = ReadPieces(directory_, "smaps", [&](std::string_view piece) {
    is_empty = false;
    parser.Add(piece);
  });
  if (error != 0 || is_empty) return WhyUnreadable(pid_, directory_, error != 0 ? error : ESRCH);
  return parser.Finish();
}

bool ProcessReader::ReadImpliesExec() const {
  const Result<std::string> text = ReadFile("personality");
  unsigned long value = 0;
  if (!text.ok() || std::sscanf(text->c_str(), "%lx", &value) != 1) return false;
  return (value & READ_IMPLIES_EXEC) != 0;
}

bool ProcessReader::Read(uint64_t address, std::span<std::byte> into) const {
  while (!into.empty()) {
    if (address > INT64_MAX) return false;
    const ssize_t count = pread(memory_, into.data(), into.size(), static_cast<off_t>(address));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    address += static_cast<uint64_t>(count);
    into = into.subspan(static_cast<size_t>(count));
  }
  return true;
}

}  // namespace signet::tool
