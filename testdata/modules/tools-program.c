// SPDX-License-Identifier: MIT
//
// A program that tools watch: calls its library, and libc. With an argument it then stays
// until a signal ends it.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int Probed(void);
int LooksAtUnset(int* value);
void Leaks(void);

void ProgramWaits(void) {
  fflush(stdout);
  pause();
}

int main(int argc, char** argv) {
  (void)argv;
  int* unset = malloc(sizeof(int));
  const int looked = LooksAtUnset(unset);
  free(unset);
  Leaks();
  printf("looked: %s, semaphore: %d\n", looked != 0 ? "yes" : "no", Probed());
  if (argc > 1) ProgramWaits();
  return 0;
}
