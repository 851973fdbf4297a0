/* What control tells of scenarios: what they say, and what was said last. */
#include "sandbox_kit.h"

#include "sandbox/control.h"

static void begin(struct kit *k, struct control *c, const char *scenario)
{
	kit_start(k, NULL, 1);
	ok(k, director_new(&k->w, scenario, 0, &k->d, &k->why));
	ok(k, director_seed(k->d, &k->why));
	*c = (struct control){.director = k->d};
	k->w.control = c;
}

static struct json *get(struct kit *k, const char *path)
{
	struct reply r = kit_call(k, SCOPE_NONE, HTTP_GET, path, NULL, NULL);
	struct json *v;

	assert_int_equal(r.status, 200);
	v = kit_parse(&r);
	reply_release(&r);
	return v;
}

static const struct json *row_of(const struct json *list, const char *name)
{
	for (const struct json *row = json_first(at(list, "data")); row; row = json_next(row))
		if (str_equal(text_at(row, "name"), name))
			return row;
	fail_msg("%s is not listed", name);
	return NULL;
}

static void test_control_lists_what_each_scenario_says(void **state)
{
	struct kit k;
	struct control c;
	struct json *list;
	const struct json *captions;

	(void)state;
	begin(&k, &c, "quiet");
	list = get(&k, "/_sandbox/scenarios");
	for (const char *const *name = director_scenarios(); *name; name++)
		assert_non_null(at(row_of(list, *name), "captions"));
	assert_int_equal(json_count(at(row_of(list, "demo"), "captions")), 0);
	captions = at(row_of(list, "tour"), "captions");
	assert_int_equal(json_count(captions), 11);
	assert_non_null(strstr(text_at(captions, "0"), "Every change"));
	assert_non_null(strstr(text_at(captions, "10"), "That was the tour"));
	json_free(list);
	kit_stop(&k);
}

static void test_control_state_tells_what_was_said_last(void **state)
{
	struct kit k;
	struct control c;
	struct json *before, *after;
	int64_t next;

	(void)state;
	begin(&k, &c, "tour");
	before = get(&k, "/_sandbox/state");
	assert_null_at(before, "scenario.caption");
	assert_int_equal(int_at(before, "scenario.skipped"), 0);
	kit_wait(&k, 1000);
	ok(&k, director_run(k.d, &next, &k.why));
	after = get(&k, "/_sandbox/state");
	assert_non_null(strstr(text_at(after, "scenario.caption"), "Every change"));
	json_free(before);
	json_free(after);
	kit_stop(&k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_control_lists_what_each_scenario_says),
		cmocka_unit_test(test_control_state_tells_what_was_said_last),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
