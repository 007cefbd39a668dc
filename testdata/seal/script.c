// SPDX-License-Identifier: MIT
//
// Makes mapping calls on a small area of its own: a script on standard input, one call in each line
// -> each line with the call's answer and the state of the pages.
//
//   map AT LENGTH PROTECTION [shared] [file [readonly|writeonly]] [noreplace]
//   unmap AT LENGTH                                         protect AT LENGTH PROTECTION
//   posix_madvise AT LENGTH: POSIX_MADV_DONTNEED            protect-key AT LENGTH PROTECTION
//   remap AT LENGTH NEW [maymove] [dontunmap] [fixed] [TO]  advise AT LENGTH ADVICE
//   seal AT LENGTH [FLAGS]                                  key allow|deny: this thread's writes
//   process-advise ADVICE AT LENGTH [AT LENGTH …]: process_madvise; the answer may be a number of
//     pages
//   code deny: no new code for this process (PR_SET_MDWE)
//   write AT LENGTH LETTER: into each writable page
//   bytes AT LENGTH: the letter in each page, 0, or ? if it cannot be read
//   sealed AT LENGTH: s for each page that refuses even the protection that it has
//   borders AT LENGTH: | for each page at which a mapping begins right behind another one, if
//     neither of them is sealed
//
// AT, TO, LENGTH and NEW count pages and may end in +BYTES or -BYTES; zAT is at address 0, not in
// the area. Pages: . not mapped, - inaccessible, r, w (and readable), x (and readable), X all.
//
// It calls libc's functions, and mseal from signet.h; outside Signet, the kernel's mseal.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signet/signet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { kPage = 4096, kPages = 24, kMostWords = 8 };

// An address at which nothing else is mapped.
static char* const kArea = (char*)0x1000000000;

static int key = -1;

static void Fail(const char* what) {
  fprintf(stderr, "script: %s: %s\n", what, strerror(errno));
  exit(2);
}

static char* Place(const char* word) {
  const int is_low = *word == 'z';
  char* end;
  long bytes = strtol(word + is_low, &end, 10) * kPage;
  bytes += strtol(end, NULL, 10);
  return (is_low ? NULL : kArea) + bytes;
}

static size_t Length(const char* word) { return (size_t)(Place(word) - kArea); }

static int Protection(const char* word) {
  switch (*word) {
    case '-':
      return PROT_NONE;
    case 'r':
      return PROT_READ;
    case 'w':
      return PROT_READ | PROT_WRITE;
    case 'x':
      return PROT_READ | PROT_EXEC;
    default:
      return atoi(word);  // a wrong one
  }
}

static int Advice(const char* word) {
  static const struct {
    char name[20];
    int advice;
  } kAdvice[] = {
      {"DONTNEED", MADV_DONTNEED},
      {"DONTNEED_LOCKED", 24},
      {"FREE", MADV_FREE},
      {"REMOVE", MADV_REMOVE},
      {"DONTFORK", MADV_DONTFORK},
      {"WIPEONFORK", MADV_WIPEONFORK},
      {"GUARD_INSTALL", 102},
      {"GUARD_REMOVE", 103},
      {"NORMAL", MADV_NORMAL},
      {"RANDOM", MADV_RANDOM},
      {"WILLNEED", MADV_WILLNEED},
      {"COLD", MADV_COLD},
      {"PAGEOUT", MADV_PAGEOUT},
      {"POPULATE_READ", MADV_POPULATE_READ},
      {"POPULATE_WRITE", MADV_POPULATE_WRITE},
      {"DONTDUMP", MADV_DONTDUMP},
      {"KEEPONFORK", MADV_KEEPONFORK},
      {"DOFORK", MADV_DOFORK},
  };
  for (size_t i = 0; i < sizeof kAdvice / sizeof *kAdvice; ++i) {
    if (strcmp(word, kAdvice[i].name) == 0) return kAdvice[i].advice;
  }
  return atoi(word);
}

// The protection of each page from `start` on, as /proc has it: one character a page, then a 0.
// `begins`: whether a mapping begins there.
static void ReadPages(const char* start, char* pages, int* begins) {
  static char text[1 << 16];
  memset(pages, '.', kPages);
  memset(begins, 0, kPages * sizeof *begins);
  pages[kPages] = '\0';
  const int file = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
  size_t size = 0;
  for (ssize_t got; (got = read(file, text + size, sizeof text - 1 - size)) > 0;)
    size += (size_t)got;
  close(file);
  text[size] = '\0';
  for (const char* line = text; *line != '\0'; line = strchr(line, '\n') + 1) {
    uintptr_t first;
    uintptr_t last;
    char perms[5];
    if (sscanf(line, "%lx-%lx %4s", &first, &last, perms) != 3) Fail("/proc/self/maps");
    const char letter = perms[1] == 'w'   ? (perms[2] == 'x' ? 'X' : 'w')
                        : perms[2] == 'x' ? 'x'
                        : perms[0] == 'r' ? 'r'
                                          : '-';
    for (uintptr_t i = 0; i < kPages; ++i) {
      const uintptr_t page = (uintptr_t)start + i * kPage;
      if (first <= page && page < last) pages[i] = letter;
      if (first == page) begins[i] = 1;
    }
  }
}

// Through the kernel, which checks the protection and does not fault.
static int CopyByte(char* byte, char* page, int into) {
  struct iovec local = {byte, 1};
  struct iovec remote = {page, 1};
  return into ? process_vm_writev(getpid(), &local, 1, &remote, 1, 0) == 1
              : process_vm_readv(getpid(), &local, 1, &remote, 1, 0) == 1;
}

static int IsSealed(char* page, char letter) {
  if (letter == '.') return 0;
  const int protection =
      letter == 'X' ? PROT_READ | PROT_WRITE | PROT_EXEC : Protection((char[]){letter, '\0'});
  return mprotect(page, kPage, protection) != 0 && errno == EPERM;
}

// The questions about pages: the answer is one letter for each page.
static void Look(char** words, char* text) {
  char* at = Place(words[1]);
  const size_t count = Length(words[2]) / kPage;
  if (count > kPages) Fail(words[2]);
  char pages[kPages + 1];
  int begins[kPages];
  ReadPages(at, pages, begins);
  for (size_t i = 0; i < count; ++i) {
    char* page = at + i * kPage;
    char byte = words[0][0] == 'w' ? words[3][0] : '\0';
    if (strcmp(words[0], "sealed") == 0) {
      text[i] = IsSealed(page, pages[i]) ? 's' : pages[i];
    } else if (strcmp(words[0], "borders") == 0) {
      const int is_border = begins[i] && i != 0 && pages[i - 1] != '.' &&
                            !IsSealed(page, pages[i]) && !IsSealed(page - kPage, pages[i - 1]);
      text[i] = is_border ? '|' : '.';
    } else if (!CopyByte(&byte, page, words[0][0] == 'w')) {
      text[i] = '?';
    } else {
      text[i] = byte == '\0' ? '0' : byte;
    }
  }
  text[count] = '\0';
}

static int IsLook(const char* name) {
  return strcmp(name, "write") == 0 || strcmp(name, "bytes") == 0 || strcmp(name, "sealed") == 0 ||
         strcmp(name, "borders") == 0;
}

static int Has(char** words, int first, const char* option) {
  for (int i = first; i < kMostWords && words[i] != NULL; ++i) {
    if (strcmp(words[i], option) == 0) return 1;
  }
  return 0;
}

// Each page has an f. `access` is how it is opened.
static int OpenFile(int access) {
  const int whole = memfd_create("script", 0);
  if (ftruncate(whole, kPages * kPage) != 0) Fail("memfd");
  for (int i = 0; i < kPages; ++i) {
    if (pwrite(whole, "f", 1, i * kPage) != 1) Fail("memfd");
  }
  char path[32];
  snprintf(path, sizeof path, "/proc/self/fd/%d", whole);
  const int file = open(path, access | O_CLOEXEC);
  if (file < 0) Fail(path);
  close(whole);
  return file;
}

static void* Map(char** words) {
  int flags = Has(words, 4, "shared") ? MAP_SHARED : MAP_PRIVATE;
  int file = -1;
  if (Has(words, 4, "file")) {
    file = OpenFile(Has(words, 4, "readonly")    ? O_RDONLY
                    : Has(words, 4, "writeonly") ? O_WRONLY
                                                 : O_RDWR);
  } else {
    flags |= MAP_ANONYMOUS;
  }
  flags |= Has(words, 4, "noreplace") ? MAP_FIXED_NOREPLACE : MAP_FIXED;
  void* result = mmap(Place(words[1]), Length(words[2]), Protection(words[3]), flags, file, 0);
  const int error = errno;
  if (file >= 0) close(file);
  errno = error;
  return result;
}

static void* Remap(char** words) {
  int flags = 0;
  char* to = NULL;
  for (int i = 4; i < kMostWords && words[i] != NULL; ++i) {
    if (strcmp(words[i], "maymove") == 0) {
      flags |= MREMAP_MAYMOVE;
    } else if (strcmp(words[i], "fixed") == 0) {
      flags |= MREMAP_MAYMOVE | MREMAP_FIXED;
    } else if (strcmp(words[i], "dontunmap") == 0) {
      flags |= MREMAP_MAYMOVE | MREMAP_DONTUNMAP;
    } else {
      to = Place(words[i]);
    }
  }
  return mremap(Place(words[1]), Length(words[2]), Length(words[3]), flags, to);
}

// Prints the answer.
static void ProcessAdvise(char** words) {
  struct iovec ranges[kMostWords / 2];
  size_t count = 0;
  for (int i = 2; i + 1 < kMostWords && words[i + 1] != NULL; i += 2)
    ranges[count++] = (struct iovec){Place(words[i]), Length(words[i + 1])};
  const int process = (int)syscall(SYS_pidfd_open, getpid(), 0);
  const ssize_t result = process_madvise(process, ranges, count, Advice(words[1]), 0);
  const int error = errno;
  close(process);
  if (result >= 0)
    printf("%ld", (long)(result / kPage));
  else
    printf("%s", strerrorname_np(error));
}

static int Key(const char* what) {
  if (key < 0) key = pkey_alloc(0, 0);
  if (key < 0) {
    puts("no protection keys");
    exit(0);
  }
  return pkey_set(key, strcmp(what, "deny") == 0 ? PKEY_DISABLE_WRITE : 0);
}

static int Seal(char* at, size_t length, unsigned long flags) {
  return mseal != NULL ? mseal(at, length, flags) : (int)syscall(462, at, length, flags);
}

static void PrintPlace(const void* place) {
  const ptrdiff_t bytes = (const char*)place - kArea;
  if (place == MAP_FAILED) {
    printf("%s", strerrorname_np(errno));
  } else if (bytes >= 0 && bytes < kPages * kPage) {
    printf("@%ld", (long)(bytes / kPage));
  } else {
    printf("%s", place == NULL ? "@z0" : "@elsewhere");
  }
}

// Executes one line and prints the answer.
static void Call(char** words) {
  const char* name = words[0];
  char text[kPages + 1];
  int result = 0;
  errno = 0;
  if (strcmp(name, "map") == 0) return PrintPlace(Map(words));
  if (strcmp(name, "remap") == 0) return PrintPlace(Remap(words));
  if (strcmp(name, "process-advise") == 0) return ProcessAdvise(words);
  if (strcmp(name, "key") == 0) {
    result = Key(words[1]);
  } else if (strcmp(name, "code") == 0) {
    result = prctl(65, 1, 0, 0, 0);
  } else if (IsLook(name)) {
    Look(words, text);
    printf("%s", text);
    return;
  } else if (strcmp(name, "unmap") == 0) {
    result = munmap(Place(words[1]), Length(words[2]));
  } else if (strcmp(name, "protect") == 0) {
    result = mprotect(Place(words[1]), Length(words[2]), Protection(words[3]));
  } else if (strcmp(name, "protect-key") == 0) {
    result = pkey_mprotect(Place(words[1]), Length(words[2]), Protection(words[3]), key);
  } else if (strcmp(name, "advise") == 0) {
    result = madvise(Place(words[1]), Length(words[2]), Advice(words[3]));
  } else if (strcmp(name, "posix_madvise") == 0) {
    errno = posix_madvise(Place(words[1]), Length(words[2]), POSIX_MADV_DONTNEED);
    result = errno;
  } else if (strcmp(name, "seal") == 0) {
    result =
        Seal(Place(words[1]), Length(words[2]), words[3] == NULL ? 0 : strtoul(words[3], NULL, 10));
  } else {
    errno = EINVAL;
    Fail(name);
  }
  printf("%s", result == 0 ? "0" : strerrorname_np(errno));
}

int main(void) {
  char line[128];
  while (fgets(line, sizeof line, stdin) != NULL) {
    line[strcspn(line, "\n")] = '\0';
    printf("%s = ", line);
    char* words[kMostWords] = {NULL};
    int count = 0;
    for (char* word = strtok(line, " "); word != NULL && count < kMostWords;
         word = strtok(NULL, " "))
      words[count++] = word;
    if (count < 2) continue;
    Call(words);
    char pages[kPages + 1];
    int begins[kPages];
    ReadPages(words[1][0] == 'z' ? NULL : kArea, pages, begins);
    size_t used = kPages;
    while (used > 1 && pages[used - 1] == '.') --used;
    printf(" %.*s\n", (int)used, pages);
  }
  return 0;
}
