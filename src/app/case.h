/*
 * A case (product N7): what happened to one object, as a note to paste and as a
 * bundle of evidence that opens again in the program. Personal data is masked by
 * stand-ins, secrets are not in it.
 *
 * The bundle is a zip: note.txt, story.txt, case.json (what it is of), events.ndjson
 * (every event known, with its body, masked), objects.json (the last state of each
 * object, masked), SHA256SUMS.
 */
#ifndef PEPAYTOP_APP_CASE_H
#define PEPAYTOP_APP_CASE_H

#include "base/strbuf.h"
#include "model/attention.h"
#include "model/subject.h"

#define CASE_PATH_CAP 512
#define CASE_DIR_CAP  384

struct case_of {
	const struct store *store;
	const struct subject *subject;
	const struct attention *attention; /* may be NULL */
	const char *server;                /* "api.pepay.io" */
	const char *environment;           /* "devnet" */
	int64_t now_ms;                    /* wall, as the screen shows it */
};

/* The folder of the cases: $XDG_DATA_HOME/pepaytop/cases or ~/.local/share/pepaytop/cases.
 * E_NOT_FOUND without a home directory. */
must_check enum status case_dir(char ret[CASE_DIR_CAP], const char *(*env)(const char *name),
				struct problem *reterr);
/*
 * Writes the bundle into `dir`, which is made when need be (0700); the file is new and the
 * owner's alone (0600). *ret_path says where it is.
 */
must_check enum status case_write(const struct case_of *c, const char *dir,
				  char ret_path[CASE_PATH_CAP], struct problem *reterr);
/* The note alone, for pasting; `personal`: people are named. Appends. */
void case_note(const struct case_of *c, bool personal, struct strbuf *ret);

/* --- opening one ------------------------------------------------------------------- */

struct case_file; /* a bundle that was read */

/* E_NOT_FOUND, E_INVALID, E_LIMIT, E_UNSUPPORTED, E_IO, each with what is wrong. */
must_check enum status case_open(const char *path, struct case_file **ret, struct problem *reterr);
void case_close(struct case_file *c);

const struct subject *case_subject(const struct case_file *c);
const char *case_server(const struct case_file *c);
const char *case_environment(const struct case_file *c);
int64_t case_made_ms(const struct case_file *c); /* the moment it shows */
/* The next message that fills a store, the caller's, with the time it came; NULL: no more. */
struct msg *case_take(struct case_file *c, int64_t *ret_at_ms);
/* What the history would answer, as far as the bundle knows: one message, the caller's. */
struct msg *case_answer(struct case_file *c, const struct request *rq);

#endif
