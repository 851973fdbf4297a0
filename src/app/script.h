/*
 * The application driven by a script instead of a person. One step a line:
 *
 *   wait events>=50          until a number the host knows fits (= != < <= > >=), or fails after
 *   wait state=live          the timeout; `wait text="Cancel order"` until the screen shows it
 *   timeout 10s              for the waits that follow; default 20s
 *   key Tab                  a key by name; `key j 5` five times
 *   type /status:paid        each character as a key
 *   snapshot PATH            the screen as text into a file ("-": stdout)
 *   styled PATH              the same with its map of roles
 *   objects PATH             every object known, a JSON line each: kind, id, status; sorted
 *   incidents PATH           every incident of the proof ledger, a JSON line each; oldest first
 *   resize 80x24
 *   clock +30s               moves a frozen clock
 *   expect text="…"          fails at once when the screen does not show it
 *   reject text="…"          fails when it does
 *   sleep 200ms              real time; for demonstrations, not for tests
 *   print events proof       those values, a line each, on stdout: `events 50`
 *   follow                   from here on the steps come from standard input, as they are written
 *   quit                     leaves with status 0
 *
 * Blank lines and lines that begin with # are skipped. A failed step names its line.
 */
#ifndef PEPAYTOP_APP_SCRIPT_H
#define PEPAYTOP_APP_SCRIPT_H

#include "base/when.h"
#include "ui/key.h"

struct script;

/* What a script can have written down. The screen is painted first if stale. */
enum script_text { TEXT_SCREEN, TEXT_STYLED, TEXT_OBJECTS, TEXT_INCIDENTS };

/* What a script can do to the application. */
struct script_host {
	void *ctx;
	/* A number by name ("events", "invoices", "rows", …) or a word ("state", "focus",
	 * "outcome"). false: no such name. For words *ret_word is set, for numbers it is NULL. */
	bool (*value)(void *ctx, const char *name, int64_t *ret_number, const char **ret_word);
	char *(*text)(void *ctx, enum script_text what); /* caller frees */
	void (*key)(void *ctx, struct key k);
	void (*resize)(void *ctx, int width, int height);
	enum status (*advance)(void *ctx,
			       int64_t ms); /* the frozen clock; E_UNSUPPORTED otherwise */
};

must_check enum status script_load(const char *path, struct script **ret, struct problem *reterr);
must_check enum status script_parse(const char *text, struct script **ret, struct problem *reterr);
void script_free(struct script *s);

enum script_result { SCRIPT_WAIT, SCRIPT_AGAIN, SCRIPT_QUIT, SCRIPT_FAILED };
/*
 * Does one step. WAIT: nothing to do until something changes or *ret_wait_ms passed; AGAIN: call
 * again after the application has had its turn; FAILED: the problem names line and reason.
 * real_mono_ms is the machine's clock even when the application's is frozen. A script that ends
 * without `quit` quits.
 */
enum script_result script_step(struct script *s, const struct script_host *host,
			       int64_t real_mono_ms, int64_t *ret_wait_ms, struct problem *reterr);

#endif
