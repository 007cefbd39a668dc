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
#include <utility>

namespace signet::tool {
namespace {

Error CannotRead(pid_t pid, int error) {
  switch (error) {
    case ENOENT:
      if (access("/proc/self", F_OK) != 0) return {"cannot read processes: there is no /proc"};
      [[fallthrough]];
    case ESRCH:
      return {fmt::format("no process {}", pid)};
    case EACCES:
    case EPERM:
      return {fmt::format("no permission to read process {}", pid)};
    default:
      return {fmt::format("cannot read process {}: {}", pid, strerror(error))};
  }
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
    const int error = errno;
    close(directory);
    return CannotRead(pid, error);
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
  const int file = openat(directory_, name, O_RDONLY | O_CLOEXEC);
  if (file < 0) return CannotRead(pid_, errno);
  std::string text;
  ssize_t count = 0;
  int error = 0;
  do {
    constexpr size_t kStep = size_t{64} * 1024;
    const size_t length = text.size();
    text.resize(length + kStep);
    count = read(file, text.data() + length, kStep);
    error = errno;
    text.resize(length + static_cast<size_t>(count > 0 ? count : 0));
  } while (count > 0 || (count < 0 && error == EINTR));
  close(file);
  if (count < 0) return CannotRead(pid_, error);
  return text;
}

Result<Auxv> ProcessReader::ReadAuxv() const {
  const Result<std::string> bytes = ReadFile("auxv");
  if (!bytes.ok()) return bytes.error();
  return ParseAuxv(std::as_bytes(std::span(*bytes)));
}

Result<std::vector<SmapsMapping>> ProcessReader::ReadMappings() const {
  const Result<std::string> text = ReadFile("smaps");
  if (!text.ok()) return text.error();
  if (text->empty()) {
    return Error{
        fmt::format("process {} has no memory: it has ended, or is a kernel thread", pid_)};
  }
  return ParseSmaps(*text);
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
