/* What every tab says of what it still waits for. */
#include "views/tabs.h"

#include "views/cells.h"
#include "views/facts.h"

#include <string.h>

static void day_of(char ret[WHEN_TEXT_CAP], int64_t ms)
{
	(void)when_iso(ret, ms);
	ret[strcspn(ret, "T")] = '\0';
}

struct days days_from(int64_t first_ms, int64_t now_ms)
{
	struct days d = {.last = ""};
	char today[WHEN_TEXT_CAP];

	day_of(today, now_ms);
	day_of(d.last, first_ms);
	if (strcmp(d.last, today) != 0)
		d.last[0] = '\0';
	return d;
}

void days_line(struct days *days, struct doc *d, int64_t ms)
{
	char day[WHEN_TEXT_CAP];

	if (ms == TIME_NONE)
		return;
	day_of(day, ms);
	if (strcmp(day, days->last) == 0)
		return;
	memcpy(days->last, day, sizeof(day));
	doc_line(d);
	doc_add_at(d, 1, ROLE_HEADER, "%s", day);
}

bool look_knows(const struct subject_look *l)
{
	enum object_kind kind = subject_object(l->what->kind);
	const char *id = l->what->id;
	enum load_state load;

	if (kind != OBJECT_NONE)
		return store_record(l->st, kind, id) != NULL;
	switch (l->what->kind) {
	case SUBJECT_EVENT:
		return store_event_by_id(l->st, id) || store_event_whole(l->st, id, &load, NULL);
	case SUBJECT_SESSION:
		return answer_session(l->st, id, NULL) != NULL;
	case SUBJECT_CART:
		return answer_cart(l->st, id, "", NULL) != NULL;
	case SUBJECT_PRODUCT:
		return answer_product(l->st, id, NULL) != NULL;
	default:
		return true;
	}
}

/* Where there is no server nothing went wrong, and asking again would not help. */
static void add_not_asked(struct doc *d, const struct subject_look *l, const struct asked *how,
			  const struct request *rq)
{
	fact_note(d, l->width, ROLE_MUTED, "%s %s: %s", glyph_str(GLYPH_DASH, l->ctx->ascii),
		  asks_words(rq), how->problem ? how->problem->what : l->ctx->no_server);
}

static void add_failure(struct doc *d, const struct subject_look *l, const struct request *rq,
			const struct asked *how)
{
	struct safe_text why;

	safe_text_clear(&why);
	if (how->problem)
		cell_add_problem(&why, how->problem);
	fact_note(d, l->width, ROLE_WARN, "%s %s: %s", glyph_str(GLYPH_BANG, l->ctx->ascii),
		  asks_words(rq),
		  how->load != LOAD_FAILED    ? "there was no room to keep it."
		  : safe_text_width(&why) > 0 ? safe_text_str(&why)
					      : "it could not be had.");
}

void look_add_asks(struct doc *d, const struct subject_look *l)
{
	struct safe_text waits;
	size_t failed = 0;

	safe_text_clear(&waits);
	for (size_t i = 0; i < l->asks->count; i++) {
		const struct request *rq = &l->asks->items[i];
		struct asked how;

		asks_state(l->asks, l->st, i, &how);
		if (asks_awaits(l->asks, i, &how))
			safe_text_addf(&waits, "%s%s", safe_text_width(&waits) > 0 ? ", " : "",
				       asks_words(rq));
		if (how.load != LOAD_FAILED && !l->asks->let_go[i])
			continue;
		if (how.load == LOAD_FAILED && l->ctx->no_server) {
			add_not_asked(d, l, &how, rq);
			continue;
		}
		if (failed++ == 0)
			doc_heading(d, "Not to be had");
		add_failure(d, l, rq, &how);
	}
	if (failed > 0)
		fact_note(d, l->width, ROLE_MUTED, "R asks again.");
	if (safe_text_width(&waits) > 0) {
		doc_line(d);
		fact_note(d, l->width, ROLE_MUTED, "Asking for %s …", safe_text_str(&waits));
	}
}

void look_add_empty(struct doc *d, const struct subject_look *l, const char *words)
{
	if (l->ctx->no_server)
		words = "Nothing is known of it here.";
	if (!asks_wait(l->asks, l->st) &&
	    (l->ctx->no_server || asks_count(l->asks, l->st, LOAD_FAILED) == 0))
		fact_note(d, l->width, ROLE_MUTED, "%s", words);
	look_add_asks(d, l);
}
