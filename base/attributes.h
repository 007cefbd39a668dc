// SPDX-License-Identifier: MIT
//
// Attributes that this program gives a meaning.
#pragma once

// A global that is written before the program runs, and never again. The linker script puts these
// globals together (loader/image.lds), so that their pages can be closed.
#define SIGNET_WRITTEN_ONCE [[gnu::section(".bss.0_once")]]

// A buffer that would be too large for the stack. The linker script puts them apart from the other
// variables, so that these have few pages.
#define SIGNET_BUFFER [[gnu::section(".bss.buffers")]]

// The arena's first memory. The linker script puts it behind the other variables, right in front of
// those that are written once.
#define SIGNET_ARENA [[gnu::section(".bss.0_arena")]]
