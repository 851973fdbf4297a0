#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "sandbox/wsframe.h"

static const unsigned char mask[4] = {0x37, 0xfa, 0x21, 0x3d};

/* A client's frame. `first` is FIN, RSV and opcode. */
static size_t frame(unsigned char *buf, int first, const char *payload, size_t len)
{
	size_t n = 0;

	buf[n++] = (unsigned char)first;
	if (len < 126) {
		buf[n++] = (unsigned char)(0x80 | len);
	} else {
		buf[n++] = 0x80 | 126;
		buf[n++] = (unsigned char)(len >> 8);
		buf[n++] = (unsigned char)len;
	}
	memcpy(buf + n, mask, 4);
	n += 4;
	for (size_t i = 0; i < len; i++)
		buf[n++] = (unsigned char)(payload[i] ^ mask[i % 4]);
	return n;
}

static enum ws_result read_one(struct ws_reader *r, const unsigned char *b, size_t n, size_t *used,
			       struct ws_message *m, int *code)
{
	*used = 99999;
	return ws_read_message(r, b, n, used, m, code);
}

static void test_ws_accept_matches_the_rfc(void **state)
{
	char accept[WS_ACCEPT_CAP];
	(void)state;
	assert_int_equal(ws_accept("dGhlIHNhbXBsZSBub25jZQ==", accept), S_OK);
	assert_string_equal(accept, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

static void test_ws_accept_refuses_keys_that_are_not_16_bytes(void **state)
{
	static const char *const keys[] = {"",
					   "dGhlIHNhbXBsZSBub25jZQ=",
					   "dGhlIHNhbXBsZSBub25jZQ==x",
					   "dGhlIHNhbXBsZSBub25jZQ=x",
					   "dGhlIHNhbXBsZSBub25jZXg=",
					   "dGhlIHNhbXBsZ!Bub25jZQ==",
					   "dGhlIHNhbXBsZSBub25jZXh4"};
	char accept[WS_ACCEPT_CAP];
	(void)state;
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		assert_int_equal(ws_accept(keys[i], accept), E_INVALID);
}

static void test_ws_write_frame_uses_the_shortest_length(void **state)
{
	static const struct {
		size_t len, head;
		unsigned char second;
	} rows[] = {{0, 2, 0},     {125, 2, 125},   {126, 4, 126},
		    {127, 4, 126}, {65535, 4, 126}, {65536, 10, 127}};
	char *payload = test_malloc(70000);
	(void)state;
	memset(payload, 'p', 70000);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct strbuf sb;
		uint64_t len = 0;
		strbuf_init(&sb, 100000);
		ws_write_frame(&sb, WS_TEXT, payload, rows[i].len);
		assert_int_equal(sb.len, rows[i].head + rows[i].len);
		assert_int_equal((unsigned char)sb.buf[0], 0x81);
		assert_int_equal((unsigned char)sb.buf[1], rows[i].second);
		for (size_t k = 2; k < rows[i].head; k++)
			len = len << 8 | (unsigned char)sb.buf[k];
		if (rows[i].head > 2)
			assert_int_equal(len, rows[i].len);
		strbuf_release(&sb);
	}
	test_free(payload);
}

static void test_ws_read_message_needs_every_byte(void **state)
{
	unsigned char b[600];
	char text[300];
	(void)state;
	memset(text, 't', sizeof(text));
	for (size_t len = 0; len <= sizeof(text); len += 150) {
		size_t n = frame(b, 0x81, text, len);
		struct ws_message m;
		size_t used;
		int code;
		for (size_t k = 0; k < n; k++) {
			struct ws_reader r = {0};
			assert_int_equal(read_one(&r, b, k, &used, &m, &code), WS_NEED_MORE);
			assert_int_equal(used, 0);
		}
		struct ws_reader r = {0};
		assert_int_equal(read_one(&r, b, n, &used, &m, &code), WS_MESSAGE);
		assert_int_equal(used, n);
		assert_int_equal(m.opcode, WS_TEXT);
		assert_int_equal(m.len, len);
		assert_memory_equal(m.payload, text, len);
	}
}

static void test_ws_read_message_joins_fragments_around_a_ping(void **state)
{
	unsigned char b[100];
	struct ws_reader r = {0};
	struct ws_message m;
	size_t used;
	int code;
	size_t n = frame(b, 0x01, "ab", 2);
	(void)state;
	n += frame(b + n, 0x89, "?", 1);
	n += frame(b + n, 0x00, "", 0);
	n += frame(b + n, 0x80, "cd", 2);
	const unsigned char *p = b;
	assert_int_equal(read_one(&r, p, n, &used, &m, &code), WS_AGAIN);
	p += used, n -= used;
	assert_int_equal(read_one(&r, p, n, &used, &m, &code), WS_MESSAGE);
	assert_int_equal(m.opcode, WS_PING);
	assert_string_equal(m.payload, "?");
	p += used, n -= used;
	assert_int_equal(read_one(&r, p, n, &used, &m, &code), WS_AGAIN);
	p += used, n -= used;
	assert_int_equal(read_one(&r, p, n, &used, &m, &code), WS_MESSAGE);
	assert_int_equal(m.opcode, WS_TEXT);
	assert_string_equal(m.payload, "abcd");
	assert_int_equal(used, n);
}

static void test_ws_read_message_refuses_broken_frames(void **state)
{
	/* The two first bytes, and length bytes, of a frame; zeros follow. */
	static const struct {
		unsigned char bytes[10];
		int code;
	} rows[] = {{{0xc1, 0x80}, WS_CLOSE_PROTOCOL}, /* RSV1 */
		    {{0xa1, 0x80}, WS_CLOSE_PROTOCOL}, /* RSV2 */
		    {{0x91, 0x80}, WS_CLOSE_PROTOCOL}, /* RSV3 */
		    {{0x83, 0x80}, WS_CLOSE_PROTOCOL}, /* reserved opcodes */
		    {{0x8b, 0x80}, WS_CLOSE_PROTOCOL},
		    {{0x81, 0x00}, WS_CLOSE_PROTOCOL},         /* not masked */
		    {{0x80, 0x80}, WS_CLOSE_PROTOCOL},         /* continues nothing */
		    {{0x09, 0x80}, WS_CLOSE_PROTOCOL},         /* fragmented ping */
		    {{0x89, 0xfe, 0, 126}, WS_CLOSE_PROTOCOL}, /* long ping */
		    {{0x81, 0xfe, 0, 125}, WS_CLOSE_PROTOCOL}, /* not the shortest length */
		    {{0x81, 0xff, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, WS_CLOSE_PROTOCOL},
		    {{0x81, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0}, WS_CLOSE_PROTOCOL},
		    {{0x81, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
		     WS_CLOSE_TOO_BIG},
		    {{0x82, 0xfe, 0x10, 0x01}, WS_CLOSE_TOO_BIG}, /* 4097 */
		    {{0x88, 0x81}, WS_CLOSE_PROTOCOL}};           /* close of one byte */
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct ws_reader r = {0};
		unsigned char b[16] = {0};
		struct ws_message m;
		size_t used;
		int code = 0;
		memcpy(b, rows[i].bytes, sizeof(rows[i].bytes));
		assert_int_equal(read_one(&r, b, sizeof(b), &used, &m, &code), WS_FAIL);
		assert_int_equal(code, rows[i].code);
	}
}

static void test_ws_read_message_refuses_text_inside_text(void **state)
{
	unsigned char b[32];
	struct ws_reader r = {0};
	struct ws_message m;
	size_t used;
	int code;
	(void)state;
	size_t n = frame(b, 0x01, "a", 1);
	assert_int_equal(read_one(&r, b, n, &used, &m, &code), WS_AGAIN);
	n = frame(b, 0x81, "a", 1);
	assert_int_equal(read_one(&r, b, n, &used, &m, &code), WS_FAIL);
	assert_int_equal(code, WS_CLOSE_PROTOCOL);
}

static void test_ws_read_message_caps_a_message_not_a_fragment(void **state)
{
	unsigned char b[3000];
	static char text[2048 + 1];
	struct ws_reader r = {0};
	struct ws_message m;
	size_t used;
	int code;
	(void)state;
	memset(text, 'x', sizeof(text));
	size_t n = frame(b, 0x01, text, 2048);
	assert_int_equal(read_one(&r, b, n, &used, &m, &code), WS_AGAIN);
	n = frame(b, 0x80, text, 2049);
	assert_int_equal(read_one(&r, b, n, &used, &m, &code), WS_FAIL);
	assert_int_equal(code, WS_CLOSE_TOO_BIG);
	n = frame(b, 0x80, text, 2048);
	assert_int_equal(read_one(&r, b, n, &used, &m, &code), WS_MESSAGE);
	assert_int_equal(m.len, 4096);
}

static void test_ws_read_message_judges_close_and_text(void **state)
{
	static const struct {
		int first;
		const char *payload;
		size_t len;
		enum ws_result result;
		int code; /* close_code or the failure's */
	} rows[] = {{0x88, "", 0, WS_MESSAGE, WS_CLOSE_NO_STATUS},
		    {0x88, "\x03\xe8", 2, WS_MESSAGE, 1000},
		    {0x88,
		     "\x03\xe9"
		     "bye",
		     5, WS_MESSAGE, 1001},
		    {0x88, "\x0f\xa0", 2, WS_MESSAGE, 4000},
		    {0x88, "\x03\xed", 2, WS_FAIL, WS_CLOSE_PROTOCOL}, /* 1005 */
		    {0x88, "\x07\xd0", 2, WS_FAIL, WS_CLOSE_PROTOCOL}, /* 2000 */
		    {0x88, "\x00\x01", 2, WS_FAIL, WS_CLOSE_PROTOCOL},
		    {0x88, "\x03\xe8\xff", 3, WS_FAIL, WS_CLOSE_BAD_TEXT},
		    {0x81, "\xc0\x80", 2, WS_FAIL, WS_CLOSE_BAD_TEXT},
		    {0x82, "\xc0\x80", 2, WS_MESSAGE, 0}};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct ws_reader r = {0};
		unsigned char b[32];
		struct ws_message m;
		size_t used;
		int code = 0;
		size_t n = frame(b, rows[i].first, rows[i].payload, rows[i].len);
		assert_int_equal(read_one(&r, b, n, &used, &m, &code), rows[i].result);
		assert_int_equal(rows[i].result == WS_FAIL ? code : m.close_code, rows[i].code);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ws_accept_matches_the_rfc),
		cmocka_unit_test(test_ws_accept_refuses_keys_that_are_not_16_bytes),
		cmocka_unit_test(test_ws_write_frame_uses_the_shortest_length),
		cmocka_unit_test(test_ws_read_message_needs_every_byte),
		cmocka_unit_test(test_ws_read_message_joins_fragments_around_a_ping),
		cmocka_unit_test(test_ws_read_message_refuses_broken_frames),
		cmocka_unit_test(test_ws_read_message_refuses_text_inside_text),
		cmocka_unit_test(test_ws_read_message_caps_a_message_not_a_fragment),
		cmocka_unit_test(test_ws_read_message_judges_close_and_text),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
