// SPDX-License-Identifier: MIT
#include "loader/find/path_text.h"

#include <cstring>

#include "base/attributes.h"
#include "base/scratch.h"
#include "base/split.h"
#include "base/syscall.h"
#include "loader/find/hwcaps.h"
#include "loader/find/proc_exe.h"

namespace signet {
namespace {

constexpr bool ContinuesName(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// `text` begins behind a '$'. Returns how many of its characters are the token `name` or `{name}`;
// 0 if it begins with another or a longer name.
size_t TokenSize(std::string_view text, std::string_view name) {
  const bool braces = text.starts_with('{');
  if (braces) text.remove_prefix(1);
  if (!text.starts_with(name)) return 0;
  text.remove_prefix(name.size());
  if (braces) return text.starts_with('}') ? name.size() + 2 : 0;
  return text.empty() || !ContinuesName(text.front()) ? name.size() : 0;
}

// Without a slash at its end, except for the root directory.
std::string_view DirectoryOf(std::string_view path) {
  const size_t slash = path.rfind('/');
  return {path.data(), slash == 0 ? 1 : slash};
}

// AT_EXECFN may be a symbolic link. $ORIGIN is the directory of the file itself.
bool PathTellsOrigin(const Module& module) {
  return !module.map.kernel_mapped && *module.path == '/';
}

// False if nobody has to be asked: KnownOrigin has it.
bool MustAskForOrigin(const Module& module) {
  return module.search.directory == nullptr && !PathTellsOrigin(module);
}

std::string_view KnownOrigin(const Module& module) {
  if (module.search.directory != nullptr) return module.search.directory;
  return DirectoryOf(module.path);
}

// Asks the kernel. Empty if it does not know; `room` has PATH_MAX bytes.
std::string_view AskForOrigin(const Module& module, char* room) {
  if (module.map.kernel_mapped) {
    const long size = sys::ReadLink(kProcExe, room, PATH_MAX);
    if (size > 0 && room[0] == '/') return DirectoryOf({room, static_cast<size_t>(size)});
  }
  if (*module.path == '\0') return {};
  TextWriter whole({room, PATH_MAX});
  if (*module.path != '/') {
    const long size = sys::GetCwd(room, PATH_MAX);
    // A directory outside this process's root is "(unreachable)…" for the kernel.
    if (sys::Failed(size) || room[0] != '/') return {};
    whole.Truncate(std::string_view(room).size());
    if (whole.size() > 1) whole << "/";
  }
  whole << module.path;
  return whole.fits() ? DirectoryOf(whole.view()) : std::string_view();
}

// An absolute path without "//", "/./" and "/../", by its text alone.
void Normalise(std::string_view path, PathBuffer& out) {
  ListElements components(path, "/");
  for (std::string_view component; components.Next(component);) {
    if (component.empty() || component == ".") continue;
    if (component != "..") {
      out << "/" << component;
      continue;
    }
    const size_t slash = out.view().rfind('/');
    out.Truncate(slash == std::string_view::npos ? 0 : slash);
  }
}

// The path in its normal form if it lies in a default directory, otherwise nothing. What is judged
// is what will be opened: in "/usr/lib/x/../y" the kernel would follow x, which may be a symbolic
// link to anywhere.
std::string_view TrustedForm(std::string_view path) {
  SIGNET_BUFFER static PathBuffer::Room room;
  PathBuffer normal(room);
  Normalise(path, normal);
  const bool is_trusted = path.starts_with('/') && IsInDefaultDirectory(normal.view());
  return is_trusted ? ArenaString(normal.view()) : std::string_view();
}

}  // namespace

std::string_view Origin(Module& module) {
  if (MustAskForOrigin(module)) {
    SIGNET_BUFFER static PathBuffer::Room room;
    const LastingMemory lasting(module.published.is_linked, module.unload.region);
    module.search.directory = ArenaString(AskForOrigin(module, room));
  }
  return KnownOrigin(module);
}

void CopyOrigin(const Module& module, char* out) {
  const auto copy = [out](std::string_view origin) {
    std::memcpy(out, origin.data(), origin.size());
    out[origin.size()] = '\0';
  };
  if (!MustAskForOrigin(module)) return copy(KnownOrigin(module));
  const Scratch<char> room(PATH_MAX);
  copy(room.first() != nullptr ? AskForOrigin(module, room.first()) : std::string_view());
}

void KeepOrigin(Module& module) {
  if (*module.path != '/') (void)Origin(module);
}

bool IsInDefaultDirectory(std::string_view path) {
  ListElements directories(kDefaultPath, ":");
  for (std::string_view directory; directories.Next(directory);) {
    if (path.starts_with(directory) &&
        (path.size() == directory.size() || path[directory.size()] == '/')) {
      return true;
    }
  }
  return false;
}

std::string_view PlatformName(const SearchOptions& options) {
  const std::string_view by_cpu = Cpu::Platform();
  return by_cpu.empty() ? options.platform : by_cpu;
}

std::string_view ExpandTokens(std::string_view text, Module& module, const SearchOptions& options) {
  if (text.find('$') == std::string_view::npos) return text;
  SIGNET_BUFFER static PathBuffer::Room room;
  PathBuffer out(room);
  bool check_trust = false;
  for (size_t i = 0; i < text.size();) {
    const std::string_view rest = From(text, i + 1);
    std::string_view value;
    size_t size;
    if (text[i] != '$') {
      out << std::string_view(&text[i], 1);
      ++i;
      continue;
    }
    if ((size = TokenSize(rest, "ORIGIN")) != 0) {
      const bool leads = i == 0 && (size == rest.size() || rest[size] == '/');
      if (options.secure && !leads) return {};
      check_trust = options.secure;
      value = Origin(module);
    } else if ((size = TokenSize(rest, "LIB")) != 0) {
      value = SIGNET_DST_LIB;
    } else if ((size = TokenSize(rest, "PLATFORM")) != 0) {
      value = PlatformName(options);
    } else {
      value = "$";  // no token
    }
    if (value.empty()) return {};
    out << value;
    i += 1 + size;
  }
  if (!out.fits()) return {};
  return check_trust ? TrustedForm(out.view()) : ArenaString(out.view());
}

}  // namespace signet
