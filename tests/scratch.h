/* Where tests make their files: TMPDIR, which the runners put into memory, else /tmp. */
#ifndef PEPAYTOP_TESTS_SCRATCH_H
#define PEPAYTOP_TESTS_SCRATCH_H

#include <stdio.h>
#include <stdlib.h>

static inline void scratch_path(char *buf, size_t cap, const char *name)
{
	const char *dir = getenv("TMPDIR");

	if (snprintf(buf, cap, "%s/%s", dir && *dir ? dir : "/tmp", name) >= (int)cap)
		abort();
}

/* An empty file; its descriptor. The name ends with six X. */
static inline int scratch_file(char *path, size_t cap, const char *name)
{
	scratch_path(path, cap, name);
	return mkstemp(path);
}

#endif
