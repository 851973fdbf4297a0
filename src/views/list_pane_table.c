/* The columns of a list pane: which, in which order, how wide, and what the rows are sorted by. */
#include "views/list_pane.h"

#include "views/cells.h"

#include <stdlib.h>
#include <string.h>

#define COPY_BYTES_MAX  (64 * 1024)
#define PLAIN_BYTES_MAX (1024 * 1024)
#define PLAIN_ROWS_MAX  2000
#define WIDTH_MAX       200

/* --- sorting -----------------------------------------------------------------------------------
 */

static bool is_log_order(const struct listing *l)
{
	return l->kind == OBJECT_NONE && l->sort == SORT_CREATED && !l->reverse;
}

/* Events are followed in their own order only; in another, who followed sees what comes first. */
static void list_pane_set_follows(struct list_pane *p, bool follows)
{
	if (follows == p->list.follows)
		return;
	p->list.follows = follows;
	if (follows) {
		p->list.following = p->was_following && p->list.home;
		p->list.home = false;
		return;
	}
	p->was_following = p->list.following;
	p->list.home = p->list.following;
	p->list.following = false;
	p->list.unseen = 0;
}

void list_pane_sort(struct view *v, enum sort_key key, bool reverse)
{
	struct list_pane *p = list_pane(v);

	p->listing.sort = key;
	p->listing.reverse = reverse;
	if (p->spec->kind == OBJECT_NONE)
		list_pane_set_follows(p, is_log_order(&p->listing));
	listing_hurry(&p->listing);
	v->stale = true;
}

/* An age is a time of day where those are shown. */
static const char *column_title(const struct view *v, const struct pane_column *col)
{
	bool clock = col->time && v->ctx.times == SHOW_CLOCK;

	return clock && strcmp(col->look.title, "AGE") == 0 ? cell_zone(&v->ctx) : col->look.title;
}

size_t list_pane_sorted_column(const struct view *v, const struct table_layout *t,
			       const size_t *map)
{
	const struct list_pane *p = list_pane(v);

	for (size_t i = 0; i < t->count; i++)
		if (t->w[i] && p->spec->columns[map[i]].sort == p->listing.sort)
			return i;
	return t->count;
}

const char *list_pane_sort_title(const struct view *v)
{
	const struct list_pane *p = list_pane(v);

	for (size_t i = 0; i < p->spec->column_count; i++)
		if (p->spec->columns[i].sort == p->listing.sort)
			return column_title(v, &p->spec->columns[i]);
	return sort_key_name(p->listing.sort);
}

bool list_pane_descends(const struct view *v)
{
	const struct list_pane *p = list_pane(v);
	bool age = false;

	for (size_t i = 0; i < p->spec->column_count; i++)
		age |= p->spec->columns[i].time && p->spec->columns[i].sort == p->listing.sort;
	return sort_key_descends(p->listing.sort, p->spec->kind, p->listing.reverse) !=
	       (age && v->ctx.times == SHOW_AGES);
}

void list_pane_sort_step(struct view *v, const struct store *st, int step)
{
	const struct list_pane *p = list_pane(v);
	struct column columns[TABLE_COLUMNS_MAX];
	size_t map[TABLE_COLUMNS_MAX], at;
	struct table_layout t;

	list_pane_layout(v, st, list_pane_width(v), columns, &t, map);
	at = list_pane_sorted_column(v, &t, map);
	if (at == t.count && step > 0)
		at = t.count - 1; /* from none to the first, or to the last */
	for (size_t i = 0; i < t.count; i++) {
		at = (at + t.count + (size_t)(step + (int)t.count)) % t.count;
		if (t.w[at]) {
			list_pane_sort(v, p->spec->columns[map[at]].sort, false);
			return;
		}
	}
}

/* --- columns -----------------------------------------------------------------------------------
 */

void list_pane_reset(struct view *v)
{
	struct list_pane *p = list_pane(v);

	for (size_t i = 0; i < p->spec->column_count; i++)
		p->choices[i] = (struct pane_choice){.column = (uint8_t)i,
						     .shown = !p->spec->columns[i].hidden};
	list_pane_sort(v, p->spec->sort, false);
}

/* Wide enough for every amount in sight. */
static void column_fit(const struct view *v, const struct store *st, size_t column,
		       struct column *look)
{
	const struct list_pane *p = list_pane(v);
	struct safe_text text;

	for (int y = 0; y < p->rows && p->list.top + (size_t)y < p->listing.count; y++) {
		int need;
		safe_text_clear(&text);
		p->spec->cell(v, st, p->list.top + (size_t)y, column, 0, &text);
		need = (int)safe_text_width(&text);
		look->min = look->min < need ? need : look->min;
		look->want = look->want < need ? need : look->want;
	}
}

static void column_look(const struct view *v, const struct store *st,
			const struct pane_choice *choice, struct column *ret)
{
	const struct pane_column *col = &list_pane(v)->spec->columns[choice->column];

	*ret = col->look;
	ret->title = column_title(v, col);
	if (col->time && v->ctx.times == SHOW_CLOCK) {
		ret->min = ret->want = 8;
		ret->exact = true; /* of another day it takes more */
	}
	if (choice->width > 0) {
		ret->min = ret->want = choice->width;
		ret->weight = 0;
	}
	if (ret->exact)
		column_fit(v, st, choice->column, ret);
}

void list_pane_layout(const struct view *v, const struct store *st, int width,
		      struct column *columns, struct table_layout *t, size_t *ret_map)
{
	const struct list_pane *p = list_pane(v);
	size_t count = 0;

	for (size_t i = 0; i < p->spec->column_count; i++) {
		if (!p->choices[i].shown)
			continue;
		column_look(v, st, &p->choices[i], &columns[count]);
		ret_map[count++] = p->choices[i].column;
	}
	table_fit(t, columns, count, width);
}

/* --- as text -----------------------------------------------------------------------------------
 */

static void add_padded(struct strbuf *sb, const struct safe_text *t, unsigned width, bool right)
{
	int pad = width > safe_text_width(t) ? (int)(width - safe_text_width(t)) : 0;

	if (right)
		strbuf_addf(sb, "%*s%s", pad, "", safe_text_str(t));
	else
		strbuf_addf(sb, "%s%*s", safe_text_str(t), pad, "");
}

static void trim_line(struct strbuf *sb)
{
	while (sb->len > 0 && sb->buf[sb->len - 1] == ' ')
		sb->buf[--sb->len] = '\0';
}

/* The columns shown, each with its text of row i; the names where i is SIZE_MAX. */
static void add_line(const struct view *v, const struct store *st, size_t i, const unsigned *widths,
		     struct strbuf *sb)
{
	const struct list_pane *p = list_pane(v);
	bool first = true;

	for (size_t j = 0; j < p->spec->column_count; j++) {
		size_t column = p->choices[j].column;
		const struct column *look = &p->spec->columns[column].look;
		struct safe_text text;
		if (!p->choices[j].shown)
			continue;
		if (!first)
			strbuf_addstr(sb, "  ");
		first = false;
		safe_text_clear(&text);
		if (i == SIZE_MAX)
			safe_text_set(&text, look->title);
		else
			p->spec->cell(v, st, i, column, 0, &text);
		add_padded(sb, &text, widths ? widths[column] : 0, look->align == ALIGN_RIGHT);
	}
	trim_line(sb);
}

static void measure_rows(const struct view *v, const struct store *st, size_t first, size_t end,
			 unsigned *widths)
{
	const struct list_pane *p = list_pane(v);

	for (size_t c = 0; c < p->spec->column_count; c++) {
		struct safe_text text;
		safe_text_set(&text, p->spec->columns[c].look.title);
		widths[c] = safe_text_width(&text);
		for (size_t i = first; i < end; i++) {
			safe_text_clear(&text);
			p->spec->cell(v, st, i, c, 0, &text);
			if (safe_text_width(&text) > widths[c])
				widths[c] = safe_text_width(&text);
		}
	}
}

/* The rows around the cursor, where there are too many. */
void list_pane_plain(const struct view *v, const struct store *st, struct strbuf *ret)
{
	const struct list_pane *p = list_pane(v);
	size_t count = p->listing.count;
	size_t shown = count < PLAIN_ROWS_MAX ? count : PLAIN_ROWS_MAX;
	size_t first = p->list.cursor > shown / 2 ? p->list.cursor - shown / 2 : 0;
	unsigned widths[TABLE_COLUMNS_MAX];

	if (first + shown > count)
		first = count - shown;
	measure_rows(v, st, first, first + shown, widths);
	add_line(v, st, SIZE_MAX, widths, ret);
	strbuf_addch(ret, '\n');
	for (size_t i = first; i < first + shown; i++) {
		add_line(v, st, i, widths, ret);
		strbuf_addch(ret, '\n');
	}
	if (shown < count)
		strbuf_addf(ret, "rows %zu to %zu of %zu\n", first + 1, first + shown, count);
}

static void copy_fields(const struct view *v, const struct store *st, struct copies *ret)
{
	static const struct {
		enum query_field field;
		const char *label;
	} FIELDS[] = {
		{QF_CUSTOMER, "customer"},        {QF_INVOICE, "invoice"}, {QF_ORDER, "order"},
		{QF_PAYMENT, "payment"},          {QF_ADDRESS, "wallet"},  {QF_TX, "transaction"},
		{QF_TRACKING, "tracking number"}, {QF_EMAIL, "e-mail"},
	};
	const struct record *r = list_pane_record(v);
	char text[NAME_CAP];

	for (size_t i = 0; r && i < sizeof(FIELDS) / sizeof(FIELDS[0]); i++)
		if (query_field_text(FIELDS[i].field, st, r, text, sizeof(text)) &&
		    strcmp(text, object_id(&r->object)) != 0)
			copies_add(ret, FIELDS[i].label, text);
}

static void copy_event(const struct view *v, const struct store *st, struct copies *ret)
{
	const struct list_pane *p = list_pane(v);
	struct event_brief b;

	if (p->spec->kind != OBJECT_NONE)
		return;
	store_brief(st, listing_event(&p->listing, p->list.cursor), &b);
	copies_add(ret, "object it is about", b.object_id);
	copies_add(ret, "customer", event_customer(&b, st));
	copies_add(ret, "event type", b.type);
}

void list_pane_copies(const struct view *v, const struct store *st, struct copies *ret)
{
	const struct list_pane *p = list_pane(v);
	struct strbuf sb;

	if (p->list.cursor >= p->listing.count)
		return;
	copies_add(ret, p->spec->kind == OBJECT_NONE ? "event id" : "id",
		   listing_id(&p->listing, p->list.cursor));
	if (ret->id_only)
		return;
	strbuf_init(&sb, COPY_BYTES_MAX);
	add_line(v, st, p->list.cursor, NULL, &sb);
	copies_add(ret, "row as text", strbuf_str(&sb));
	strbuf_release(&sb);
	copy_fields(v, st, ret);
	copy_event(v, st, ret);
	strbuf_init(&sb, PLAIN_BYTES_MAX);
	list_pane_plain(v, st, &sb);
	copies_add(ret, "all as text", strbuf_str(&sb));
	strbuf_release(&sb);
}
