/* Private to clipboard*.c. */
#ifndef PEPAYTOP_APP_CLIPBOARD_PRIV_H
#define PEPAYTOP_APP_CLIPBOARD_PRIV_H

#include "app/clipboard.h"

#define CLIPBOARD_WAIT_MS   1000 /* for a tool, unless told otherwise */
#define CLIPBOARD_PATH_CAP  4096
#define CLIPBOARD_FILE_NAME "pepaytop-copy.txt"

/*
 * Runs a program without a shell, the text as its standard input, and nothing of ours for its
 * output. True when it ended well, or took all of the text and stays to serve it; one that does
 * neither in the time it has is killed.
 */
bool clipboard_run_tool(struct clipboard *c, const char *const *argv, const char *text, size_t len);

/* Into a file of its own, 0600, which takes the place of the last one. */
must_check enum status clipboard_write_file(const char *folder, const char *text, size_t len,
					    char ret_path[CLIPBOARD_PATH_CAP],
					    struct problem *reterr);

#endif
