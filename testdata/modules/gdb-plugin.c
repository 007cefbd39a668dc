// SPDX-License-Identifier: MIT
__thread int plugin_variable = 5;

__attribute__((constructor)) void PluginOpened(void) {}

void PluginTouched(void) {}

int PluginTwice(int value) {
  plugin_variable += value;
  PluginTouched();
  return 2 * value;
}

unsigned PluginSpin(unsigned count) {
  volatile unsigned sum = 0;
  while (count-- != 0) sum += count;
  return sum;
}

int PluginCrash(int value) { return *(volatile int*)(long)value; }
