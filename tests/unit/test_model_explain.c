/* Every life of tests/fixtures/lives explained at each of its moments, and what needs a person. */
#include "unit/test_model_support.h"

#include "golden.h"
#include "life_kit.h"
#include "model/explain.h"

#include <stdlib.h>

#define DUMP_MAX (256 * 1024)

struct desk {
	struct life *life;
	struct store *st;
	struct attention *a;
	struct story *story;
	struct explain x;
};

static void desk_open(struct desk *d, const char *name)
{
	d->life = life_load(name);
	d->st = store_new();
	d->a = attention_new();
	d->story = xcalloc(1, sizeof(*d->story));
}

static void desk_close(struct desk *d)
{
	free(d->story);
	attention_free(d->a);
	store_free(d->st);
	life_free(d->life);
}

static void desk_look(struct desk *d, const struct subject *what, int64_t now_ms)
{
	attention_refresh(d->a, d->st, now_ms);
	story_build(d->story, d->st, what, now_ms);
	explain_build(&d->x, d->story, d->a, d->st, now_ms);
}

static void desk_tell(struct desk *d, size_t i)
{
	life_tell(d->life, d->st, i);
	life_tell_dossier(d->life, d->st, &d->life->roots[0], d->life->moments[i].arrived_ms);
}

/* --- as text ------------------------------------------------------------------------------ */

static bool was_said(const struct explain *before, const struct explain_line *line)
{
	for (size_t i = 0; before && i < before->count; i++)
		if (before->lines[i].part == line->part &&
		    str_equal(before->lines[i].text, line->text))
			return true;
	return false;
}

/* What was not said before already. */
static void dump_lines(struct strbuf *sb, const struct explain *x, const struct explain *before)
{
	enum explain_part part = EXPLAIN_PART_COUNT;

	for (size_t i = 0; i < x->count; i++) {
		if (was_said(before, &x->lines[i]))
			continue;
		if (x->lines[i].part != part)
			strbuf_addf(sb, "  %s\n", explain_part_title(x->lines[i].part));
		part = x->lines[i].part;
		strbuf_addf(sb, "    %s%s%s%s\n", x->lines[i].text,
			    x->lines[i].event_id[0] ? " [" : "", x->lines[i].event_id,
			    x->lines[i].event_id[0] ? "]" : "");
	}
}

static void dump_attention(struct strbuf *sb, const struct attention *a)
{
	char usd[MONEY_TEXT_CAP];

	for (size_t i = 0; i < attention_count(a); i++) {
		const struct attention_item *item = attention_at(a, i);

		strbuf_addf(sb, "! %s %s %s, %s: %s\n",
			    severity_word(attention_rule_severity(item->rule)),
			    attention_rule_name(item->rule), subject_word(item->subject.kind),
			    item->has_amount ? money_format(usd, item->at_risk, MONEY_FULL)
					     : "no amount",
			    item->why);
	}
}

static void dump_subject(struct strbuf *sb, struct desk *d, const struct subject *s, int64_t now_ms)
{
	desk_look(d, s, now_ms);
	strbuf_addf(sb, "\n-- %s\n%s\n", subject_word(s->kind), d->x.headline);
	dump_lines(sb, &d->x, NULL);
}

static void explain_golden(const char *name)
{
	struct desk d;
	struct explain before = {.count = 0};
	struct strbuf sb;
	char path[128], at[WHEN_TEXT_CAP];
	int64_t now = 0;

	desk_open(&d, name);
	strbuf_init(&sb, DUMP_MAX);
	strbuf_addf(&sb, "%s\n", d.life->title);
	for (size_t i = 0; i < d.life->count; i++) {
		now = d.life->moments[i].arrived_ms;
		desk_tell(&d, i);
		desk_look(&d, &d.life->roots[0], now);
		strbuf_addf(&sb, "\n== %s %s\n%s\n", when_iso(at, now),
			    d.life->moments[i].kind == LIFE_EVENT    ? d.life->moments[i].event.type
			    : d.life->moments[i].kind == LIFE_ANSWER ? "an answer"
								     : "someone looks",
			    d.x.headline);
		dump_lines(&sb, &d.x, &before);
		before = d.x;
		dump_attention(&sb, d.a);
	}
	strbuf_addstr(&sb, "\n== in the end, of each of them\n");
	for (size_t i = 0; i < d.life->root_count; i++)
		dump_subject(&sb, &d, &d.life->roots[i], now);
	if (d.story->related.customer[0]) {
		struct subject customer;

		assert_true(subject_set(&customer, SUBJECT_CUSTOMER, d.story->related.customer));
		dump_subject(&sb, &d, &customer, now);
	}
	snprintf(path, sizeof(path), "explain/%s.txt", name);
	golden_check(path, strbuf_str(&sb));
	strbuf_release(&sb);
	desk_close(&d);
}

static void test_every_life_is_explained_at_every_moment(void **state)
{
	char *names[LIVES_MAX];
	size_t n = lives_list(names);

	(void)state;
	assert_true(n > 30);
	for (size_t i = 0; i < n; i++) {
		explain_golden(names[i]);
		free(names[i]);
	}
}

/* Whatever it is and whenever: a headline, words to say, something to do, in order. */
static void check_explanation(const struct desk *d, const struct subject *s)
{
	bool has[EXPLAIN_PART_COUNT] = {false};
	enum explain_part part = EXPLAIN_HAPPENED;

	if (d->x.headline[0] == '\0')
		fail_msg("%s: no headline for a %s", d->life->name, subject_word(s->kind));
	for (size_t i = 0; i < d->x.count; i++) {
		const struct explain_line *line = &d->x.lines[i];

		assert_true(line->part >= part);
		part = line->part;
		has[part] = true;
		assert_true(line->text[0] != '\0');
		/* An event that is named is one of the story. */
		if (line->event_id[0] && s->kind != SUBJECT_EVENT) {
			bool known = false;

			for (size_t k = 0; k < d->story->count; k++)
				known |= str_equal(d->story->steps[k].event_id, line->event_id);
			assert_true(known);
		}
	}
	if (!has[EXPLAIN_HAPPENED] || !has[EXPLAIN_DO])
		fail_msg("%s: nothing happened or nothing to do for a %s: %s", d->life->name,
			 subject_word(s->kind), d->x.headline);
}

static void test_every_object_of_every_life_has_an_explanation(void **state)
{
	char *names[LIVES_MAX];
	size_t n = lives_list(names);

	(void)state;
	for (size_t i = 0; i < n; i++) {
		struct desk d;

		desk_open(&d, names[i]);
		for (size_t m = 0; m < d.life->count; m++) {
			desk_tell(&d, m);
			for (size_t r = 0; r < d.life->root_count; r++) {
				enum object_kind kind = subject_object(d.life->roots[r].kind);

				if (kind == OBJECT_NONE ||
				    !store_record(d.st, kind, d.life->roots[r].id))
					continue;
				desk_look(&d, &d.life->roots[r], d.life->moments[m].arrived_ms);
				check_explanation(&d, &d.life->roots[r]);
			}
		}
		desk_close(&d);
		free(names[i]);
	}
}

static void check_same_list(const struct attention *a, const struct attention *b, const char *name)
{
	if (attention_count(a) != attention_count(b))
		fail_msg("after %s: %zu kept up to date, %zu anew", name, attention_count(a),
			 attention_count(b));
	for (size_t i = 0; i < attention_count(a); i++) {
		const struct attention_item *x = attention_at(a, i), *y = attention_at(b, i);

		if (x->rule != y->rule || x->facts != y->facts ||
		    !subject_equal(&x->subject, &y->subject) || !str_equal(x->why, y->why) ||
		    !str_equal(x->customer, y->customer))
			fail_msg("after %s: %s %s (%s), anew %s %s (%s)", name,
				 attention_rule_name(x->rule), x->subject.id, x->why,
				 attention_rule_name(y->rule), y->subject.id, y->why);
	}
}

/* Lives told through each other, in any order, looked at now and then: what was kept up to date is
 * what one finds who looks for the first time. */
static void tell_through_each_other(uint64_t seed)
{
	char *names[LIVES_MAX];
	struct life *lives[LIVES_MAX];
	size_t n = lives_list(names), told[LIVES_MAX] = {0}, left = n;
	struct store *st = store_new();
	struct attention *kept = attention_new();
	int64_t now = T0 - 86400000;
	struct rng rng;

	rng_seed(&rng, seed);
	for (size_t i = 0; i < n; i++)
		lives[i] = life_load(names[i]);
	while (left > 0) {
		size_t i = (size_t)rng_below(&rng, n);

		if (told[i] == lives[i]->count)
			continue;
		if (lives[i]->moments[told[i]].arrived_ms > now)
			now = lives[i]->moments[told[i]].arrived_ms;
		life_tell(lives[i], st, told[i]++);
		left -= told[i] == lives[i]->count;
		if (!rng_chance(&rng, 40))
			continue;
		now += (int64_t)rng_below(&rng, 2 * 60000);
		attention_refresh(kept, st, now);
		if (rng_chance(&rng, 30) || left == 0) {
			struct attention *anew = attention_new();

			attention_refresh(anew, st, now);
			check_same_list(kept, anew, names[i]);
			attention_free(anew);
		}
	}
	assert_true(attention_count(kept) > 10);
	for (size_t i = 0; i < n; i++) {
		life_free(lives[i]);
		free(names[i]);
	}
	attention_free(kept);
	store_free(st);
}

static void test_what_is_kept_up_to_date_is_what_is_found_anew(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 12; seed++)
		tell_through_each_other(seed);
}

/* A word this build has not heard of, on an object of which only that is known. */
static void test_unknown_states_of_thin_objects_are_said_as_they_came(void **state)
{
	static const struct {
		enum subject_kind kind;
		const char *type, *object;
	} table[] = {
		{SUBJECT_INVOICE, "invoice.updated", "\"object\":\"invoice\",\"amount\":5"},
		{SUBJECT_PAYMENT, "invoice_payment.updated", "\"object\":\"invoice_payment\""},
		{SUBJECT_ORDER, "commerce.order.updated", "\"object\":\"commerce_order\""},
		{SUBJECT_PAYOUT, "ramp.payout.updated", "\"object\":\"ramp_payout\",\"amount\":5"},
		{SUBJECT_DEPOSIT, "ramp.deposit.updated",
		 "\"object\":\"ramp_deposit\",\"amount\":5"},
		{SUBJECT_KYC, "ramp.kyc.updated", "\"object\":\"ramp_kyc\",\"customer_id\":\"x\""},
		{SUBJECT_REFUND, "refund.updated", "\"object\":\"refund\",\"amount\":5"},
	};
	struct story *story = xcalloc(1, sizeof(*story));
	struct explain x;

	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		struct store *st = store_new();
		struct attention *a = attention_new();
		struct subject s;
		char object[512];
		bool frozen;

		snprintf(object, sizeof(object), "{%s,\"id\":\"x\",\"status\":\"frozen\"}",
			 table[i].object);
		tell(st, SOURCE_STREAM, event_at(T0, 1, table[i].type, object, ""), T0);
		assert_true(subject_set(&s, table[i].kind, "x"));
		attention_refresh(a, st, T0 + 10);
		story_build(story, st, &s, T0 + 10);
		explain_build(&x, story, a, st, T0 + 10);
		frozen = strstr(x.headline, "frozen") != NULL;
		for (size_t l = 0; l < x.count; l++)
			frozen |= strstr(x.lines[l].text, "frozen") != NULL;
		if (!frozen)
			fail_msg("%s: “%s”", subject_word(table[i].kind), x.headline);
		attention_free(a);
		store_free(st);
	}
	free(story);
}

static void test_an_event_and_what_is_not_known_have_words_too(void **state)
{
	struct desk d;
	struct subject s;

	(void)state;
	desk_open(&d, "trouble-late");
	for (size_t i = 0; i < d.life->count; i++)
		desk_tell(&d, i);
	assert_true(subject_set(&s, SUBJECT_EVENT, "evt_1768478422000-28"));
	desk_look(&d, &s, T0 + 60000);
	assert_string_equal(d.x.headline, "invoice.updated at 12:00:22 UTC: Invoice expired");
	assert_non_null(strstr(d.x.lines[0].text, "went from unpaid to expired"));
	assert_string_equal(d.x.lines[0].event_id, "evt_1768478422000-28");
	for (int k = 0; k < SUBJECT_KIND_COUNT; k++) {
		assert_true(subject_set(&s, (enum subject_kind)k, "nobody-has-this"));
		desk_look(&d, &s, T0 + 60000);
		assert_true(d.x.headline[0] != '\0');
		assert_int_equal(d.x.count, 0);
	}
	desk_close(&d);
}

static void tell_session(struct store *st, const char *invoice, int64_t now_ms)
{
	struct request rq = {.kind = REQUEST_SESSION, .serial = 77};
	struct msg *m = msg_new(MSG_SESSION);
	struct payor_session *s = &m->as.session.session;

	str_copy(rq.target, sizeof(rq.target), invoice);
	(void)store_submitted(st, &rq, now_ms);
	m->as.session.serial = rq.serial;
	str_copy(s->invoice_id, sizeof(s->invoice_id), invoice);
	str_copy(s->status, sizeof(s->status), "underpaid");
	s->amount = 200000;
	s->amount_remaining = 119990;
	s->has_remaining = true;
	str_copy(s->locked_network, sizeof(s->locked_network), "solana");
	s->has_quote = true;
	str_copy(s->quote.address, sizeof(s->quote.address), "So1anaAddress");
	str_copy(s->quote.network, sizeof(s->quote.network), "solana");
	str_copy(s->quote.token_symbol, sizeof(s->quote.token_symbol), "USDC");
	str_copy(s->quote.token_amount, sizeof(s->quote.token_amount), "119.990000");
	s->quote.updated_at = now_ms;
	s->quote.valid_until = now_ms + 30000;
	s->expires_at = now_ms + 60000;
	s->answered_ms = now_ms;
	str_copy(s->pass.token, sizeof(s->pass.token), "pst_secret_token_123");
	str_copy(s->payment_url, sizeof(s->payment_url),
		 "https://pay.example/pay?session=pst_secret_token_123&signature=sig_secret");
	(void)store_apply(st, m, now_ms);
	msg_free(m);
}

static bool says(const struct explain *x, enum explain_part part, const char *text)
{
	for (size_t i = 0; i < x->count; i++)
		if (x->lines[i].part == part && strstr(x->lines[i].text, text))
			return true;
	return false;
}

static void test_a_session_says_what_the_payor_is_asked_to_send(void **state)
{
	struct desk d;
	struct subject s;
	struct strbuf note;
	int64_t now = T0 + 10000;

	(void)state;
	desk_open(&d, "trouble-short");
	for (size_t i = 0; i < d.life->count && d.life->moments[i].arrived_ms < now; i++)
		desk_tell(&d, i);
	assert_true(subject_set(&s, SUBJECT_SESSION, d.life->roots[0].id));
	tell_session(d.st, s.id, now);
	desk_look(&d, &s, now);
	assert_string_equal(d.x.headline, "Underpaid: 119.99 USD is missing, 50 seconds left");
	assert_true(says(&d.x, EXPLAIN_CUSTOMER_SEES,
			 "send 119.990000 USDC on Solana to So1anaAddress"));
	assert_true(says(&d.x, EXPLAIN_CUSTOMER_SEES, "holds until 12:00:40 UTC"));
	desk_look(&d, &s, now + 30000);
	assert_true(says(&d.x, EXPLAIN_CUSTOMER_SEES, "ran out at 12:00:40 UTC"));
	strbuf_init(&note, 1 << 20);
	(void)explain_note(&note, &d.x, d.story, d.st, true, now);
	assert_null(strstr(strbuf_str(&note), "secret"));
	strbuf_release(&note);
	desk_close(&d);
}

/* The note as it is pasted, and the one that names people. */
static void link_is(struct store *st, enum stream_id stream, enum link_state state, int64_t now_ms)
{
	struct msg *m = msg_new(MSG_LINK);
	m->as.link.stream = stream;
	m->as.link.state = state;
	m->as.link.since_wall_ms = now_ms - 7; /* a clock of its own */
	store_apply(st, m, now_ms);
	msg_free(m);
}

static const struct explain_line *first_to_say(const struct explain *x)
{
	for (size_t i = 0; i < x->count; i++) {
		if (x->lines[i].part == EXPLAIN_SAY)
			return &x->lines[i];
	}
	return NULL;
}

/* What nobody would tell that it changed is not said as if it were so now. */
static void test_what_to_say_tells_since_when_nothing_new_comes(void **state)
{
	static const struct {
		struct {
			enum stream_id stream;
			enum link_state state;
			int64_t at_s;
		} links[6];
		int64_t now_s, asked_s;
		const char *as_of;
	} ROWS[] = {
		{{{STREAM_MERCHANT, LINK_LIVE, 1}}, 900, 0, ""},
		{{{STREAM_MERCHANT, LINK_POLLING, 1}}, 900, 0, ""},
		{{{STREAM_MERCHANT, LINK_LIVE, 1}, {STREAM_MERCHANT, LINK_RECONNECTING, 60}},
		 63,
		 0,
		 ""},
		{{{STREAM_MERCHANT, LINK_LIVE, 1},
		  {STREAM_MERCHANT, LINK_RECONNECTING, 60},
		  {STREAM_MERCHANT, LINK_OFFLINE, 120}},
		 900,
		 0,
		 "As of 12:01:00 UTC: not connected since then."},
		{{{STREAM_COMMERCE, LINK_LIVE, 1},
		  {STREAM_MERCHANT, LINK_LIVE, 1},
		  {STREAM_COMMERCE, LINK_RECONNECTING, 60}},
		 900,
		 0,
		 "As of 12:01:00 UTC: not connected since then."},
		{{{STREAM_MERCHANT, LINK_LIVE, 1}, {STREAM_MERCHANT, LINK_OFFLINE, 60}},
		 900,
		 300,
		 "As of 12:05:00 UTC, when the server was asked: not connected since 12:01:00 "
		 "UTC."},
		{{{STREAM_MERCHANT, LINK_LIVE, 1},
		  {STREAM_MERCHANT, LINK_OFFLINE, 60},
		  {STREAM_MERCHANT, LINK_LIVE, 90}},
		 900,
		 0,
		 ""},
		{{{STREAM_MERCHANT, LINK_CONNECTING, 1}},
		 900,
		 0,
		 "As of 12:00:00 UTC: not connected yet, so this may be old."},
		{{{0}}, 900, 30, "As of 12:00:30 UTC, when the server was last asked."},
		{{{0}}, 100, 30, ""},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
		struct subject s;
		struct explain x;
		struct strbuf note;
		struct store *st = store_new();
		struct story *story = xcalloc(1, sizeof(*story));
		int64_t now = T0 + ROWS[i].now_s * 1000;
		tell(st, SOURCE_STREAM, invoice_event(T0, 1, "inv", "unpaid", ""), T0);
		for (size_t j = 0; j < 6 && ROWS[i].links[j].at_s > 0; j++)
			link_is(st, ROWS[i].links[j].stream, ROWS[i].links[j].state,
				T0 + ROWS[i].links[j].at_s * 1000);
		assert_true(subject_set(&s, SUBJECT_INVOICE, "inv"));
		story_build(story, st, &s, now);
		story->checked_ms = ROWS[i].asked_s > 0 ? T0 + ROWS[i].asked_s * 1000 : TIME_NONE;
		explain_build(&x, story, NULL, st, now);
		print_message("# row %zu\n", i);
		assert_string_equal(x.as_of, ROWS[i].as_of);
		assert_non_null(first_to_say(&x));
		assert_int_equal(str_equal(first_to_say(&x)->text, x.as_of), x.as_of[0] != '\0');
		strbuf_init(&note, DUMP_MAX);
		(void)explain_note(&note, &x, story, st, true, now);
		assert_non_null(strstr(strbuf_str(&note), x.as_of));
		strbuf_release(&note);
		free(story);
		store_free(st);
	}
}

static void test_the_note_of_a_life(void **state)
{
	struct desk d;
	struct strbuf note;

	(void)state;
	desk_open(&d, "trouble-order-off");
	for (size_t i = 0; i < d.life->count; i++)
		desk_tell(&d, i);
	desk_look(&d, &d.life->roots[0], T0 + INT64_C(3600000));
	strbuf_init(&note, 1 << 20);
	(void)explain_note(&note, &d.x, d.story, d.st, false, T0 + INT64_C(3600000));
	golden_check("explain/note.txt", strbuf_str(&note));
	assert_non_null(strstr(strbuf_str(&note), "customer cust_FAAN521"));
	assert_non_null(strstr(strbuf_str(&note), "Customer ids and last digits of accounts"));
	assert_non_null(strstr(strbuf_str(&note), "https://testnet.bscscan.com/tx/0x"));
	strbuf_clear(&note);
	(void)explain_note(&note, &d.x, d.story, d.st, true, T0 + INT64_C(3600000));
	assert_non_null(strstr(strbuf_str(&note), "customer cust_FAAN521"));
	for (const char *p = strbuf_str(&note); *p; p++)
		assert_true((unsigned char)*p >= ' ' || *p == '\n');
	strbuf_release(&note);
	desk_close(&d);
}

/* Which chain's explorer a link leads to: as any object of the payment tells, or none. */
static void test_links_lead_to_the_chain_that_was_used(void **state)
{
	static const struct {
		const char *environment, *link;
	} ROWS[] = {
		{"mainnet", "  https://basescan.org/tx/0xabc\n"},
		{"devnet", "  https://sepolia.basescan.org/tx/0xabc (test network)\n"},
		{"testnet", "  https://sepolia.basescan.org/tx/0xabc (test network)\n"},
		{"", NULL},
		{"another", NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		struct store *st = store_new();
		struct story *story = xcalloc(1, sizeof(*story));
		struct explain *x = xcalloc(1, sizeof(*x));
		struct subject s;
		struct strbuf note;
		char text[1024];

		str_printf(text, sizeof(text),
			   "{\"object\":\"invoice\",\"id\":\"inv\",\"merchant_id\":7,"
			   "\"status\":\"paid\",\"amount\":1000,\"amount_paid\":1000,"
			   "\"created_at\":1768478400,\"environment\":\"%s\"}",
			   ROWS[i].environment);
		tell(st, SOURCE_STREAM, event_at(T0, 1, "invoice.updated", text, ""), T0);
		tell(st, SOURCE_STREAM,
		     event_at(T0, 2, "refund.updated",
			      "{\"object\":\"refund\",\"id\":\"ref\",\"invoice_id\":\"inv\","
			      "\"merchant_id\":7,\"status\":\"succeeded\",\"amount\":1000,"
			      "\"destination_wallet_network\":\"base\",\"tx_hash\":\"0xabc\"}",
			      ""),
		     T0);
		assert_true(subject_set(&s, SUBJECT_REFUND, "ref"));
		story_build(story, st, &s, T0);
		explain_build(x, story, NULL, st, T0);
		strbuf_init(&note, 1 << 20);
		(void)explain_note(&note, x, story, st, true, T0);
		assert_non_null(strstr(strbuf_str(&note), "refund on Base: 0xabc"));
		if (ROWS[i].link)
			assert_non_null(strstr(strbuf_str(&note), ROWS[i].link));
		else
			assert_null(strstr(strbuf_str(&note), "https://"));
		strbuf_release(&note);
		free(x);
		free(story);
		store_free(st);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_life_is_explained_at_every_moment),
		cmocka_unit_test(test_every_object_of_every_life_has_an_explanation),
		cmocka_unit_test(test_what_is_kept_up_to_date_is_what_is_found_anew),
		cmocka_unit_test(test_unknown_states_of_thin_objects_are_said_as_they_came),
		cmocka_unit_test(test_an_event_and_what_is_not_known_have_words_too),
		cmocka_unit_test(test_a_session_says_what_the_payor_is_asked_to_send),
		cmocka_unit_test(test_what_to_say_tells_since_when_nothing_new_comes),
		cmocka_unit_test(test_the_note_of_a_life),
		cmocka_unit_test(test_links_lead_to_the_chain_that_was_used),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
