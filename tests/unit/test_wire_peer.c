/*
 * cJSON by itself, given the text as it came: what we take it takes, and reads and prints the
 * same as we do, who give it the text without its numbers. It takes more (duplicate keys, bad
 * UTF-8, numbers of its own), so nothing is asked about what we refuse.
 */
#include "unit/test_wire_mutate.h"
#include "unit/test_wire_support.h"

#include <cjson/cJSON.h>

#define MUTATIONS_DEFAULT 20000

/* Ours under cJSON's name; numbers as text, which cJSON has not. */
static void demand_same(const struct json *ours, cJSON *theirs)
{
	static const int KINDS[] = {
		[JSON_NULL] = cJSON_NULL,     [JSON_NUMBER] = cJSON_Number,
		[JSON_STRING] = cJSON_String, [JSON_ARRAY] = cJSON_Array,
		[JSON_OBJECT] = cJSON_Object, [JSON_BOOL] = cJSON_True | cJSON_False};
	bool truth;

	assert_true((theirs->type & KINDS[json_kind(ours)]) != 0);
	if (json_kind(ours) == JSON_BOOL) {
		assert_int_equal(json_bool(ours, &truth), S_OK);
		assert_int_equal(truth, cJSON_IsTrue(theirs));
	} else if (json_kind(ours) == JSON_STRING) {
		assert_string_equal(json_string(ours), theirs->valuestring);
		assert_int_equal(json_string_len(ours), strlen(theirs->valuestring));
	} else if (json_kind(ours) == JSON_NUMBER) {
		/* cJSON reads 63 characters. */
		if (strlen(json_number_text(ours)) < 63)
			assert_true(strtod(json_number_text(ours), NULL) == theirs->valuedouble);
		theirs->type = cJSON_Raw;
		theirs->valuestring = strdup(json_number_text(ours));
	}
	const struct json *child = json_first(ours);
	for (cJSON *their = theirs->child; their != NULL; their = their->next) {
		assert_non_null(child);
		if (json_key(child) != NULL)
			assert_string_equal(json_key(child), their->string);
		else
			assert_null(their->string);
		demand_same(child, their);
		child = json_next(child);
	}
	assert_null(child);
}

/* cJSON lays out with tabs, after colons too, and a raw tab is nowhere else. */
static char *without_tabs(const char *tabbed)
{
	char *text = xmalloc(2 * strlen(tabbed) + 1);
	size_t used = 0;

	for (const char *p = tabbed; *p != '\0'; p++) {
		text[used++] = *p == '\t' ? ' ' : *p;
		if (*p == '\t' && p[-1] != ':')
			text[used++] = ' ';
	}
	text[used] = '\0';
	return text;
}

static void demand_printed_alike(const struct json *ours, const cJSON *theirs)
{
	char *mine = json_print(ours);
	char *other = cJSON_PrintUnformatted(theirs);

	assert_string_equal(mine, other);
	free(mine);
	free(other);
	mine = json_print_pretty(ours);
	other = cJSON_Print(theirs);
	char *spaced = without_tabs(other);
	assert_string_equal(mine, spaced);
	free(spaced);
	free(mine);
	free(other);
}

/* Every array and object stands where we say it does. */
static void demand_sources(const struct json *v, const char *text)
{
	size_t len;
	const char *at = json_source(v, text, &len);
	struct json *again = NULL;

	assert_int_equal(len > 0, json_kind(v) == JSON_ARRAY || json_kind(v) == JSON_OBJECT);
	if (len == 0)
		return;
	assert_int_equal(json_parse(at, len, &again, NULL), S_OK);
	char *printed = json_print(v);
	char *reprinted = json_print(again);
	assert_string_equal(printed, reprinted);
	free(printed);
	free(reprinted);
	json_free(again);
	for (const struct json *child = json_first(v); child != NULL; child = json_next(child))
		demand_sources(child, text);
}

/* A number longer than cJSON's buffer is no JSON to it. */
static bool has_long_number(const struct json *v)
{
	if (json_kind(v) == JSON_NUMBER)
		return strlen(json_number_text(v)) >= 63;
	for (const struct json *child = json_first(v); child != NULL; child = json_next(child))
		if (has_long_number(child))
			return true;
	return false;
}

static bool compare(const char *text, size_t len)
{
	struct json *ours = NULL;

	if (json_parse(text, len, &ours, NULL) != S_OK)
		return false;
	demand_sources(ours, text);
	cJSON *theirs = cJSON_ParseWithLength(text, len);
	if (theirs == NULL && !has_long_number(ours))
		fail_msg("cJSON refuses %.*s", (int)len, text);
	if (theirs != NULL && !has_long_number(ours)) {
		demand_same(ours, theirs);
		demand_printed_alike(ours, theirs);
	}
	cJSON_Delete(theirs);
	json_free(ours);
	return true;
}

static void test_json_reads_and_prints_every_fixture_as_cjson_does(void **state)
{
	(void)state;
	for (size_t f = 0; f < FIXTURE_COUNT; f++) {
		char *text = fixture(FIXTURE_NAMES[f]);
		assert_true(compare(text, strlen(text)));
		free(text);
	}
}

static void test_json_takes_of_mutated_fixtures_what_cjson_takes(void **state)
{
	(void)state;
	struct rng r;
	char *texts[FIXTURE_COUNT];
	char *work = xmalloc(MUTATE_ROOM);
	size_t mutations = mutations_wanted(MUTATIONS_DEFAULT);
	size_t taken = 0;

	rng_seed(&r, 1766322001);
	for (size_t f = 0; f < FIXTURE_COUNT; f++)
		texts[f] = fixture(FIXTURE_NAMES[f]);
	for (size_t i = 0; i < mutations; i++) {
		size_t len = mutate_text(&r, work, texts[i % FIXTURE_COUNT]);
		char *exact = xmalloc(len > 0 ? len : 1);
		memcpy(exact, work, len);
		taken += compare(exact, len);
		free(exact);
	}
	assert_in_range(taken, mutations / 20, mutations);
	for (size_t f = 0; f < FIXTURE_COUNT; f++)
		free(texts[f]);
	free(work);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_json_reads_and_prints_every_fixture_as_cjson_does),
		cmocka_unit_test(test_json_takes_of_mutated_fixtures_what_cjson_takes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
