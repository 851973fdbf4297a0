/*
 * Small things the desk remembers from one session to the next, in one file of its own
 * (desk.ini in the state folder, never the user's configuration): saved filters, what was
 * typed into the prompts, how tables are set up. No secret is ever among them.
 *
 * The file is replaced whole, by rename, with mode 0600. Other desks write it too, and people:
 * under a lock it is read again, and only what changed here is changed in it. Every other line
 * stays, with comments, sections of other versions, and lines that cannot be read; the first of
 * those is named once.
 */
#ifndef PEPAYTOP_APP_REMEMBER_H
#define PEPAYTOP_APP_REMEMBER_H

#include "app/screen.h"
#include "base/log.h"

#define REMEMBER_FILE "desk.ini"
#define REMEMBER_MAX  (256 * 1024) /* bytes of the file */

struct remember;

/* `dir` is made when it is first written to; NULL: nothing is read or written. The log may be NULL.
 */
struct remember *remember_new(const char *dir, struct log *log);
void remember_free(struct remember *r);
/* Into the prompts and panes of a screen that was just made. No file is no failure. */
void remember_load(struct remember *r, struct screen *s);
/* "desk.ini line 7: no name and filter; it is passed over"; "" nothing is wrong. */
const char *remember_complaint(const struct remember *r);
/* Writes when something changed since; once it failed, says so once and tries again only when
 * something changes. */
must_check enum status remember_save(struct remember *r, const struct screen *s,
				     struct problem *reterr);

/* What this desk has to remember as the text of a file, and back; for the two above, and for
 * tests. */
void remember_write(const struct screen *s, struct strbuf *ret);
void remember_read(struct remember *r, struct screen *s, const char *text, size_t len);

#endif
