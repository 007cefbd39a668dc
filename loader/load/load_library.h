// SPDX-License-Identifier: MIT
//
// From a name to a member of a closure: the file is found, mapped and decoded, unless the module is
// known already, or libc's interpreter has to load it.
//
// Input: a name, and the module that needs it. Output: the module, entered into the closure. An
// error is reported, and the module is null. It does not load what the module itself needs.
#pragma once

#include "loader/find/search_context.h"
#include "loader/load/closure_members.h"

#pragma GCC visibility push(hidden)

namespace signet {

class LibraryLoader {
 public:
  LibraryLoader(Process& process, ClosureMembers& members) : process_(process), members_(members) {}

  Module* Load(const char* name, Module& requester, NamedBy named_by);

  // For a library that may be missing, or be no sound file: null, without an error.
  Module* LoadIfPossible(const char* name, Module& requester);

  // The same as Load for a file that was found already. Closes it.
  Module* LoadFound(const FoundFile& found, const char* name, Module& requester);

 private:
  // Whether the file at `file` is what the closed module was made of, and so on for the closed
  // modules that it needs.
  bool IsCurrent(Module& closed, const ModuleFile& file);
  bool AreNeededCurrent(Module& closed);
  void LeaveGlobalScope(Module& closed);
  Module* LoadFile(const FoundFile& found, const char* name, Module& requester);
  [[nodiscard]] bool MapAndEnter(int fd, Module& module);
  [[nodiscard]] bool CheckAndDecode(Module& module);
  void NoteInterpreterOf(const Module& libc, int fd);
  Module* Missing(const char* name, int error);

  Process& process_;
  ClosureMembers& members_;
  const char* interpreter_path_ = nullptr;  // of a libc whose file is still open
};

// `error` is an errno value of the search. ENOEXEC says that there were only files of another ELF
// class.
void ReportMissing(Diagnostics& diagnostics, const char* name, int error);

}  // namespace signet

#pragma GCC visibility pop
