/* SPDX-License-Identifier: MIT */
/* What glibc's tests expect of the headers that only glibc's own build has. */
#define _GNU_SOURCE 1
#define TIMEOUTFACTOR 1
#define IS_IN(module) 0
#define inhibit_stack_protector
#define attribute_hidden __attribute__((visibility("hidden")))
#define libc_hidden_proto(...)
#define libc_hidden_def(...)
