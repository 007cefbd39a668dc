// SPDX-License-Identifier: MIT
//
// See PrintVerifyText in print_verify.h.
#include <fmt/format.h>
#include <fmt/ostream.h>

#include <algorithm>
#include <string>

#include "protocol/ledger_names.h"
#include "tool/printable.h"
#include "tool/verify/print_verify.h"

namespace signet::tool {
namespace {

constexpr size_t kMostBreaches = 40;  // that are listed
constexpr size_t kMostModules = 40;

// The cells of one line of the table, by kind: the attacks of one name, made in one way.
using Cells = std::array<AttackSum, SIGNET_KIND_COUNT>;

void Add(const AttackSum& from, AttackSum& to) {
  to.tried += from.tried;
  to.denied += from.denied;
  to.by_design += from.by_design;
  to.breaches += from.breaches;
  to.reasons.insert(from.reasons.begin(), from.reasons.end());
}

struct TableRow {
  std::string attack;
  std::array<Cells, kAttackWayCount> ways;
};

class VerifyPrinter {
 public:
  VerifyPrinter(std::ostream& out, const VerifyReport& report) : out_(out), report_(report) {
    for (const auto& [key, sum] : report.attacks) {
      const std::string name = AttackName(RecordOf(key));
      auto row = std::find_if(rows_.begin(), rows_.end(),
                              [&name](const TableRow& other) { return other.attack == name; });
      if (row == rows_.end()) row = rows_.insert(rows_.end(), TableRow{name, {}});
      Add(sum, row->ways[key.way][key.kind]);
      for (const std::string_view reason : sum.reasons) {
        if (std::find(reasons_.begin(), reasons_.end(), reason) == reasons_.end())
          reasons_.push_back(reason);
      }
    }
  }

  void Head(std::string_view program, const KernelInfo& kernel) {
    const LedgerView& ledger = report_.data->ledger();
    fmt::print(out_, "{}: kernel {} {} mseal, seals held by: {}\n", Printable(program),
               Printable(kernel.release), kernel.has_mseal ? "with" : "without",
               BackendName(ledger.backend));
    if (kernel.mseal_denied) fmt::print(out_, "note: {}\n", kMsealDenied);
    std::string ranges;
    uint64_t count = 0;
    for (uint32_t kind = 0; kind < SIGNET_KIND_COUNT; ++kind) {
      if (report_.attacked[kind] == 0) continue;
      count += report_.attacked[kind];
      ranges += fmt::format("{}{} {}", ranges.empty() ? " (" : ", ", report_.attacked[kind],
                            KindName(static_cast<signet_kind>(kind)));
    }
    if (!ranges.empty()) ranges += ")";
    fmt::print(out_, "{} ranges attacked{}, {} left out, which are not meant to be sealed\n", count,
               ranges, report_.left_out);
    if (report_.own != 0) {
      fmt::print(out_, "{} more that the program has sealed itself; others may share them\n",
                 report_.own);
    }
    Run();
  }

  void Table() {
    if (rows_.empty()) return;
    std::string kinds;
    for (uint32_t kind = 0; kind < SIGNET_KIND_COUNT; ++kind) {
      if (report_.attacked[kind] != 0)
        kinds += fmt::format(" {:<10}", KindName(static_cast<signet_kind>(kind)));
    }
    out_ << '\n';
    Line("ATTACK", "BY", kinds);
    for (const TableRow& row : rows_) RowLines(row);
    for (size_t i = 0; i < reasons_.size(); ++i)
      fmt::print(out_, "{}[{}] {}\n", i == 0 ? "\n" : "", i + 1, reasons_[i]);
  }

  void Breaches() {
    if (report_.breaches.empty()) return;
    out_ << "\nBREACHES\n";
    size_t count = 0;
    for (const Breach& breach : report_.breaches) {
      if (count++ == kMostBreaches) {
        fmt::print(out_, "… and {} more; see --json\n", report_.breaches.size() - kMostBreaches);
        return;
      }
      BreachLine(breach);
    }
  }

  void Contradictions() {
    Findings("THE KERNEL SAYS OTHERWISE THAN THE PROCESS: IT CANNOT BE BELIEVED",
             report_.contradictions);
  }

  void Unsealed() { Findings("NOT SEALED", report_.unsealed); }

  void Totals() {
    const AttackSum& total = report_.total;
    fmt::print(out_, "\n{} attacks: {} denied, {} allowed by design, {} breaches\n", total.tried,
               total.denied, total.by_design, report_.breach_count());
  }

 private:
  // When the attacks began, and what had come until then.
  void Run() {
    const AttackTime& time = report_.data->time;
    if (!time.is_after_a_run()) return;
    const std::string when = time.kind == AttackTime::Kind::kAtItsStop
                                 ? "it had stopped itself"
                                 : fmt::format("{} s", time.seconds.count());
    uint64_t count = 0;
    std::string modules;
    for (const auto& [name, ranges] : report_.later) {
      count += ranges;
      if (report_.later.size() <= kMostModules)
        modules += fmt::format("{}{}", modules.empty() ? ": " : ", ", Printable(name));
    }
    fmt::print(out_, "attacked after {}; {} of the ranges came while it ran{}\n", when, count,
               modules);
  }

  void Findings(const char* title, const std::vector<Finding>& findings) {
    if (findings.empty()) return;
    fmt::print(out_, "\n{}\n", title);
    size_t count = 0;
    for (const Finding& finding : findings) {
      if (count++ == kMostBreaches) {
        fmt::print(out_, "… and {} more; see --json\n", findings.size() - kMostBreaches);
        return;
      }
      fmt::print(out_, "{:012x}-{:012x} {}: {}\n", finding.start, finding.end,
                 Printable(finding.module), finding.what);
    }
  }

  // Ways with the same outcomes share a line.
  void RowLines(const TableRow& row) {
    std::array<std::string, kAttackWayCount> texts;
    for (size_t way = 0; way < kAttackWayCount; ++way) {
      for (uint32_t kind = 0; kind < SIGNET_KIND_COUNT; ++kind) {
        if (report_.attacked[kind] != 0)
          texts[way] += fmt::format(" {:<10}", Cell(row.ways[way][kind]));
      }
    }
    for (size_t way = 0; way < kAttackWayCount; ++way) {
      if (IsEmpty(row.ways[way])) continue;
      const auto same = [&](size_t other) {
        return !IsEmpty(row.ways[other]) && texts[other] == texts[way];
      };
      bool printed = false;
      for (size_t other = 0; other < way; ++other) printed |= same(other);
      if (printed) continue;
      std::string ways;
      for (size_t other = way; other < kAttackWayCount; ++other) {
        if (!same(other)) continue;
        if (!ways.empty()) ways += ' ';
        ways += WayName(static_cast<AttackWay>(other));
      }
      Line(row.attack, ways, texts[way]);
    }
  }

  void Line(std::string_view attack, std::string_view ways, std::string_view cells) {
    const std::string line = fmt::format("{:<30} {:<20}{}", attack, ways, cells);
    out_ << line.substr(0, line.find_last_not_of(' ') + 1) << '\n';
  }

  static bool IsEmpty(const Cells& cells) {
    return std::all_of(cells.begin(), cells.end(),
                       [](const AttackSum& sum) { return sum.tried == 0; });
  }

  std::string Cell(const AttackSum& sum) const {
    if (sum.tried == 0) return "-";
    if (sum.breaches != 0) return "BREACH";
    std::string text = sum.denied != 0 ? "denied" : "";
    for (size_t i = 0; i < reasons_.size(); ++i) {
      if (sum.reasons.contains(reasons_[i])) text += fmt::format("[{}]", i + 1);
    }
    return text;
  }

  void BreachLine(const Breach& breach) {
    const LedgerEntryView& entry = *breach.entry;
    const AttackRecord& record = *breach.record;
    const std::string detail = AttackDetail(record);
    const std::string effects = EffectNames(record);
    fmt::print(out_, "{:012x}-{:012x} {} of {}: {}{}{}, {}: {}{}{}\n", entry.start, entry.end,
               KindName(entry.kind), Printable(report_.data->ledger().modules[entry.module].name),
               AttackName(record), detail.empty() ? "" : " ", detail,
               WayName(static_cast<AttackWay>(record.way)),
               record.signal != 0 ? "" : AnswerName(record.answer),
               record.signal != 0 || effects.empty() ? "" : ", ", effects);
  }

  std::ostream& out_;
  const VerifyReport& report_;
  std::vector<TableRow> rows_;
  std::vector<std::string_view> reasons_;  // in the order of their numbers
};

}  // namespace

void PrintVerifyText(std::ostream& out, const VerifyReport& report, std::string_view program,
                     const KernelInfo& kernel) {
  VerifyPrinter printer(out, report);
  printer.Head(program, kernel);
  printer.Table();
  printer.Breaches();
  printer.Contradictions();
  printer.Unsealed();
  printer.Totals();
}

}  // namespace signet::tool
