// SPDX-License-Identifier: MIT
//
// Prints a report as text for people, and as JSON for programs.
#pragma once

#include <ostream>

#include "tool/dump/report.h"
#include "tool/kernel_info.h"

namespace signet::tool {

// One line per row: range, permissions, kind, sealed by, module. Then the differences, if there are
// any, and totals per kind and per module. Names are printable (tool/printable.h). `colour`
// adds terminal escapes.
void PrintText(std::ostream& out, const Report& report, const KernelInfo& kernel, bool colour);

// One JSON object. Bytes of names that are not UTF-8 become U+FFFD.
void PrintJson(std::ostream& out, const Report& report, const KernelInfo& kernel);

// True if the standard output is a terminal and the user wants colours: not with NO_COLOR set.
bool WantsColour();

}  // namespace signet::tool
