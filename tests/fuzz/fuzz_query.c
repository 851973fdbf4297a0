/*
 * libFuzzer target: everything that reads filters.
 *
 *   clang -std=c11 -g -O1 -D_POSIX_C_SOURCE=200809L -D_DEFAULT_SOURCE -Isrc -Itests \
 *     -include src/base/banned.h -fsanitize=fuzzer,address,undefined tests/fuzz/fuzz_query.c \
 *     src/model/[a-z]*.c src/bus/[a-z]*.c src/wire/[a-z]*.c src/base/[a-z]*.c \
 *     -lpcre2-8 -lcjson -lutf8proc -lpthread -o fuzz_query
 *   ./fuzz_query -max_len=512 corpus
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz/fuzz_query.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct store *st;
	char text[2048];

	if (!st)
		st = store_new();
	if (size >= sizeof(text))
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	(void)fuzz_query(text, st, 1768478400000);
	return 0;
}
