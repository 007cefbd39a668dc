// SPDX-License-Identifier: MIT
//
// The tool `signet`: parses the command line, does what it asks for, and prints each failure as
// "signet: …" on the standard error.
#include <exception>
#include <iostream>
#include <string>
#include <variant>
#include <vector>

#include "tool/cli/command_line.h"
#include "tool/printable.h"

namespace {

using signet::tool::DoctorRequest;
using signet::tool::DumpRequest;
using signet::tool::Error;
using signet::tool::RunRequest;
using signet::tool::TextRequest;
using signet::tool::VerifyRequest;

int Fail(const Error& error) {
  signet::tool::PrintError(error);
  return error.exit_status;
}

int Do(const TextRequest& request) {
  std::cout << request.text << std::flush;
  return std::cout ? 0 : Fail({"cannot write to the standard output"});
}

// Run returns only if it has failed.
int Do(const RunRequest& request) { return Fail(signet::tool::Run(request)); }

int Do(const DumpRequest& request) {
  const auto status = signet::tool::Dump(request, std::cout);
  return status.ok() ? *status : Fail(status.error());
}

int Do(const VerifyRequest& request) {
  const auto status = signet::tool::Verify(request, std::cout);
  return status.ok() ? *status : Fail(status.error());
}

int Do(const DoctorRequest& request) {
  const auto status = signet::tool::Doctor(request, std::cout);
  return status.ok() ? *status : Fail(status.error());
}

int Main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  const std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
  const auto request = signet::tool::ParseCommandLine(arguments);
  if (!request.ok()) return Fail(request.error());
  return std::visit([](const auto& wanted) { return Do(wanted); }, *request);
}

}  // namespace

// Libraries throw exceptions. The tool's own errors are results.
int main(int argc, char** argv) {
  try {
    return Main(argc, argv);
  } catch (const std::exception& failure) {
    return Fail({failure.what()});
  }
}
