#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/strbuf.h"
#include "sandbox/options.h"
#include "sandbox/query.h"

/* --- options ----------------------------------------------------------------------- */

#define ARGS_MAX 16

/* The arguments after the program's name, ended by NULL. */
static enum status parse(const char *const *args, struct options *ret, struct problem *why)
{
	const char *argv[ARGS_MAX + 1] = {"pepay-sandbox"};
	int argc = 1;

	for (; args[argc - 1]; argc++) {
		assert_true(argc < ARGS_MAX);
		argv[argc] = args[argc - 1];
	}
	/* It never writes to them; main's argv is merely declared that way. */
	return options_parse(argc, (char *const *)argv, ret, why);
}

#define ARGS(...) ((const char *const[]){__VA_ARGS__, NULL})

static void test_options_default_to_the_documented(void **state)
{
	struct options o;
	struct problem why;
	(void)state;
	assert_int_equal(parse(ARGS(NULL), &o, &why), S_OK);
	assert_string_equal(o.address, "127.0.0.1");
	assert_int_equal(o.port, 0);
	assert_null(o.db);
	assert_int_equal(o.seed, 1);
	assert_string_equal(o.scenario, "demo");
	assert_true(o.speed >= 1.0 && o.speed <= 1.0);
	assert_true(o.epoch_ms == TIME_NONE);
	assert_int_equal(o.events, 0);
	assert_false(o.verbose || o.help || o.version || o.die_with_parent);
}

static void test_options_take_values_in_both_forms(void **state)
{
	struct options o;
	struct problem why;
	(void)state;
	assert_int_equal(parse(ARGS("--listen=[::1]:8080", "--db", "x=y.db", "--seed=7", "--speed",
				    "0.5", "--epoch", "2026-01-15T12:00:00Z", "--events=3", "-v",
				    "--die-with-parent", "--scenario", "quiet", "--rate", "200"),
			       &o, &why),
			 S_OK);
	assert_string_equal(o.address, "::1");
	assert_int_equal(o.port, 8080);
	assert_string_equal(o.db, "x=y.db");
	assert_int_equal(o.seed, 7);
	assert_true(o.speed > 0.49 && o.speed < 0.51);
	assert_true(o.epoch_ms == 1768478400000);
	assert_int_equal(o.events, 3);
	assert_true(o.verbose);
	assert_true(o.die_with_parent);
	assert_string_equal(o.scenario, "quiet");
	assert_true(o.rate > 199.9 && o.rate < 200.1);
}

static void test_options_take_the_rules_of_the_gate(void **state)
{
	struct options o;
	struct problem why;
	(void)state;
	assert_int_equal(parse(ARGS("--seed=1"), &o, &why), S_OK);
	assert_int_equal(o.rules.max_lag, MAX_LAG_DEFAULT);
	assert_int_equal(o.rules.rate.count, 0);
	assert_int_equal(o.rules.retention_events, 0);
	assert_int_equal(o.rules.retention_ms, 0);
	assert_false(o.rules.rev_a || o.tls_cert || o.tls_key);
	assert_int_equal(parse(ARGS("--rate-limit", "100/1m", "--retention-events=500",
				    "--retention", "24h", "--max-lag=7", "--rev-a", "--tls-cert",
				    "c.pem", "--tls-key=k.pem"),
			       &o, &why),
			 S_OK);
	assert_int_equal(o.rules.rate.count, 100);
	assert_int_equal(o.rules.rate.period_ms, 60000);
	assert_int_equal(o.rules.retention_events, 500);
	assert_int_equal(o.rules.retention_ms, 86400000);
	assert_int_equal(o.rules.max_lag, 7);
	assert_true(o.rules.rev_a);
	assert_string_equal(o.tls_cert, "c.pem");
	assert_string_equal(o.tls_key, "k.pem");
}

static void test_options_refuse_rules_that_make_no_sense(void **state)
{
	static const char *const bad[] = {
		"--rate-limit=100",     "--rate-limit=0/1m", "--rate-limit=x/1m",
		"--rate-limit=1/",      "--retention=0",     "--retention=soon",
		"--retention-events=0", "--max-lag=0",       "--max-lag=-1",
		"--rev-a=yes",          "--tls-cert"};
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct options o;
		struct problem why;
		if (parse(ARGS(bad[i]), &o, &why) != E_INVALID)
			fail_msg("%s", bad[i]);
	}
}

static void test_options_help_wins_over_what_follows(void **state)
{
	struct options o;
	struct problem why;
	(void)state;
	assert_int_equal(parse(ARGS("-h", "--nonsense"), &o, &why), S_OK);
	assert_true(o.help);
}

static void test_options_refuse_bad_usage(void **state)
{
	static const char *const rows[][2] = {{"--listen", "8080"},    {"--listen", "127.0.0.1"},
					      {"--listen", "a:70000"}, {"--listen", ":1"},
					      {"--seed", "-1"},        {"--seed", "1x"},
					      {"--seed", ""},          {"--speed", "0"},
					      {"--speed", "1001"},     {"--speed", "nan"},
					      {"--rate", "0"},         {"--rate", "10001"},
					      {"--speed", "fast"},     {"--epoch", "yesterday"},
					      {"--events", "0"},       {"--verbose=1", "-v"},
					      {"stray", "-v"},         {"-x", "-v"},
					      {"-vh", "-v"},           {"-v", "--db"}};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct options o;
		struct problem why = {0};
		assert_int_equal(parse(ARGS(rows[i][0], rows[i][1]), &o, &why), E_INVALID);
		assert_true(why.what[0]);
	}
}

static void test_options_hint_at_the_nearest(void **state)
{
	static const struct {
		const char *arg;
		const char *next;
	} rows[] = {{"--scenrio", "did you mean --scenario?"},
		    {"--die", "did you mean --die-with-parent?"},
		    {"--listn=2", "did you mean --listen?"},
		    {"--frobnicate", "see --help"},
		    {"--a-name-that-is-longer-than-any-option-could-ever-be", "see --help"}};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct options o;
		struct problem why = {0};
		assert_int_equal(parse(ARGS(rows[i].arg), &o, &why), E_INVALID);
		assert_string_equal(why.next, rows[i].next);
	}
}

/* --- query strings ------------------------------------------------------------------- */

static void test_query_parse_decodes_once(void **state)
{
	struct call_param p[CALL_PARAMS_MAX];
	struct problem why;
	size_t n;
	(void)state;
	assert_int_equal(query_parse("&a=1&&created%5Bgte%5D=2&c=x%26y%3Dz+w%2541&d&e=", p, &n,
				     &why),
			 S_OK);
	assert_int_equal(n, 5);
	assert_string_equal(query_get(p, n, "a"), "1");
	assert_string_equal(query_get(p, n, "created[gte]"), "2");
	assert_string_equal(query_get(p, n, "c"), "x&y=z w%41");
	assert_string_equal(query_get(p, n, "d"), "");
	assert_string_equal(query_get(p, n, "e"), "");
	assert_null(query_get(p, n, "f"));
}

static void test_query_parse_refuses(void **state)
{
	static const struct {
		const char *query;
		enum status status;
	} rows[] = {{"a=%", E_INVALID},     {"a=%1", E_INVALID},     {"a=%zz", E_INVALID},
		    {"a=%0", E_INVALID},    {"a=%00", E_INVALID},    {"%00=a", E_INVALID},
		    {"a=%0a", E_INVALID},   {"a=%1b", E_INVALID},    {"a=%7f", E_INVALID},
		    {"a=%ff", E_INVALID},   {"a=%c0%80", E_INVALID}, {"=1", E_INVALID},
		    {"a=1&a=2", E_INVALID}, {"a=%1&b=2", E_INVALID}};
	struct call_param p[CALL_PARAMS_MAX];
	struct problem why;
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		size_t n = 77;
		assert_int_equal(query_parse(rows[i].query, p, &n, &why), rows[i].status);
		assert_int_equal(n, 77);
	}
}

static void test_query_parse_has_limits(void **state)
{
	struct call_param p[CALL_PARAMS_MAX];
	struct problem why;
	struct strbuf sb;
	size_t n;
	(void)state;
	strbuf_init(&sb, 4096);
	for (int i = 0; i < CALL_PARAMS_MAX; i++)
		strbuf_addf(&sb, "p%d=1&", i);
	assert_int_equal(query_parse(strbuf_str(&sb), p, &n, &why), S_OK);
	assert_int_equal(n, CALL_PARAMS_MAX);
	strbuf_addstr(&sb, "last=1");
	assert_int_equal(query_parse(strbuf_str(&sb), p, &n, &why), E_LIMIT);
	strbuf_clear(&sb);
	strbuf_addstr(&sb, "a=");
	for (size_t i = 0; i < sizeof(p->value) - 1; i++)
		strbuf_addch(&sb, 'v');
	assert_int_equal(query_parse(strbuf_str(&sb), p, &n, &why), S_OK);
	strbuf_addch(&sb, 'v');
	assert_int_equal(query_parse(strbuf_str(&sb), p, &n, &why), E_LIMIT);
	strbuf_release(&sb);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_options_default_to_the_documented),
		cmocka_unit_test(test_options_take_values_in_both_forms),
		cmocka_unit_test(test_options_take_the_rules_of_the_gate),
		cmocka_unit_test(test_options_refuse_rules_that_make_no_sense),
		cmocka_unit_test(test_options_help_wins_over_what_follows),
		cmocka_unit_test(test_options_refuse_bad_usage),
		cmocka_unit_test(test_options_hint_at_the_nearest),
		cmocka_unit_test(test_query_parse_decodes_once),
		cmocka_unit_test(test_query_parse_refuses),
		cmocka_unit_test(test_query_parse_has_limits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
