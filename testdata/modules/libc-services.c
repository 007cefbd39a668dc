// SPDX-License-Identifier: MIT
//
// What libc does with the help of its other modules: libm's indirect functions, name services,
// character sets, a child, a backtrace; and what it knows about the main thread's stack.
#define _GNU_SOURCE
#include <execinfo.h>
#include <iconv.h>
#include <locale.h>
#include <math.h>
#include <pthread.h>
#include <pwd.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <wchar.h>

static jmp_buf g_jump;

static void Handler(int signal) {
  (void)signal;
  longjmp(g_jump, 2);
}

static void Stack(void) {
  pthread_attr_t attributes;
  void* stack = NULL;
  size_t size = 0;
  pthread_getattr_np(pthread_self(), &attributes);
  pthread_attr_getstack(&attributes, &stack, &size);
  pthread_attr_destroy(&attributes);
  const char* here = (const char*)__builtin_frame_address(0);
  printf("stack: %s\n", (size_t)(here - (char*)stack) < size ? "right" : "wrong");
}

static void CharacterSets(void) {
  char latin[] = "\xe4\xf6";
  char text[16] = "";
  char* from = latin;
  char* to = text;
  size_t from_left = 2;
  size_t to_left = sizeof text - 1;
  const iconv_t descriptor = iconv_open("UTF-8", "ISO-8859-15");
  if (descriptor != (iconv_t)-1) iconv(descriptor, &from, &from_left, &to, &to_left);
  printf("iconv: %s\n", text);
  setlocale(LC_ALL, "C.UTF-8");
  wchar_t wide[4];
  printf("mbstowcs: %zu\n", mbstowcs(wide, text, 4));
}

int main(void) {
  volatile double half = 0.5;
  printf("libm: %.3f %.3f %.3f\n", sin(half), floor(half + 2), pow(half, 10));
  const struct passwd* root = getpwuid(0);
  printf("getpwuid: %s\n", root == NULL ? "(none)" : root->pw_name);
  CharacterSets();
  fflush(stdout);
  printf("system: %d\n", WEXITSTATUS(system("exit 5")));
  const pid_t child = fork();
  if (child == 0) _exit(6);
  int status = 0;
  waitpid(child, &status, 0);
  printf("fork: %d\n", WEXITSTATUS(status));
  void* frames[8];
  printf("backtrace: %s\n", backtrace(frames, 8) >= 2 ? "some frames" : "none");
  signal(SIGUSR1, Handler);
  const int jumped = setjmp(g_jump);
  if (jumped == 0) raise(SIGUSR1);
  printf("setjmp: %d\n", jumped);
  Stack();
  return 0;
}
