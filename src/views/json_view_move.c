/* The cursor, and what part of the rows is on the screen. */
#include "views/json_view_priv.h"

int json_view_page(const struct json_view *j)
{
	return j->height > 2 ? j->height - 1 : 1;
}

/* Of a row, as far as it matters for what fits. */
static size_t height_of(const struct json_view *j, size_t row)
{
	return json_row_height(j, j->rows[row], (size_t)json_view_page(j) + j->skip + 1);
}

/* Lines from the top of the screen to the end of the cursor's row. */
static size_t lines_to_end(const struct json_view *j, size_t row)
{
	size_t lines = 0;

	for (size_t i = j->top; i <= row; i++)
		lines += height_of(j, i);
	return lines - j->skip;
}

/* No empty end below when there is more above. */
static void fill_page(struct json_view *j, size_t page)
{
	size_t lines;

	if (j->top == 0 || j->skip > 0 || j->top + page <= j->row_count)
		return;
	lines = lines_to_end(j, j->row_count - 1);
	while (j->top > 0) {
		lines += height_of(j, j->top - 1);
		if (lines > page)
			break;
		j->top--;
	}
}

void json_view_show_cursor(struct json_view *j)
{
	size_t row = json_view_row_of(j, j->cursor);
	size_t page = (size_t)json_view_page(j);

	if (j->top != row || j->skip >= json_row_height(j, j->cursor, j->skip + 1))
		j->skip = 0;
	if (j->top > row)
		j->top = row;
	if (row - j->top >= page) {
		j->top = row - page + 1;
		j->skip = 0;
	}
	for (size_t lines = lines_to_end(j, row); j->top < row && lines > page; j->top++)
		lines -= height_of(j, j->top);
	fill_page(j, page);
}

void json_view_go(struct json_view *j, size_t node)
{
	j->cursor = j->rows[json_view_row_of(j, node)];
	json_view_show_cursor(j);
}

/* A row that is higher than what is left of the screen is read line by line. */
static bool move_within(struct json_view *j, long by)
{
	size_t row = json_view_row_of(j, j->cursor);

	if (by == -1 && j->top == row && j->skip > 0) {
		j->skip--;
		return true;
	}
	if (by == 1 && j->top == row && lines_to_end(j, row) > (size_t)json_view_page(j)) {
		j->skip++;
		return true;
	}
	return false;
}

static void move_rows(struct json_view *j, long by)
{
	size_t row = json_view_row_of(j, j->cursor);
	size_t last = j->row_count - 1;

	if (move_within(j, by))
		return;
	if (by < 0)
		row = row > (size_t)-by ? row - (size_t)-by : 0;
	else
		row = last - row > (size_t)by ? row + (size_t)by : last;
	j->cursor = j->rows[row];
	json_view_show_cursor(j);
}

bool json_view_move(struct json_view *j, enum command cmd)
{
	long page = json_view_page(j) > 1 ? json_view_page(j) - 1 : 1;

	switch (cmd) {
	case CMD_DOWN:
		move_rows(j, 1);
		return true;
	case CMD_UP:
		move_rows(j, -1);
		return true;
	case CMD_PAGE_DOWN:
		move_rows(j, page);
		return true;
	case CMD_PAGE_UP:
		move_rows(j, -page);
		return true;
	case CMD_HALF_DOWN:
		move_rows(j, (page + 1) / 2);
		return true;
	case CMD_HALF_UP:
		move_rows(j, -(page + 1) / 2);
		return true;
	case CMD_FIRST:
		j->skip = 0;
		json_view_go(j, 0);
		return true;
	case CMD_LAST:
		json_view_go(j, j->rows[j->row_count - 1]);
		return true;
	default:
		return false;
	}
}
