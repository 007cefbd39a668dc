// SPDX-License-Identifier: MIT
//
// A report as text for people, and as JSON for programs.
#pragma once

#include <ostream>

#include "tool/dump/report.h"
#include "tool/kernel_info.h"

namespace signet::tool {

// One line per row: range, permissions, kind, sealed by, module; then the differences, where there
// are any, and totals per kind and per module. Control characters in names are shown as \xNN.
// `colour` adds terminal escapes.
void PrintText(std::ostream& out, const Report& report, const KernelInfo& kernel, bool colour);

// One JSON object, with one line per mapping. Row by row, so that it needs no memory to speak of.
// Bytes of names that are not UTF-8 become U+FFFD.
void PrintJson(std::ostream& out, const Report& report, const KernelInfo& kernel);

// Whether the standard output is a terminal that is wanted in colour: never with NO_COLOR set.
bool WantsColour();

}  // namespace signet::tool
