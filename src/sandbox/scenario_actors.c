/* Verbs and whom they are about. */
#include "sandbox/scenario_parse.h"

#include "base/alloc.h"
#include "base/strbuf.h"

/* --- names and actors -------------------------------------------------------------------- */

bool parse_is_name(const char *s)
{
	size_t len = strlen(s);

	return len > 0 && len < SCENARIO_NAME_CAP && *s >= 'a' && *s <= 'z' &&
	       strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-_") == len;
}

static const struct actor *find_actor(const struct parse *p, size_t block, const char *name,
				      struct actor_ref *ret)
{
	const struct block *b = &p->s->blocks[block];

	for (size_t i = 0; i < b->actor_count; i++)
		if (str_equal(b->actors[i].name, name)) {
			*ret = (struct actor_ref){.outer = false, .index = i};
			return &b->actors[i];
		}
	if (block == 0)
		return NULL;
	b = &p->s->blocks[0];
	for (size_t i = 0; i < b->actor_count; i++)
		if (str_equal(b->actors[i].name, name)) {
			*ret = (struct actor_ref){.outer = true, .index = i};
			return &b->actors[i];
		}
	return NULL;
}

static void add_actor(struct parse *p, size_t block, const char *name, enum actor_kind kind,
		      struct actor_ref *ret)
{
	struct block *b = &p->s->blocks[block];

	array_reserve((void **)&b->actors, &b->actor_cap, b->actor_count + 1, sizeof(*b->actors));
	b->actors[b->actor_count] = (struct actor){.kind = kind};
	str_copy(b->actors[b->actor_count].name, SCENARIO_NAME_CAP, name);
	*ret = (struct actor_ref){.outer = false, .index = b->actor_count++};
}

static enum status unknown_actor(struct parse *p, size_t block, const char *name)
{
	struct strbuf known;
	enum status st;

	strbuf_init(&known, 120);
	for (size_t b = 0; b <= block; b += block ? block : 1)
		for (size_t i = 0; i < p->s->blocks[b].actor_count; i++)
			strbuf_addf(&known, "%s%s",
				    known.len ? ", " : "known: ", p->s->blocks[b].actors[i].name);
	st = parse_error(p, strbuf_str(&known), "nothing above is called '%s'", name);
	strbuf_release(&known);
	return st;
}

/* --- verbs --------------------------------------------------------------------------------- */

static const struct verb *find_verb(const char *name, enum actor_kind kind)
{
	size_t count;
	const struct verb *verbs = scenario_verbs(&count);

	for (size_t i = 0; i < count; i++)
		if (str_equal(verbs[i].name, name) && verbs[i].kind == kind)
			return &verbs[i];
	return NULL;
}

/* Any of its rows. */
static const struct verb *find_any_verb(const char *name)
{
	for (enum actor_kind kind = ACTOR_NONE; kind < ACTOR_KINDS; kind++) {
		const struct verb *v = find_verb(name, kind);

		if (v)
			return v;
	}
	return NULL;
}

static enum status unknown_verb(struct parse *p, const char *name)
{
	size_t count;
	const struct verb *verbs = scenario_verbs(&count);
	struct strbuf all;
	enum status st;

	strbuf_init(&all, 400);
	for (size_t i = 0; i < count; i++)
		if (find_any_verb(verbs[i].name) == &verbs[i])
			strbuf_addf(&all, "%s%s", all.len ? " " : "", verbs[i].name);
	st = parse_error(p, strbuf_str(&all), "there is no verb '%s'", name);
	strbuf_release(&all);
	return st;
}

static enum status wrong_kind(struct parse *p, const char *verb, const struct actor *a)
{
	struct strbuf kinds;
	enum status st;

	strbuf_init(&kinds, 120);
	for (enum actor_kind kind = ACTOR_NONE; kind < ACTOR_KINDS; kind++)
		if (find_verb(verb, kind))
			strbuf_addf(&kinds, "%s%s", kinds.len ? " or " : "it takes ",
				    scenario_actor_words(kind));
	st = parse_error(p, strbuf_str(&kinds), "%s does nothing with '%s', which is %s", verb,
			 a->name, scenario_actor_words(a->kind));
	strbuf_release(&kinds);
	return st;
}

/* Who a verb is about: made by it, or made above. */
static enum status take_actor(struct parse *p, size_t block, const struct verb *v, struct cue *c)
{
	const struct token *t = parse_take(p);
	const struct actor *a;

	if (!t)
		return parse_error(p, NULL, "%s whom? give a name", v->name);
	a = find_actor(p, block, t->text, &c->actor);
	if (v->how == MAKES && a && !c->actor.outer)
		return parse_error(p, NULL, "'%s' is %s already: give another name", a->name,
				   scenario_actor_words(a->kind));
	if (v->how == MAKES || (v->how == MAKES_OR_TAKES && !a)) {
		if (!parse_is_name(t->text) || str_equal(t->text, "new") ||
		    str_equal(t->text, "known"))
			return parse_error(p, NAME_RULE, "'%s' is no name", t->text);
		add_actor(p, block, t->text, v->kind, &c->actor);
		c->verb = v;
		return S_OK;
	}
	if (!a)
		return unknown_actor(p, block, t->text);
	c->verb = find_verb(v->name, a->kind);
	return c->verb ? S_OK : wrong_kind(p, v->name, a);
}

static enum status take_customer(struct parse *p, size_t block, struct cue *c)
{
	const char *who = c->values[WORD_CUSTOMER].text;
	const struct actor *a;

	if (str_equal(who, "new") || str_equal(who, "known"))
		return S_OK;
	a = find_actor(p, block, who, &c->customer);
	if (!a)
		return unknown_actor(p, block, who);
	return a->kind == ACTOR_CUSTOMER
		       ? S_OK
		       : parse_error(p, "new, known or a customer's name",
				     "'%s' is %s, no customer", who, scenario_actor_words(a->kind));
}

static bool allows(const struct verb *v, enum cue_word word)
{
	return v->words & 1u << word;
}

static enum status unknown_word(struct parse *p, const struct verb *v, const char *text)
{
	struct strbuf all;
	enum status st;

	strbuf_init(&all, 150);
	for (enum cue_word w = BARE_WORDS; w < WORD_COUNT; w++)
		if (allows(v, w))
			strbuf_addf(&all, "%s%s", all.len ? ", " : "", word_name(w));
	st = parse_error(p, all.len ? strbuf_str(&all) : "nothing more can be said here",
			 "%s knows nothing of '%s'", v->name, text);
	strbuf_release(&all);
	return st;
}

static bool find_word(const struct verb *v, const struct token *t, enum cue_word *ret)
{
	for (enum cue_word w = BARE_WORDS; w < WORD_COUNT; w++)
		if (allows(v, w) && !t->quoted && str_equal(word_name(w), t->text)) {
			*ret = w;
			return true;
		}
	return false;
}

/* The bare word, then the named ones in any order. */
static enum status take_words(struct parse *p, size_t block, struct cue *c)
{
	const struct token *t = parse_peek(p);
	enum status st = S_OK;
	enum cue_word w;

	for (enum cue_word bare = 0; bare < BARE_WORDS && st == S_OK; bare++)
		if (allows(c->verb, bare) &&
		    (bare == WORD_CAPTION || (t && !find_word(c->verb, t, &w))))
			st = value_read(p, bare, c);
	while (st == S_OK && (t = parse_take(p))) {
		if (!find_word(c->verb, t, &w))
			return unknown_word(p, c->verb, t->text);
		st = value_read(p, w, c);
	}
	if (st == S_OK && c->values[WORD_CUSTOMER].said)
		st = take_customer(p, block, c);
	return st;
}

enum status parse_verb(struct parse *p, size_t block, struct cue *c)
{
	const struct token *t = parse_take(p);
	const struct verb *v;
	enum status st = S_OK;

	if (!t)
		return parse_error(p, NULL, "what happens then? a verb is missing");
	v = t->quoted ? NULL : find_any_verb(t->text);
	if (!v)
		return unknown_verb(p, t->text);
	c->verb = v;
	if (v->kind != ACTOR_NONE)
		st = take_actor(p, block, v, c);
	return st == S_OK ? take_words(p, block, c) : st;
}
