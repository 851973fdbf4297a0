#include "model/query_complete.h"

#include "base/alloc.h"
#include "model/query_priv.h"
#include "model/store_priv.h"

#include <stdlib.h>
#include <strings.h>

#define LOOK_AT_RECORDS 1000 /* of a kind: the newest */
#define LOOK_AT_EVENTS  4000
#define FOUND_MAX       400 /* different values */

/* --- where the cursor stands ----------------------------------------------------------------- */

struct place {
	size_t from;            /* what a completion replaces begins here */
	enum query_field field; /* QUERY_FIELD_COUNT: a name is being typed, or a word */
	bool value;
	bool broken;          /* in a pattern, or after a name that is none */
	char typed[NAME_CAP]; /* from there to the cursor, without its quote */
};

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The end of what begins with this quote or slash, or `at` when it is still open. */
static size_t skip_to(const char *text, size_t i, size_t at)
{
	char close = text[i++];

	for (; i < at && text[i] != close; i++)
		if (text[i] == '\\' && i + 1 < at)
			i++;
	return i < at ? i + 1 : at;
}

/* The token the cursor is in, or at the end of. */
static size_t token_begin(const char *text, size_t at)
{
	size_t begin = 0, i = 0;

	while (i < at) {
		if (is_space(text[i]) || text[i] == '|' || (text[i] == '(' && i == begin)) {
			begin = ++i;
		} else if (i == begin && (text[i] == '-' || text[i] == '!')) {
			begin = ++i;
		} else if ((text[i] == '"' || text[i] == '/') &&
			   (i == begin || strchr(":=<>,", text[i - 1]))) {
			i = skip_to(text, i, at);
		} else {
			i++;
		}
	}
	return begin;
}

static void place_value(struct place *p, const char *text, size_t from, size_t at)
{
	size_t i = from;

	p->value = true;
	while (i < at && strchr(":=<>!", text[i]))
		i++;
	p->from = i;
	while (i < at) {
		if (text[i] == ',') {
			p->from = ++i;
		} else if ((text[i] == '"' || text[i] == '/') && i == p->from) {
			p->broken = text[i] == '/';
			i = skip_to(text, i, at);
		} else {
			i++;
		}
	}
	str_printf(p->typed, sizeof(p->typed), "%.*s", (int)(at - p->from) - (text[p->from] == '"'),
		   text + p->from + (text[p->from] == '"'));
}

static void place_find(struct place *p, const char *text, size_t at)
{
	size_t begin = token_begin(text, at), name = begin;

	*p = (struct place){.from = begin, .field = QUERY_FIELD_COUNT};
	while (name < at && ((text[name] | 0x20) >= 'a' && (text[name] | 0x20) <= 'z'))
		name++;
	if (name > begin && name < at && strchr(":=<>!", text[name])) {
		p->field = query_field_find(text + begin, name - begin);
		p->broken = p->field == QUERY_FIELD_COUNT;
		if (!p->broken)
			place_value(p, text, name, at);
		return;
	}
	p->broken = begin < at && (text[begin] == '"' || text[begin] == '/');
	str_printf(p->typed, sizeof(p->typed), "%.*s", (int)(at - begin), text + begin);
}

/* --- what the rows have ---------------------------------------------------------------------- */

struct found {
	char text[NAME_CAP];
	size_t rows;
	const char *help; /* instead of the number of rows */
};

struct findings_of {
	struct found *items;
	size_t count;
};

static struct found *found_add(struct findings_of *f, const char *text)
{
	size_t i = 0;

	while (i < f->count && strcasecmp(f->items[i].text, text) != 0)
		i++;
	if (i == FOUND_MAX || !text[0])
		return NULL;
	if (i == f->count) {
		f->items[i] = (struct found){.rows = 0};
		if (!str_copy(f->items[i].text, sizeof(f->items[i].text), text))
			return NULL; /* what is cut would match nothing */
		f->count++;
	}
	return &f->items[i];
}

static void found_count(struct findings_of *f, const char *text)
{
	struct found *it = found_add(f, text);

	if (it)
		it->rows++;
}

/* Of a word's several spellings the wire's comes first, and is the one to offer. */
static void found_take(struct findings_of *f, enum query_field field, const struct facts *facts)
{
	size_t n = query_field_kind(field) == QV_WORD && facts->count > 1 ? 1 : facts->count;

	for (size_t i = 0; i < n; i++)
		found_count(f, facts->texts[i]);
}

/* Calls `look` with each of the newest records of a kind. */
typedef void look_fn(const struct matter *m, void *ctx);

static void look_at_records(const struct store *st, enum object_kind kind, look_fn *look, void *ctx)
{
	const struct table *t = &st->tables[kind];
	size_t first = t->count > LOOK_AT_RECORDS ? t->count - LOOK_AT_RECORDS : 0;
	struct record *r = xcalloc(1, sizeof(*r));

	for (size_t i = first; i < t->count; i++) {
		struct matter m = {.store = st,
				   .record = r,
				   .object = &r->object,
				   .now_ms = r->stated_ms};
		record_fill(st, t->entries[i], r);
		look(&m, ctx);
		object_release(&r->object);
	}
	free(r);
}

struct looking {
	enum query_field field;
	struct findings_of *found;
	bool has[QUERY_FIELD_COUNT];
};

static void look_for_values(const struct matter *m, void *ctx)
{
	struct looking *l = ctx;
	struct facts facts;

	facts_clear(&facts);
	facts_of_field(m, l->field, &facts);
	found_take(l->found, l->field, &facts);
}

static void look_for_fields(const struct matter *m, void *ctx)
{
	struct looking *l = ctx;
	struct facts facts;
	int64_t number;

	for (int f = 0; f < QUERY_FIELD_COUNT; f++) {
		if (l->has[f])
			continue;
		facts_clear(&facts);
		if (query_is_number((enum query_field)f))
			l->has[f] = facts_number(m, (enum query_field)f, &number);
		else
			facts_of_field(m, (enum query_field)f, &facts);
		l->has[f] |= facts.count > 0;
	}
}

static void look_at(const struct store *st, enum object_kind kind, look_fn *look, void *ctx)
{
	if (kind != OBJECT_NONE) {
		look_at_records(st, kind, look, ctx);
		return;
	}
	for (int k = OBJECT_NONE + 1; k < OBJECT_KIND_COUNT; k++)
		look_at_records(st, (enum object_kind)k, look, ctx);
}

/* What events say themselves. */
static void look_at_events(const struct store *st, enum query_field field, struct findings_of *f)
{
	size_t count = store_event_count(st);
	size_t first = count > LOOK_AT_EVENTS ? count - LOOK_AT_EVENTS : 0;

	for (size_t i = first; i < count; i++) {
		struct event_brief b;
		store_brief(st, store_event(st, i), &b);
		found_count(f, field == QF_TYPE ? b.type : b.status);
	}
}

/* --- what the grammar knows ------------------------------------------------------------------- */

static void add_known(struct findings_of *f, const char *text, const char *help)
{
	struct found *it = found_add(f, text);

	if (it && it->rows == 0)
		it->help = help;
}

static void add_vocab(struct findings_of *f, enum vocab v)
{
	for (size_t i = 1; i <= vocab_count(v); i++)
		add_known(f, vocab_word(v, (int)i)->wire, vocab_word(v, (int)i)->words);
}

static void add_statuses(struct findings_of *f, enum object_kind kind)
{
	for (int k = OBJECT_NONE + 1; k < OBJECT_KIND_COUNT; k++)
		if (kind == OBJECT_NONE || k == (int)kind)
			add_vocab(f, kind_info((enum object_kind)k)->vocab);
	for (int s = SAYING_NONE + 1; s < QUERY_SAYING_COUNT; s++)
		add_known(f, query_saying_word((enum query_saying)s),
			  query_saying_about((enum query_saying)s));
}

static void add_grammar(struct findings_of *f, enum query_field field, enum object_kind kind)
{
	static const char *const DURATIONS[] = {"5m", "15m", "1h", "1d", "7d"};
	const char *word;

	if (field == QF_STATUS)
		add_statuses(f, kind);
	else if (field == QF_KYC)
		add_vocab(f, VOCAB_KYC);
	else if (field == QF_SETTLEMENT)
		add_vocab(f, VOCAB_SETTLEMENT);
	else if (field == QF_REFUND)
		add_vocab(f, VOCAB_REFUND);
	for (size_t i = 0; field == QF_KIND && (word = query_kind_word(i)); i++)
		add_known(f, word, "");
	if (query_field_kind(field) == QV_DURATION)
		for (size_t i = 0; i < sizeof(DURATIONS) / sizeof(DURATIONS[0]); i++)
			add_known(f, DURATIONS[i], "");
	if (query_field_kind(field) == QV_TIME) {
		add_known(f, "today", "since midnight, UTC");
		add_known(f, "yesterday", "the day before, UTC");
	}
}

/* --- offering ----------------------------------------------------------------------------------
 */

static bool begins(const char *text, const char *typed)
{
	return strncasecmp(text, typed, strlen(typed)) == 0;
}

static bool holds(const char *text, const char *typed)
{
	for (; *text; text++)
		if (begins(text, typed))
			return true;
	return false;
}

/* The most frequent first. */
static int by_rows(const void *a, const void *b)
{
	const struct found *x = a, *y = b;

	if (x->rows != y->rows)
		return x->rows > y->rows ? -1 : 1;
	return strcasecmp(x->text, y->text);
}

static struct completion *offer(struct completions *ret, const char *text)
{
	struct completion *c = &ret->items[ret->count];

	if (ret->count == COMPLETIONS_MAX || !str_copy(c->text, sizeof(c->text), text))
		return NULL;
	c->help[0] = '\0';
	ret->count++;
	return c;
}

static void offer_value(struct completions *ret, const struct found *f)
{
	struct completion *c;
	struct strbuf sb;

	strbuf_init(&sb, sizeof(c->text) * 2);
	query_write_value(&sb, f->text);
	c = offer(ret, strbuf_str(&sb));
	strbuf_release(&sb);
	if (c && f->rows == 0)
		str_copy(c->help, sizeof(c->help), f->help ? f->help : "");
	else if (c)
		str_printf(c->help, sizeof(c->help), f->rows == 1 ? "%zu row" : "%zu rows",
			   f->rows);
}

static void offer_values(struct completions *ret, const struct place *p, struct findings_of *f)
{
	/* what the grammar knows keeps its order behind what the rows have */
	size_t rows = 0;

	for (size_t i = 0; i < f->count; i++)
		if (f->items[i].rows > 0) {
			struct found held = f->items[i];
			memmove(&f->items[rows + 1], &f->items[rows],
				(i - rows) * sizeof(*f->items));
			f->items[rows++] = held;
		}
	qsort(f->items, rows, sizeof(*f->items), by_rows);
	for (size_t i = 0; i < f->count; i++)
		if (begins(f->items[i].text, p->typed))
			offer_value(ret, &f->items[i]);
	for (size_t i = 0; i < f->count; i++)
		if (!begins(f->items[i].text, p->typed) && holds(f->items[i].text, p->typed))
			offer_value(ret, &f->items[i]);
}

static void complete_value(struct completions *ret, const struct place *p, const struct store *st,
			   enum object_kind kind)
{
	struct findings_of f = {.items = xcalloc(FOUND_MAX, sizeof(struct found))};
	struct looking l = {.field = p->field, .found = &f};

	if (kind == OBJECT_NONE && (p->field == QF_TYPE || p->field == QF_STATUS))
		look_at_events(st, p->field, &f);
	else if (!query_is_number(p->field))
		look_at(st, kind, look_for_values, &l);
	add_grammar(&f, p->field, kind);
	offer_values(ret, p, &f);
	free(f.items);
}

static void offer_field(struct completions *ret, enum query_field f)
{
	static const char *const OPS[] = {
		[QV_WORD] = ":",    [QV_TEXT] = ":",     [QV_MONEY] = ">=",
		[QV_NUMBER] = ">=", [QV_DURATION] = "<", [QV_TIME] = ">="};
	char text[QUERY_NAME_CAP + 2];
	struct completion *c;

	str_printf(text, sizeof(text), "%s%s", query_field_name(f), OPS[query_field_kind(f)]);
	c = offer(ret, text);
	if (c)
		str_copy(c->help, sizeof(c->help), query_field_about(f));
}

static void complete_field(struct completions *ret, const struct place *p, const struct store *st,
			   enum object_kind kind)
{
	struct looking l = {.field = QUERY_FIELD_COUNT};

	look_at(st, kind, look_for_fields, &l);
	l.has[QF_TYPE] |= kind == OBJECT_NONE;
	for (int had = 1; had >= 0; had--)
		for (int f = 0; f < QUERY_FIELD_COUNT; f++)
			if (l.has[f] == (had == 1) &&
			    query_field_begins((enum query_field)f, p->typed))
				offer_field(ret, (enum query_field)f);
}

void query_complete(const char *text, size_t at, const struct store *st, enum object_kind kind,
		    struct completions *ret)
{
	struct place p;
	size_t len = strlen(text);

	place_find(&p, text, at < len ? at : len);
	ret->from = p.from;
	ret->count = 0;
	if (p.broken)
		return;
	if (p.value)
		complete_value(ret, &p, st, kind);
	else
		complete_field(ret, &p, st, kind);
}
