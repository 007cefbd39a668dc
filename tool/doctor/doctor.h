// SPDX-License-Identifier: MIT
//
// `signet doctor`: what this kernel and machine offer, and how strong seals would be here.
#pragma once

#include <ostream>

#include "tool/doctor/machine.h"
#include "tool/result.h"

namespace signet::tool {

struct DoctorRequest {
  bool json = false;
};

// Prints the findings to `out` and gives the exit status, 0. Fails where they cannot be written.
Result<int> Doctor(const DoctorRequest& request, std::ostream& out);

// One line per finding, then what it means.
void PrintMachineText(std::ostream& out, const Machine& machine);

// One JSON object; null for what could not be found out.
void PrintMachineJson(std::ostream& out, const Machine& machine);

}  // namespace signet::tool
