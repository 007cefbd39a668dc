// SPDX-License-Identifier: MIT
//
// A converter for libc's iconv that does nothing.

// lld puts it behind the text in the file. So libc must clear the rest of the text's page.
__thread int behind_text = 0x01010101;

int gconv_init(void* step) { return 0; }
// On another page, so that the first page of the text is all from the file.
__attribute__((aligned(4096))) int gconv(void) { return 0; }
