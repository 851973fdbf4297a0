#include "sandbox_kit.h"

#include "sandbox/conn.h"
#include "sandbox/control.h"
#include "sandbox/faults.h"

struct wire { /* one subscribed connection under faults, and what it has sent */
	struct kit kit;
	struct control control;
	struct site site;
	struct conn *conn;
	struct strbuf got;
};

static void take(struct wire *b)
{
	const char *bytes;
	size_t n;

	while ((n = conn_output(b->conn, &bytes))) {
		strbuf_add(&b->got, bytes, n);
		conn_sent(b->conn, n, b->kit.time.mono_ms);
	}
}

static int wire_open(void **state)
{
	static const char upgrade[] = "GET /ws/merchant/events HTTP/1.1\r\nHost: x\r\n"
				      "Upgrade: websocket\r\nConnection: Upgrade\r\n"
				      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
				      "Sec-WebSocket-Version: 13\r\nx-api-key: pk_test_key\r\n\r\n";
	struct wire *b = xcalloc(1, sizeof(*b));

	kit_start(&b->kit, NULL, 1);
	str_copy(b->kit.w.merchant_key, sizeof(b->kit.w.merchant_key), "pk_test_key");
	b->control.faults = faults_new();
	b->kit.w.control = &b->control;
	site_init(&b->site, &b->kit.w);
	b->conn = conn_new(&b->site, b->kit.time.mono_ms);
	strbuf_init(&b->got, 1u << 22);
	conn_receive(b->conn, upgrade, strlen(upgrade), b->kit.time.mono_ms);
	take(b);
	assert_true(conn_is_stream(b->conn));
	strbuf_clear(&b->got);
	*state = b;
	return 0;
}

static int wire_close(void **state)
{
	struct wire *b = *state;

	conn_free(b->conn);
	faults_free(b->control.faults);
	strbuf_release(&b->got);
	kit_stop(&b->kit);
	free(b);
	return 0;
}

static int64_t fault(struct wire *b, enum fault_kind kind, int64_t bytes, int64_t ms)
{
	struct fault_entry e = {.kind = kind,
				.probability = FAULT_CERTAIN,
				.count = kind == FAULT_SLICE ? 0 : 1,
				.seed = 1,
				.params = {.bytes = bytes, .ms = ms, .times = 1, .window = 2}};
	int64_t id;

	ok(&b->kit, faults_add(b->control.faults, &e, b->kit.time.mono_ms, &id, &b->kit.why));
	return id;
}

/* An event happens; what was sent of it. */
static size_t event(struct wire *b, char id[ID_CAP])
{
	size_t before = b->got.len;

	kit_invoice(&b->kit, "{\"amount_usd\":1}", id);
	take(b);
	return b->got.len - before;
}

static size_t times_seen(const struct wire *b, const char *id)
{
	size_t n = 0;

	for (const char *at = b->got.len ? strbuf_str(&b->got) : "", *end = at + b->got.len;
	     at < end; at++)
		n += !strncmp(at, id, strlen(id)) && at[-1] == '"' &&
		     !strncmp(at - 6, "\"id\":\"", 6);
	return n;
}

static void test_conn_drop_cuts_at_every_byte(void **state)
{
	for (int64_t k = 0; k < 40; k++) {
		struct wire *b = *state;
		char id[ID_CAP];

		fault(b, FAULT_DROP, k, 0);
		assert_int_equal(event(b, id), k);
		assert_true(conn_finished(b->conn));
		assert_false(conn_wants_reset(b->conn));
		wire_close(state);
		wire_open(state);
	}
}

static void test_conn_half_open_is_silent_until_let_go(void **state)
{
	struct wire *b = *state;
	char id[ID_CAP];
	bool output;
	int64_t fault_id = fault(b, FAULT_HALF_OPEN, 0, 0);

	assert_int_equal(event(b, id), 0);
	assert_int_equal(event(b, id), 0);
	assert_false(conn_wants_input(b->conn));
	conn_receive(b->conn, "\x89\x80\0\0\0\0", 6, b->kit.time.mono_ms);
	take(b);
	assert_int_equal(b->got.len, 0);
	assert_true(conn_tick(b->conn, b->kit.time.mono_ms + CONN_STALLED_MS, &output));
	assert_false(output);
	ok(&b->kit, faults_remove(b->control.faults, fault_id, &b->kit.why));
	assert_false(conn_tick(b->conn, b->kit.time.mono_ms, &output));
}

static void test_conn_slice_gives_so_many_bytes_so_often(void **state)
{
	struct wire *b = *state;
	const char *bytes;
	char id[ID_CAP];

	fault(b, FAULT_SLICE, 3, 100);
	assert_int_equal(event(b, id), 0);
	for (int i = 0; i < 5; i++) {
		assert_int_equal(conn_held_ms(b->conn), 100);
		assert_int_equal(conn_output(b->conn, &bytes), 0);
		kit_wait(&b->kit, 100);
		assert_int_equal(conn_output(b->conn, &bytes), 3);
		conn_sent(b->conn, 3, b->kit.time.mono_ms);
		assert_int_equal(conn_output(b->conn, &bytes), 0);
	}
}

static void test_conn_gap_and_duplicate_are_on_the_wire_only(void **state)
{
	struct wire *b = *state;
	char skipped[ID_CAP], doubled[ID_CAP], plain[ID_CAP];

	fault(b, FAULT_GAP, 0, 0);
	assert_int_equal(event(b, skipped), 0);
	fault(b, FAULT_DUPLICATE, 0, 0);
	size_t twice = event(b, doubled), once = event(b, plain);
	assert_int_equal(twice, 2 * once);
	assert_int_equal(ledger_event_count(b->kit.w.ledger), 3);
	assert_int_equal(times_seen(b, skipped), 0);
	assert_int_equal(times_seen(b, doubled), 2);
	assert_int_equal(times_seen(b, plain), 1);
}

static void test_conn_reordered_event_comes_late_but_comes(void **state)
{
	struct wire *b = *state;
	char late[ID_CAP], id[ID_CAP];
	bool output;

	fault(b, FAULT_REORDER, 0, 0);
	assert_int_equal(event(b, late), 0);
	event(b, id);
	assert_int_equal(times_seen(b, late), 0);
	event(b, id);
	assert_int_equal(times_seen(b, late), 1);
	fault(b, FAULT_REORDER, 0, 0);
	assert_int_equal(event(b, late), 0);
	kit_wait(&b->kit, 1000); /* nothing overtakes it */
	assert_true(conn_tick(b->conn, b->kit.time.mono_ms, &output));
	take(b);
	assert_int_equal(times_seen(b, late), 1);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, wire_open, wire_close)
	const struct CMUnitTest tests[] = {
		T(test_conn_drop_cuts_at_every_byte),
		T(test_conn_half_open_is_silent_until_let_go),
		T(test_conn_slice_gives_so_many_bytes_so_often),
		T(test_conn_gap_and_duplicate_are_on_the_wire_only),
		T(test_conn_reordered_event_comes_late_but_comes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
