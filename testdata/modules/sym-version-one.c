// SPDX-License-Identifier: MIT
//
// A library that defines Answer in one version, VERSION.
const char* Answer(void) { return VERSION; }
