// SPDX-License-Identifier: MIT
#include "tests/real/real_programs.h"

namespace signet::test {
namespace {

constexpr const char* kWords = "printf 'pear 3\\napple 10\\nfig 2\\napple 10\\n' >words";

constexpr const char* kCProgram = R"(cat >main.c <<'END'
#include <stdio.h>
int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) printf("%d: %s\n", i, argv[i]);
  return argc;
}
END)";

constexpr const char* kCxxProgram = R"(cat >main.cc <<'END'
#include <iostream>
#include <map>
#include <stdexcept>
#include <string>
int main() {
  std::map<std::string, int> numbers{{"one", 1}, {"two", 2}};
  try {
    std::cout << numbers.at("two") << std::endl;
    std::cout << numbers.at("three") << std::endl;
  } catch (const std::out_of_range&) {
    std::cout << "out of range" << std::endl;
  }
}
END)";

constexpr const char* kBash = R"(cat >script <<'END'
set -o pipefail
trap 'echo "exit: $?"' EXIT
trap 'echo caught USR1' USR1
kill -USR1 $$
seq 1 20 | while read -r n; do ((n % 7 == 0)) && echo "$n"; done
(trap 'echo inner; exit 4' TERM; kill -TERM $BASHPID; sleep 5) || echo "inner exit: $?"
words=(one two three)
printf '%s ' "${words[@]^^}"; echo
diff <(sort words.txt) <(sort -r words.txt) | head -n 3
false | cat || echo "pipe failed"
coproc tr a-z A-Z; echo coprocess >&"${COPROC[1]}"; exec {COPROC[1]}>&-; cat <&"${COPROC[0]}"
sleep 0.05 & wait $!; echo "waited: $?"
exit 3
END
printf 'b\na\nc\n' >words.txt)";

constexpr const char* kPerl = R"(cat >script <<'END'
use strict; use warnings;
my %count; $count{lc $_}++ for "The cat and the dog and the bird" =~ /\w+/g;
print "$_: $count{$_}\n" for sort keys %count;
printf "%.6f %s\n", atan2(1, 1) * 4, join ",", map { sprintf "%x", $_ ** 2 } 1 .. 9;
local $SIG{ALRM} = sub { die "alarm\n" };
eval { alarm 1; select undef, undef, undef, 5; }; print "caught: $@";
$| = 1;
my $pid = fork; if (!$pid) { exit 5 } waitpid $pid, 0; print "child: ", $? >> 8, "\n";
open my $pipe, "-|", "echo from a pipe" or die; print <$pipe>;
exit 6;
END)";

constexpr const char* kPython = R"(cat >script.py <<'END'
import collections, json, re, subprocess, threading, zlib
print(json.dumps(collections.Counter(re.findall(r'\w', 'mississippi')), sort_keys=True))
print(zlib.crc32(b'signet'), zlib.decompress(zlib.compress(b'squeezed')), 2 ** 200 % 1000007)
results = []
threads = [threading.Thread(target=lambda n=n: results.append(n * n)) for n in range(8)]
[t.start() for t in threads]; [t.join() for t in threads]
print(sorted(results))
print(subprocess.run(['echo', 'child'], capture_output=True).stdout)
raise SystemExit(9)
END)";

constexpr const char* kNode = R"(
const assert = require('assert'), crypto = require('crypto'), zlib = require('zlib');
let sum = 0; for (let i = 0; i < 3e6; ++i) sum = (sum + i * i) % 1000003;
console.log(sum, crypto.createHash('sha256').update('signet').digest('hex'));
console.log(zlib.gunzipSync(zlib.gzipSync('squeezed')).toString());
Promise.resolve(40).then(n => console.log(n + 2)).then(() => process.exit(4));
)";

constexpr const char* kSqlite = R"(cat >script.sql <<'END'
create table fruit(name text primary key, count integer);
insert into fruit values ('pear', 3), ('apple', 10), ('fig', 2);
select name, count * 2 from fruit where count > 2 order by name;
select sum(count), group_concat(name, '+') from (select * from fruit order by name);
with recursive n(i) as (select 1 union all select i + 1 from n where i < 10) select sum(i) from n;
.mode json
select * from fruit order by count;
END)";

constexpr const char* kTree = R"(mkdir -p tree/sub && echo one >tree/a && echo two >tree/sub/b &&
  seq 1 5000 >tree/c && touch -d @1000000000 tree/a tree/c tree/sub/b tree/sub tree)";

struct Description {
  const char* name;
  const char* package;
  const char* exercised;
};

constexpr Description kDescriptions[] = {
    {"bash", "bash", "a script with pipes, traps, jobs"},
    {"git", "git", "a repository's life"},
    {"perl", "perl", "a script with signals, fork, pipes"},
    {"gawk", "gawk", "a report, a co-process"},
    {"mawk", "mawk", "a report"},
    {"sed", "sed", "in-place editing"},
    {"tar", "tar", "archives by gzip and xz"},
    {"openssl", "openssl", "digests, ciphers, keys"},
    {"sqlite3", "sqlite3", "a database"},
    {"curl", "curl", "files"},
    {"gcc", "/usr/bin/gcc", "a C program built and run"},
    {"gxx", "/usr/bin/g++", "a C++ program built and run"},
    {"cc1", "/usr/bin/cpp", "the compiler proper"},
    {"as", "binutils", "as, ld, objdump, readelf"},
    {"clang", "/usr/bin/clang", "a C program built and run"},
    {"clangxx", "/usr/bin/clang", "a C++ program built and run"},
    {"cmake", "cmake", "commands"},
    {"gdb", "gdb", "break, run, backtrace; python"},
    {"node", "nodejs", "crypto, zlib, promises"},
    {"python3", "python3", "threads, subprocess, zlib"},
    {"ffmpeg", "ffmpeg", "a picture made and coded"},
    {"llvm_objdump", "/usr/bin/llvm-objdump", "disassembly"},
};

// What the table of compatibility says about the cases.
void Describe(std::vector<RealCase>& cases) {
  for (RealCase& given : cases) {
    for (const Description& description : kDescriptions) {
      if (given.name != description.name) continue;
      given.package = description.package;
      given.exercised = description.exercised;
    }
    if (given.name.starts_with("coreutils_")) {
      given.package = "coreutils";
      given.exercised = "three dozen commands";
    }
  }
}

std::vector<RealCase> MakeCases() {
  std::vector<RealCase> cases = {
      {"bash", kBash, {{"bash", "script"}}},
      {"git",
       "printf 'one\\ntwo\\n' >file; printf 'three\\n' >other",
       {{"git", "init", "--quiet", "--initial-branch=main", "."},
        {"git", "add", "file", "other"},
        {"git", "commit", "--message", "The first"},
        {"git", "rm", "--quiet", "other"},
        {"git", "commit", "--all", "--message", "The second"},
        {"git", "log", "--stat", "--format=fuller"},
        {"git", "show", "--patch", "HEAD"},
        {"git", "fsck", "--full", "--strict"},
        {"git", "status", "--porcelain"},
        {"git", "no-such-command"}}},
      {"perl", kPerl, {{"perl", "script"}}},
      {"gawk",
       kWords,
       {{"gawk",
         "{ n[$1] += $2 } END { PROCINFO[\"sorted_in\"] = \"@ind_str_asc\"; "
         "for (w in n) printf \"%s %d %.3f\\n\", toupper(w), n[w], sqrt(n[w]) }",
         "words"},
        {"gawk", "BEGIN { \"echo piped\" | getline line; print line; exit 3 }"}}},
      {"mawk",
       kWords,
       {{"mawk", "{ s += $2; gsub(/p/, \"P\") ; print } END { print s }", "words"}}},
      {"sed",
       kWords,
       {{"sed", "-n", "-E", "s/([a-z]+) ([0-9]+)/\\2 \\1/p;/fig/{x;G;p}", "words"},
        {"sed", "-i.bak", "2d", "words"},
        {"cat", "words", "words.bak"}}},
      {"tar",
       kTree,
       {{"tar", "--sort=name", "--owner=0", "--group=0", "-czf", "tree.tgz", "tree"},
        {"tar", "--sort=name", "--owner=0", "--group=0", "-cJf", "tree.txz", "tree"},
        {"tar", "-tzf", "tree.tgz"},
        {"tar", "-tJf", "tree.txz"},
        {"mkdir", "out"},
        {"tar", "-C", "out", "-xJf", "tree.txz"},
        {"diff", "-r", "tree", "out/tree"},
        {"gzip", "--list", "--quiet", "tree.tgz"},
        {"gzip", "-dc", "tree.tgz"},
        {"xz", "-dc", "tree.txz"},
        {"xz", "-T2", "-k", "tree/c"},
        {"xz", "-t", "tree/c.xz"},
        {"tar", "-tf", "nothing"}}},
      {"openssl",
       "printf signet >data",
       {{"openssl", "dgst", "-sha256", "-sha3-256", "data"},
        {"openssl", "enc", "-aes-256-cbc", "-K", std::string(64, '1'), "-iv", std::string(32, '2'),
         "-a", "-in", "data"},
        {"openssl", "genpkey", "-algorithm", "ED25519", "-out", "key"},
        {"openssl", "pkey", "-in", "key", "-check", "-noout"},
        {"openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024", "-out",
         "rsa"},
        {"openssl", "pkeyutl", "-sign", "-inkey", "rsa", "-in", "data", "-out", "signature"},
        {"openssl", "pkeyutl", "-verify", "-inkey", "rsa", "-in", "data", "-sigfile",
         "signature"}}},
      {"sqlite3",
       kSqlite,
       {{"sqlite3", "file.db", ".read script.sql"},
        {"sqlite3", "file.db", "pragma integrity_check", "select count(*) from fruit"},
        {"sqlite3", "file.db", "select * from nothing"}}},
      {"curl",
       "printf 'a file\\n' >data",
       {{"curl", "--silent", "file://{dir}/data"},
        {"curl", "--silent", "file://{dir}/nothing"},
        {"curl", "--silent", "--range", "2-5", "file://{dir}/data"}}},
      {"gcc",
       kCProgram,
       {{"gcc", "-O2", "-Wall", "-o", "main", "main.c"},
        {"./main", "a", "b"},
        {"gcc", "-S", "-o", "-", "main.c"}}},
      {"gxx", kCxxProgram, {{"g++", "-O1", "-o", "main", "main.cc"}, {"./main"}}},
      {"cc1",
       std::string(kCProgram) + "\nln -s \"$(gcc -print-prog-name=cc1)\" cc1",
       {{"./cc1", "-quiet", "-O2", "main.c", "-o", "-"}}},
      {"as",
       "printf '.globl f\\nf: ret\\n' >f.s",
       {{"as", "-o", "f.o", "f.s"},
        {"ld", "-shared", "-o", "libf.so", "f.o"},
        {"objdump", "-d", "libf.so"},
        {"readelf", "-lW", "libf.so"}}},
      // As a command, /proc/self/exe is the loader, and clang must not look for its files beside
      // it.
      {"clang",
       kCProgram,
       {{"clang", "-no-canonical-prefixes", "-O2", "-Wall", "-o", "main", "main.c"},
        {"./main", "a", "b"}}},
      {"clangxx",
       kCxxProgram,
       {{"clang", "-no-canonical-prefixes", "--driver-mode=g++", "-o", "main", "main.cc"},
        {"./main"}}},
      {"cmake", "", {{"cmake", "--version"}, {"cmake", "-E", "echo", "hello"}}},
      {"gdb",
       std::string(kCProgram) + "\ngcc -g -o main main.c",
       {{"gdb", "--batch", "-nx", "-iex", "set libthread-db-search-path /nowhere", "-ex",
         "break main", "-ex", "run", "-ex", "backtrace", "-ex", "print argc", "./main"},
        {"gdb", "--batch", "-nx", "-ex", "python print(6 * 7)", "-ex", "info line main",
         "./main"}}},
      {"node", "", {{"node", "-e", kNode}}},
      {"python3", kPython, {{"python3", "script.py"}}},
      {"ffmpeg",
       "",
       {{"ffmpeg", "-version"},
        {"ffmpeg", "-nostdin", "-v", "error", "-f", "lavfi", "-i", "testsrc=d=0.2:s=64x48", "-f",
         "md5", "-"}}},
      {"llvm_objdump", kCProgram, {{"gcc", "-c", "main.c"}, {"llvm-objdump", "-d", "main.o"}}},
  };

  const std::vector<std::vector<std::string>> coreutils = {
      {"true"},
      {"false"},
      {"base64", "words"},
      {"basename", "/a/b.c", ".c"},
      {"cat", "-A", "words"},
      {"cksum", "words"},
      {"comm", "words", "words"},
      {"cut", "-d", " ", "-f", "2", "words"},
      {"date", "--utc", "--date=@1000000000", "+%F %T %A"},
      {"dd", "if=words", "bs=4", "count=2", "status=none"},
      {"env", "-i", "A=1", "/usr/bin/env"},
      {"expr", "6", "*", "7"},
      {"factor", "1000000007", "18446744073709551557"},
      {"fold", "-w", "3", "words"},
      {"head", "-c", "9", "words"},
      {"ls", "-1", "--time-style=+", "-s", "words"},
      {"ls", "/proc/self/fd"},  // nothing is left open
      {"md5sum", "words"},
      {"nl", "words"},
      {"numfmt", "--to=iec", "1234567"},
      {"od", "-c", "words"},
      {"paste", "-s", "-d", ",", "words"},
      {"printf", "%05d %s\\n", "42", "x"},
      {"seq", "-w", "1", "3", "20"},
      {"sha256sum", "words"},
      {"shuf", "--random-source=words", "-e", "a", "b", "c"},
      {"sort", "-k2n", "-u", "words"},
      {"stat", "-c", "%s %F", "words"},
      {"tac", "words"},
      {"tail", "-n", "2", "words"},
      {"timeout", "0.1", "/usr/bin/sleep", "5"},
      {"tr", "a-z", "A-Z"},
      {"tsort", "words"},
      {"uniq", "-c", "words"},
      {"wc", "words"},
      {"cat", "nothing"},
  };
  for (const std::vector<std::string>& command : coreutils) {
    std::string name = "coreutils_" + command[0];
    if (command.back() == "nothing") name += "_fails";
    if (command.back() == "/proc/self/fd") name += "_descriptors";
    cases.push_back({name, kWords, {command}});
  }
  Describe(cases);
  return cases;
}

}  // namespace

const std::vector<RealCase>& RealCases() {
  static const std::vector<RealCase> cases = MakeCases();
  return cases;
}

}  // namespace signet::test
