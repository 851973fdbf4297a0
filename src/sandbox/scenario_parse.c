/* A scenario as a whole: its lines, and the statements about all of it. */
#include "sandbox/scenario_parse.h"

#include "base/alloc.h"
#include "base/strbuf.h"
#include "base/text.h"

#define LINE_MAX_BYTES 1000
#define RATE_MIN       0.01
#define RATE_MAX       10000.0

/* --- statements about the whole ---------------------------------------------------------- */

static enum status parse_name(struct parse *p)
{
	const struct token *name = parse_take(p), *title = parse_take(p);

	if (p->named)
		return parse_error(p, NULL, "a file holds one scenario");
	if (!name || !parse_is_name(name->text))
		return parse_error(p, NAME_RULE, "'%s' is no name for a scenario",
				   name ? name->text : "");
	if (!title || !title->quoted || !*title->text)
		return parse_error(p, "scenario NAME \"TITLE\"", "the title is missing");
	if (strlen(title->text) >= SCENARIO_TITLE_CAP)
		return parse_error(p, NULL, "a title has at most %d bytes", SCENARIO_TITLE_CAP - 1);
	str_copy(p->s->name, sizeof(p->s->name), name->text);
	str_copy(p->s->title, sizeof(p->s->title), title->text);
	p->named = true;
	return parse_end(p);
}

static enum status parse_seed(struct parse *p)
{
	const struct token *t = parse_take(p);
	int64_t n;

	if (p->seed_said)
		return parse_error(p, NULL, "seed is said twice");
	if (!t || value_whole(t->text, 1, INT64_MAX, &n) != S_OK)
		return parse_error(p, "1 to 999999999999999", "'%s' is no seed", t ? t->text : "");
	p->s->seed = (uint64_t)n;
	p->seed_said = true;
	return parse_end(p);
}

static enum status parse_past(struct parse *p)
{
	if (p->past_said)
		return parse_error(p, NULL, "past is said twice");
	p->past_said = true;
	p->s->past = parse_takes(p, "day");
	if (!p->s->past && !parse_takes(p, "none"))
		return parse_error(p, "none or day", "which past?");
	return parse_end(p);
}

static enum status take_mix(struct parse *p)
{
	int64_t sum = 0;

	while (parse_peek(p)) {
		const struct token *name = parse_take(p), *t = parse_take(p);
		int cast = 0;
		int64_t n;

		while (cast < CASTS && !str_equal(casts[cast].name, name->text))
			cast++;
		if (cast == CASTS)
			return parse_error(p, "invoices, orders, payouts, kyc",
					   "mix knows nothing of '%s'", name->text);
		if (!t || value_whole(t->text, 0, 1000, &n) != S_OK)
			return parse_error(p, "0 to 1000", "how many %s?", name->text);
		p->s->mix[cast] = (int)n;
		sum += n;
	}
	return sum ? S_OK : parse_error(p, "invoices 5 orders 2", "mix of what?");
}

/* "50/s" or "30/m" */
static bool read_rate(const char *text, double *ret)
{
	size_t len = strspn(text, "0123456789.");
	char *end;
	double rate = strtod(text, &end);

	if (!len || end != text + len || (!str_equal(end, "/s") && !str_equal(end, "/m")))
		return false;
	*ret = end[1] == 'm' ? rate / 60 : rate;
	return *ret >= RATE_MIN && *ret <= RATE_MAX;
}

/* rate 50/s [mix invoices 5 orders 2] */
static enum status parse_rate(struct parse *p)
{
	const struct token *t = parse_take(p);

	if (p->s->rate > 0)
		return parse_error(p, NULL, "rate is said twice");
	if (!t || !read_rate(t->text, &p->s->rate))
		return parse_error(p, "0.01/s to 10000/s, or so many a minute (30/m)",
				   "'%s' is no rate", t ? t->text : "");
	return parse_takes(p, "mix") ? take_mix(p) : parse_end(p);
}

static enum status parse_statement(struct parse *p)
{
	static const struct {
		const char *word;
		enum status (*parse)(struct parse *p);
	} statements[] = {{"seed", parse_seed}, {"past", parse_past}, {"rate", parse_rate}};

	if (p->indented && p->block)
		return parse_cue(p);
	if (p->block && !p->s->blocks[p->block].count)
		return parse_error(p, NULL,
				   "the `every` above has nothing to do: indent its lines");
	p->block = 0;
	if (parse_takes(p, "scenario"))
		return parse_name(p);
	if (!p->named)
		return parse_error(p, "scenario NAME \"TITLE\"",
				   "the first line must name the scenario");
	for (size_t i = 0; i < sizeof(statements) / sizeof(statements[0]); i++)
		if (parse_takes(p, statements[i].word))
			return statements[i].parse(p);
	return parse_cue(p);
}

static enum status parse_line(struct parse *p, const char *line, size_t len)
{
	enum status st;

	p->line++;
	if (len && line[len - 1] == '\r')
		len--;
	if (len > LINE_MAX_BYTES)
		return parse_error(p, NULL, "a line has at most %d bytes", LINE_MAX_BYTES);
	if (!utf8_valid(line, len))
		return parse_error(p, NULL, "this is not UTF-8");
	for (size_t i = 0; i < len; i++)
		if (((unsigned char)line[i] < ' ' && line[i] != '\t') || line[i] == 0x7f)
			return parse_error(p, NULL, "a control character has no place here");
	st = parse_tokens(p, line, len);
	return st == S_OK && p->count ? parse_statement(p) : st;
}

static enum status parse_whole(struct parse *p, const char *text, size_t len)
{
	enum status st = S_OK;
	size_t at = 0;

	parse_add_block(p);
	while (st == S_OK && at < len) {
		const char *feed = memchr(text + at, '\n', len - at);
		size_t n = feed ? (size_t)(feed - text) - at : len - at;

		st = parse_line(p, text + at, n);
		at += n + 1;
	}
	if (st == S_OK && !p->named)
		st = parse_error(p, "scenario NAME \"TITLE\"", "the scenario has no name");
	if (st == S_OK && p->block && !p->s->blocks[p->block].count)
		st = parse_error(p, NULL, "the `every` above has nothing to do: indent its lines");
	return st;
}

enum status scenario_parse(const char *text, size_t len, const char *origin, struct scenario **ret,
			   struct problem *reterr)
{
	struct parse *p;
	enum status st;

	if (len > SCENARIO_BYTES_MAX)
		return problem_set(reterr, E_LIMIT, NULL, "%s: a scenario has at most %d bytes",
				   origin, SCENARIO_BYTES_MAX);
	p = xcalloc(1, sizeof(*p));
	p->origin = origin;
	p->reterr = reterr;
	p->s = xcalloc(1, sizeof(*p->s));
	st = parse_whole(p, text, len);
	if (st == S_OK)
		*ret = p->s;
	else
		scenario_free(p->s);
	free(p);
	return st;
}

void scenario_free(struct scenario *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->block_count; i++) {
		for (size_t j = 0; j < s->blocks[i].count; j++)
			cue_release(&s->blocks[i].cues[j]);
		free(s->blocks[i].cues);
		free(s->blocks[i].actors);
	}
	free(s->blocks);
	free(s);
}
