/* What the store knows, as NDJSON: tests compare it with the server's truth. */
#include "app/app.h"

#include "base/alloc.h"
#include "base/strbuf.h"
#include "wire/json.h"

#include <stdlib.h>
#include <string.h>

#define LIST_BYTES_MAX (256u << 20)

static void list_add_take(struct strbuf *sb, struct json *line)
{
	char *text = json_print(line);

	strbuf_addstr(sb, text);
	strbuf_addch(sb, '\n');
	free(text);
	json_free(line);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static char *object_line(const struct object *o)
{
	struct json *line = json_new_object();
	char *text;

	json_set_string(line, "kind", kind_info(o->kind)->wire);
	json_set_string(line, "id", object_id(o));
	json_set_string(line, "status", object_status(o));
	text = json_print(line);
	json_free(line);
	return text;
}

/* The lines are sorted, not the records: of those only the ones looked at last stay unpacked. */
static void list_kind(struct strbuf *sb, const struct store *st, enum object_kind kind)
{
	size_t n = store_record_count(st, kind);
	char **lines = xcalloc(n + 1, sizeof(*lines));

	for (size_t i = 0; i < n; i++)
		lines[i] = object_line(&store_record_at(st, kind, i)->object);
	qsort(lines, n, sizeof(*lines), by_text);
	for (size_t i = 0; i < n; i++) {
		strbuf_addstr(sb, lines[i]);
		strbuf_addch(sb, '\n');
		free(lines[i]);
	}
	free(lines);
}

char *app_objects_text(const struct store *st)
{
	struct strbuf sb;

	strbuf_init(&sb, LIST_BYTES_MAX);
	for (int k = OBJECT_NONE + 1; k < OBJECT_KIND_COUNT; k++)
		list_kind(&sb, st, (enum object_kind)k);
	return strbuf_take(&sb);
}

static void set_time(struct json *line, const char *key, int64_t ms)
{
	if (ms == TIME_NONE)
		json_set_null(line, key);
	else
		json_set_int(line, key, ms);
}

char *app_incidents_text(const struct store *st)
{
	struct strbuf sb;

	strbuf_init(&sb, LIST_BYTES_MAX);
	for (size_t i = 0; i < store_incident_count(st); i++) {
		const struct incident *inc = store_incident(st, i);
		struct json *line = json_new_object();

		json_set_int(line, "serial", inc->serial);
		json_set_string(line, "kind", incident_kind_words(inc->kind));
		json_set_string(line, "state", incident_state_word(inc->state));
		set_time(line, "from_ms", inc->from_ms);
		set_time(line, "to_ms", inc->to_ms);
		json_set_string(line, "from_id", inc->from_id);
		json_set_string(line, "to_id", inc->to_id);
		json_set_int(line, "recovered", (int64_t)inc->recovered);
		json_set_string(line, "note", inc->note);
		list_add_take(&sb, line);
	}
	return strbuf_take(&sb);
}
