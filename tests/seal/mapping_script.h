// SPDX-License-Identifier: MIT
//
// Runs scripts of mapping calls (testdata/seal/script.c) with any backend. Input: a script. Output:
// its transcript, which is the same lines with the answers.
#pragma once

#include <string>

namespace signet::test {

// `backend` keeps the seals of the script: `kernel`, `guard` and `seccomp` are the loader's
// backends, and `system` is the kernel without Signet.
std::string Transcript(const std::string& backend, const std::string& script);

// The script of a transcript: its lines up to the answers.
std::string ScriptOf(const std::string& transcript);

// Why the backend cannot be tried here, or "".
std::string MissingBackendReason(const std::string& backend);

}  // namespace signet::test
