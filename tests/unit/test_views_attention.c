/* The list of what needs a person: how it looks, its keys, its filter, hostile text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the four above first */
#include <cmocka.h>

#include "golden.h"
#include "life_kit.h"
#include "views/attention.h"

struct desk {
	struct store *st;
	struct attention *a;
	struct outbox out;
	struct view v;
	struct view_context ctx;
};

static const char *const LIVES_TOLD[] = {"trouble-account-closed", "trouble-came-back",
					 "trouble-byhand",         "trouble-double",
					 "trouble-kyc-refused",    "trouble-late",
					 "trouble-seen",           "trouble-short",
					 "trouble-order-lost",     "trouble-order-off",
					 "trouble-stuck",          "trouble-unsettled"};

static void desk_tell(struct desk *d, const char *name)
{
	struct life *l = life_load(name);

	for (size_t i = 0; i < l->count; i++)
		if (l->moments[i].kind == LIFE_EVENT)
			life_tell(l, d->st, i);
	life_free(l);
}

static void desk_refresh(struct desk *d, int width, int height)
{
	attention_refresh(d->a, d->st, d->ctx.now_ms);
	d->v.stale = true;
	view_update(&d->v, &d->ctx, d->st, &d->out, width, height);
}

static void desk_open(struct desk *d, bool trouble)
{
	memset(d, 0, sizeof(*d));
	d->st = store_new();
	d->a = attention_new();
	outbox_init(&d->out);
	for (size_t i = 0; trouble && i < sizeof(LIVES_TOLD) / sizeof(LIVES_TOLD[0]); i++)
		desk_tell(d, LIVES_TOLD[i]);
	d->ctx = (struct view_context){.now_ms = INT64_C(1768478520000), /* 12:02:00 */
				       .wall_ms = INT64_C(1768478520000),
				       .server = "local sandbox",
				       .attention = d->a};
	view_open(&d->v, &ATTENTION_VIEW, &d->ctx, d->st, &d->out);
	d->v.focused = true;
	desk_refresh(d, 78, 20);
}

static void desk_close(struct desk *d)
{
	view_close(&d->v);
	attention_free(d->a);
	store_free(d->st);
}

static enum handled press(struct desk *d, enum command cmd)
{
	return d->v.ops->act(&d->v, cmd, d->st, &d->out);
}

static char *desk_text(struct desk *d, int width, int height)
{
	struct grid *g = grid_new(width, height, d->ctx.ascii);
	struct canvas whole = canvas_whole(g), inside;
	struct safe_text title, badge;
	char *text;

	desk_refresh(d, width - 2, height - 2);
	d->v.ops->heading(&d->v, d->st, &title, &badge);
	inside = canvas_frame(&whole, (struct rect){0, 0, width, height}, true, &title, &badge);
	d->v.ops->draw(&d->v, d->st, &inside);
	text = grid_to_text(g);
	grid_free(g);
	return text;
}

static void check_screen(struct desk *d, int width, int height, const char *name)
{
	char *text = desk_text(d, width, height);
	char path[128];

	snprintf(path, sizeof(path), "attention/%s-%dx%d.txt", name, width, height);
	golden_check(path, text);
	free(text);
}

static void test_everything_that_can_go_wrong_stands_in_order(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d, true);
	check_screen(&d, 80, 22, "trouble");
	check_screen(&d, 120, 38, "trouble");
	check_screen(&d, 60, 13, "trouble");
	d.ctx.times = SHOW_CLOCK;
	d.ctx.ascii = true;
	check_screen(&d, 80, 22, "clock-ascii");
	desk_close(&d);
}

static void test_nothing_needs_a_person(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d, false);
	desk_tell(&d, "invoice-paid");
	check_screen(&d, 80, 22, "nothing");
	desk_close(&d);
}

static void test_the_words_of_a_filter_are_looked_for_everywhere_in_a_row(void **state)
{
	static const struct {
		const char *filter;
		size_t rows;
	} table[] = {{"payout", 2},
		     {"PAYOUT closed", 1},
		     {"urgent", 4},
		     {"-urgent", 7},
		     {"nothing-says-this", 0},
		     {"", 11},
		     {"order refund", 2},
		     {"kyc", 1},
		     {"30.01", 1},
		     {"kind:payout", 2},
		     {"kind:payout urgent", 2},
		     {"status:returned | kind:kyc", 2},
		     {"kind:invoice amount>=200", 1},
		     {"-kind:invoice payout", 2}};
	struct desk d;
	size_t shown, total;

	(void)state;
	desk_open(&d, true);
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		assert_int_equal(d.v.ops->filter(&d.v, table[i].filter, NULL, NULL), S_OK);
		desk_refresh(&d, 78, 20);
		d.v.ops->counts(&d.v, &shown, &total);
		if (shown != table[i].rows)
			fail_msg("“%s” lets %zu through of %zu", table[i].filter, shown, total);
	}
	assert_int_equal(d.v.ops->filter(&d.v, "amount>x", NULL, NULL), E_INVALID);
	assert_int_equal(d.v.ops->filter(&d.v, "no such thing", NULL, NULL), S_OK);
	check_screen(&d, 80, 22, "no-match");
	desk_close(&d);
}

static void test_enter_opens_what_is_selected_and_stays_with_it(void **state)
{
	struct desk d;
	struct subject s, again;
	struct ask ask;

	(void)state;
	desk_open(&d, true);
	press(&d, CMD_DOWN);
	press(&d, CMD_DOWN);
	assert_true(d.v.ops->selected(&d.v, d.st, &s));
	assert_int_equal(press(&d, CMD_OPEN), HANDLED);
	ask = view_take_ask(&d.v);
	assert_int_equal(ask.kind, ASK_OPEN);
	assert_true(subject_equal(&ask.subject, &s));
	ask_release(&ask);
	/* Something worse comes in above it: the cursor stays with what it stood on. */
	desk_tell(&d, "trouble-bank-offline");
	desk_refresh(&d, 78, 20);
	assert_int_equal(attention_count(d.a), 12);
	assert_true(d.v.ops->selected(&d.v, d.st, &again));
	assert_true(subject_equal(&s, &again));
	desk_close(&d);
}

static void test_a_acknowledges_and_again_withdraws(void **state)
{
	struct desk d;
	struct subject s, again;
	const struct request *rq = &d.out.items[0];
	size_t shown, total;

	(void)state;
	desk_open(&d, true);
	assert_true(d.v.ops->selected(&d.v, d.st, &s));
	assert_int_equal(press(&d, CMD_ACKNOWLEDGE), HANDLED);
	assert_int_equal(d.out.count, 1);
	assert_int_equal(rq->kind, REQUEST_ACK);
	assert_string_equal(rq->ack.id, s.id);
	assert_int_equal(rq->ack.kind, subject_object(s.kind));
	assert_false(rq->ack.withdrawn);
	(void)store_submitted(d.st, rq, d.ctx.now_ms);
	d.out.count = 0;
	check_screen(&d, 80, 22, "seen"); /* it stays until the cursor moves: A takes it back */
	assert_int_equal(attention_open_count(d.a) + 1, attention_count(d.a));
	assert_true(d.v.ops->selected(&d.v, d.st, &again));
	assert_true(subject_equal(&s, &again));
	for (int times = 0; times < 2; times++) {
		assert_int_equal(press(&d, CMD_ACKNOWLEDGE), HANDLED);
		assert_string_equal(rq->ack.id, s.id);
		assert_int_equal(rq->ack.withdrawn, times == 0);
		(void)store_submitted(d.st, rq, d.ctx.now_ms);
		d.out.count = 0;
		desk_refresh(&d, 78, 20);
		assert_int_equal(attention_open_count(d.a) + (size_t)times, attention_count(d.a));
	}
	press(&d, CMD_DOWN);
	desk_refresh(&d, 78, 20);
	assert_true(d.v.ops->selected(&d.v, d.st, &again));
	assert_false(subject_equal(&s, &again));
	d.ctx.wall_ms += 5;
	desk_refresh(&d, 78, 20);
	press(&d, CMD_LAST);
	assert_true(d.v.ops->selected(&d.v, d.st, &again));
	assert_true(subject_equal(&s, &again));
	check_screen(&d, 80, 22, "seen-when");
	assert_int_equal(d.v.ops->filter(&d.v, "acknowledged", NULL, NULL), S_OK);
	desk_refresh(&d, 78, 20);
	d.v.ops->counts(&d.v, &shown, &total);
	assert_int_equal(shown, 1);
	assert_int_equal(press(&d, CMD_ACKNOWLEDGE), HANDLED);
	assert_true(rq->ack.withdrawn);
	(void)store_submitted(d.st, rq, d.ctx.now_ms);
	desk_refresh(&d, 78, 20);
	assert_int_equal(attention_open_count(d.a), attention_count(d.a));
	desk_close(&d);
}

static void test_with_nothing_there_no_key_does_harm(void **state)
{
	struct desk d;
	struct subject s;

	(void)state;
	desk_open(&d, false);
	for (int cmd = 1; cmd < COMMAND_COUNT; cmd++)
		(void)press(&d, (enum command)cmd);
	assert_int_equal(d.out.count, 0);
	assert_false(d.v.ops->selected(&d.v, d.st, &s));
	/* The attention is another one now: what was picked before is not looked at. */
	desk_tell(&d, "trouble-double");
	desk_refresh(&d, 78, 20);
	attention_free(d.a);
	d.a = attention_new();
	d.v.ctx.attention = d.a;
	assert_false(d.v.ops->selected(&d.v, d.st, &s));
	assert_int_equal(press(&d, CMD_ACKNOWLEDGE), HANDLED);
	assert_int_equal(d.out.count, 0);
	desk_close(&d);
}

static void test_hostile_text_is_shown_and_not_obeyed(void **state)
{
	static const char BODY[] =
		"{\"id\":\"evt_1768478400000-1\",\"created\":1768478400,"
		"\"type\":\"ramp.payout.updated\",\"data\":{\"object\":{\"object\":\"ramp_payout\","
		"\"id\":\"out\\u001b[31m\",\"customer_id\":\"\\u202eevil\\u0007\","
		"\"status\":\"failed\",\"amount\":9007199254740993,"
		"\"failure_message\":\"\\u001b]0;owned\\u0007\\r\\n\\u200b%n%s\","
		"\"created_at\":1768478400}}}";
	struct desk d;
	struct msg *m = msg_new(MSG_EVENTS);
	struct json *v = NULL;
	char *text;

	(void)state;
	desk_open(&d, false);
	m->as.events.items = xcalloc(1, sizeof(struct event));
	m->as.events.count = 1;
	assert_int_equal(json_parse(BODY, strlen(BODY), &v, NULL), S_OK);
	assert_int_equal(event_decode(v, BODY, strlen(BODY), m->as.events.items, NULL), S_OK);
	json_free(v);
	(void)store_apply(d.st, m, d.ctx.now_ms);
	msg_free(m);
	text = desk_text(&d, 80, 22);
	assert_non_null(strstr(text, "9,007,199,254,740.993"));
	assert_non_null(strstr(text, "\\x1b[31m"));
	for (const char *p = text; *p; p++)
		assert_true((unsigned char)*p >= ' ' || *p == '\n');
	free(text);
	desk_close(&d);
}

static void test_copies_and_plain_text_say_what_the_row_says(void **state)
{
	struct desk d;
	struct copies c = {.count = 0};
	struct strbuf plain;

	(void)state;
	desk_open(&d, true);
	d.v.ops->copies(&d.v, d.st, &c);
	assert_string_equal(c.items[0].label, "id");
	assert_non_null(strstr(c.items[c.count - 1].text, "the bank sent a payout back"));
	copies_release(&c);
	strbuf_init(&plain, 1 << 20);
	d.v.ops->plain(&d.v, d.st, &plain);
	golden_check("attention/plain.txt", strbuf_str(&plain));
	strbuf_release(&plain);
	desk_close(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_everything_that_can_go_wrong_stands_in_order),
		cmocka_unit_test(test_nothing_needs_a_person),
		cmocka_unit_test(test_the_words_of_a_filter_are_looked_for_everywhere_in_a_row),
		cmocka_unit_test(test_enter_opens_what_is_selected_and_stays_with_it),
		cmocka_unit_test(test_a_acknowledges_and_again_withdraws),
		cmocka_unit_test(test_with_nothing_there_no_key_does_harm),
		cmocka_unit_test(test_hostile_text_is_shown_and_not_obeyed),
		cmocka_unit_test(test_copies_and_plain_text_say_what_the_row_says),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
