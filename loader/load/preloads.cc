// SPDX-License-Identifier: MIT
#include "loader/load/preloads.h"

#include <errno.h>

#include "base/split.h"
#include "loader/find/path_text.h"
#include "loader/find/preload_file.h"
#include "loader/find/searcher.h"
#include "loader/load/runtime.h"

namespace signet {
namespace {

// One source of names: its text, and its name in errors.
class PreloadList {
 public:
  PreloadList(Process& process, const ClosureMembers& members, LibraryLoader& libraries,
              std::string_view source)
      : process_(process), members_(members), libraries_(libraries), source_(source) {}

  // `names` is null, or a list separated by spaces or colons.
  void Load(const char* names) {
    ListElements list(names != nullptr ? names : "", " :");
    for (std::string_view name; list.Next(name);) {
      if (!name.empty()) LoadOne(ArenaString(name));
    }
  }

 private:
  void LoadOne(const char* name) {
    if (members_.FindKnown(name) != nullptr) return;
    process_.diagnostics.BeginPreload(name, source_);
    const FoundFile found = Find(name);
    if (found.path == nullptr) {
      ReportMissing(process_.diagnostics, name, -found.fd);
    } else {
      (void)libraries_.LoadFound(found, name, *process_.program);
    }
    process_.diagnostics.EndPreload();
  }

  // In a secure process ld.so takes only libraries that are set-user-ID themselves when it searches
  // directories. There are none in practice, so Signet does not search.
  FoundFile Find(const char* name) const {
    const bool is_path = std::string_view(name).find('/') != std::string_view::npos;
    if (process_.startup.secure && !is_path) return {-ENOENT};
    return process_.searcher->Find(name, *process_.program);
  }

  Process& process_;
  const ClosureMembers& members_;
  LibraryLoader& libraries_;
  std::string_view source_;
};

// There is no audit interface (rtld-audit(7)). Who asks for one must not think that it is there.
void RefuseAudit(const char* names) {
  ListElements list(names != nullptr ? names : "", ":");
  for (std::string_view name; list.Next(name);) {
    if (name.empty()) continue;
    Line() << "ERROR: ld.so: object '" << name
           << "' cannot be loaded as audit interface: Signet has none; ignored.";
  }
}

void RefuseAudits(const Process& process) {
  const elf::Dynamic& program = process.program->dynamic;
  for (const elf::Dyn& dyn : program.entries) {
    if ((dyn.d_tag == DT_AUDIT || dyn.d_tag == DT_DEPAUDIT) && program.strings.Has(dyn.d_un.d_val))
      RefuseAudit(program.strings.At(dyn.d_un.d_val));
  }
  RefuseAudit(process.options.audit_variable);
}

}  // namespace

void LoadPreloads(Process& process, const ClosureMembers& members, LibraryLoader& libraries) {
  const auto load = [&](const char* names, std::string_view source) {
    PreloadList(process, members, libraries, source).Load(names);
  };
  load(process.options.preload_variable, "LD_PRELOAD");
  load(process.options.preload, "--preload");
  // musl's interpreter does not read the file, and knows no audit.
  if (IsMusl(process)) return;
  RefuseAudits(process);
  const char* names = ReadPreloadFile(process.open_files);
  process.has_preload_file = names != nullptr;
  load(names, kPreloadFile);
}

}  // namespace signet
