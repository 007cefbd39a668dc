// SPDX-License-Identifier: MIT
void Walk(const char* where);

int PluginCompare(const void* a, const void* b) {
  Walk("plug-in");
  return *(const int*)a - *(const int*)b;
}

void PluginCall(void (*function)(void)) {
  function();
  __asm__ volatile("");
}
