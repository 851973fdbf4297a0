#include "app/cmdline.h"

#include "base/strbuf.h"
#include "ui/keymap.h"

#include <string.h>
#include <strings.h>

#define NEAR_MAX 2 /* edits between a name and what was typed */

struct line_row {
	enum line_kind kind;
	const char *name, *arg;
	enum line_arg what;
	bool optional;
	const char *help;
};

static const struct line_row ROWS[] = {
#define X(constant, name, arg, what, optional, help) {constant, name, arg, what, optional, help},
	LINE_COMMANDS(X)
#undef X
};
#define ROW_COUNT (sizeof(ROWS) / sizeof(ROWS[0]))

/* Short names that fingers know from elsewhere. */
static const struct {
	const char *name;
	enum command command;
} ALIASES[] = {{"q", CMD_QUIT}, {"q!", CMD_QUIT_NOW}, {"h", CMD_HELP}, {"exit", CMD_QUIT}};

static const struct command_info *key_command(enum command c, unsigned contexts)
{
	const struct command_info *info = &command_table()[c];

	return c != CMD_NONE && info->name && (info->contexts & contexts) ? info : NULL;
}

/* A name is in the line's own table, or a key's; the line's own come first. */
static bool is_row_name(const char *name)
{
	for (size_t i = 0; i < ROW_COUNT; i++)
		if (str_equal(ROWS[i].name, name))
			return true;
	return false;
}

struct typed {
	const char *s;
	size_t len, at;
};

static struct typed first_word(const char *text)
{
	struct typed w = {.at = strspn(text, " \t:")};

	w.s = text + w.at;
	w.len = strcspn(w.s, " \t");
	return w;
}

static bool word_is(const struct typed *w, const char *name)
{
	return strlen(name) == w->len && strncasecmp(w->s, name, w->len) == 0;
}

static bool word_begins(const struct typed *w, const char *name)
{
	return strncasecmp(w->s, name, w->len) == 0;
}

/* --- which command -----------------------------------------------------------------------------
 */

struct choice {
	const struct line_row *row; /* or */
	enum command command;
	size_t count;
};

static void choose(struct choice *c, const struct line_row *row, enum command command)
{
	if (c->count++ == 0) {
		c->row = row;
		c->command = command;
	}
}

static struct choice choose_where(const struct typed *w, unsigned contexts,
				  bool (*fits)(const struct typed *w, const char *name))
{
	struct choice c = {.row = NULL};

	for (size_t i = 0; i < ROW_COUNT; i++)
		if (fits(w, ROWS[i].name))
			choose(&c, &ROWS[i], CMD_NONE);
	for (int k = CMD_NONE + 1; k < COMMAND_COUNT; k++) {
		const struct command_info *info = key_command((enum command)k, contexts);

		if (info && fits(w, info->name) && !is_row_name(info->name))
			choose(&c, NULL, (enum command)k);
	}
	return c;
}

static struct choice choose_command(const struct typed *w, unsigned contexts)
{
	struct choice c = choose_where(w, contexts, word_is);

	for (size_t i = 0; i < sizeof(ALIASES) / sizeof(ALIASES[0]) && c.count == 0; i++)
		if (word_is(w, ALIASES[i].name))
			choose(&c, NULL, ALIASES[i].command);
	return c.count ? c : choose_where(w, contexts, word_begins);
}

/* Edits from one to the other, as far as they matter. */
static size_t distance(const char *a, size_t n, const char *b)
{
	size_t m = strlen(b), row[32], diagonal;

	if (n > 30 || m > 30)
		return SIZE_MAX;
	for (size_t j = 0; j <= m; j++)
		row[j] = j;
	for (size_t i = 1; i <= n; i++) {
		diagonal = row[0];
		row[0] = i;
		for (size_t j = 1; j <= m; j++) {
			size_t change = diagonal + (a[i - 1] != b[j - 1]);

			diagonal = row[j];
			row[j] = row[j] < row[j - 1] ? row[j] + 1 : row[j - 1] + 1;
			row[j] = change < row[j] ? change : row[j];
		}
	}
	return row[m];
}

static const char *nearest_name(const struct typed *w, unsigned contexts)
{
	const char *best = NULL;
	size_t least = NEAR_MAX + 1;

	for (size_t i = 0; i < ROW_COUNT; i++) {
		size_t d = distance(w->s, w->len, ROWS[i].name);

		if (d < least) {
			least = d;
			best = ROWS[i].name;
		}
	}
	for (int k = CMD_NONE + 1; k < COMMAND_COUNT; k++) {
		const struct command_info *info = key_command((enum command)k, contexts);
		size_t d = info ? distance(w->s, w->len, info->name) : SIZE_MAX;

		if (d < least) {
			least = d;
			best = info->name;
		}
	}
	return best;
}

static enum status refuse_word(const struct typed *w, const struct choice *c, unsigned contexts,
			       struct problem *reterr)
{
	const char *near = nearest_name(w, contexts);
	struct choice elsewhere = choose_where(w, ~0u, word_is);

	if (c->count > 1)
		return problem_set(reterr, E_INVALID, "Tab shows them",
				   "%zu commands begin with '%.*s'", c->count, (int)w->len, w->s);
	if (elsewhere.count)
		return problem_set(reterr, E_INVALID, NULL, "'%.*s' means nothing here",
				   (int)w->len, w->s);
	return problem_set(reterr, E_INVALID, near ? NULL : "Tab shows what there is",
			   "no command is called '%.*s'%s%s%s", (int)(w->len < 40 ? w->len : 40),
			   w->s, near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
}

enum status line_parse(const char *text, unsigned contexts, struct line *ret, size_t *ret_at,
		       struct problem *reterr)
{
	struct typed w = first_word(text);
	struct line line = {.kind = LINE_NOTHING, .arg = ""};
	struct choice c;
	const char *end = text + strlen(text);

	if (w.len == 0) {
		*ret = line;
		return S_OK;
	}
	c = choose_command(&w, contexts);
	line.arg = w.s + w.len + strspn(w.s + w.len, " \t");
	while (end > line.arg && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	line.arg_at = (size_t)(line.arg - text);
	line.arg_len = (size_t)(end - line.arg);
	if (ret_at)
		*ret_at = w.at;
	if (c.count != 1)
		return refuse_word(&w, &c, contexts, reterr);
	if (ret_at)
		*ret_at = line.arg_at;
	line.kind = c.row ? c.row->kind : LINE_KEY;
	line.command = c.command;
	if (line.arg_len > 0 && (!c.row || c.row->what == ARG_NONE))
		return problem_set(reterr, E_INVALID, NULL, "'%s' takes nothing",
				   c.row ? c.row->name : command_table()[c.command].name);
	if (line.arg_len == 0 && c.row && !c.row->optional)
		return problem_set(reterr, E_INVALID, c.row->help, "'%s' wants: %s", c.row->name,
				   c.row->arg);
	*ret = line;
	return S_OK;
}

bool line_help(const char *text, unsigned contexts, struct safe_text *ret)
{
	struct typed w = first_word(text);
	struct choice c;

	if (w.len == 0)
		return false;
	c = choose_command(&w, contexts);
	if (c.count != 1)
		return false;
	if (c.row)
		safe_text_fmt(ret, "%s%s%s: %s", c.row->name, c.row->arg[0] ? " " : "", c.row->arg,
			      c.row->help);
	else
		safe_text_fmt(ret, "%s: %s", command_table()[c.command].name,
			      command_table()[c.command].help);
	return true;
}

/* --- completing ----------------------------------------------------------------------------------
 */

static void offer(struct completions *ret, const char *prefix, size_t len, const char *text,
		  const char *help)
{
	struct completion *it;

	if (ret->count == COMPLETIONS_MAX || strncasecmp(text, prefix, len) != 0)
		return;
	it = &ret->items[ret->count++];
	(void)str_copy(it->text, sizeof(it->text), text);
	(void)str_copy(it->help, sizeof(it->help), help);
}

static void offer_commands(const struct typed *w, size_t len, const struct line_world *world,
			   struct completions *ret)
{
	char text[64];

	for (size_t i = 0; i < ROW_COUNT; i++) {
		(void)str_printf(text, sizeof(text), "%s%s", ROWS[i].name,
				 ROWS[i].arg[0] ? " " : "");
		offer(ret, w->s, len, text, ROWS[i].help);
	}
	for (int k = CMD_NONE + 1; k < COMMAND_COUNT; k++) {
		const struct command_info *info = key_command((enum command)k, world->contexts);

		if (info && !is_row_name(info->name))
			offer(ret, w->s, len, info->name, info->help);
	}
}

static void offer_all(const char *const *names, const char *prefix, size_t len,
		      struct completions *ret)
{
	for (size_t i = 0; names && names[i]; i++)
		offer(ret, prefix, len, names[i], "");
}

static void offer_saved(const struct named_filters *n, const char *prefix, size_t len,
			const char *mark, struct completions *ret)
{
	char text[NAMED_NAME_CAP + 2];

	for (size_t i = 0; n && i < n->count; i++) {
		(void)str_printf(text, sizeof(text), "%s%s", mark, n->items[i].name);
		offer(ret, prefix, len, text, n->items[i].text);
	}
}

/* A filter's own completions, moved to where the filter stands in the line. */
static void offer_filter(const char *text, size_t from, size_t at, const struct line_world *w,
			 struct completions *ret)
{
	size_t word = at;

	while (word > from && !strchr(" \t(|!-", text[word - 1]))
		word--;
	if (text[word] == '@') {
		ret->from = word;
		offer_saved(w->names, text + word, at - word, "@", ret);
		return;
	}
	if (!w->store)
		return;
	query_complete(text + from, at - from, w->store, w->kind, ret);
	ret->from += from;
}

void filter_complete(const char *text, size_t at, const struct line_world *w,
		     struct completions *ret)
{
	ret->count = 0;
	ret->from = at;
	offer_filter(text, 0, at, w, ret);
}

void line_complete(const char *text, size_t at, const struct line_world *w, struct completions *ret)
{
	struct typed first = first_word(text);
	size_t arg = first.at + first.len;
	struct choice c;

	ret->count = 0;
	ret->from = first.at;
	if (at < first.at)
		return;
	if (at <= arg) {
		offer_commands(&first, at - first.at, w, ret);
		return;
	}
	arg += strspn(text + arg, " \t");
	arg = arg < at ? arg : at;
	c = choose_command(&first, w->contexts);
	ret->from = arg;
	if (c.count != 1 || !c.row)
		return;
	switch (c.row->what) {
	case ARG_FILTER:
		offer_filter(text, arg, at, w, ret);
		break;
	case ARG_SAVED:
	case ARG_NEW:
		offer_saved(w->names, text + arg, at - arg, "", ret);
		break;
	case ARG_COLUMN:
		ret->from += arg < at && text[arg] == '-';
		offer_all(w->columns, text + ret->from, at - ret->from, ret);
		break;
	case ARG_THEME:
		offer_all(w->themes, text + arg, at - arg, ret);
		break;
	case ARG_NONE:
	case ARG_REF:
	case ARG_TEXT:
	case ARG_CUSTOMER:
		break;
	}
}
