/*
 * The inside of what is remembered: text in remember.c, the file in remember_file.c.
 */
#ifndef PEPAYTOP_APP_REMEMBER_PARTS_H
#define PEPAYTOP_APP_REMEMBER_PARTS_H

#include "app/remember.h"

struct remember {
	char *dir; /* NULL: nothing is read or written */
	struct log *log;
	struct strbuf kept;    /* lines of sections this build does not know */
	struct strbuf written; /* the text on disk, as far as known */
	struct strbuf refused; /* what could not be written last */
	bool failed;
	size_t bad; /* lines passed over */
};

#endif
