/*
 * The inside of what is remembered: text in remember.c, what changed into what is there in
 * remember_merge.c, the file in remember_file.c.
 */
#ifndef PEPAYTOP_APP_REMEMBER_PARTS_H
#define PEPAYTOP_APP_REMEMBER_PARTS_H

#include "app/remember.h"
#include "base/strbuf.h"

struct remember {
	char *dir; /* NULL: nothing is read or written */
	struct log *log;
	struct strbuf saved;   /* of this desk, when it was last read or written */
	struct strbuf refused; /* what could not be written last */
	bool failed;
	char complaint[160]; /* of the first line that was passed over; "" none was */
};

/* --- remember.c: sections ------------------------------------------------------------------- */
enum {
	SECTION_NONE = -1,
	SECTION_FILTERS,
	SECTION_TABLES,
	SECTION_HISTORY /* + enum prompt_kind */
};
/* Of a line "[name]"; SECTION_NONE: another version's. */
int remember_section(const char *line, size_t len);
const char *remember_section_name(int section);
bool remember_is_secret(const char *text);

/* --- remember_merge.c --------------------------------------------------------------------------
 */
/* What is `there` with what changed here from `before` to `now`; appends. */
void remember_merge(const struct strbuf *before, const struct strbuf *now,
		    const struct strbuf *there, struct strbuf *ret);

#endif
