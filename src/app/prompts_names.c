#include "app/prompts_names.h"

#include <ctype.h>
#include <string.h>

static bool is_name_byte(char c)
{
	return isalnum((unsigned char)c) || c == '-' || c == '_';
}

bool named_is_name(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!is_name_byte(s[i]))
			return false;
	return len > 0 && len < NAMED_NAME_CAP && s[0] != '-';
}

static size_t named_index(const struct named_filters *n, const char *name)
{
	size_t i = 0;

	while (i < n->count && strcmp(n->items[i].name, name) != 0)
		i++;
	return i;
}

const char *named_find(const struct named_filters *n, const char *name)
{
	size_t i = named_index(n, name);

	return i < n->count ? n->items[i].text : NULL;
}

enum status named_set(struct named_filters *n, const char *name, const char *text,
		      struct problem *reterr)
{
	size_t i = named_index(n, name);

	if (!named_is_name(name, strlen(name)))
		return problem_set(reterr, E_INVALID,
				   "letters, digits, - and _, at most 31 of them",
				   "'%.40s' cannot be the name of a filter", name);
	if (strlen(text) > PROMPT_MAX)
		return problem_set(reterr, E_INVALID, NULL, "the filter is too long to be kept");
	if (i == n->count) {
		if (n->count == NAMED_MAX)
			return problem_set(reterr, E_LIMIT, ":forget one of them first",
					   "there are %d saved filters already", NAMED_MAX);
		for (i = 0; i < n->count && strcmp(n->items[i].name, name) < 0;)
			i++;
		memmove(&n->items[i + 1], &n->items[i], (n->count - i) * sizeof(n->items[0]));
		n->count++;
		(void)str_copy(n->items[i].name, sizeof(n->items[i].name), name);
	}
	(void)str_copy(n->items[i].text, sizeof(n->items[i].text), text);
	return S_OK;
}

bool named_remove(struct named_filters *n, const char *name)
{
	size_t i = named_index(n, name);

	if (i == n->count)
		return false;
	memmove(&n->items[i], &n->items[i + 1], (n->count - i - 1) * sizeof(n->items[0]));
	n->count--;
	return true;
}

/* --- expanding ----------------------------------------------------------------------------------
 */

/* Bytes of the "@name" at a place where a word may begin; 0: there is none. */
static size_t name_at(const char *text, size_t at)
{
	size_t n = 1;

	if (text[at] != '@' || (at > 0 && !strchr(" \t(|!-", text[at - 1])))
		return 0;
	while (is_name_byte(text[at + n]))
		n++;
	return n > 1 && strchr(" \t)|", text[at + n]) ? n : 0; /* or the end */
}

/* Quotes and patterns hold no names. */
static size_t literal_at(const char *text, size_t at)
{
	char quote = text[at];
	size_t n = 1;

	if (quote != '"' && !(quote == '/' && (at == 0 || strchr(" \t(|!-:", text[at - 1]))))
		return 0;
	while (text[at + n] && text[at + n] != quote)
		n += text[at + n] == '\\' && text[at + n + 1] ? 2 : 1;
	return text[at + n] ? n + 1 : n;
}

struct expansion {
	const struct named_filters *names;
	struct strbuf *out;
	size_t place; /* in: a byte of the expansion; out: of the text it comes from */
	bool placed;
	enum status status;
	size_t bad_at;            /* of the whole text */
	char bad[NAMED_NAME_CAP]; /* a name that nobody knows, or that leads to itself */
};

static void expand(struct expansion *e, const char *text, int depth)
{
	for (size_t i = 0; text[i] && e->status == S_OK;) {
		size_t before = e->out->len, name = name_at(text, i), literal = literal_at(text, i);
		size_t took = name ? name : literal ? literal : 1;
		char key[NAMED_NAME_CAP];
		const char *means;
		bool whole; /* nothing stands beside the name that could bind closer */

		if (name) {
			(void)str_printf(key, sizeof(key), "%.*s", (int)name - 1, text + i + 1);
			means = named_find(e->names, key);
			if (!means || name > NAMED_NAME_CAP || depth == NAMED_DEPTH) {
				e->status = means ? E_LIMIT : E_NOT_FOUND;
				e->bad_at = i;
				(void)str_copy(e->bad, sizeof(e->bad), key);
				return;
			}
			whole = i == 0 && !text[name];
			strbuf_addstr(e->out, whole ? "" : "(");
			expand(e, means, depth + 1);
			strbuf_addstr(e->out, whole ? "" : ")");
			e->bad_at = i; /* where it is at this depth */
		} else {
			strbuf_add(e->out, text + i, took);
		}
		if (depth == 0 && !e->placed && e->place < e->out->len) {
			e->place = name ? i : i + (e->place - before);
			e->placed = true;
		}
		i += took;
	}
}

enum status named_expand(const struct named_filters *n, const char *text, struct strbuf *ret,
			 size_t *ret_at, struct problem *reterr)
{
	struct expansion e = {.names = n, .out = ret, .place = SIZE_MAX};

	expand(&e, text, 0);
	if (e.status == S_OK && !ret->overflow)
		return S_OK;
	if (ret_at)
		*ret_at = e.bad_at;
	if (e.status == E_NOT_FOUND)
		return problem_set(reterr, E_NOT_FOUND, ":save NAME keeps the filter in force",
				   "no filter is saved as @%s", e.bad);
	return problem_set(reterr, E_LIMIT, NULL, "@%s leads to itself, or too far", e.bad);
}

size_t named_place(const struct named_filters *n, const char *text, size_t expanded_at)
{
	struct strbuf sb;
	struct expansion e = {.names = n, .out = &sb, .place = expanded_at};

	strbuf_init(&sb, 65536);
	expand(&e, text, 0);
	strbuf_release(&sb);
	return e.placed ? e.place : strlen(text);
}
