/*
 * What any bytes from the network must survive, whoever makes them up: the unit
 * test that mutates fixtures, or libFuzzer. Aborts on a broken promise.
 */
#ifndef PEPAYTOP_FUZZ_FRAME_H
#define PEPAYTOP_FUZZ_FRAME_H

#include "wire/answers.h"

static inline void fuzz_demand(bool kept, const char *promise)
{
	if (kept)
		return;
	fprintf(stderr, "broken promise: %s\n", promise);
	abort();
}

/* What decodes can be written, and what was written decodes to the same. */
static inline void fuzz_object(const struct object *o)
{
	struct object again;
	if (o->kind == OBJECT_NONE)
		return;
	struct json *doc = object_to_json(o);
	char *text = json_print(doc);
	fuzz_demand(answer_decode(o->kind, text, strlen(text), &again, NULL) == S_OK,
		    "an encoded object decodes");
	struct json *doc_again = object_to_json(&again);
	char *text_again = json_print(doc_again);
	fuzz_demand(strcmp(text, text_again) == 0, "an encoded object stays the same");
	free(text);
	free(text_again);
	json_free(doc);
	json_free(doc_again);
	object_release(&again);
}

static inline void fuzz_json(const char *text, size_t len)
{
	struct json *root = NULL;
	struct json *again = NULL;
	if (json_parse(text, len, &root, NULL) != S_OK)
		return;
	char *printed = json_print(root);
	/* Printing spells control characters out, so a text at the limit may grow past it. */
	if (strlen(printed) <= JSON_SIZE_MAX) {
		fuzz_demand(json_parse(printed, strlen(printed), &again, NULL) == S_OK,
			    "what is printed parses");
		char *printed_again = json_print(again);
		fuzz_demand(strcmp(printed, printed_again) == 0, "what is printed stays the same");
		free(printed_again);
		json_free(again);
	}
	free(printed);
	json_free(root);
}

/* What a page keeps of an event is the event. */
static inline void fuzz_row(const struct event *e)
{
	struct json *envelope = NULL;
	struct event again;
	fuzz_demand(strlen(e->raw) == e->raw_len, "a page's event holds no NUL");
	fuzz_demand(json_parse_page(e->raw, e->raw_len, &envelope, NULL) == S_OK,
		    "a page's event parses by itself");
	fuzz_demand(event_decode(envelope, e->raw, e->raw_len, &again, NULL) == S_OK,
		    "a page's event decodes by itself");
	fuzz_demand(strcmp(e->id, again.id) == 0 && strcmp(e->type, again.type) == 0 &&
			    strcmp(e->object_id, again.object_id) == 0 &&
			    strcmp(e->status, again.status) == 0 &&
			    strcmp(e->flaw, again.flaw) == 0 &&
			    e->object.kind == again.object.kind &&
			    e->created_ms == again.created_ms,
		    "a page's event is the same by itself");
	event_release(&again);
	json_free(envelope);
}

/* Returns whether the bytes were a readable event frame or page. */
static inline bool fuzz_frame(const char *text, size_t len)
{
	struct frame f;
	struct page p;
	struct event_page e;
	struct fault fault;
	struct capabilities c;
	bool readable = false;
	if (frame_decode(text, len, &f, NULL) == S_OK) {
		readable = true;
		if (f.kind == FRAME_EVENT)
			fuzz_object(&f.event.object);
		frame_release(&f);
	}
	for (int kind = OBJECT_NONE + 1; kind < OBJECT_KIND_COUNT; kind++) {
		struct object o;
		if (page_decode((enum object_kind)kind, text, len, &p, NULL) == S_OK) {
			for (size_t i = 0; i < p.count; i++)
				fuzz_object(&p.items[i]);
			page_release(&p);
		}
		if (answer_decode((enum object_kind)kind, text, len, &o, NULL) == S_OK) {
			fuzz_object(&o);
			object_release(&o);
		}
	}
	if (event_page_decode(text, len, &e, NULL) == S_OK) {
		for (size_t i = 0; i < e.count; i++)
			fuzz_row(&e.items[i]);
		event_page_release(&e);
	}
	fault_decode(500, text, len, &fault);
	if (capabilities_decode(text, len, &c, NULL) == S_OK)
		fuzz_demand(c.count <= CAPABILITIES_MAX, "capabilities are bounded");
	return readable;
}

#endif
