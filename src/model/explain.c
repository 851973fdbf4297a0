/* Plain words for a person who was not there: what all kinds have in common. */
#include "model/explain_priv.h"

#include "base/strbuf.h"

#define NEXT_SHOWN   2
#define AWAY_MS      5000            /* a connection that is back by then was no matter */
#define ASKED_OLD_MS INT64_C(600000) /* where no events come, answers are true for so long */

const char *explain_part_title(enum explain_part p)
{
	static const char *const titles[EXPLAIN_PART_COUNT] = {
		[EXPLAIN_HAPPENED] = "What happened",
		[EXPLAIN_CUSTOMER_SEES] = "What the customer sees",
		[EXPLAIN_SAY] = "What to say",
		[EXPLAIN_DO] = "What to do",
	};
	return (unsigned)p < EXPLAIN_PART_COUNT ? titles[p] : "?";
}

/* --- sentences ---------------------------------------------------------------------- */

void headline(const struct teller *t, enum tone tone, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	str_vprintf(t->x->headline, sizeof(t->x->headline), fmt, ap);
	va_end(ap);
	t->x->tone = tone;
}

/* A reason that came as a sentence ends with its own full stop: one is enough. */
static void one_stop(char *text)
{
	char *to = text;

	for (const char *from = text; *from; from++) {
		bool doubled = from[0] == '.' && from[1] == '.' && from[2] != '.' &&
			       (from == text || from[-1] != '.');

		if (!doubled)
			*to++ = *from;
	}
	*to = '\0';
}

void tell_line(const struct teller *t, enum explain_part part, const char *event_id, enum tone tone,
	       const char *fmt, ...)
{
	struct explain_line *line = &t->x->lines[t->x->count];
	va_list ap;

	if (t->x->count == EXPLAIN_LINES_MAX)
		return;
	line->part = part;
	line->tone = tone;
	str_copy(line->event_id, sizeof(line->event_id), event_id);
	va_start(ap, fmt);
	str_vprintf(line->text, sizeof(line->text), fmt, ap);
	va_end(ap);
	one_stop(line->text);
	t->x->count++;
}

const char *event_for(const struct teller *t, enum subject_kind kind, const char *id,
		      const char *status)
{
	const char *newest = "";

	for (size_t i = t->story->count; i-- > 0;) {
		const struct story_step *s = &t->story->steps[i];

		if (s->subject.kind != kind || !str_equal(s->subject.id, id) ||
		    s->event_id[0] == '\0')
			continue;
		if (!status || str_equal(s->status, status))
			return s->event_id;
	}
	return newest;
}

const char *say_time(char buf[SAY_TIME_CAP], const struct teller *t, int64_t ms)
{
	static const char *const MONTHS[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
					     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	char at[WHEN_TEXT_CAP], now[WHEN_TEXT_CAP];
	int month, skip;

	when_iso(at, ms); /* 2026-01-15T12:00:00Z */
	when_iso(now, t->now_ms);
	if (strlen(at) < sizeof("2026-01-15T12:00:00Z") - 1) {
		str_copy(buf, SAY_TIME_CAP, "an unknown time");
		return buf;
	}
	skip = at[8] == '0' ? 9 : 8;
	month = (at[5] - '0') * 10 + (at[6] - '0');
	if (strncmp(at, now, 10) == 0)
		str_printf(buf, SAY_TIME_CAP, "%.8s UTC", at + 11);
	else if (strncmp(at, now, 4) == 0)
		str_printf(buf, SAY_TIME_CAP, "%.5s UTC on %.*s %s", at + 11, 10 - skip, at + skip,
			   MONTHS[month - 1]);
	else
		str_printf(buf, SAY_TIME_CAP, "%.5s UTC on %.*s %s %.4s", at + 11, 10 - skip,
			   at + skip, MONTHS[month - 1], at);
	return buf;
}

const char *lapse_between(char buf[LAPSE_CAP], int64_t from_ms, int64_t to_ms)
{
	static const struct {
		int64_t unit, until;
		const char *one, *many;
	} UNITS[] = {
		{1000, 120 * 1000, "second", "seconds"},
		{60000, 120 * INT64_C(60000), "minute", "minutes"},
		{3600000, 48 * INT64_C(3600000), "hour", "hours"},
		{86400000, INT64_MAX, "day", "days"},
	};
	size_t i = 0;
	int64_t ms, n;

	if (from_ms == TIME_NONE || to_ms == TIME_NONE) {
		str_copy(buf, LAPSE_CAP, "an unknown time");
		return buf;
	}
	ms = to_ms > from_ms ? to_ms - from_ms : 0;
	while (ms >= UNITS[i].until)
		i++;
	n = ms / UNITS[i].unit;
	str_printf(buf, LAPSE_CAP, "%lld %s", (long long)n, n == 1 ? UNITS[i].one : UNITS[i].many);
	return buf;
}

const char *dollars(char buf[MONEY_TEXT_CAP], int64_t usd_millis)
{
	size_t len = strlen(money_format(buf, money_usd_millis(usd_millis), MONEY_PLAIN));

	str_copy(buf + len, MONEY_TEXT_CAP - len, " USD");
	return buf;
}

const char *status_said(enum vocab v, const char *status)
{
	const struct word *w = vocab_find(v, status);

	return w ? w->words : status[0] ? status : "in a state that is not told";
}

enum tone status_tone(enum vocab v, const char *status)
{
	const struct word *w = vocab_find(v, status);

	return w ? w->tone : TONE_NEUTRAL;
}

void tell_partly(const struct teller *t, bool partly, bool is_asked)
{
	if (partly)
		happened(t, "", "Only a part of it is known yet%s.",
			 is_asked ? "; the rest is being asked for" : "");
}

/* --- what needs to be done --------------------------------------------------------------- */

/* Does it tell somebody to refund an invoice? */
static bool asks_for_refund(enum attention_rule rule)
{
	return rule == RULE_UNDERPAID || rule == RULE_OVERPAID || rule == RULE_PAID_LATE ||
	       rule == RULE_EXPIRED_SHORT || rule == RULE_EXPIRED_SEEN ||
	       rule == RULE_REFUND_FAILED;
}

static bool server_refunds(const struct store *st)
{
	const struct capabilities *caps = store_capabilities(st);

	return caps->known && capabilities_have(caps, "invoice_refund");
}

struct advised {
	size_t count;
	bool refund;
};

/* A headline is not calmer than what a person has to do; that a clock runs is no failure. */
static void headline_minds(const struct teller *t, const struct attention_item *item)
{
	enum severity s = attention_rule_severity(item->rule);
	enum tone tone = item->rule == RULE_EXPIRING ? TONE_WARN : severity_tone(s);

	if (item->acknowledged || s == SEVERITY_WATCH || t->x->tone == TONE_BAD)
		return;
	t->x->tone = tone;
}

/* Before why it is so, which says of a KYC that blocks whether it was refused or has expired. */
static const char *item_words(const struct attention_item *item)
{
	return item->rule == RULE_KYC_BLOCKS ? "KYC" : attention_rule_words(item->rule);
}

static void tell_attention_of(const struct teller *t, const struct subject *s, struct advised *said)
{
	bool own = subject_equal(s, &t->story->related.root);
	const struct attention_item *items[4];
	size_t n = attention_of(t->a, s, items, 4);

	for (size_t i = 0; i < n; i++, said->count++) {
		const char *action = attention_rule_action(items[i]->rule);
		enum tone tone = severity_tone(attention_rule_severity(items[i]->rule));
		char first = action[0];

		said->refund |= asks_for_refund(items[i]->rule);
		if (t->story->related.root.kind != SUBJECT_CUSTOMER)
			headline_minds(t, items[i]);
		if (first >= 'a' && first <= 'z')
			first = (char)(first - 'a' + 'A');
		todo(t, items[i]->acknowledged ? TONE_NEUTRAL : tone, "%c%s. (%s%s%s: %s.)%s",
		     first, action + 1, own ? item_words(items[i]) : subject_noun(s->kind),
		     own ? "" : " ", own ? "" : s->id, items[i]->why,
		     items[i]->acknowledged ? " Somebody has seen it." : "");
	}
}

/* What the list of what needs a person says of this and of what belongs to the same payment. */
static size_t tell_attention(const struct teller *t)
{
	const struct related *r = &t->story->related;
	struct advised said = {0};

	if (!t->a)
		return 0;
	tell_attention_of(t, &r->root, &said);
	for (size_t i = 0; i < r->count; i++)
		if (r->items[i].same_payment || r->root.kind == SUBJECT_CUSTOMER)
			tell_attention_of(t, &r->items[i].subject, &said);
	if (said.refund && !server_refunds(t->st))
		todo(t, TONE_NEUTRAL,
		     "A refund cannot be sent from here: Pepay publishes no call for it. Send it "
		     "by hand.");
	return said.count;
}

static void tell_next(const struct teller *t)
{
	char by[SAY_TIME_CAP];

	for (size_t i = 0; i < t->story->next_count && i < NEXT_SHOWN; i++) {
		const struct story_next *n = &t->story->next[i];

		if (n->by_ms == TIME_NONE)
			todo(t, n->tone, "Next: %s.", n->text);
		else
			todo(t, n->overdue ? TONE_WARN : n->tone, "Next: %s, %s %s%s.", n->text,
			     n->promised ? "by" : "usually by", say_time(by, t, n->by_ms),
			     n->overdue ? " (overdue)" : "");
	}
}

static void tell_what_to_do(const struct teller *t)
{
	size_t before = t->x->count;
	bool own = false;

	for (size_t i = 0; i < before; i++)
		own |= t->x->lines[i].part == EXPLAIN_DO;
	if (tell_attention(t) == 0 && !own && before > 0)
		todo(t, TONE_GOOD, "Nothing: no person is needed here.");
	tell_next(t);
}

/* --- the whole -------------------------------------------------------------------------------- */

static void tell_flaw(const struct teller *t, const struct record *r)
{
	if (r->flaw[0])
		tell_line(t, EXPLAIN_HAPPENED, "", TONE_WARN, "Its history does not add up: it %s.",
			  r->flaw);
}

static void tell_record(const struct teller *t, enum subject_kind kind, const struct record *r)
{
	static void (*const TELLERS[SUBJECT_KIND_COUNT])(const struct teller *,
							 const struct record *) = {
		[SUBJECT_INVOICE] = tell_invoice, [SUBJECT_PAYMENT] = tell_payment,
		[SUBJECT_ORDER] = tell_order,     [SUBJECT_PAYOUT] = tell_payout,
		[SUBJECT_DEPOSIT] = tell_deposit, [SUBJECT_KYC] = tell_kyc,
		[SUBJECT_REFUND] = tell_refund,
	};

	if (kind != SUBJECT_INVOICE) /* which says it itself */
		tell_partly(t, r->incomplete, true);
	TELLERS[kind](t, r);
	tell_flaw(t, r);
}

static void tell_root(const struct teller *t)
{
	const struct subject *root = &t->story->related.root;
	enum object_kind object = subject_object(root->kind);
	const struct record *r =
		object != OBJECT_NONE ? store_record(t->st, object, root->id) : NULL;

	if (r)
		tell_record(t, root->kind, r);
	else if (root->kind == SUBJECT_SESSION)
		tell_session(t, root->id);
	else if (root->kind == SUBJECT_CUSTOMER)
		tell_customer(t, root->id);
	else if (root->kind == SUBJECT_CART)
		tell_cart(t, root->id);
	else if (root->kind == SUBJECT_EVENT)
		tell_event(t, root->id);
	else if (root->kind == SUBJECT_PRODUCT)
		headline(t, TONE_NEUTRAL, "A product of the catalogue");
	else
		headline(t, TONE_NEUTRAL, "Nothing is known of this %s yet",
			 subject_word(root->kind));
}

/* Lines in the order of the parts; within one as they were told. */
static void explain_order(struct explain *x)
{
	for (size_t i = 1; i < x->count; i++) {
		struct explain_line line = x->lines[i];
		size_t at = i;

		for (; at > 0 && x->lines[at - 1].part > line.part; at--)
			x->lines[at] = x->lines[at - 1];
		x->lines[at] = line;
	}
}

static void as_of_never_here(const struct teller *t)
{
	int64_t checked = t->story->checked_ms, told = t->story->to_ms;
	int64_t known =
		checked == TIME_NONE || (told != TIME_NONE && told > checked) ? told : checked;
	char at[SAY_TIME_CAP];

	if (known == TIME_NONE)
		str_copy(t->x->as_of, sizeof(t->x->as_of), "Not connected yet: this may be old.");
	else
		str_printf(t->x->as_of, sizeof(t->x->as_of),
			   "As of %s: not connected yet, so this may be old.",
			   say_time(at, t, known));
}

/* How old what is known may be, where nobody would tell that it changed. */
static void tell_as_of(const struct teller *t)
{
	int64_t checked = t->story->checked_ms, since = TIME_NONE;
	char at[SAY_TIME_CAP], then[SAY_TIME_CAP];
	bool was_here = false, away = store_is_away(t->st, &since, &was_here);

	if (away && t->now_ms - since < AWAY_MS)
		return;
	if (away && !was_here)
		as_of_never_here(t);
	else if (away && checked != TIME_NONE && checked > since)
		str_printf(t->x->as_of, sizeof(t->x->as_of),
			   "As of %s, when the server was asked: not connected since %s.",
			   say_time(at, t, checked), say_time(then, t, since));
	else if (away)
		str_printf(t->x->as_of, sizeof(t->x->as_of), "As of %s: not connected since then.",
			   say_time(at, t, since));
	else if (store_link_worst(t->st)->state == LINK_OFF && checked != TIME_NONE &&
		 t->now_ms - checked > ASKED_OLD_MS)
		str_printf(t->x->as_of, sizeof(t->x->as_of),
			   "As of %s, when the server was last asked.", say_time(at, t, checked));
}

/* Nobody reads it out to a customer without having read how old it is. */
static void warn_who_says_it(struct explain *x)
{
	size_t at = 0;

	while (at < x->count && x->lines[at].part != EXPLAIN_SAY)
		at++;
	if (x->as_of[0] == '\0' || at == x->count)
		return;
	if (x->count == EXPLAIN_LINES_MAX)
		x->count--;
	if (at == x->count)
		return;
	memmove(&x->lines[at + 1], &x->lines[at], (x->count - at) * sizeof(x->lines[0]));
	x->lines[at] = (struct explain_line){.part = EXPLAIN_SAY, .tone = TONE_WARN};
	str_copy(x->lines[at].text, sizeof(x->lines[at].text), x->as_of);
	x->count++;
}

void explain_build(struct explain *x, const struct story *story, const struct attention *a,
		   const struct store *st, int64_t now_ms)
{
	const struct teller t = {.x = x, .story = story, .st = st, .a = a, .now_ms = now_ms};

	memset(x, 0, sizeof(*x));
	tell_root(&t);
	if (story->related.root.kind != SUBJECT_PRODUCT && story->related.root.kind != SUBJECT_CART)
		tell_what_to_do(&t);
	explain_order(x);
	tell_as_of(&t);
	warn_who_says_it(x);
}
