// SPDX-License-Identifier: MIT
//
// `signet doctor`: shows what this kernel and machine offer, and how strong seals would be here.
#pragma once

#include <ostream>

#include "tool/doctor/machine.h"
#include "tool/result.h"

namespace signet::tool {

struct DoctorRequest {
  bool json = false;
};

// Prints the findings to `out` and gives the exit status, 0. Fails if they cannot be written.
Result<int> Doctor(const DoctorRequest& request, std::ostream& out);

// One line per finding, then what they mean together.
void PrintMachineText(std::ostream& out, const Machine& machine);

// One JSON object, with null for what is unknown.
void PrintMachineJson(std::ostream& out, const Machine& machine);

}  // namespace signet::tool
