/* A line as words, and what can be said about a bad one. */
#include "sandbox/scenario_parse.h"

#include "base/strbuf.h"

enum status parse_error(struct parse *p, const char *allowed, const char *fmt, ...)
{
	char what[200];
	va_list ap;

	va_start(ap, fmt);
	str_vprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	return problem_set(p->reterr, E_INVALID, allowed, "%s:%d: %s", p->origin, p->line, what);
}

const struct token *parse_peek(const struct parse *p)
{
	return p->at < p->count ? &p->tokens[p->at] : NULL;
}

const struct token *parse_take(struct parse *p)
{
	return p->at < p->count ? &p->tokens[p->at++] : NULL;
}

bool parse_takes(struct parse *p, const char *word)
{
	const struct token *t = parse_peek(p);

	if (!t || t->quoted || !str_equal(t->text, word))
		return false;
	p->at++;
	return true;
}

enum status parse_end(struct parse *p)
{
	const struct token *t = parse_peek(p);

	return t ? parse_error(p, NULL, "'%s' is too much here", t->text) : S_OK;
}

/* --- tokens ---------------------------------------------------------------------------- */

static bool is_space(char c)
{
	return c == ' ' || c == '\t';
}

/* From after the opening quote; *at ends after the closing one. */
static enum status take_quoted(struct parse *p, const char *line, size_t len, size_t *at,
			       struct token *t)
{
	size_t n = 0;

	t->quoted = true;
	for (; *at < len && line[*at] != '"'; ++*at) {
		if (line[*at] == '\\' && *at + 1 < len)
			++*at;
		if (n + 1 >= TOKEN_CAP)
			return parse_error(p, NULL, "a text has at most %d bytes", TOKEN_CAP - 1);
		t->text[n++] = line[*at];
	}
	t->text[n] = '\0';
	if (*at == len)
		return parse_error(p, NULL, "the closing \" is missing");
	++*at;
	return *at < len && !is_space(line[*at])
		       ? parse_error(p, NULL, "a space is missing after the closing \"")
		       : S_OK;
}

static enum status take_bare(struct parse *p, const char *line, size_t len, size_t *at,
			     struct token *t)
{
	size_t n = 0;

	t->quoted = false;
	for (; *at < len && !is_space(line[*at]); ++*at) {
		if (n + 1 >= TOKEN_CAP)
			return parse_error(p, NULL, "a word has at most %d bytes", TOKEN_CAP - 1);
		t->text[n++] = line[*at];
	}
	t->text[n] = '\0';
	return S_OK;
}

enum status parse_tokens(struct parse *p, const char *line, size_t len)
{
	size_t at = 0;

	p->count = p->at = 0;
	p->indented = len && is_space(line[0]);
	for (;;) {
		enum status st;

		while (at < len && is_space(line[at]))
			at++;
		if (at == len || line[at] == '#')
			return S_OK;
		if (p->count == TOKENS_MAX)
			return parse_error(p, NULL, "a line has at most %d words", TOKENS_MAX);
		if (line[at] == '"') {
			at++;
			st = take_quoted(p, line, len, &at, &p->tokens[p->count]);
		} else {
			st = take_bare(p, line, len, &at, &p->tokens[p->count]);
		}
		if (st != S_OK)
			return st;
		p->count++;
	}
}
