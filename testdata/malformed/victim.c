// SPDX-License-Identifier: MIT
//
// A module with one of every table that a dynamic section can name, which the tests damage: a
// library, and with -DPROGRAM a program. Without damage the program exits with status 0.
#ifdef PROGRAM
#include "../modules/start.h"
#endif

int BaseFunction(void);
extern int base_value;

static int g_runs;
__attribute__((tls_model("initial-exec"))) static volatile __thread int g_tls_value = 5;

static void Construct(void) { ++g_runs; }
static void Destruct(void) { --g_runs; }
void Init(void) { ++g_runs; }  // DT_INIT
void Fini(void) { --g_runs; }  // DT_FINI

typedef void (*Function)(void);
#ifdef PROGRAM
__attribute__((section(".preinit_array"), used)) static const Function kPreinit = Construct;
#endif
__attribute__((section(".init_array"), used)) static const Function kInit = Construct;
__attribute__((section(".fini_array"), used)) static const Function kFini = Destruct;

int* address_of_base = &base_value;
static int* const volatile g_table[] = {&g_runs, &g_runs, &g_runs};  // DT_RELR

// 0 if all is well.
int VictimFunction(void) {
  return BaseFunction() + *address_of_base + g_tls_value - 19 + (*g_table[1] < 0);
}

#ifdef PROGRAM
static int Main(int argc, char** argv, char** envp) {
  (void)argc, (void)argv, (void)envp;
  return VictimFunction();
}
#endif
