// SPDX-License-Identifier: MIT
int Facts(void);

int main(void) { return Facts(); }
