#include "base/alloc.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EXIT_OUT_OF_MEMORY 70
#define ARRAY_FIRST_CAP    8

/* The one mutable global here: memory can run out where no context is at hand. */
static void (*failure_hook)(void);

void alloc_on_failure(void (*hook)(void))
{
	failure_hook = hook;
}

static _Noreturn void out_of_memory(void)
{
	static const char line[] = "pepay: out of memory\n";
	void (*hook)(void) = failure_hook;

	failure_hook = NULL;
	if (hook)
		hook();
	if (write(STDERR_FILENO, line, sizeof(line) - 1) < 0)
		_exit(EXIT_OUT_OF_MEMORY);
	_exit(EXIT_OUT_OF_MEMORY);
}

static size_t size_product(size_t count, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(count, size, &bytes) || bytes > PTRDIFF_MAX)
		out_of_memory();
	return bytes;
}

void *xmalloc(size_t size)
{
	void *p = size > PTRDIFF_MAX ? NULL : malloc(size ? size : 1);

	if (!p)
		out_of_memory();
	return p;
}

void *xcalloc(size_t count, size_t size)
{
	size_t bytes = size_product(count, size);
	void *p = calloc(1, bytes ? bytes : 1);

	if (!p)
		out_of_memory();
	return p;
}

void *xrealloc(void *p, size_t count, size_t size)
{
	size_t bytes = size_product(count, size);
	void *grown = realloc(p, bytes ? bytes : 1);

	if (!grown)
		out_of_memory();
	return grown;
}

char *xstrdup(const char *s)
{
	return xmemdup0(s, strlen(s));
}

char *xmemdup0(const void *p, size_t len)
{
	char *copy;

	if (len == SIZE_MAX)
		out_of_memory();
	copy = xmalloc(len + 1);
	if (len)
		memcpy(copy, p, len);
	copy[len] = '\0';
	return copy;
}

void array_reserve(void **items, size_t *cap, size_t need, size_t element_size)
{
	size_t grown = *cap ? *cap : ARRAY_FIRST_CAP;

	if (need <= *cap)
		return;
	while (grown < need)
		grown = grown > SIZE_MAX / 2 ? need : grown * 2;
	*items = xrealloc(*items, grown, element_size);
	*cap = grown;
}
