#include "ui/table.h"

static int table_used(const struct table_layout *t)
{
	int used = 0;
	for (size_t i = 0; i < t->count; i++)
		used += t->w[i] > 0 ? t->w[i] + (used > 0) : 0;
	return used;
}

/* The shown column of the highest rank, the rightmost of equals; count when none may go. */
static size_t table_next_to_drop(const struct table_layout *t)
{
	size_t found = t->count;
	for (size_t i = 0; i < t->count; i++) {
		int rank = t->columns[i].rank;
		if (t->w[i] && rank > 0 && (found == t->count || rank >= t->columns[found].rank))
			found = i;
	}
	return found;
}

#define TABLE_LEAST 4 /* below this a column that may be cut says nothing any more */

static bool table_may_give(const struct table_layout *t, size_t i)
{
	return !t->columns[i].exact && t->w[i] > TABLE_LEAST;
}

/* The widest column, among those that may be cut while there are any. */
static size_t table_widest(const struct table_layout *t)
{
	size_t found = 0;
	for (size_t i = 1; i < t->count; i++) {
		bool may = table_may_give(t, i), best = table_may_give(t, found);
		if (may > best || (may == best && t->w[i] >= t->w[found]))
			found = i;
	}
	return found;
}

static void table_shrink(struct table_layout *t, int width)
{
	while (table_used(t) > width) {
		size_t i = table_next_to_drop(t);
		if (i == t->count)
			break;
		t->w[i] = 0;
	}
	/* Only columns that must stay are left: those that may be cut give, then what says
	 * something else when cut goes whole. */
	while (table_used(t) > width && table_may_give(t, table_widest(t)))
		t->w[table_widest(t)]--;
	for (size_t i = t->count; i-- > 1 && table_used(t) > width;)
		t->w[i] = t->columns[i].exact ? 0 : t->w[i];
	while (table_used(t) > width && t->w[table_widest(t)] > 1)
		t->w[table_widest(t)]--;
	for (size_t i = t->count; i-- > 0 && table_used(t) > width;)
		t->w[i] = 0;
}

/*
 * A column of a high rank is worth less than room for those that matter more: while the columns of
 * ranks 0 and 1 have not what they want, those of rank 3 and above go, highest first.
 */
static void table_give_up_for_want(struct table_layout *t, int width)
{
	for (;;) {
		size_t last = table_next_to_drop(t);
		int missing = 0;
		for (size_t i = 0; i < t->count; i++) {
			if (t->w[i] && t->columns[i].rank <= 1 && t->columns[i].want > t->w[i])
				missing += t->columns[i].want - t->w[i];
		}
		if (last == t->count || t->columns[last].rank < 3 ||
		    missing <= width - table_used(t))
			return;
		t->w[last] = 0;
	}
}

/* Up to what each column wants, the ones that matter most first. */
static void table_grow_to_want(struct table_layout *t, int width)
{
	int spare = width - table_used(t);
	int most = 0;
	for (size_t i = 0; i < t->count; i++)
		most = t->columns[i].rank > most ? t->columns[i].rank : most;
	for (int rank = 0; rank <= most && spare > 0; rank++) {
		for (size_t i = 0; i < t->count; i++) {
			int wish = t->columns[i].want - t->w[i];
			if (!t->w[i] || t->columns[i].rank != rank || wish <= 0)
				continue;
			wish = wish < spare ? wish : spare;
			t->w[i] += wish;
			spare -= wish;
		}
	}
}

static void table_grow_by_weight(struct table_layout *t, int width)
{
	int spare = width - table_used(t), total = 0;
	for (size_t i = 0; i < t->count; i++)
		total += t->w[i] ? t->columns[i].weight : 0;
	for (size_t i = 0; i < t->count && spare > 0 && total > 0; i++) {
		if (!t->w[i] || t->columns[i].weight <= 0)
			continue;
		int share = spare * t->columns[i].weight / total;
		t->w[i] += share;
		spare -= share;
		total -= t->columns[i].weight;
	}
}

void table_fit(struct table_layout *t, const struct column *columns, size_t count, int width)
{
	*t = (struct table_layout){.columns = columns};
	t->count = count < TABLE_COLUMNS_MAX ? count : TABLE_COLUMNS_MAX;
	for (size_t i = 0; i < t->count; i++)
		t->w[i] = columns[i].min > 0 ? columns[i].min : 1;
	table_shrink(t, width > 0 ? width : 0);
	table_give_up_for_want(t, width);
	table_grow_to_want(t, width);
	table_grow_by_weight(t, width);
	for (size_t i = 0, x = 0; i < t->count; i++) {
		t->x[i] = (int)x;
		x += t->w[i] ? (size_t)t->w[i] + 1 : 0;
	}
}

void table_header(const struct table_layout *t, struct canvas *c, int y)
{
	table_header_sorted(t, c, y, t->count, false);
}

/* The mark is never what is cut. */
static void table_title_sorted(const struct table_layout *t, size_t i, bool descends, bool ascii,
			       struct safe_text *ret)
{
	const char *mark = glyph_str(descends ? GLYPH_DOWN : GLYPH_UP, ascii);

	safe_text_set(ret, t->columns[i].title);
	if (safe_text_width(ret) >= (unsigned)t->w[i])
		safe_text_fmt(ret, "%.*s", t->w[i] - 1, t->columns[i].title);
	safe_text_add(ret, mark);
}

void table_header_sorted(const struct table_layout *t, struct canvas *c, int y, size_t sorted,
			 bool descends)
{
	for (size_t i = 0; i < t->count; i++) {
		struct safe_text title;
		if (i == sorted && t->w[i])
			table_title_sorted(t, i, descends, grid_ascii(c->grid), &title);
		else
			safe_text_set(&title, t->columns[i].title);
		table_cell(t, c, i, y, ROLE_HEADER, &title);
	}
}

size_t table_column_at(const struct table_layout *t, int x)
{
	for (size_t i = 0; i < t->count; i++)
		if (t->w[i] && x >= t->x[i] && x <= t->x[i] + t->w[i])
			return i;
	return t->count;
}

void table_cell(const struct table_layout *t, struct canvas *c, size_t column, int y,
		enum role role, const struct safe_text *text)
{
	if (column >= t->count || !t->w[column])
		return;
	const struct column *col = &t->columns[column];
	int x = t->x[column], w = t->w[column];
	struct safe_text shorter;

	if (col->middle && safe_text_width(text) > (unsigned)w) {
		shorter = *text;
		safe_text_fit_middle(&shorter, (unsigned)w);
		text = &shorter;
	}
	if (col->align == ALIGN_RIGHT)
		canvas_text_right(c, x + w, y, w, role, text);
	else
		canvas_text(c, x, y, w, role, text);
}

void scrollbar_draw(struct canvas *c, int x, int y, int height, size_t top, size_t count)
{
	if (height <= 0 || count <= (size_t)height)
		return;
	size_t shown = (size_t)height;
	size_t thumb = shown * shown / count ? shown * shown / count : 1;
	size_t most = count - shown;
	size_t at = ((top < most ? top : most) * (shown - thumb) + most / 2) / most;

	/* No track: beside a pane's border it would read as a second border. */
	for (size_t i = at; i < at + thumb; i++) {
		if (grid_ascii(c->grid))
			canvas_print(c, x, y + (int)i, 1, ROLE_MUTED, "#");
		else
			canvas_glyph(c, x, y + (int)i, ROLE_MUTED, GLYPH_BAR);
	}
}
