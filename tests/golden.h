/*
 * Golden files: what a screen looked like when somebody last looked and agreed.
 *
 * golden_check("ui/dialog-80x24.txt", text) compares text with tests/golden/ui/dialog-80x24.txt;
 * tests run in the top folder. With UPDATE_GOLDEN=1 in the environment the file is written instead:
 * then read the diff before you commit it. A missing file is a failure. Include cmocka.h first.
 */
#ifndef PEPAYTOP_TESTS_GOLDEN_H
#define PEPAYTOP_TESTS_GOLDEN_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define GOLDEN_ROOT     "tests/golden/"
#define GOLDEN_PATH_CAP 512

/* The whole file, or NULL. */
static inline char *golden_read(const char *path)
{
	FILE *f = fopen(path, "rb");
	if (!f)
		return NULL;
	fseek(f, 0, SEEK_END);
	long size = ftell(f);
	rewind(f);
	char *text = malloc((size_t)size + 1);
	assert_non_null(text);
	assert_int_equal(fread(text, 1, (size_t)size, f), size);
	text[size] = '\0';
	fclose(f);
	return text;
}

static inline void golden_make_folders(const char *path)
{
	char folder[GOLDEN_PATH_CAP];
	for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		snprintf(folder, sizeof(folder), "%.*s", (int)(slash - path), path);
		if (mkdir(folder, 0777) < 0)
			assert_int_equal(errno, EEXIST);
	}
}

static inline void golden_write(const char *path, const char *text)
{
	golden_make_folders(path);
	FILE *f = fopen(path, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, strlen(text), f), strlen(text));
	assert_int_equal(fclose(f), 0);
}

/* Shows the first line that differs, so that a failure can be read without a diff. */
static inline void golden_report(const char *path, const char *want, const char *have)
{
	size_t line = 1;
	while (*want && *have) {
		size_t w = strcspn(want, "\n"), h = strcspn(have, "\n");
		if (w != h || memcmp(want, have, w) != 0)
			break;
		want += w + (want[w] == '\n');
		have += h + (have[h] == '\n');
		line++;
	}
	print_error("%s:%zu differs\n  golden: %.*s\n  now:    %.*s\n", path, line,
		    (int)strcspn(want, "\n"), want, (int)strcspn(have, "\n"), have);
	fail_msg("%s is not what is drawn now (UPDATE_GOLDEN=1 accepts it)", path);
}

static inline void golden_check(const char *name, const char *text)
{
	char path[GOLDEN_PATH_CAP];
	const char *update = getenv("UPDATE_GOLDEN");

	snprintf(path, sizeof(path), "%s%s", GOLDEN_ROOT, name);
	if (update && strcmp(update, "1") == 0) {
		golden_write(path, text);
		return;
	}
	char *want = golden_read(path);
	if (!want)
		fail_msg("%s is missing (UPDATE_GOLDEN=1 writes it)", path);
	if (strcmp(want, text) != 0)
		golden_report(path, want, text);
	free(want);
}

#endif
