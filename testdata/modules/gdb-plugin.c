// SPDX-License-Identifier: MIT
int PluginTwice(int value) { return 2 * value; }
