#include "sandbox_kit.h"
#include "scratch.h"

#include "sandbox/auth_jwt.h"
#include "sandbox/payor.h"
#include "sandbox/session.h"

#include <stdlib.h>
#include <unistd.h>

static void new_invoice(struct kit *k, int64_t expires_in_ms, struct invoice *ret)
{
	struct invoice_params p = {.amount = 49990, .expires_in_ms = expires_in_ms};

	in_transaction(k, invoice_create(&k->w, &p, ret, &k->why));
}

static void issue(struct kit *k, const char *id, struct session *ret)
{
	in_transaction(k, session_issue(&k->w, id, ret, &k->why));
}

static void test_session_opens_its_invoice_and_no_other(void **state)
{
	struct session a, b;
	struct invoice v, w, got;
	struct kit k;

	(void)state;
	kit_start(&k, NULL, 1);
	new_invoice(&k, 60000, &v);
	new_invoice(&k, 60000, &w);
	issue(&k, v.id, &a);
	issue(&k, w.id, &b);
	assert_string_not_equal(a.token, b.token);
	ok(&k, session_check(&k.w, a.token, a.signature, &got, &k.why));
	assert_string_equal(got.id, v.id);
	assert_int_equal(session_check(&k.w, a.token, b.signature, &got, &k.why), E_DENIED);
	assert_int_equal(session_check(&k.w, b.token, a.signature, &got, &k.why), E_DENIED);
	kit_stop(&k);
}

static void test_session_signed_again_keeps_its_token(void **state)
{
	struct session a, b;
	struct invoice v, got;
	struct kit k;

	(void)state;
	kit_start(&k, NULL, 1);
	new_invoice(&k, 60000, &v);
	issue(&k, v.id, &a);
	world_advance_to(&k.w, KIT_EPOCH + 5000);
	issue(&k, v.id, &b);
	assert_string_equal(a.token, b.token);
	assert_string_not_equal(a.signature, b.signature);
	ok(&k, session_check(&k.w, a.token, a.signature, &got, &k.why));
	ok(&k, session_check(&k.w, a.token, b.signature, &got, &k.why));
	kit_stop(&k);
}

/* Any single character changed makes it one of nobody's. */
static void test_session_notices_every_changed_character(void **state)
{
	struct session s;
	struct invoice v, got;
	struct kit k;

	(void)state;
	kit_start(&k, NULL, 1);
	new_invoice(&k, 60000, &v);
	issue(&k, v.id, &s);
	for (size_t i = 0; s.token[i]; i++) {
		char was = s.token[i];

		s.token[i] = was == '0' ? '1' : '0';
		assert_int_equal(session_check(&k.w, s.token, s.signature, &got, &k.why), E_AUTH);
		s.token[i] = was;
	}
	for (size_t i = 0; s.signature[i]; i++) {
		char was = s.signature[i];
		enum status st;

		s.signature[i] = was == '0' ? '1' : '0';
		st = session_check(&k.w, s.token, s.signature, &got, &k.why);
		if (st != E_DENIED && st != E_AUTH)
			fail_msg("character %zu of the signature: %s", i, status_words(st));
		s.signature[i] = was;
	}
	ok(&k, session_check(&k.w, s.token, s.signature, &got, &k.why));
	kit_stop(&k);
}

static void test_session_wants_both_in_their_form(void **state)
{
	struct session s;
	struct invoice v, got;
	struct kit k;
	char longer[SESSION_SIGNATURE_CAP + 8];

	(void)state;
	kit_start(&k, NULL, 1);
	assert_int_equal(session_check(&k.w, "pst_x", "sig_x", &got, &k.why), E_AUTH);
	new_invoice(&k, 60000, &v);
	issue(&k, v.id, &s);
	str_printf(longer, sizeof(longer), "%s0", s.signature);
	const struct {
		const char *token, *signature;
	} rows[] = {{NULL, NULL},
		    {s.token, NULL},
		    {NULL, s.signature},
		    {"", s.signature},
		    {s.token, ""},
		    {s.token, "."},
		    {s.token, longer},
		    {s.token, s.signature + 1},
		    {s.token + 4, s.signature},
		    {s.signature, s.token}};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (session_check(&k.w, rows[i].token, rows[i].signature, &got, &k.why) != E_AUTH)
			fail_msg("row %zu", i);
	kit_stop(&k);
}

static void test_session_ends_a_day_after_its_invoice(void **state)
{
	struct session s;
	struct invoice v, got;
	struct kit k;

	(void)state;
	kit_start(&k, NULL, 1);
	new_invoice(&k, 60000, &v);
	issue(&k, v.id, &s);
	world_advance_to(&k.w, v.expires_at + SESSION_GRACE_MS);
	ok(&k, session_check(&k.w, s.token, s.signature, &got, &k.why));
	world_advance_to(&k.w, v.expires_at + SESSION_GRACE_MS + 1);
	assert_int_equal(session_check(&k.w, s.token, s.signature, &got, &k.why), E_NOT_FOUND);
	kit_stop(&k);
}

/* A good proof of an invoice that another world had. */
static void test_session_of_a_vanished_invoice_is_not_found(void **state)
{
	struct session s;
	struct invoice got;
	struct kit k;

	(void)state;
	kit_start(&k, NULL, 1);
	issue(&k, KEY_1, &s);
	assert_int_equal(session_check(&k.w, s.token, s.signature, &got, &k.why), E_NOT_FOUND);
	refused(&k, E_INVALID, session_issue(&k.w, "inv_123", &s, &k.why));
	kit_stop(&k);
}

static void test_session_outlives_a_restart(void **state)
{
	char path[128];
	struct session s;
	struct invoice v, got;
	struct kit k;
	int fd = scratch_file(path, sizeof(path), "test_session_XXXXXX");

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	kit_start(&k, path, 1);
	new_invoice(&k, 60000, &v);
	issue(&k, v.id, &s);
	kit_stop(&k);
	kit_start(&k, path, 2);
	ok(&k, session_check(&k.w, s.token, s.signature, &got, &k.why));
	assert_string_equal(got.id, v.id);
	kit_stop(&k);
	unlink(path);
}

static void test_session_of_another_ledger_is_refused(void **state)
{
	struct session s;
	struct invoice v, got;
	struct kit k, other;

	(void)state;
	kit_start(&k, NULL, 1);
	kit_start(&other, NULL, 1);
	new_invoice(&k, 60000, &v);
	issue(&k, v.id, &s);
	new_invoice(&other, 60000, &got);
	assert_string_equal(v.id, got.id); /* the same world, but for the secret */
	issue(&other, got.id, &(struct session){0});
	assert_int_equal(session_check(&other.w, s.token, s.signature, &got, &other.why), E_AUTH);
	kit_stop(&k);
	kit_stop(&other);
}

/* --- JWTs ---------------------------------------------------------------------------- */

/* Made with Python's hmac and base64, under a secret of 32 zeros. */
#define VECTOR                                                           \
	"eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJleHAiOjIwMDAwMDAwMDB9." \
	"d6iVtT_u92XyX5BofG14YRNNlnKvz6gHrmQtuaOOQ80"

static struct secret some_secret(unsigned char first)
{
	struct secret s = {{first, 2, 3}};

	return s;
}

static void sign_claims(int64_t exp, const char *sub, char ret[JWT_CAP])
{
	struct secret s = some_secret(1);
	struct json *claims = json_new_object();
	struct problem why;

	json_set_string(claims, "sub", sub);
	json_set_int(claims, "exp", exp);
	assert_int_equal(jwt_sign(&s, claims, ret, &why), S_OK);
	json_free(claims);
}

static void test_jwt_gives_its_claims_back_until_it_expires(void **state)
{
	struct secret good = some_secret(1), bad = some_secret(9);
	struct json *claims = NULL;
	char token[JWT_CAP];
	struct problem why;

	(void)state;
	sign_claims(1000, "é\"x", token);
	assert_int_equal(jwt_verify(&good, token, 999999, &claims, &why), S_OK);
	assert_string_equal(text_at(claims, "sub"), "é\"x");
	json_free(claims);
	assert_int_equal(jwt_verify(&good, token, 1000000, &claims, &why), E_AUTH);
	assert_int_equal(jwt_verify(&bad, token, 0, &claims, &why), E_AUTH);
}

static void test_jwt_is_the_one_others_make(void **state)
{
	struct secret s = {{0}};
	struct json *claims = NULL;
	struct problem why;

	(void)state;
	assert_int_equal(jwt_verify(&s, VECTOR, 0, &claims, &why), S_OK);
	assert_int_equal(int_at(claims, "exp"), 2000000000);
	json_free(claims);
}

static void test_jwt_refuses_what_was_touched(void **state)
{
	struct secret s = some_secret(1);
	struct json *claims = NULL;
	char token[JWT_CAP];
	struct problem why;

	(void)state;
	sign_claims(1000, "abc", token);
	for (size_t i = 0; token[i]; i++) {
		char was = token[i];

		token[i] = was == 'A' ? 'B' : 'A';
		assert_int_equal(jwt_verify(&s, token, 0, &claims, &why), E_AUTH);
		token[i] = '\0';
		assert_int_equal(jwt_verify(&s, token, 0, &claims, &why), E_AUTH);
		token[i] = was;
	}
	assert_int_equal(jwt_verify(&s, "eyJhbGciOiJub25lIn0.e30.", 0, &claims, &why), E_AUTH);
	assert_int_equal(jwt_verify(&s, "..", 0, &claims, &why), E_AUTH);
}

static void test_jwt_of_a_payor_speaks_for_its_invoice(void **state)
{
	struct json *ws = NULL;
	struct invoice v;
	char id[ID_CAP] = "";
	struct kit k;

	(void)state;
	kit_start(&k, NULL, 1);
	new_invoice(&k, 60000, &v);
	in_transaction(&k, payor_ws_connection(&k.w, &v, &ws, &k.why));
	ok(&k, payor_ws_check(&k.w, text_at(ws, "token"), id, &k.why));
	assert_string_equal(id, v.id);
	world_advance_to(&k.w, v.expires_at + 3600 * 1000 + 1000);
	assert_int_equal(payor_ws_check(&k.w, text_at(ws, "token"), id, &k.why), E_AUTH);
	json_free(ws);
	kit_stop(&k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_session_opens_its_invoice_and_no_other),
		cmocka_unit_test(test_session_signed_again_keeps_its_token),
		cmocka_unit_test(test_session_notices_every_changed_character),
		cmocka_unit_test(test_session_wants_both_in_their_form),
		cmocka_unit_test(test_session_ends_a_day_after_its_invoice),
		cmocka_unit_test(test_session_of_a_vanished_invoice_is_not_found),
		cmocka_unit_test(test_session_outlives_a_restart),
		cmocka_unit_test(test_session_of_another_ledger_is_refused),
		cmocka_unit_test(test_jwt_gives_its_claims_back_until_it_expires),
		cmocka_unit_test(test_jwt_is_the_one_others_make),
		cmocka_unit_test(test_jwt_refuses_what_was_touched),
		cmocka_unit_test(test_jwt_of_a_payor_speaks_for_its_invoice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
