// SPDX-License-Identifier: MIT
//
// A module with thread-local variables, which work.cc opens. It is compiled twice: for
// __tls_get_addr and for TLS descriptors.

extern "C" {

__thread int counter;

__attribute__((visibility("default"))) int* Counter() { return &counter; }
}
