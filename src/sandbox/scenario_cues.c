/* Lines that happen: when, how often, what. */
#include "sandbox/scenario_parse.h"

#include "base/alloc.h"
#include "base/strbuf.h"

#define TIMES_MAX 1000000

/* --- when ---------------------------------------------------------------------------------- */

#define DURATION_RULE "such as 500ms, 2s, 1m30s, or 3s..8s; at most 366d"

static enum status take_duration(struct parse *p, const char *after, struct span *ret)
{
	const struct token *t = parse_take(p);

	if (!t)
		return parse_error(p, DURATION_RULE, "a duration is missing after %s", after);
	return value_duration_span(t->text, ret) == S_OK
		       ? S_OK
		       : parse_error(p, DURATION_RULE, "'%s' is no duration", t->text);
}

/* at 5s | +5s | nothing: with the line before. */
static enum status take_when(struct parse *p, struct cue *c)
{
	const struct token *t = parse_peek(p);

	if (parse_takes(p, "at")) {
		c->from_start = true;
		return take_duration(p, "at", &c->wait);
	}
	if (!t || t->quoted || t->text[0] != '+')
		return S_OK;
	p->at++;
	return value_duration_span(t->text + 1, &c->wait) == S_OK
		       ? S_OK
		       : parse_error(p, DURATION_RULE, "'%s' is no duration", t->text);
}

static enum status take_chance(struct parse *p, struct cue *c)
{
	const struct token *t;
	char number[8];
	int64_t n;

	if (!parse_takes(p, "chance"))
		return S_OK;
	t = parse_take(p);
	str_printf(number, sizeof(number), "%.*s", t ? (int)strcspn(t->text, "%") : 0,
		   t ? t->text : "");
	if (!t || !str_equal(t->text + strlen(number), "%") ||
	    value_whole(number, 0, 100, &n) != S_OK)
		return parse_error(p, "0% to 100%", "'%s' is no chance", t ? t->text : "");
	c->chance = (unsigned)n;
	return S_OK;
}

static struct cue *add_cue(struct parse *p, size_t block, const struct cue *c)
{
	struct block *b = &p->s->blocks[block];

	array_reserve((void **)&b->cues, &b->cap, b->count + 1, sizeof(*b->cues));
	b->cues[b->count] = *c;
	p->s->cue_count++;
	return &b->cues[b->count++];
}

void cue_release(struct cue *c)
{
	for (size_t i = 0; i < WORD_COUNT; i++)
		free(c->values[i].text);
}

size_t parse_add_block(struct parse *p)
{
	struct scenario *s = p->s;

	array_reserve((void **)&s->blocks, &s->block_cap, s->block_count + 1, sizeof(*s->blocks));
	s->blocks[s->block_count] = (struct block){.count = 0};
	return s->block_count++;
}

static const struct cue nothing = {.chance = 100,
				   .customer = {.index = SIZE_MAX},
				   .times = INT64_MAX,
				   .until_ms = INT64_MAX};

/* every 3s..8s [times N] [until 10m], then a verb or indented lines. */
static enum status take_every(struct parse *p, struct cue *c)
{
	const struct token *t;
	struct span until;
	enum status st = take_duration(p, "every", &c->gap);

	if (st == S_OK && c->gap.least < 1)
		st = parse_error(p, "1ms at least", "'every' needs time to pass");
	if (st == S_OK && parse_takes(p, "times")) {
		t = parse_take(p);
		if (!t || value_whole(t->text, 1, TIMES_MAX, &c->times) != S_OK)
			st = parse_error(p, "1 to 1000000", "times: '%s' will not do",
					 t ? t->text : "");
	}
	if (st == S_OK && parse_takes(p, "until")) {
		st = take_duration(p, "until", &until);
		c->until_ms = until.most;
	}
	return st;
}

static enum status parse_every(struct parse *p, struct cue *c)
{
	struct cue inner = nothing;
	enum status st = take_every(p, c);

	if (st != S_OK)
		return st;
	if (p->s->block_count == SCENARIO_BLOCKS_MAX)
		return parse_error(p, NULL, "a scenario has at most %d `every`",
				   SCENARIO_BLOCKS_MAX - 1);
	c->block = parse_add_block(p);
	add_cue(p, 0, c);
	if (!parse_peek(p)) {
		p->block = c->block; /* indented lines follow */
		return S_OK;
	}
	inner.line = p->line;
	st = parse_verb(p, c->block, &inner);
	if (st == S_OK)
		add_cue(p, c->block, &inner);
	else
		cue_release(&inner);
	return st;
}

enum status parse_cue(struct parse *p)
{
	size_t block = p->indented ? p->block : 0;
	struct cue c = nothing;
	enum status st;

	c.line = p->line;
	if (p->s->cue_count >= SCENARIO_CUES_MAX)
		return parse_error(p, NULL, "a scenario has at most %d lines that happen",
				   SCENARIO_CUES_MAX);
	st = take_when(p, &c);
	if (st == S_OK)
		st = take_chance(p, &c);
	if (st == S_OK && parse_takes(p, "every"))
		return block ? parse_error(p, NULL, "`every` within `every` is not possible")
			     : parse_every(p, &c);
	if (st == S_OK)
		st = parse_verb(p, block, &c);
	if (st == S_OK)
		add_cue(p, block, &c);
	else
		cue_release(&c);
	return st;
}
