#include "app/remember_parts.h"

#include "base/alloc.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "model/recognise.h"
#include "views/list_pane.h"

#include <stdlib.h>
#include <string.h>

#define LINE_MAX_BYTES 1024

static const char *const HISTORY_SECTIONS[PROMPT_KIND_COUNT] = {
	[PROMPT_FILTER] = "filter history",
	[PROMPT_SEARCH] = "search history",
	[PROMPT_LOOK_UP] = "find history",
	[PROMPT_COMMAND] = "command history",
};

struct remember *remember_new(const char *dir, struct log *log)
{
	struct remember *r = xcalloc(1, sizeof(*r));

	r->dir = dir ? xstrdup(dir) : NULL;
	r->log = log;
	strbuf_init(&r->saved, REMEMBER_MAX);
	strbuf_init(&r->refused, REMEMBER_MAX);
	return r;
}

void remember_free(struct remember *r)
{
	if (!r)
		return;
	strbuf_release(&r->saved);
	strbuf_release(&r->refused);
	free(r->dir);
	free(r);
}

/* --- sections ------------------------------------------------------------------------------ */

const char *remember_section_name(int section)
{
	return section == SECTION_FILTERS  ? "filters"
	       : section == SECTION_TABLES ? "tables"
					   : HISTORY_SECTIONS[section - SECTION_HISTORY];
}

int remember_section(const char *line, size_t len)
{
	for (int s = SECTION_FILTERS; s < SECTION_HISTORY + (int)PROMPT_KIND_COUNT; s++) {
		const char *name = remember_section_name(s);

		if (len == strlen(name) + 2 && line[len - 1] == ']' &&
		    strncmp(line + 1, name, len - 2) == 0)
			return s;
	}
	return SECTION_NONE;
}

/* --- writing ------------------------------------------------------------------------------- */

bool remember_is_secret(const char *text)
{
	struct scraps scraps;

	recognise(&scraps, text, strlen(text));
	return scraps.secret;
}

/* One line each: a break in it is written \n, a backslash twice. */
static void add_value(struct strbuf *ret, const char *text)
{
	for (; *text; text++) {
		if (*text == '\n')
			strbuf_addstr(ret, "\\n");
		else if (*text == '\\')
			strbuf_addstr(ret, "\\\\");
		else if ((unsigned char)*text >= ' ' && *text != 0x7f)
			strbuf_addch(ret, *text);
	}
	strbuf_addch(ret, '\n');
}

static void write_filters(const struct named_filters *n, struct strbuf *ret)
{
	if (n->count > 0)
		strbuf_addstr(ret, "\n[filters]\n");
	for (size_t i = 0; i < n->count; i++) {
		if (remember_is_secret(n->items[i].text))
			continue;
		strbuf_addf(ret, "%s = ", n->items[i].name);
		add_value(ret, n->items[i].text);
	}
}

static void write_history(const struct prompt *p, const char *section, struct strbuf *ret)
{
	bool begun = false;

	for (size_t i = 0; i < p->history_count; i++) {
		if (remember_is_secret(p->history[i]))
			continue;
		if (!begun)
			strbuf_addf(ret, "\n[%s]\n", section);
		begun = true;
		strbuf_addstr(ret, "= ");
		add_value(ret, p->history[i]);
	}
}

static void write_tables(const struct screen *s, struct strbuf *ret)
{
	struct strbuf lines;

	strbuf_init(&lines, 16384);
	for (int p = 0; p < PANE_COUNT; p++) {
		size_t before = lines.len;

		list_pane_settings_write(&s->panes[p], &lines);
		if (lines.len > before && lines.buf[lines.len - 1] != '\n')
			strbuf_addch(&lines, '\n');
	}
	if (lines.len > 0)
		strbuf_addf(ret, "\n[tables]\n%s", strbuf_str(&lines));
	strbuf_release(&lines);
}

void remember_write(const struct screen *s, struct strbuf *ret)
{
	write_filters(&s->prompts.named, ret);
	for (int k = 0; k < PROMPT_KIND_COUNT; k++)
		write_history(&s->prompts.lines[k], HISTORY_SECTIONS[k], ret);
	write_tables(s, ret);
}

/* --- reading --------------------------------------------------------------------------------- */

struct reading {
	struct remember *r;
	struct screen *s;
	bool begun; /* it is in a section */
	int section;
	size_t number; /* of the line */
	struct strbuf tables;
};

static void read_badly(struct reading *rd, const char *why)
{
	char text[160];

	(void)str_printf(text, sizeof(text), "%s line %zu: %.90s; it is passed over", REMEMBER_FILE,
			 rd->number, why);
	log_msg(rd->r->log, LOG_WARN, "%s", text);
	if (rd->r->complaint[0] == '\0')
		(void)str_copy(rd->r->complaint, sizeof(rd->r->complaint), text);
}

const char *remember_complaint(const struct remember *r)
{
	return r->complaint;
}

/* What add_value() wrote, in place. */
static void read_value(char *text)
{
	char *to = text;

	for (; *text; text++) {
		if (text[0] == '\\' && (text[1] == 'n' || text[1] == '\\')) {
			*to++ = text[1] == 'n' ? '\n' : '\\';
			text++;
		} else {
			*to++ = *text;
		}
	}
	*to = '\0';
}

static void read_filter(struct reading *rd, char *line)
{
	char *equals = strstr(line, " = ");
	struct problem why;

	if (!equals) {
		read_badly(rd, "no name and filter");
		return;
	}
	*equals = '\0';
	read_value(equals + 3);
	if (named_set(&rd->s->prompts.named, line, equals + 3, &why) != S_OK)
		read_badly(rd, why.what);
}

static void read_history(struct reading *rd, char *line)
{
	if (strncmp(line, "= ", 2) == 0)
		read_value(line + 2); /* shorter than it was written */
	if (strncmp(line, "= ", 2) != 0 || strlen(line + 2) > PROMPT_MAX) {
		read_badly(rd, "no line of a history");
		return;
	}
	if (!remember_is_secret(line + 2))
		prompt_remember(&rd->s->prompts.lines[rd->section - SECTION_HISTORY], line + 2);
}

static void read_line(struct reading *rd, char *line)
{
	if (!rd->begun)
		read_badly(rd, "it stands in no section");
	else if (rd->section == SECTION_FILTERS)
		read_filter(rd, line);
	else if (rd->section == SECTION_TABLES)
		strbuf_addf(&rd->tables, "%s\n", line);
	else if (rd->section != SECTION_NONE)
		read_history(rd, line);
}

/* Bytes that are no text make a line unreadable, not the file. */
static bool is_readable(const char *line, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)line[i] < ' ' && line[i] != '\t')
			return false;
	return utf8_valid(line, len);
}

static void read_any(struct reading *rd, const char *from, size_t len)
{
	char line[LINE_MAX_BYTES + 1];

	rd->number++;
	while (len > 0 && (from[len - 1] == '\r' || from[len - 1] == ' '))
		len--;
	if (len == 0 || from[0] == '#')
		return;
	if (from[0] == '[') {
		rd->section = remember_section(from, len);
		rd->begun = true;
		return;
	}
	if (rd->begun && rd->section == SECTION_NONE)
		return; /* of another version */
	if (len > LINE_MAX_BYTES || !is_readable(from, len)) {
		read_badly(rd, len > LINE_MAX_BYTES ? "it is too long" : "it is no text");
		return;
	}
	memcpy(line, from, len);
	line[len] = '\0';
	read_line(rd, line);
}

void remember_read(struct remember *r, struct screen *s, const char *text, size_t len)
{
	struct reading rd = {.r = r, .s = s, .section = SECTION_NONE};
	const char *end = text + len;

	strbuf_init(&rd.tables, 65536);
	r->complaint[0] = '\0';
	while (text < end) {
		const char *eol = memchr(text, '\n', (size_t)(end - text));
		const char *stop = eol ? eol : end;

		read_any(&rd, text, (size_t)(stop - text));
		text = stop + 1;
	}
	for (int p = 0; p < PANE_COUNT; p++)
		list_pane_settings_read(&s->panes[p], strbuf_str(&rd.tables));
	strbuf_release(&rd.tables);
}
