// SPDX-License-Identifier: MIT
//
// See PrintText in print.h.
#include <fmt/format.h>
#include <fmt/ostream.h>
#include <unistd.h>

#include <cstdlib>
#include <iterator>
#include <string>

#include "protocol/ledger_names.h"
#include "tool/dump/print.h"
#include "tool/printable.h"

namespace signet::tool {
namespace {

constexpr const char* kGreen = "\033[32m";
constexpr const char* kYellow = "\033[33m";
constexpr const char* kRed = "\033[1;31m";
constexpr const char* kReset = "\033[0m";

class TextPrinter {
 public:
  TextPrinter(std::ostream& out, const Report& report, bool colour)
      : out_(out), report_(report), colour_(colour) {}

  void Head(const KernelInfo& kernel) {
    const Snapshot& snapshot = *report_.snapshot;
    fmt::print(out_, "process {}, kernel {} {} mseal\n", snapshot.pid, Printable(kernel.release),
               kernel.has_mseal ? "with" : "without");
    switch (snapshot.block.state) {
      case LedgerBlock::State::kNoLoader:
        fmt::print(out_, "no ledger: the process does not run under Signet\n");
        break;
      case LedgerBlock::State::kNotPublished:
        fmt::print(out_, "no ledger: Signet has not finished linking the process\n");
        break;
      case LedgerBlock::State::kFound:
        fmt::print(out_, "ledger: strongest seal {}; kinds to seal: {}{}\n",
                   BackendName(snapshot.ledger->backend), SelectedKinds(*snapshot.ledger),
                   IsFiltered(*snapshot.ledger) ? "; with a filter of system calls" : "");
        break;
    }
    if (kernel.has_mseal && WasRefusedMseal(report_)) fmt::print(out_, "note: {}\n", kMsealDenied);
    out_ << '\n';
  }

  void Cut() {
    if (const auto cut_at = report_.snapshot->images.cut_at) {
      fmt::print(
          out_,
          "cut: too many headers of modules; none is read from {:012x} on, where modules are "
          "known from the ledger only\n\n",
          *cut_at);
    }
    if (report_.names_cut_at) {
      fmt::print(out_, "cut: too many ranges; names are cut after {} bytes\n\n",
                 *report_.names_cut_at);
    }
  }

  void Rows() {
    // Every address of a program fits twelve digits.
    fmt::print(out_, "{:<25} {:<5} {:<8} {:<6} {}\n", "RANGE", "PERMS", "KIND", "SEALED", "MODULE");
    fmt::memory_buffer lines;  // written as a whole: there may be very many
    const auto line = std::back_inserter(lines);
    for (const Row& row : report_.rows) {
      fmt::format_to(line, "{:012x}-{:012x} {:<5} {:<8} {}{:<6}{} {}", row.start, row.end,
                     row.mapping->permissions, PageKindName(row.kind), Colour(row),
                     SealedByName(row.sealed_by), Reset(), Owner(row));
      if (NeedsReason(row)) fmt::format_to(line, "  ({})", RowReason(report_, row));
      lines.push_back('\n');
    }
    out_.write(lines.data(), static_cast<std::streamsize>(lines.size()));
  }

  void Differences() {
    if (report_.differences.empty()) return;
    fmt::print(out_, "\n{}LEDGER AND KERNEL DIFFER{}\n", colour_ ? kRed : "", Reset());
    for (const Difference& difference : report_.differences) {
      fmt::print(out_, "{:012x}-{:012x} ledger: {}, kernel: {}  {}\n", difference.start,
                 difference.end, difference.ledger, difference.kernel,
                 Printable(difference.module));
    }
  }

  void Totals() {
    fmt::print(out_, "\n{:<10} {:>12} {:>12}\n", "KIND", "BYTES", "SEALED");
    for (size_t i = 0; i < kPageKindCount; ++i) {
      if (report_.kinds[i].bytes != 0)
        Line(PageKindName(static_cast<PageKind>(i)), report_.kinds[i]);
    }
    Line("total", report_.total);

    fmt::print(out_, "\n{:>12} {:>12} {:<6} {}\n", "BYTES", "SEALED", "MARKED", "MODULE");
    for (const ReportModule& module : report_.modules) {
      fmt::print(out_, "{:>12} {:>12} {:<6} {}\n", module.total.bytes, module.total.sealed(),
                 Marked(module), Printable(module.name));
    }
  }

 private:
  static bool IsFiltered(const LedgerView& ledger) {
    return (ledger.selected_kinds & SIGNET_FILTERED) != 0;
  }

  static std::string SelectedKinds(const LedgerView& ledger) {
    std::string kinds;
    for (uint32_t i = 0; i < SIGNET_KIND_COUNT; ++i) {
      if ((ledger.selected_kinds >> i & 1) == 0) continue;
      if (!kinds.empty()) kinds += ' ';
      kinds += KindName(static_cast<signet_kind>(i));
    }
    if (kinds.empty()) return "none";
    if ((ledger.selected_kinds & SIGNET_MARKED_ONLY) != 0) kinds += " of marked modules";
    return kinds;
  }

  // For a row that was meant to be sealed and is not, for one that is special, and for one on which
  // ledger and kernel disagree.
  static bool NeedsReason(const Row& row) {
    if (row.entry == nullptr) return row.differs;
    return row.differs || row.entry->remarks != 0 ||
           (row.entry->reason != SIGNET_REASON_SEALED &&
            row.entry->reason != SIGNET_REASON_NOT_SELECTED);
  }

  static std::string_view Marked(const ReportModule& module) {
    if (!module.marked) return "-";
    return *module.marked ? "yes" : "no";
  }

  std::string Owner(const Row& row) const {
    if (row.module) return Printable(report_.modules[*row.module].name);
    return row.mapping->path.empty() ? "-" : Printable(RowPath(report_, row));
  }

  const char* Colour(const Row& row) const {
    if (!colour_) return "";
    if (row.differs) return kRed;
    switch (row.sealed_by) {
      case SIGNET_BACKEND_KERNEL:
        return kGreen;
      case SIGNET_BACKEND_SECCOMP:
      case SIGNET_BACKEND_GUARD:
        return kYellow;
      case SIGNET_BACKEND_NONE:
      case SIGNET_BACKEND_COUNT:
        break;
    }
    return "";
  }

  const char* Reset() const { return colour_ ? kReset : ""; }

  void Line(std::string_view name, const Total& total) {
    fmt::print(out_, "{:<10} {:>12} {:>12}\n", name, total.bytes, total.sealed());
  }

  std::ostream& out_;
  const Report& report_;
  bool colour_;
};

}  // namespace

void PrintText(std::ostream& out, const Report& report, const KernelInfo& kernel, bool colour) {
  TextPrinter printer(out, report, colour);
  printer.Head(kernel);
  printer.Cut();
  printer.Rows();
  printer.Differences();
  printer.Totals();
}

bool WantsColour() {
  const char* no_color = getenv("NO_COLOR");
  if (no_color != nullptr && *no_color != '\0') return false;
  const char* terminal = getenv("TERM");
  return isatty(STDOUT_FILENO) == 1 && terminal != nullptr && std::string_view(terminal) != "dumb";
}

}  // namespace signet::tool
