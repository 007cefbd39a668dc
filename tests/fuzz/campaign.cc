// SPDX-License-Identifier: MIT
//
// Starts many mutants of small modules under the loader, in every role, and tells crashes and hangs
// in the loader's own code from those in the mutants' code. A trial is one process; its number and
// the seed make the same mutants again.
#include <fcntl.h>
#include <getopt.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tests/fuzz/loader_code.h"
#include "tests/fuzz/mutant.h"
#include "tests/fuzz/trial.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/ways.h"

namespace signet::test {
namespace {

namespace fs = std::filesystem;
using std::chrono::steady_clock;

constexpr char kUsage[] =
    "usage: fuzz_campaign [--minutes N | --mutants N] [--seed S] [--only TRIAL [--keep "
    "DIRECTORY]]\n"
    "  --minutes N       go on for so long (default: half a minute)\n"
    "  --mutants N       go on until there were so many\n"
    "  --seed S          other mutants (default 1)\n"
    "  --only TRIAL      one trial, with its output\n"
    "  --keep DIRECTORY  leave its mutants there\n";

struct Options {
  std::chrono::seconds time{30};
  uint64_t mutants = UINT64_MAX;
  uint64_t seed = 1;
  uint64_t only = UINT64_MAX;
  fs::path keep;
};

// Programs, which are started both ways.
constexpr const char* kPrograms[] = {
    "fail/victim",      "hello-libc",           "hello-exec",
    "static-glibc-bfd", "static-glibc-pie-lld", "map-layout-bfd-noseparate",
    "map-layout-gold",  "map-layout-lld",       "map-textrel-program-lld",
    "reloc-copy-bfd",   "reloc-copy-lld-exec",  "reloc-relr-program-mold",
    "sym-ifunc-bfd",    "sym-ifunc-lld-exec",   "sym-many-bfd-sysv",
    "sym-version-copy", "tls-freestanding",     "tls-threads-exec"};

struct Library {
  const char* file;
  const char* program;  // that needs it
};

struct SoundLibrary {
  Library library;
  MutantMaker maker;
};

constexpr Library kLibraries[] = {{"fail/libvictim.so", "fail/user"},
                                  {"fail/libbase.so", "fail/user"},
                                  {"bfd/libsym-version.so", "sym-version-bfd"},
                                  {"libcxx-inner.so", "cxx-exceptions"},
                                  {"libmap-layout-lld.so", "map-layout-lld"},
                                  {"libmap-textrel-bfd.so", "map-textrel-bfd"},
                                  {"libreloc-copy.so", "reloc-copy-bfd"},
                                  {"libreloc-data.so", "reloc-data"},
                                  {"libreloc-relr-lld.so", "reloc-relr-lld"},
                                  {"libsym-hundred-gold-sysv.so", "sym-many-gold-sysv"},
                                  {"libsym-hundred-mold-gnu.so", "sym-many-mold-gnu"},
                                  {"libsym-ifunc.so", "sym-ifunc-bfd"},
                                  {"libsym-unique-First.so", "sym-unique"},
                                  {"libtls-descriptor-own.so", "tls-freestanding"},
                                  {"libtls-general.so", "tls-threads"},
                                  {"libtls-initial.so", "tls-freestanding"}};

enum class Role { kCommand, kInterp, kLibrary, kOpened, kUnloaded };
constexpr std::array kRoleNames = {"command", "interp", "library", "opened", "unloaded"};
constexpr size_t kRoles = kRoleNames.size();
// A process that opens mutants makes up for several that are mutants.
constexpr std::array kRoleOfTrial = {Role::kCommand, Role::kCommand, Role::kCommand, Role::kInterp,
                                     Role::kInterp,  Role::kInterp,  Role::kLibrary, Role::kLibrary,
                                     Role::kLibrary, Role::kOpened,  Role::kUnloaded};

// What fuzz-opener writes.
struct Progress {
  int begun;
  int opened;
};

// What came of the mutants of one role.
struct Tally {
  uint64_t mutants = 0;
  uint64_t not_started = 0;  // the kernel's verdict
  uint64_t refused = 0;
  uint64_t linked = 0;  // whatever they did then
};

class Campaign {
 public:
  explicit Campaign(const Options& options) : options_(options) {
    for (const char* name : kPrograms) {
      if (MissingReason(name).empty()) programs_.emplace_back(Module(name));
    }
    for (const Library& library : kLibraries) {
      if (MissingReason(library.program).empty())
        libraries_.push_back({library, MutantMaker(Module(library.file))});
    }
    fs::create_symlink(Loader(), loader_);
    // A mutant in the directory comes before the sound module.
    std::string path = "LD_LIBRARY_PATH=" + directory_.path().string();
    for (const char* name : {"", "fail", "bfd"}) path += ":" + (ModuleDirectory() / name).string();
    environment_ = WithVariables(BaseEnvironment(), {path});
    progress_ = open((directory_ / "progress").c_str(), O_RDWR | O_CREAT, 0600);
  }
  ~Campaign() { close(progress_); }
  Campaign(const Campaign&) = delete;
  Campaign& operator=(const Campaign&) = delete;

  void Run() {
    if (options_.only != UINT64_MAX) return RunTrialNumber(options_.only);
    const auto end = steady_clock::now() + options_.time;
    const bool is_timed = options_.mutants == UINT64_MAX;
    for (uint64_t number = 0; is_timed ? steady_clock::now() < end : Count() < options_.mutants;
         ++number) {
      RunTrialNumber(number);
    }
  }

  // 0 if nothing is wrong.
  int Report() const {
    std::printf("%-9s %9s %12s %9s %9s\n", "role", "mutants", "not started", "refused", "linked");
    bool is_reachable = true;
    for (size_t role = 0; role < kRoles; ++role) {
      const Tally& tally = tallies_[role];
      std::printf("%-9s %9lu %12lu %9lu %9lu\n", kRoleNames[role], tally.mutants, tally.not_started,
                  tally.refused, tally.linked);
      // Too few would mean that the mutants test only the first checks, or that nothing runs.
      is_reachable = is_reachable && tally.linked * 5 >= tally.mutants - tally.not_started;
    }
    for (const auto& [where, ends] : others_) {
      std::printf("not the loader's: crashed or hung in %s: %lu, first in trial %lu\n",
                  where.c_str(), ends.count, ends.first_trial);
    }
    for (const auto& [what, ends] : faults_) {
      std::printf("FAULT of the loader: %s: %lu, first in trial %lu (--seed %lu --only %lu)\n",
                  what.c_str(), ends.count, ends.first_trial, options_.seed, ends.first_trial);
    }
    std::printf("%lu mutants, %zu different faults of the loader\n", Count(), faults_.size());
    if (!is_reachable) std::printf("too few mutants were linked: their changes test nothing\n");
    return faults_.empty() && (is_reachable || options_.only != UINT64_MAX) ? 0 : 1;
  }

 private:
  uint64_t Count() const {
    uint64_t count = 0;
    for (const Tally& tally : tallies_) count += tally.mutants;
    return count;
  }

  // Bad ends of one kind.
  struct Ends {
    uint64_t count = 0;
    uint64_t first_trial = 0;

    void Add(uint64_t trial) {
      if (count++ == 0) first_trial = trial;
    }
  };

  void RunTrialNumber(uint64_t number) {
    Random random(options_.seed << 32 ^ number);
    const Role role = kRoleOfTrial[Below(random, kRoleOfTrial.size())];
    switch (role) {
      case Role::kCommand:
      case Role::kInterp:
        RunMutantProgram(number, role, random);
        return;
      case Role::kLibrary:
        RunMutantLibrary(number, random);
        return;
      default:
        OpenMutants(number, role, random);
        return;
    }
  }

  void RunMutantProgram(uint64_t number, Role role, Random& random) {
    const MutantMaker& maker = programs_[Below(random, programs_.size())];
    std::string bytes = maker.Make(random);
    if (role == Role::kInterp) NameLoader(maker.sound(), bytes);
    const fs::path file = Write("mutant", bytes);
    std::vector<std::string> command = {file};
    if (role == Role::kCommand) command.insert(command.begin(), Loader());
    JudgeStart(number, role, Try(command));
  }

  void RunMutantLibrary(uint64_t number, Random& random) {
    const SoundLibrary& sound = libraries_[Below(random, libraries_.size())];
    const fs::path file = Write(fs::path(sound.library.file).filename(), sound.maker.Make(random));
    JudgeStart(number, Role::kLibrary, Try({Loader(), Module(sound.library.program)}));
    if (options_.keep.empty()) fs::remove(file);
  }

  void OpenMutants(uint64_t number, Role role, Random& random) {
    std::vector<std::string> command = {Loader()};
    if (role == Role::kUnloaded) command.emplace_back("--dlopen-seal=nodelete");
    command.push_back(Module("fuzz-opener"));
    for (size_t i = 0; i < kOpenedByOne; ++i) {
      const SoundLibrary& sound = libraries_[Below(random, libraries_.size())];
      command.push_back(Write("mutant-" + std::to_string(i), sound.maker.Make(random)));
    }
    Progress progress = {};
    (void)pwrite(progress_, &progress, sizeof progress, 0);
    const TrialResult result = Try(command);
    // Those behind the one that ended the process were not tried.
    (void)pread(progress_, &progress, sizeof progress, 0);
    Tally& tally = TallyOf(role);
    tally.mutants += static_cast<uint64_t>(progress.begun);
    tally.linked += static_cast<uint64_t>(progress.opened);
    tally.refused += static_cast<uint64_t>(progress.begun - progress.opened);
    Judge(number, role, result);
  }

  // Puts the loader's path where the sound module's PT_INTERP is.
  void NameLoader(const ElfFile& sound, std::string& bytes) const {
    for (const Elf64_Phdr& phdr : ElfFile(sound).phdrs()) {
      if (phdr.p_type != PT_INTERP) continue;
      const std::string path = loader_.string();
      if (path.size() >= phdr.p_filesz) throw std::runtime_error("PT_INTERP is too short");
      std::memcpy(bytes.data() + phdr.p_offset, path.c_str(), path.size() + 1);
    }
  }

  fs::path Write(const fs::path& name, const std::string& bytes) const {
    fs::path file = directory_ / name;
    const int fd = open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0755);
    if (fd < 0 || write(fd, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()))
      throw std::runtime_error("cannot write " + file.string());
    close(fd);
    if (!options_.keep.empty()) {
      fs::create_directories(options_.keep);
      fs::copy_file(file, options_.keep / name, fs::copy_options::overwrite_existing);
    }
    return file;
  }

  TrialResult Try(const std::vector<std::string>& command) const {
    const bool is_shown = options_.only != UINT64_MAX;
    if (is_shown) {
      for (const std::string& word : command) std::printf("%s ", word.c_str());
      std::printf("\n");
      std::fflush(stdout);
    }
    return RunTrial(command, environment_, progress_, is_shown);
  }

  Tally& TallyOf(Role role) { return tallies_[static_cast<size_t>(role)]; }

  // Of a mutant that was there from the start.
  void JudgeStart(uint64_t number, Role role, const TrialResult& result) {
    using End = TrialResult::End;
    Tally& tally = TallyOf(role);
    ++tally.mutants;
    if (result.end == End::kNotStarted) {
      ++tally.not_started;
    } else if (result.end == End::kExited && (result.status == 126 || result.status == 127)) {
      ++tally.refused;
    } else {
      ++tally.linked;
    }
    Judge(number, role, result);
  }

  void Judge(uint64_t number, Role role, const TrialResult& result) {
    using End = TrialResult::End;
    if (result.end != End::kCrashed && result.end != End::kHung) return;
    if (!loader_code_.IsToBlame(result)) {
      const std::string file = fs::path(result.where).filename();
      others_[file.starts_with("mutant") ? "mutants" : file.empty() ? "no file" : file].Add(number);
      return;
    }
    char text[160];
    std::snprintf(text, sizeof text, "%s as %s at 0x%lx, %s",
                  result.end == End::kHung ? "hung" : "crashed",
                  kRoleNames[static_cast<size_t>(role)], result.offset, strsignal(result.status));
    faults_[text].Add(number);
  }

  static constexpr size_t kOpenedByOne = 8;  // mutants that one process opens

  const Options& options_;
  TemporaryDirectory directory_;
  fs::path loader_ = directory_ / "l";
  std::vector<MutantMaker> programs_;
  std::vector<SoundLibrary> libraries_;
  std::vector<std::string> environment_;
  int progress_ = -1;
  std::array<Tally, kRoles> tallies_;
  const LoaderCode loader_code_;
  std::map<std::string, Ends> others_;
  std::map<std::string, Ends> faults_;
};

Options ReadOptions(int argc, char** argv) {
  enum { kMinutes = 1, kMutants, kSeed, kOnly, kKeep };
  constexpr option kOptions[] = {{"minutes", required_argument, nullptr, kMinutes},
                                 {"mutants", required_argument, nullptr, kMutants},
                                 {"seed", required_argument, nullptr, kSeed},
                                 {"only", required_argument, nullptr, kOnly},
                                 {"keep", required_argument, nullptr, kKeep},
                                 {}};
  Options options;
  for (int which; (which = getopt_long(argc, argv, "", kOptions, nullptr)) != -1;) {
    switch (which) {
      case kMinutes:
        options.time = std::chrono::minutes(std::strtoul(optarg, nullptr, 0));
        break;
      case kMutants:
        options.mutants = std::strtoul(optarg, nullptr, 0);
        break;
      case kSeed:
        options.seed = std::strtoul(optarg, nullptr, 0);
        break;
      case kOnly:
        options.only = std::strtoul(optarg, nullptr, 0);
        break;
      case kKeep:
        options.keep = optarg;
        break;
      default:
        std::fputs(kUsage, stderr);
        std::exit(2);
    }
  }
  return options;
}

}  // namespace
}  // namespace signet::test

int main(int argc, char** argv) {
  const signet::test::Options options = signet::test::ReadOptions(argc, argv);
  signet::test::Campaign campaign(options);
  campaign.Run();
  return campaign.Report();
}
