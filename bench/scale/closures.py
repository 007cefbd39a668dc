# SPDX-License-Identifier: MIT
"""Makes the programs that bench/scale/run measures, from generated assembly.

closure(…)     a program that needs N libraries. They form a binary tree by DT_NEEDED. Each exports
               100 functions. Each refers to 70 functions of others by the PLT, to 40 by the GOT (bound
               at the start in every case), and to 5 of libc, and has 90 pointers into itself. These are
               the medians of the 213 libraries of Debian 12's ffmpeg (95, 70, 8, -, 90), but for
               those by the GOT, of which a few libraries have most: their mean is 53.
plugins(…)     a program that opens N libraries by dlopen, which are like those above, but refer to
               themselves and libc only: no closure.
relocations(…) a program that needs one library with N relocations in its RELRO: R_X86_64_RELATIVE,
               the same as DT_RELR, or R_X86_64_64 onto names of another library.

What refers to what is random, and the same in each run. What is there already is used again, unless
this file has changed.
"""
import hashlib
import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
EXPORTS = 100
CALLS = 70
ADDRESSES = 40
OWN_POINTERS = 90
LIBC_FUNCTIONS = ["malloc", "free", "memcpy", "strlen", "printf"]


def command(*words):
    subprocess.run([str(word) for word in words], check=True)


def libc():
    return subprocess.run(["gcc", "-print-file-name=libc.so.6"], check=True, text=True,
                          capture_output=True).stdout.strip()


def function_name(library, function):
    return f"library{library}_function{function}"


def library_source(number, others):
    """Assembly of library `number`, which refers to functions of `others`."""
    choice = random.Random(number)

    def targets(count):
        return [function_name(choice.choice(others), choice.randrange(EXPORTS)) for _ in range(count)]

    lines = [".text"]
    for function in range(EXPORTS):
        name = function_name(number, function)
        lines += [f".globl {name}", f".type {name}, @function", f"{name}: ret",
                  f".size {name}, 1"]
    lines.append("calls:")
    lines += [f"call {name}@plt" for name in targets(CALLS) + LIBC_FUNCTIONS]
    lines += [f"mov {name}@gotpcrel(%rip), %rax" for name in targets(ADDRESSES)]
    lines += ['.section .data.rel.ro, "aw"', ".balign 8", f".rept {OWN_POINTERS}", ".quad calls", ".endr"]
    return "\n".join(lines) + '\n.section .note.GNU-stack, "", @progbits\n'


def link_library(output, source, *arguments):
    """A shared library of a text in assembly. `arguments` are ld's."""
    stem = output.with_suffix("")
    stem.with_suffix(".s").write_text(source)
    command("as", "-o", stem.with_suffix(".o"), stem.with_suffix(".s"))
    command("ld", "-shared", "--hash-style=gnu", "-z", "relro", "-soname", output.name,
            "-rpath", "$ORIGIN", "--no-as-needed", "-o", output, stem.with_suffix(".o"), *arguments)
    stem.with_suffix(".s").unlink()
    stem.with_suffix(".o").unlink()


def link_program(output, *arguments, source=None):
    """A program of a C source, or one that does nothing."""
    if source is None:
        source = output.with_suffix(".c")
        source.write_text("int main(void) { return 0; }\n")
    command("gcc", "-O2", "-o", output, source, "-Wl,-rpath,$ORIGIN", "-Wl,--no-as-needed",
            *arguments)


def in_parallel(function, items):
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(function, items))


def once(directory, make):
    """Lets `make` fill the directory, if this file has not done so before."""
    stamp = directory / "made"
    version = hashlib.sha256(Path(__file__).read_bytes() +
                             (HERE / "plugins.c").read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == version:
        return
    print(f"making {directory}", file=sys.stderr)
    directory.mkdir(parents=True, exist_ok=True)
    make()
    stamp.write_text(version)


def closure(top, count):
    directory = top / f"libraries-{count}"
    program = directory / "program"

    def library(number):
        return directory / f"lib{number}.so"

    def make():
        everyone = range(count)
        system = libc()

        def make_one(number):
            needed = [library(child) for child in (2 * number + 1, 2 * number + 2) if child < count]
            link_library(library(number), library_source(number, everyone), *needed, system,
                         "--allow-shlib-undefined")

        # A library is linked with those that it needs: the lowest level of the tree comes first.
        levels = [range(2**level - 1, min(2**(level + 1) - 1, count))
                  for level in range(count.bit_length())]
        for level in reversed(levels):
            in_parallel(make_one, level)
        link_program(program, library(0), "-Wl,--allow-shlib-undefined")

    once(directory, make)
    return {"name": f"libraries-{count}", "path": str(program)}


def plugins(top, count):
    """Programs that open all by RTLD_LOCAL, by RTLD_GLOBAL, and that look up names in them."""
    directory = top / f"plugins-{count}"
    program = directory / "program"

    def make():
        system = libc()
        in_parallel(lambda number: link_library(directory / f"lib{number}.so",
                                                library_source(number, [number]), system),
                    range(count))
        link_program(program, source=HERE / "plugins.c")

    once(directory, make)
    return [{"name": f"{mode}-{count}", "path": str(program), "figures": True,
             "arguments": [mode, str(directory), str(count)]}
            for mode in ("dlopen-local", "dlopen-global", "dlsym")]


def relocations(top, kind, count, names):
    """`kind` is relative, relr or symbolic. `names` counts for symbolic only."""
    suffix = f"-onto-{names}" if kind == "symbolic" else ""
    name = f"{kind}-{count}{suffix}"
    directory = top / name
    program = directory / "program"
    head = '.section .note.GNU-stack, "", @progbits\n.section .data.rel.ro, "aw"\n.balign 8\n'

    def make():
        needed = []
        if kind == "symbolic":
            definer = directory / "libnames.so"
            link_library(definer, ".text\n" + "".join(
                f".globl symbol_number_{i}\n.type symbol_number_{i}, @function\n"
                f"symbol_number_{i}: ret\n" for i in range(names)))
            needed = [definer]
            choice = random.Random(count)
            source = head + "".join(
                f".quad symbol_number_{choice.randrange(names)}\n" for _ in range(count))
        else:
            source = head + f"here:\n.rept {count}\n.quad here\n.endr\n"
            if kind == "relr":
                needed = ["-z", "pack-relative-relocs"]
        library = directory / "librelocations.so"
        link_library(library, source, *needed)
        link_program(program, library)

    once(directory, make)
    return {"name": name, "path": str(program)}
