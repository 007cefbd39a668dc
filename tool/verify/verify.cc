// SPDX-License-Identifier: MIT
//
// See verify.h.
#include "tool/verify/verify.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstring>

#include "tool/cli/loader_command.h"
#include "tool/kernel_info.h"
#include "tool/process/loader_process.h"
#include "tool/verify/attack_stream.h"
#include "tool/verify/print_verify.h"
#include "tool/verify/verify_report.h"

namespace signet::tool {
namespace {

// A pipe, and the process that writes to it. The destructor ends and reaps what is left.
class Attacked {
 public:
  Attacked() = default;
  Attacked(const Attacked&) = delete;
  Attacked& operator=(const Attacked&) = delete;
  ~Attacked() {
    Close(pipe_[0]);
    Close(pipe_[1]);
    if (pid_ > 0) {
      kill(pid_, SIGKILL);
      Wait();
    }
  }

  Result<std::vector<std::byte>> Run(const std::vector<std::string>& command,
                                     const std::string& name) {
    if (pipe2(pipe_, O_CLOEXEC) != 0) return Failed("make a pipe");
    const Result<pid_t> started = StartLoader(command, pipe_[1]);
    if (!started.ok()) return started.error();
    pid_ = *started;
    Close(pipe_[1]);
    auto stream = ReadAll();
    if (!stream.ok()) return stream.error();
    const int status = Wait();
    if (status != 0 || stream->empty())
      return LoaderEnded(name, status, "its seals were attacked", "a report");
    return stream;
  }

 private:
  static Error Failed(const char* what) {
    return {fmt::format("cannot {}: {}", what, strerror(errno))};
  }

  static void Close(int& fd) {
    if (fd >= 0) close(fd);
    fd = -1;
  }

  Result<std::vector<std::byte>> ReadAll() const {
    std::vector<std::byte> stream;
    std::vector<std::byte> buffer(size_t{1} << 16);
    while (true) {
      const ssize_t count = read(pipe_[0], buffer.data(), buffer.size());
      if (count == 0) return stream;
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return Failed("read the loader's report");
      if (stream.size() + static_cast<size_t>(count) > kMaxAttackStream) {
        return Error{fmt::format("the loader's report: more than {} bytes", kMaxAttackStream)};
      }
      stream.insert(stream.end(), buffer.begin(), buffer.begin() + count);
    }
  }

  int Wait() {
    int status = 0;
    while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = 0;
    return status;
  }

  int pipe_[2] = {-1, -1};
  pid_t pid_ = 0;
};

}  // namespace

Result<int> Verify(const VerifyRequest& request, std::ostream& out) {
  std::vector<std::string> options = {"--verify", std::to_string(kGivenDescriptor)};
  options.insert(options.end(), request.loader_options.begin(), request.loader_options.end());
  const auto command = LoaderCommand(options, request.program);
  if (!command.ok()) return command.error();
  const auto stream = Attacked().Run(*command, request.program.front());
  if (!stream.ok()) return stream.error();
  const Result<AttackData> data = DecodeAttack(*stream);
  if (!data.ok()) return data.error();

  const VerifyReport report = BuildVerifyReport(*data);
  const KernelInfo kernel = GetKernelInfo();
  if (request.json) {
    PrintVerifyJson(out, report, request.program.front(), kernel);
  } else {
    PrintVerifyText(out, report, request.program.front(), kernel);
  }
  out.flush();
  if (!out) return Error{"cannot write the report"};
  return report.breaches.empty() ? 0 : kExitBreach;
}

}  // namespace signet::tool
