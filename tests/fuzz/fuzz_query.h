/*
 * What any text typed as a filter must survive, whoever makes it up: the unit test that puts
 * pieces together, or libFuzzer. Aborts on a broken promise.
 */
#ifndef PEPAYTOP_FUZZ_QUERY_H
#define PEPAYTOP_FUZZ_QUERY_H

#include "model/query.h"
#include "model/query_complete.h"

static inline void fuzz_query_demand(bool kept, const char *promise, const char *text)
{
	if (kept)
		return;
	fprintf(stderr, "broken promise: %s: %s\n", promise, text);
	abort();
}

/* What a query is written as is read as the same query, and is written the same again. */
static inline void fuzz_query_round(const struct query *q, const char *text)
{
	struct strbuf once, twice;
	struct query *again = NULL;
	struct problem why = {0};

	strbuf_init(&once, 8192);
	strbuf_init(&twice, 8192);
	query_format(q, &once);
	if (once.len <= 1024) {
		if (query_parse(strbuf_str(&once), &again, NULL, &why) != S_OK)
			fprintf(stderr, "%s (%s)\n", strbuf_str(&once), why.what);
		fuzz_query_demand(again != NULL, "what is written is read", text);
		fuzz_query_demand(query_equal(q, again), "what is written means the same", text);
		query_format(again, &twice);
		fuzz_query_demand(strcmp(strbuf_str(&once), strbuf_str(&twice)) == 0,
				  "there is one way to write it", text);
	}
	query_free(again);
	strbuf_release(&once);
	strbuf_release(&twice);
}

static inline void fuzz_query_ask(const struct query *q, const struct store *st, int64_t now_ms)
{
	for (size_t i = 0; i < store_event_count(st); i++)
		(void)query_matches_event(q, st, store_event(st, i), now_ms);
	for (int k = OBJECT_NONE + 1; k < OBJECT_KIND_COUNT; k++)
		for (size_t i = 0; i < store_record_count(st, (enum object_kind)k); i++)
			(void)query_matches_record(q, st,
						   store_record_at(st, (enum object_kind)k, i),
						   now_ms);
}

/* Returns whether it was a filter. */
static inline bool fuzz_query(const char *text, const struct store *st, int64_t now_ms)
{
	struct query *q = NULL;
	struct problem why = {0};
	struct completions c;
	size_t at = SIZE_MAX, len = strlen(text);
	enum status status = query_parse(text, &q, &at, &why);

	query_complete(text, len / 2, st, OBJECT_INVOICE, &c);
	fuzz_query_demand(c.from <= len / 2, "a completion begins before the cursor", text);
	if (status != S_OK) {
		fuzz_query_demand(at <= len, "an error is in the text", text);
		fuzz_query_demand(why.what[0] && why.next[0], "an error says what to do", text);
		return false;
	}
	if (!q)
		return true;
	fuzz_query_round(q, text);
	fuzz_query_ask(q, st, now_ms);
	query_free(q);
	return true;
}

#endif
