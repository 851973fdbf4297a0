/* What needs a person: rows ranked by the model, and why the selected one is among them. */
#include "views/attention.h"

#include "model/query.h"

#include "base/alloc.h"
#include "base/strbuf.h"
#include "ui/list.h"
#include "ui/table.h"
#include "views/cells.h"
#include "views/count.h"
#include "views/subject_cells.h"

#include <stdlib.h>
#include <string.h>

#define WHY_LINES   6 /* of the block below the list, with its rule */
#define WHY_LEAST_H 14

#define LIST_BYTES_MAX (1024 * 1024)

struct attention_view {
	struct list list;
	size_t *rows; /* places in the attention, those the filter lets through */
	size_t count, cap;
	int visible;                /* rows of the list */
	struct query *filter;       /* owned; NULL: all */
	const struct attention *of; /* of the last refresh */
	char id[LIST_ID_CAP];
	char held[LIST_ID_CAP]; /* was just seen, or not seen any more: it stays where it is until
				   the cursor moves, so that the same key takes it back */
	size_t held_at;
};

enum { COL_SEVERITY, COL_WHAT, COL_OBJECT, COL_CUSTOMER, COL_RISK, COL_SINCE, COL_TODO, COL_LEFT };

static const struct column COLUMNS[] = {
	[COL_SEVERITY] = {.title = "URGENCY", .min = 8, .want = 8},
	[COL_WHAT] = {.title = "WHAT", .min = 16, .want = 30},
	[COL_OBJECT] = {.title = "OBJECT", .min = 12, .want = 18, .rank = 1},
	[COL_CUSTOMER] = {.title = "CUSTOMER", .min = 8, .want = 12, .weight = 1, .rank = 4},
	[COL_RISK] = {.title = "AT RISK USD", .min = 11, .want = 11, .align = ALIGN_RIGHT},
	[COL_SINCE] = {.title = "SINCE", .min = 5, .want = 5, .rank = 2, .align = ALIGN_RIGHT},
	[COL_TODO] = {.title = "TO DO", .min = 24, .want = 60, .weight = 3, .rank = 5},
	/* the last, so that it can be left out where no row in sight has one */
	[COL_LEFT] = {.title = "LEFT", .min = 5, .want = 5, .rank = 1, .align = ALIGN_RIGHT},
};
#define COLUMN_COUNT (sizeof(COLUMNS) / sizeof(COLUMNS[0]))

static struct attention_view *attention_view(const struct view *v)
{
	return v->state;
}

/* Row i, or NULL: the attention may have changed since the rows were picked. */
static const struct attention_item *view_item(const struct view *v, size_t i)
{
	const struct attention_view *p = attention_view(v);

	if (!v->ctx.attention || v->ctx.attention != p->of || i >= p->count)
		return NULL;
	return attention_at(v->ctx.attention, p->rows[i]);
}

static const char *row_id(const void *rows, size_t i)
{
	struct attention_view *p = *(struct attention_view *const *)rows;
	const struct attention_item *item = attention_at(p->of, p->rows[i]);

	str_printf(p->id, sizeof(p->id), "%d:%d:%s", item ? (int)item->rule : -1,
		   item ? (int)item->subject.kind : -1, item ? item->subject.id : "");
	return p->id;
}

/* --- the filter ------------------------------------------------------------------------- */

/* The grammar of every list, of the object the row is about; its words may be the row's too. */
static bool item_matches(const struct attention_item *item, const struct query *q,
			 const struct store *st, int64_t now_ms)
{
	const char *const texts[] = {attention_rule_name(item->rule),
				     attention_rule_words(item->rule),
				     severity_word(attention_rule_severity(item->rule)),
				     subject_noun(item->subject.kind),
				     item->subject.id,
				     item->customer,
				     item->why,
				     item->acknowledged ? "seen acknowledged" : ""};
	const struct record *r =
		store_record(st, subject_object(item->subject.kind), item->subject.id);

	return query_matches_row_of(q, st, r, texts, sizeof(texts) / sizeof(texts[0]), now_ms);
}

static enum status attention_view_filter(struct view *v, const char *text, size_t *ret_at,
					 struct problem *reterr)
{
	struct attention_view *p = attention_view(v);
	struct query *q;
	enum status s = query_parse(text, &q, ret_at, reterr);

	if (s != S_OK)
		return s;
	query_free(p->filter);
	p->filter = q;
	v->stale = true;
	return S_OK;
}

static const char *attention_view_filter_text(const struct view *v)
{
	return query_text(attention_view(v)->filter);
}

static void attention_view_counts(const struct view *v, size_t *ret_shown, size_t *ret_total)
{
	*ret_shown = attention_view(v)->count;
	*ret_total = v->ctx.attention ? attention_count(v->ctx.attention) : 0;
}

/* --- life ------------------------------------------------------------------------------- */

static void attention_view_open(struct view *v, const struct store *st, struct outbox *out)
{
	(void)st;
	(void)out;
	list_init(&attention_view(v)->list, false);
	attention_view(v)->list.home = false; /* what is selected stays so when worse comes in */
}

static void attention_view_close(struct view *v)
{
	query_free(attention_view(v)->filter);
	free(attention_view(v)->rows);
}

/* How many lines below the list tell of the selected row. */
static int why_height(int height)
{
	return height < WHY_LEAST_H ? 0 : height >= 30 ? WHY_LINES + 2 : WHY_LINES;
}

/* What is held stands where it stood, wherever it ranks now. */
static void attention_view_hold(struct attention_view *p)
{
	size_t from = 0, to = p->held_at, held;

	if (p->held[0] == '\0')
		return;
	while (from < p->count && !str_equal(row_id(&p, from), p->held))
		from++;
	if (from == p->count) {
		p->held[0] = '\0';
		return;
	}
	to = to < p->count ? to : p->count - 1;
	held = p->rows[from];
	if (from > to)
		memmove(&p->rows[to + 1], &p->rows[to], (from - to) * sizeof(held));
	else
		memmove(&p->rows[from], &p->rows[from + 1], (to - from) * sizeof(held));
	p->rows[to] = held;
}

static void attention_view_refresh(struct view *v, const struct store *st, struct outbox *out,
				   int width, int height)
{
	struct attention_view *p = attention_view(v);
	const struct attention *a = v->ctx.attention;
	size_t n = a ? attention_count(a) : 0;

	(void)out;
	(void)width;
	p->of = a;
	p->count = 0;
	query_refill(p->filter);
	for (size_t i = 0; i < n; i++) {
		if (p->filter && !item_matches(attention_at(a, i), p->filter, st, v->ctx.now_ms))
			continue;
		array_reserve((void **)&p->rows, &p->cap, p->count + 1, sizeof(*p->rows));
		p->rows[p->count++] = i;
	}
	attention_view_hold(p);
	p->visible = height - 1 - why_height(height);
	if (p->visible < 0)
		p->visible = 0;
	list_sync(&p->list, p->count, row_id, &p, p->visible);
}

/* --- keys --------------------------------------------------------------------------------- */

static const struct {
	enum command command;
	enum list_move move;
} MOVES[] = {
	{CMD_DOWN, LIST_DOWN},           {CMD_UP, LIST_UP},
	{CMD_PAGE_DOWN, LIST_PAGE_DOWN}, {CMD_PAGE_UP, LIST_PAGE_UP},
	{CMD_HALF_DOWN, LIST_HALF_DOWN}, {CMD_HALF_UP, LIST_HALF_UP},
	{CMD_FIRST, LIST_FIRST},         {CMD_LAST, LIST_LAST},
};

static void attention_view_acknowledge(struct view *v, struct outbox *out)
{
	struct attention_view *p = attention_view(v);
	const struct attention_item *item = view_item(v, attention_view(v)->list.cursor);
	struct request rq = {.kind = REQUEST_ACK};

	if (!item)
		return;
	str_copy(rq.ack.rule, sizeof(rq.ack.rule), attention_rule_name(item->rule));
	rq.ack.kind = subject_object(item->subject.kind);
	str_copy(rq.ack.id, sizeof(rq.ack.id), item->subject.id);
	rq.ack.facts = item->facts;
	rq.ack.at_ms = v->ctx.wall_ms;
	rq.ack.withdrawn = item->acknowledged;
	if (outbox_add(out, &rq) == 0) {
		view_ask_notice(v, ROLE_WARN, "Too much was asked for at once. Try again.");
		return;
	}
	(void)str_copy(p->held, sizeof(p->held), row_id(&p, p->list.cursor));
	p->held_at = p->list.cursor;
	if (item->acknowledged)
		view_ask_notice(v, ROLE_TEXT, "Not seen any more: it counts as open again.");
	else
		view_ask_notice(v, ROLE_TEXT,
				"Seen: A takes it back, and so do new facts. It goes to the end "
				"of the list when you move on.");
}

static void attention_view_let_go(struct view *v)
{
	attention_view(v)->held[0] = '\0';
	v->stale = true;
}

static enum handled attention_view_act(struct view *v, enum command cmd, const struct store *st,
				       struct outbox *out)
{
	struct attention_view *p = attention_view(v);

	(void)st;
	for (size_t i = 0; i < sizeof(MOVES) / sizeof(MOVES[0]); i++) {
		if (MOVES[i].command != cmd)
			continue;
		if (v->ctx.attention == p->of)
			list_move(&p->list, MOVES[i].move, row_id, &p);
		attention_view_let_go(v);
		return HANDLED;
	}
	if (cmd == CMD_OPEN) {
		const struct attention_item *item = view_item(v, p->list.cursor);

		if (item)
			view_ask_open(v, &item->subject, TAB_SUMMARY);
		return HANDLED;
	}
	if (cmd == CMD_ACKNOWLEDGE) {
		attention_view_acknowledge(v, out);
		return HANDLED;
	}
	return NOT_HANDLED;
}

static bool attention_view_selected(const struct view *v, const struct store *st,
				    struct subject *ret)
{
	const struct attention_item *item = view_item(v, attention_view(v)->list.cursor);

	(void)st;
	if (item)
		*ret = item->subject;
	return item != NULL;
}

/* --- drawing -------------------------------------------------------------------------------- */

static enum role severity_cell(struct safe_text *t, const struct attention_item *item, bool ascii)
{
	enum severity s = attention_rule_severity(item->rule);

	if (item->acknowledged) {
		safe_text_fmt(t, "%s seen", glyph_str(GLYPH_CHECK, ascii));
		return ROLE_MUTED;
	}
	safe_text_fmt(t, "%s %s", matter_glyph(item->rule, NULL, ascii), severity_word(s));
	return tone_role(severity_tone(s));
}

static void left_cell(struct safe_text *t, int64_t deadline_ms, int64_t now_ms)
{
	char age[WHEN_TEXT_CAP];

	if (deadline_ms == TIME_NONE)
		safe_text_clear(t);
	else if (deadline_ms <= now_ms)
		safe_text_set(t, "over");
	else
		safe_text_set(t, when_age(age, deadline_ms - now_ms));
}

/* The kind whole, its id cut as everywhere. */
static void object_cell(struct safe_text *t, const struct attention_item *item, int width)
{
	struct safe_text id;
	int room;

	safe_text_fmt(t, "%s ", subject_word(item->subject.kind));
	room = width - (int)safe_text_width(t);
	safe_text_set(&id, item->subject.id);
	safe_text_fit_middle(&id, (unsigned)(room > 0 ? room : 0));
	safe_text_add(t, safe_text_str(&id));
}

static void draw_row(const struct view *v, const struct attention_item *item,
		     const struct table_layout *t, struct canvas *c, int y)
{
	enum role role = item->acknowledged ? ROLE_MUTED : ROLE_TEXT;
	struct safe_text text;
	enum role severity = severity_cell(&text, item, v->ctx.ascii);

	table_cell(t, c, COL_SEVERITY, y, severity, &text);
	safe_text_set(&text, attention_rule_words(item->rule));
	table_cell(t, c, COL_WHAT, y, role, &text);
	object_cell(&text, item, t->w[COL_OBJECT]);
	table_cell(t, c, COL_OBJECT, y, ROLE_MUTED, &text);
	safe_text_set(&text, item->customer);
	table_cell(t, c, COL_CUSTOMER, y, role, &text);
	safe_text_clear(&text);
	if (item->has_amount)
		cell_usd(&text, item->at_risk.minor);
	table_cell(t, c, COL_RISK, y, item->acknowledged ? ROLE_MUTED : ROLE_STRONG, &text);
	safe_text_clear(&text);
	if (item->since_ms != TIME_NONE)
		cell_when(&text, &v->ctx, item->since_ms);
	table_cell(t, c, COL_SINCE, y, ROLE_MUTED, &text);
	left_cell(&text, item->deadline_ms, v->ctx.now_ms);
	table_cell(t, c, COL_LEFT, y,
		   item->deadline_ms != TIME_NONE && !item->acknowledged ? ROLE_WARN : ROLE_MUTED,
		   &text);
	safe_text_set(&text, attention_rule_action(item->rule));
	table_cell(t, c, COL_TODO, y, role, &text);
}

static int since_width(const struct view *v)
{
	const struct attention_view *p = attention_view(v);
	int most = cell_when_width(&v->ctx, TIME_NONE);

	for (int y = 0; y < p->visible; y++) {
		const struct attention_item *item = view_item(v, p->list.top + (size_t)y);
		int need = item ? cell_when_width(&v->ctx, item->since_ms) : 0;

		most = need > most ? need : most;
	}
	return most;
}

/* Has any row in sight a time by which something is to be done? */
static bool tells_deadline(const struct view *v)
{
	const struct attention_view *p = attention_view(v);

	for (int y = 0; y < p->visible; y++) {
		const struct attention_item *item = view_item(v, p->list.top + (size_t)y);
		if (item && item->deadline_ms != TIME_NONE)
			return true;
	}
	return false;
}

static void fit_columns(const struct view *v, struct column *columns)
{
	const struct attention_view *p = attention_view(v);

	memcpy(columns, COLUMNS, sizeof(COLUMNS));
	if (v->ctx.times == SHOW_CLOCK) {
		columns[COL_SINCE].title = cell_zone(&v->ctx);
		columns[COL_SINCE].min = columns[COL_SINCE].want = since_width(v);
	}
	for (int y = 0; y < p->visible; y++) {
		const struct attention_item *item = view_item(v, p->list.top + (size_t)y);
		struct safe_text text;
		int need;

		if (!item || !item->has_amount)
			continue;
		cell_usd(&text, item->at_risk.minor);
		need = (int)safe_text_width(&text);
		columns[COL_RISK].exact = true;
		if (columns[COL_RISK].min < need)
			columns[COL_RISK].min = columns[COL_RISK].want = need;
	}
}

/* The facts and the suggestion, below the list. */
static void draw_why(const struct view *v, struct canvas *c, int y, int height)
{
	const struct attention_item *item = view_item(v, attention_view(v)->list.cursor);
	char since[WHEN_TEXT_CAP], age[WHEN_TEXT_CAP], seen[WHEN_TEXT_CAP];
	int width = c->at.w - 2;
	int end = y + height;

	if (!item || height < 3)
		return;
	canvas_hline(c, 0, y++, c->at.w, ROLE_BORDER);
	y += canvas_wrap(c, 1, y, width, 2, ROLE_STRONG, item->why);
	if (y < end) {
		int x = 1 + canvas_print(c, 1, y, 0, ROLE_HEADER, "To do: ");
		struct safe_text todo;

		safe_text_set(&todo, attention_rule_action(item->rule));
		y += canvas_wrap(c, x, y, width - x + 1, 2, ROLE_TEXT, safe_text_str(&todo));
	}
	if (y < end) {
		int x = 1 + canvas_print(c, 1, y, width, ROLE_MUTED, "%s %s",
					 subject_noun(item->subject.kind), item->subject.id);

		if (item->customer[0])
			x += canvas_print(c, x, y, width - x, ROLE_MUTED, "  customer %s",
					  item->customer);
		y++;
	}
	if (y < end && item->acknowledged)
		canvas_print(c, 1, y++, width, ROLE_MUTED,
			     "seen %s (%s); A takes it back, and so do new facts",
			     when_iso(seen, item->seen_ms),
			     when_relative(age, item->seen_ms, v->ctx.wall_ms));
	if (y < end && item->since_ms != TIME_NONE)
		canvas_print(c, 1, y, width, ROLE_MUTED, "since %s (%s)",
			     when_iso(since, item->since_ms),
			     when_relative(age, item->since_ms, v->ctx.now_ms));
}

static void draw_empty(const struct view *v, const struct store *st, struct canvas *c)
{
	const struct attention_view *p = attention_view(v);
	const struct attention *a = v->ctx.attention;
	char since[WHEN_TEXT_CAP], n[COUNT_CAP];
	uint64_t records = 0;
	struct safe_text t;
	int y = c->at.h > 4 ? 1 : 0;

	if (!a || attention_since_ms(a) == TIME_NONE) {
		canvas_print(c, 1, y, c->at.w - 2, ROLE_MUTED, "Looking …");
		return;
	}
	if (p->filter && attention_count(a) > 0) {
		safe_text_fmt(&t, "No row matches “%s”.", query_text(p->filter));
		y += canvas_wrap(c, 1, y, c->at.w - 2, 3, ROLE_TEXT, safe_text_str(&t));
		canvas_wrap(c, 1, y, c->at.w - 2, 2, ROLE_MUTED, "Esc clears the filter.");
		return;
	}
	for (int k = OBJECT_NONE + 1; k < OBJECT_KIND_COUNT; k++)
		records += store_record_count(st, (enum object_kind)k);
	canvas_print(c, 1, y++, c->at.w - 2, ROLE_GOOD, "%s Nothing needs a person.",
		     glyph_str(GLYPH_CHECK, v->ctx.ascii));
	safe_text_fmt(&t,
		      "Looked since %s UTC at everything that came; %s %s now. A payment that is "
		      "short, over, late or stuck shows up here.",
		      when_clock(since, attention_since_ms(a)), count_words(n, records),
		      records == 1 ? "object" : "objects");
	canvas_wrap(c, 1, y, c->at.w - 2, 4, ROLE_MUTED, safe_text_str(&t));
}

static void attention_view_draw(const struct view *v, const struct store *st, struct canvas *c)
{
	const struct attention_view *p = attention_view(v);
	bool bar = p->count > (size_t)p->visible;
	int width = c->at.w - (bar ? 1 : 0);
	struct column columns[COLUMN_COUNT];
	struct table_layout t;

	if (p->count == 0) {
		draw_empty(v, st, c);
		return;
	}
	fit_columns(v, columns);
	table_fit(&t, columns, tells_deadline(v) ? COLUMN_COUNT : COL_LEFT, width);
	table_header(&t, c, 0);
	for (int y = 0; y < p->visible; y++) {
		const struct attention_item *item = view_item(v, p->list.top + (size_t)y);

		if (!item)
			break;
		draw_row(v, item, &t, c, y + 1);
		if (p->list.top + (size_t)y == p->list.cursor)
			canvas_overlay(c, (struct rect){0, y + 1, width, 1},
				       v->focused ? ROLE_SELECTION : ROLE_SELECTION_OFF);
	}
	if (bar)
		scrollbar_draw(c, c->at.w - 1, 1, p->visible, p->list.top, p->count);
	draw_why(v, c, 1 + p->visible, c->at.h - 1 - p->visible);
}

static void attention_view_heading(const struct view *v, const struct store *st,
				   struct safe_text *title, struct safe_text *badge)
{
	const struct attention_view *p = attention_view(v);
	const struct attention *a = v->ctx.attention;
	size_t all = a ? attention_count(a) : 0, open = a ? attention_open_count(a) : 0;
	char n[COUNT_CAP], m[COUNT_CAP];

	(void)st;
	safe_text_set(title, "Needs a person");
	if (all > 0)
		safe_text_addf(title, " %s", count_words(n, open));
	if (p->filter)
		safe_text_addf(title, "  %s of %s rows  /%s", count_words(n, p->count),
			       count_words(m, all), query_text(p->filter));
	safe_text_clear(badge);
	if (query_complaint(p->filter))
		safe_text_set(badge, "pattern too slow");
	else if (all > open)
		safe_text_fmt(badge, "%s seen", count_words(n, all - open));
}

/* --- out of it ---------------------------------------------------------------------------------
 */

static void attention_view_plain(const struct view *v, const struct store *st, struct strbuf *ret)
{
	const struct attention_view *p = attention_view(v);

	(void)st;
	for (size_t i = 0; i < p->count; i++) {
		const struct attention_item *item = view_item(v, i);
		enum severity s;
		char usd[MONEY_TEXT_CAP];

		if (!item)
			break;
		s = attention_rule_severity(item->rule);
		strbuf_addf(ret, "%s  %s  %s %s  %s\n    %s\n",
			    item->acknowledged ? "seen" : severity_word(s),
			    attention_rule_words(item->rule), subject_word(item->subject.kind),
			    item->subject.id,
			    item->has_amount ? money_format(usd, item->at_risk, MONEY_FULL) : "",
			    item->why);
	}
}

static void attention_view_copies(const struct view *v, const struct store *st, struct copies *ret)
{
	const struct attention_item *item = view_item(v, attention_view(v)->list.cursor);
	struct strbuf list;
	char line[512];

	if (!item)
		return;
	copies_add(ret, "id", item->subject.id);
	copies_add(ret, "customer", item->customer);
	str_printf(line, sizeof(line), "%s %s: %s. %s", subject_noun(item->subject.kind),
		   item->subject.id, attention_rule_words(item->rule), item->why);
	copies_add(ret, "what is wrong", line);
	strbuf_init(&list, LIST_BYTES_MAX);
	attention_view_plain(v, st, &list);
	copies_add(ret, "list as text", strbuf_str(&list));
	strbuf_release(&list);
}

static void attention_view_click(struct view *v, int x, int y, const struct store *st,
				 struct outbox *out)
{
	struct attention_view *p = attention_view(v);
	size_t at = p->list.top + (size_t)(y > 0 ? y - 1 : 0);

	(void)x;
	if (y < 1 || y > p->visible || at >= p->count)
		return;
	if (at == p->list.cursor) /* a second time on the same row */
		attention_view_act(v, CMD_OPEN, st, out);
	else
		list_select(&p->list, at, row_id, &p);
	attention_view_let_go(v);
}

static const enum command BAR[] = {CMD_OPEN,    CMD_ACKNOWLEDGE, CMD_FILTER, CMD_BACK, CMD_COPY,
				   CMD_ACTIONS, CMD_LOOK_UP,     CMD_HELP,   CMD_NONE};

const struct view_ops ATTENTION_VIEW = {
	.name = "attention",
	.title = "Needs a person",
	.watches = TOPIC_ATTENTION | TOPIC_CLOCK | TOPIC_ANSWERS,
	.context = CTX_LIST,
	.bar = BAR,
	.state_size = sizeof(struct attention_view),
	.open = attention_view_open,
	.close = attention_view_close,
	.refresh = attention_view_refresh,
	.act = attention_view_act,
	.click = attention_view_click,
	.draw = attention_view_draw,
	.heading = attention_view_heading,
	.selected = attention_view_selected,
	.filter = attention_view_filter,
	.filter_text = attention_view_filter_text,
	.counts = attention_view_counts,
	.copies = attention_view_copies,
	.plain = attention_view_plain,
};
