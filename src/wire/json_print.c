#include "wire/json.h"

#include "base/strbuf.h"
#include "wire/json_node.h"

struct printer {
	struct strbuf out;
	bool pretty;
	int depth; /* what is open */
};

static void print_value(struct printer *p, const struct json *v);

static void print_break(struct printer *p)
{
	strbuf_addch(&p->out, '\n');
	for (int i = 0; i < p->depth; i++)
		strbuf_add(&p->out, "  ", 2);
}

static void print_special(struct strbuf *out, unsigned char c)
{
	static const char SHORT[] = "\"\\\b\f\n\r\t";
	static const char NAMES[] = "\"\\bfnrt";
	static const char HEX[] = "0123456789abcdef";
	const char *known = strchr(SHORT, c);
	if (known != NULL) {
		strbuf_add(out, (const char[]){'\\', NAMES[known - SHORT]}, 2);
		return;
	}
	strbuf_add(out, "\\u00", 4);
	strbuf_addch(out, HEX[c >> 4]);
	strbuf_addch(out, HEX[c & 15]);
}

static void print_string(struct strbuf *out, const char *text, size_t len)
{
	size_t done = 0;
	strbuf_addch(out, '"');
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];
		if (c >= 0x20 && c != '"' && c != '\\')
			continue;
		strbuf_add(out, text + done, i - done);
		print_special(out, c);
		done = i + 1;
	}
	strbuf_add(out, text + done, len - done);
	strbuf_addch(out, '"');
}

static void print_member(struct printer *p, const struct json *m)
{
	if (p->pretty)
		print_break(p);
	print_string(&p->out, m->key, m->key_len);
	strbuf_add(&p->out, ": ", p->pretty ? 2 : 1);
	print_value(p, m);
}

/* Laid out, an object takes a line a member and an array one line. */
static void print_container(struct printer *p, const struct json *v)
{
	bool object = v->kind == JSON_OBJECT;
	strbuf_addch(&p->out, object ? '{' : '[');
	p->depth++;
	for (const struct json *child = v->first; child != NULL; child = child->next) {
		if (child != v->first)
			strbuf_add(&p->out, ", ", p->pretty && !object ? 2 : 1);
		if (object)
			print_member(p, child);
		else
			print_value(p, child);
	}
	p->depth--;
	if (p->pretty && object)
		print_break(p);
	strbuf_addch(&p->out, object ? '}' : ']');
}

static void print_value(struct printer *p, const struct json *v)
{
	switch (json_kind(v)) {
	case JSON_NULL:
		strbuf_add(&p->out, "null", 4);
		break;
	case JSON_BOOL:
		strbuf_addstr(&p->out, v->truth ? "true" : "false");
		break;
	case JSON_NUMBER:
		strbuf_add(&p->out, v->text, v->len);
		break;
	case JSON_STRING:
		print_string(&p->out, v->text, v->len);
		break;
	case JSON_ARRAY:
	case JSON_OBJECT:
		print_container(p, v);
		break;
	}
}

static char *print(const struct json *v, bool pretty)
{
	struct printer p = {.pretty = pretty};
	strbuf_init(&p.out, SIZE_MAX);
	print_value(&p, v);
	return strbuf_take(&p.out);
}

char *json_print(const struct json *v)
{
	return print(v, false);
}

char *json_print_pretty(const struct json *v)
{
	return print(v, true);
}
