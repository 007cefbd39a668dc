#include <stdio.h>
extern int faults_b(void);
static int constructed;
static __thread int local = 1;
static int* pointer = &constructed;
__attribute__((constructor)) static void construct(void) { *pointer = 1; }
int faults_a(void) { return faults_b() + constructed + local; }
int (*faults_print)(const char*) = puts;
