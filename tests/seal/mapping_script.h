// SPDX-License-Identifier: MIT
//
// Scripts of mapping calls (testdata/seal/script.c), carried out with one backend or another: a
// script -> its transcript, the same lines with the answers.
#pragma once

#include <string>

namespace signet::test {

// Who keeps the seals of a script: `kernel`, `ledger` and `seccomp` are the loader's backends,
// `system` is the kernel without Signet.
std::string Transcript(const std::string& backend, const std::string& script);

// The script of a transcript: its lines up to the answers.
std::string ScriptOf(const std::string& transcript);

// Why the backend cannot be tried here, or "".
std::string MissingBackendReason(const std::string& backend);

}  // namespace signet::test
