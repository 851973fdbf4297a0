/* The one way to write a query down, and whether two ask the same. */
#include "model/query_priv.h"

#include <stdlib.h>

/* Is it read as it stands without quotes? */
static bool text_is_plain(const char *text, size_t len, bool word)
{
	size_t name = 0;

	if (len == 0 || strpbrk(text, " \t\r\n\"()|") || text[len - 1] == '*')
		return false;
	if (!word)
		return !strchr("/<>=!", text[0]) && !strchr(text, ',');
	if (strchr("-!/:=<>", text[0]))
		return false;
	while ((text[name] >= 'a' && text[name] <= 'z') || text[name] == '_')
		name++;
	return !(name > 0 && text[name] && strchr(":=<>!", text[name]));
}

static void write_quoted(struct strbuf *sb, const char *text)
{
	strbuf_addch(sb, '"');
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			strbuf_addch(sb, '\\');
		strbuf_addch(sb, *text);
	}
	strbuf_addch(sb, '"');
}

void query_write_value(struct strbuf *sb, const char *text)
{
	if (text_is_plain(text, strlen(text), false))
		strbuf_addstr(sb, text);
	else
		write_quoted(sb, text);
}

/* What was not quoted needs no quotes; what was may lose them. A quoted status is no saying. */
static void write_needle(struct strbuf *sb, const struct needle *n, enum query_field f)
{
	bool word = f == QUERY_FIELD_COUNT;

	if (n->regex)
		strbuf_addf(sb, "/%s/", n->text);
	else if (n->quoted && (f == QF_STATUS || !text_is_plain(n->text, n->len, word)))
		write_quoted(sb, n->text);
	else
		strbuf_addf(sb, "%s%s", n->text, n->prefix ? "*" : "");
}

static const char *op_text(const struct query_term *t)
{
	switch (t->op) {
	case QOP_LESS:
		return "<";
	case QOP_AT_MOST:
		return "<=";
	case QOP_MORE:
		return ">";
	case QOP_AT_LEAST:
		return ">=";
	case QOP_IS:
		break;
	}
	return t->exact ? "=" : ":";
}

static void write_term(struct strbuf *sb, const struct query_term *t)
{
	if (t->field != QUERY_FIELD_COUNT)
		strbuf_addf(sb, "%s%s", query_field_name(t->field), op_text(t));
	for (size_t i = 0; i < t->count; i++) {
		if (i > 0)
			strbuf_addch(sb, ',');
		write_needle(sb, &t->values[i], t->field);
	}
}

static void write_node(struct strbuf *sb, const struct query *q, uint8_t node, uint8_t parent)
{
	const struct query_node *n = &q->nodes[node];
	bool group = n->kind != NODE_TERM &&
		     (n->negated ||
		      (parent && (n->kind == NODE_ANY || q->nodes[parent].kind == NODE_ALL)));

	if (n->negated)
		strbuf_addch(sb, '-');
	if (group)
		strbuf_addch(sb, '(');
	if (n->kind == NODE_TERM)
		write_term(sb, &q->terms[n->term]);
	for (uint8_t child = n->first; child; child = q->nodes[child].next) {
		if (child != n->first)
			strbuf_addstr(sb, n->kind == NODE_ANY ? " | " : " ");
		write_node(sb, q, child, node);
	}
	if (group)
		strbuf_addch(sb, ')');
}

void query_format(const struct query *q, struct strbuf *ret)
{
	if (q)
		write_node(ret, q, q->root, 0);
}

/* --- the same -------------------------------------------------------------------------------- */

static bool needle_equal(const struct needle *a, const struct needle *b)
{
	return str_equal(a->text, b->text) && a->prefix == b->prefix && a->saying == b->saying &&
	       (a->regex != NULL) == (b->regex != NULL) && a->low == b->low && a->high == b->high &&
	       a->of_day == b->of_day;
}

static bool term_equal(const struct query_term *a, const struct query_term *b)
{
	if (a->field != b->field || a->op != b->op || a->exact != b->exact || a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (!needle_equal(&a->values[i], &b->values[i]))
			return false;
	return true;
}

static bool node_equal(const struct query *a, uint8_t i, const struct query *b, uint8_t j)
{
	const struct query_node *x = &a->nodes[i], *y = &b->nodes[j];

	if (i == 0 || j == 0)
		return i == j;
	if (x->kind != y->kind || x->negated != y->negated)
		return false;
	if (x->kind == NODE_TERM)
		return term_equal(&a->terms[x->term], &b->terms[y->term]);
	for (i = x->first, j = y->first; i && j; i = a->nodes[i].next, j = b->nodes[j].next)
		if (!node_equal(a, i, b, j))
			return false;
	return i == j;
}

bool query_equal(const struct query *a, const struct query *b)
{
	return a && b ? node_equal(a, a->root, b, b->root) : a == b;
}
