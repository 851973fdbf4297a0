/*
 * libFuzzer target: everything that reads bytes from Pepay.
 *
 *   clang -std=c11 -g -O1 -D_POSIX_C_SOURCE=200809L -D_DEFAULT_SOURCE -Isrc -Itests \
 *     -include src/base/banned.h -fsanitize=fuzzer,address,undefined tests/fuzz/fuzz_frame.c \
 *     src/wire/[a-z]*.c src/base/[a-z]*.c -lcjson -lutf8proc -o fuzz_frame
 *   ./fuzz_frame -max_len=8192 corpus tests/fixtures/wire
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz/fuzz_frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_json((const char *)data, size);
	(void)fuzz_frame((const char *)data, size);
	return 0;
}
