/* Where the history lies, how much of it is kept, and times as people say them. */
#include "app/config_parts.h"
#include "app/options_values.h"
#include "base/alloc.h"
#include "base/money.h"
#include "base/strbuf.h"

#include <limits.h>

#define DAY_MS        86400000LL
#define KEEP_DEFAULT  (90 * DAY_MS)
#define KEEP_MAX      (100 * 366 * DAY_MS)
#define SIZE_DEFAULT  (2LL << 30)
#define SIZE_MIN      (1LL << 20)
#define SPEED_DEFAULT 1000

char *path_state_dir(const char *(*env)(const char *name))
{
	const char *state = env("XDG_STATE_HOME");
	const char *home = env("HOME");
	struct strbuf sb;
	strbuf_init(&sb, 2 * PATH_MAX);
	/* A relative path in either is to be ignored (XDG base directories, 0.8). */
	if (state != NULL && state[0] == '/')
		strbuf_addf(&sb, "%s/pepaytop", state);
	else if (home != NULL && home[0] == '/')
		strbuf_addf(&sb, "%s/.local/state/pepaytop", home);
	else
		return NULL;
	return strbuf_take(&sb);
}

enum status value_bytes(const char *text, int64_t *ret)
{
	static const struct {
		char letter;
		int shift;
	} UNITS[] = {{'K', 10}, {'M', 20}, {'G', 30}, {'T', 40}};
	size_t len = strlen(text);
	int shift = 0;
	uint64_t number = 0;
	for (size_t i = 0; len > 0 && i < sizeof(UNITS) / sizeof(UNITS[0]); i++)
		if (text[len - 1] == UNITS[i].letter || text[len - 1] == UNITS[i].letter + 32)
			shift = UNITS[i].shift;
	char *digits = xmemdup0(text, shift ? len - 1 : len);
	enum status st = value_uint64(digits, &number);
	free(digits);
	if (st != S_OK)
		return st;
	if (number > (uint64_t)INT64_MAX >> shift)
		return E_LIMIT;
	*ret = (int64_t)(number << shift);
	return S_OK;
}

/* "14:02" or "14:02:30", since midnight. */
static enum status of_day(const char *text, int64_t *ret)
{
	char full[40];
	size_t len = strlen(text);
	if (len != 5 && len != 8)
		return E_INVALID;
	(void)str_printf(full, sizeof(full), "1970-01-01T%s%sZ", text, len == 5 ? ":00" : "");
	return when_parse(full, ret);
}

enum status when_asked_parse(const char *text, struct when_asked *ret)
{
	struct when_asked w = {.given = true};
	size_t len = strlen(text);
	if (when_parse(text, &w.ms) == S_OK) {
		*ret = w;
		return S_OK;
	}
	w.is_of_day = of_day(text, &w.ms) == S_OK;
	/* A bare number could be anything; a unit says that it is a time ago. */
	w.is_ago = !w.is_of_day && len > 0 && strchr("smhd", text[len - 1]) != NULL &&
		   when_parse_duration(text, &w.ms) == S_OK;
	if (!w.is_of_day && !w.is_ago)
		return E_INVALID;
	*ret = w;
	return S_OK;
}

int64_t when_asked_at(const struct when_asked *w, int64_t now_ms)
{
	int64_t at;
	if (!w->given)
		return TIME_NONE;
	if (w->is_ago)
		return w->ms < now_ms ? now_ms - w->ms : 0;
	if (!w->is_of_day)
		return w->ms;
	at = now_ms - now_ms % DAY_MS + w->ms;
	return at <= now_ms ? at : at - DAY_MS;
}

static enum status config_keep(struct config *c, const struct options *o, struct problem *reterr)
{
	c->keep_ms = KEEP_DEFAULT;
	c->keep_bytes = SIZE_DEFAULT;
	if (o->keep != NULL &&
	    (when_parse_duration(o->keep, &c->keep_ms) != S_OK || c->keep_ms > KEEP_MAX))
		return problem_set(reterr, E_INVALID, "like 90d or 12h; 0 keeps everything",
				   "--keep: '%.40s' is not a duration", o->keep);
	if (o->keep_size == NULL)
		return S_OK;
	if (value_bytes(o->keep_size, &c->keep_bytes) != S_OK)
		return problem_set(reterr, E_INVALID, "like 500M or 2G; 0 is no limit",
				   "--keep-size: '%.40s' is not a size", o->keep_size);
	if (c->keep_bytes != 0 && c->keep_bytes < SIZE_MIN)
		return problem_set(reterr, E_INVALID, "at least 1M; 0 is no limit",
				   "--keep-size: %.40s would hold next to nothing", o->keep_size);
	return S_OK;
}

static enum status config_from(struct config *c, const struct options *o, struct problem *reterr)
{
	const char *text = o->run == RUN_VERIFY ? o->since : o->from;
	if (text == NULL || when_asked_parse(text, &c->from) == S_OK)
		return S_OK;
	return problem_set(reterr, E_INVALID, "like 2026-01-15T12:00:00Z, 14:02 (UTC), or 2h (ago)",
			   "--%s: '%.40s' is not a time", o->run == RUN_VERIFY ? "since" : "from",
			   text);
}

enum status config_history(struct config *c, const struct options *o,
			   const char *(*env)(const char *name), struct problem *reterr)
{
	enum status st = config_keep(c, o, reterr);
	if (st == S_OK)
		st = config_from(c, o, reterr);
	if (st != S_OK)
		return st;
	c->speed_milli = SPEED_DEFAULT;
	if (c->speed != NULL)
		(void)!money_parse_decimal(c->speed, 3, &c->speed_milli);
	c->history = o->history != NULL ? xstrdup(o->history) : NULL;
	c->no_history = o->no_history != NULL || (o->script != NULL && o->history == NULL &&
						  (o->run == RUN_WATCH || o->run == RUN_DEMO));
	c->state_dir = path_state_dir(env);
	if (c->state_dir == NULL && c->history == NULL && !c->no_history && o->run != RUN_DEMO)
		return problem_set(reterr, E_INVALID,
				   "--history FILE says where; --no-history does without",
				   "there is no home directory to keep the history in: HOME is "
				   "not set");
	return S_OK;
}
