/* Writing a case: what is known of one object, masked, in one file. */
#include "app/case.h"

#include "app/case_parts.h"
#include "archive/digest.h"
#include "base/alloc.h"
#include "base/text.h"
#include "model/evidence.h"
#include "model/explain.h"
#include "model/masking.h"

#include <stdlib.h>
#include <string.h>

/* --- what is known ------------------------------------------------------------------- */

struct gathered {
	const struct case_of *of;
	struct story *story;
	struct explain *explain;
	struct masking *masking;
	struct evidence evidence;
};

static void gather(struct gathered *g, const struct case_of *c)
{
	memset(g, 0, sizeof(*g));
	g->of = c;
	g->story = xcalloc(1, sizeof(*g->story));
	g->explain = xcalloc(1, sizeof(*g->explain));
	g->masking = masking_new();
	story_build(g->story, c->store, c->subject, c->now_ms);
	explain_build(g->explain, g->story, c->attention, c->store, c->now_ms);
	evidence_gather(&g->evidence, g->story, c->store);
	masking_learn_story(g->masking, g->story, &g->evidence, c->store);
}

static void gather_release(struct gathered *g)
{
	masking_free(g->masking);
	evidence_release(&g->evidence);
	free(g->explain);
	free(g->story);
}

void case_note(const struct case_of *c, bool personal, struct strbuf *ret)
{
	struct gathered g;

	gather(&g, c);
	(void)explain_note(ret, g.explain, g.story, c->store, personal, c->now_ms);
	gather_release(&g);
}

/* --- the files ------------------------------------------------------------------------ */

static char *masked_take(const struct gathered *g, struct strbuf *plain, size_t *ret_len)
{
	struct strbuf sb;

	strbuf_init(&sb, CASE_TEXT_MAX);
	masking_text(g->masking, strbuf_str(plain), &sb);
	strbuf_release(plain);
	*ret_len = sb.len;
	return strbuf_take(&sb);
}

static char *write_note(const struct gathered *g, size_t *ret_len)
{
	struct strbuf sb;

	strbuf_init(&sb, EXPLAIN_NOTE_MAX);
	explain_note_masked(&sb, g->explain, g->story, g->of->store, g->masking, g->of->now_ms);
	*ret_len = sb.len;
	return strbuf_take(&sb);
}

static void story_line(struct strbuf *sb, const struct story_step *s)
{
	static const char *const SOURCES[] = {
		[STORY_EVENT] = "event", [STORY_ANSWER] = "answer", [STORY_DEADLINE] = "deadline"};
	char at[WHEN_TEXT_CAP], gap[WHEN_TEXT_CAP];
	struct safe_text t;

	safe_text_set(&t, s->text);
	strbuf_addf(sb, "%s  +%s  %s  %s", when_iso(at, s->ms), when_age(gap, s->gap_ms),
		    subject_word(s->subject.kind), safe_text_str(&t));
	safe_text_fmt(&t, "%s%s  [%s %s]", s->status[0] ? "  now " : "", s->status,
		      SOURCES[s->source], s->event_id);
	strbuf_addf(sb, "%s", safe_text_str(&t));
#define X(constant, bit, words)    \
	if (s->marks & (constant)) \
		strbuf_addstr(sb, "  (" words ")");
	STORY_MARKS(X)
#undef X
	strbuf_addch(sb, '\n');
}

static char *write_story(const struct gathered *g, size_t *ret_len)
{
	const struct related *r = &g->story->related;
	struct strbuf sb;
	struct safe_text t;

	strbuf_init(&sb, CASE_TEXT_MAX);
	safe_text_fmt(&t, "%s %s", subject_noun(r->root.kind), r->root.id);
	strbuf_addf(&sb, "%s\n\n", safe_text_str(&t));
	for (size_t i = 0; i < g->story->count; i++)
		story_line(&sb, &g->story->steps[i]);
	strbuf_addstr(&sb, "\nWhat belongs to it\n");
	for (size_t i = 0; i < r->count; i++) {
		safe_text_fmt(&t, "%s  %s %s%s", relation_words(r->items[i].relation),
			      subject_word(r->items[i].subject.kind), r->items[i].subject.id,
			      r->items[i].same_payment ? "" : "  (the same customer's)");
		strbuf_addf(&sb, "%s\n", safe_text_str(&t));
	}
	return masked_take(g, &sb, ret_len);
}

static char *write_events(const struct gathered *g, size_t *ret_len)
{
	struct strbuf sb;

	strbuf_init(&sb, 2 * EVIDENCE_BYTES_MAX);
	for (size_t i = 0; i < g->evidence.count; i++) {
		const struct evidence_item *e = &g->evidence.items[i];
		struct json *line = json_new_object(), *v = NULL;
		char *text;

		if (json_parse(e->event->raw, e->event->raw_len, &v, NULL) == S_OK) {
			json_set_string(line, "via", event_via_word(e->via));
			json_set_int(line, "arrived_ms", e->arrived_ms);
			json_set_take(line, "event", masking_json(g->masking, v));
			text = json_print(line);
			strbuf_addstr(&sb, text);
			strbuf_addch(&sb, '\n');
			free(text);
		}
		json_free(v);
		json_free(line);
	}
	*ret_len = sb.len;
	return strbuf_take(&sb);
}

static void write_object(const struct gathered *g, const struct subject *s, struct json *list)
{
	enum object_kind kind = subject_object(s->kind);
	const struct record *r =
		kind != OBJECT_NONE ? store_record(g->of->store, kind, s->id) : NULL;
	struct json *item, *plain;

	if (!r || json_count(list) >= CASE_OBJECTS_MAX)
		return;
	item = json_new_object();
	plain = object_to_json(&r->object);
	json_set_string(item, "kind", kind_info(kind)->wire);
	if (r->stated_ms != TIME_NONE)
		json_set_int(item, "stated_ms", r->stated_ms);
	if (r->flaw[0])
		json_set_string(item, "flaw", r->flaw);
	json_set_take(item, "object", masking_json(g->masking, plain));
	json_append_take(list, item);
	json_free(plain);
}

static char *write_objects(const struct gathered *g, size_t *ret_len, size_t *ret_count)
{
	const struct related *r = &g->story->related;
	struct json *list = json_new_array();
	char *text;

	write_object(g, &r->root, list);
	for (size_t i = 0; i < r->count; i++)
		if (evidence_takes(g->story, &r->items[i]))
			write_object(g, &r->items[i].subject, list);
	*ret_count = json_count(list);
	text = json_print_pretty(list);
	*ret_len = strlen(text);
	json_free(list);
	return text;
}

/* Events of the story whose bodies nobody has asked for. */
static size_t bodies_missing(const struct gathered *g)
{
	size_t n = 0;

	for (size_t i = 0; i < g->story->count; i++) {
		const char *id = g->story->steps[i].event_id;

		n += id[0] != '\0' && !evidence_has(&g->evidence, id);
	}
	return n;
}

/* As it stands in the objects and the events. */
static void masked_id(const struct gathered *g, const struct subject *s, char ret[NAME_CAP])
{
	struct strbuf sb;

	str_copy(ret, NAME_CAP, s->id);
	if (s->kind == SUBJECT_EVENT)
		return;
	if (s->kind == SUBJECT_CUSTOMER || s->kind == SUBJECT_KYC || s->kind == SUBJECT_CART) {
		str_copy(ret, NAME_CAP, masking_customer(g->masking, s->id));
		return;
	}
	strbuf_init(&sb, CASE_TEXT_MAX);
	masking_text(g->masking, s->id, &sb);
	str_copy(ret, NAME_CAP, strbuf_str(&sb));
	strbuf_release(&sb);
}

static char *write_manifest(const struct gathered *g, size_t objects, size_t *ret_len)
{
	struct json *v = json_new_object(), *subject = json_new_object();
	const struct subject *s = g->of->subject;
	char at[WHEN_TEXT_CAP], id[NAME_CAP];
	struct strbuf sb;
	char *text;

	masked_id(g, s, id);
	json_set_string(v, "format", CASE_FORMAT);
	json_set_int(v, "version", CASE_VERSION);
	json_set_string(v, "made_by", "pepaytop " PEPAYTOP_VERSION);
	json_set_string(v, "made_at", when_iso(at, g->of->now_ms));
	json_set_int(v, "made_at_ms", g->of->now_ms);
	json_set_string(v, "server", g->of->server ? g->of->server : "");
	json_set_string(v, "environment", g->of->environment ? g->of->environment : "");
	json_set_string(subject, "kind", subject_word(s->kind));
	json_set_string(subject, "id", id);
	json_set_take(v, "subject", subject);
	strbuf_init(&sb, CASE_TEXT_MAX);
	masking_text(g->masking, g->explain->headline, &sb);
	json_set_string(v, "headline", strbuf_str(&sb));
	strbuf_release(&sb);
	json_set_string(v, "redaction", "people are stand-ins, secrets are removed");
	json_set_int(v, "events", (int64_t)g->evidence.count);
	json_set_int(v, "events_without_body", (int64_t)bodies_missing(g));
	json_set_int(v, "objects", (int64_t)objects);
	json_set_bool(v, "cut", g->evidence.cut || g->story->cut || g->story->related.cut);
	text = json_print_pretty(v);
	*ret_len = strlen(text);
	json_free(v);
	return text;
}

static char *write_sums(const struct case_part *parts, size_t count, size_t *ret_len)
{
	char hex[DIGEST_HEX_CAP];
	struct strbuf sb;

	strbuf_init(&sb, CASE_TEXT_MAX);
	for (size_t i = 0; i < count; i++)
		strbuf_addf(&sb, "%s  %s\n", digest_sha256(parts[i].text, parts[i].len, hex),
			    parts[i].name);
	*ret_len = sb.len;
	return strbuf_take(&sb);
}

/* --- the bundle -------------------------------------------------------------------------- */

static enum status gathered_pack(const struct gathered *g, char **ret, size_t *ret_len,
				 struct problem *reterr)
{
	struct case_part parts[CASE_PART_COUNT] = {CASE_PART_ROWS};
	size_t objects = 0;
	enum status s;

	parts[CASE_NOTE].text = write_note(g, &parts[CASE_NOTE].len);
	parts[CASE_STORY].text = write_story(g, &parts[CASE_STORY].len);
	parts[CASE_EVENTS].text = write_events(g, &parts[CASE_EVENTS].len);
	parts[CASE_OBJECTS].text = write_objects(g, &parts[CASE_OBJECTS].len, &objects);
	parts[CASE_MANIFEST].text = write_manifest(g, objects, &parts[CASE_MANIFEST].len);
	parts[CASE_SUMS].text = write_sums(parts, CASE_SUMS, &parts[CASE_SUMS].len);
	s = case_zip_pack(parts, CASE_PART_COUNT, g->of->now_ms, ret, ret_len, reterr);
	case_parts_release(parts, CASE_PART_COUNT);
	return s;
}

static enum status gathered_bytes(const struct gathered *g, char **ret, size_t *ret_len,
				  struct problem *reterr)
{
	if (masking_is_full(g->masking))
		return problem_set(reterr, E_LIMIT, "write the case of one payment",
				   "it names more people than can be masked");
	return gathered_pack(g, ret, ret_len, reterr);
}

enum status case_pack(const struct case_of *c, char **ret, size_t *ret_len, struct problem *reterr)
{
	struct gathered g;
	enum status s;

	gather(&g, c);
	s = gathered_bytes(&g, ret, ret_len, reterr);
	gather_release(&g);
	return s;
}

enum status case_write(const struct case_of *c, const char *dir, char ret_path[CASE_PATH_CAP],
		       struct problem *reterr)
{
	struct gathered g;
	char *bytes = NULL, id[NAME_CAP];
	size_t len = 0;
	enum status s = case_disk_folder(dir, reterr);

	if (s != S_OK)
		return s;
	gather(&g, c);
	masked_id(&g, c->subject, id);
	s = gathered_bytes(&g, &bytes, &len, reterr);
	if (s == S_OK)
		s = case_disk_write(&(struct case_name){dir, subject_word(c->subject->kind), id,
							c->now_ms},
				    bytes, len, ret_path, reterr);
	free(bytes);
	gather_release(&g);
	return s;
}
