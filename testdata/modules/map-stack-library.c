// SPDX-License-Identifier: MIT
void Nothing(void) {}
