#include "ui/prompt.h"

#include "base/strbuf.h"

void prompt_init(struct prompt *p, const char *label)
{
	*p = (struct prompt){.label = label};
}

static size_t prompt_max(const struct prompt *p)
{
	return p->is_long ? PROMPT_LONG : PROMPT_MAX;
}

static void prompt_set(struct prompt *p, const char *text)
{
	(void)str_copy(p->text, prompt_max(p) + 1, text ? text : "");
	p->len = p->at = strlen(p->text);
	p->cut = text && strlen(text) > p->len;
}

void prompt_open(struct prompt *p, const char *text)
{
	prompt_set(p, text);
	p->draft[0] = '\0';
	p->history_at = p->history_count;
}

static uint32_t prompt_char_at(const struct prompt *p, size_t at, size_t *ret_len)
{
	return utf8_decode(p->text + at, p->len - at, ret_len);
}

/* Over one character and the marks that sit on it. */
static size_t prompt_after(const struct prompt *p, size_t at)
{
	size_t len;
	if (at >= p->len)
		return p->len;
	prompt_char_at(p, at, &len);
	at += len;
	while (at < p->len && utf8_width(prompt_char_at(p, at, &len)) == 0)
		at += len;
	return at;
}

static size_t prompt_before(const struct prompt *p, size_t at)
{
	size_t start = 0;
	for (size_t next = prompt_after(p, 0); next < at; next = prompt_after(p, next))
		start = next;
	return start;
}

static enum prompt_result prompt_cut(struct prompt *p, size_t from, size_t to)
{
	if (from >= to)
		return PROMPT_IGNORED;
	memmove(p->text + from, p->text + to, p->len - to + 1);
	p->len -= to - from;
	p->cut = false;
	p->at = from;
	return PROMPT_CHANGED;
}

static enum prompt_result prompt_insert(struct prompt *p, const char *bytes, size_t len)
{
	p->cut = p->cut || p->len + len > prompt_max(p);
	if (!len || p->len + len > prompt_max(p))
		return PROMPT_IGNORED;
	memmove(p->text + p->at + len, p->text + p->at, p->len - p->at + 1);
	memcpy(p->text + p->at, bytes, len);
	p->len += len;
	p->at += len;
	return PROMPT_CHANGED;
}

static size_t prompt_word_start(const struct prompt *p)
{
	size_t at = p->at;
	while (at > 0 && p->text[at - 1] == ' ')
		at--;
	while (at > 0 && p->text[at - 1] != ' ')
		at--;
	return at;
}

static enum prompt_result prompt_go(struct prompt *p, size_t at)
{
	if (p->at == at)
		return PROMPT_IGNORED;
	p->at = at;
	return PROMPT_CHANGED;
}

static enum prompt_result prompt_recall(struct prompt *p, size_t at)
{
	if (at > p->history_count || at == p->history_at)
		return PROMPT_IGNORED;
	if (p->history_at == p->history_count)
		(void)str_copy(p->draft, sizeof(p->draft), p->text);
	p->history_at = at;
	prompt_set(p, at == p->history_count ? p->draft : p->history[at]);
	return PROMPT_CHANGED;
}

static void prompt_drop(struct prompt *p, size_t at)
{
	memmove(p->history[at], p->history[at + 1],
		(p->history_count - at - 1) * sizeof(p->history[0]));
	p->history_count--;
}

/* A line used again moves to the end, so that history holds each once. */
void prompt_remember(struct prompt *p, const char *line)
{
	size_t len = strlen(line);

	if (len == 0 || len > PROMPT_MAX)
		return;
	for (size_t i = 0; i < p->history_count; i++) {
		if (strcmp(p->history[i], line) == 0) {
			prompt_drop(p, i);
			break;
		}
	}
	if (p->history_count == PROMPT_HISTORY)
		prompt_drop(p, 0);
	(void)str_copy(p->history[p->history_count++], PROMPT_MAX + 1, line);
	p->history_at = p->history_count;
}

static enum prompt_result prompt_submit(struct prompt *p)
{
	prompt_remember(p, p->text);
	p->history_at = p->history_count;
	return PROMPT_SUBMIT;
}

void prompt_forget(struct prompt *p)
{
	if (p->history_count > 0 && strcmp(p->history[p->history_count - 1], p->text) == 0) {
		memset(p->history[p->history_count - 1], 0, sizeof(p->history[0]));
		p->history_count--;
	}
	memset(p->draft, 0, sizeof(p->draft));
	p->history_at = p->history_count;
}

void prompt_wipe(struct prompt *p)
{
	prompt_forget(p);
	memset(p->text, 0, sizeof(p->text));
	p->len = p->at = 0;
}

void prompt_replace(struct prompt *p, size_t from, const char *with)
{
	if (from < p->at)
		(void)prompt_cut(p, from, p->at);
	(void)prompt_insert(p, with, strlen(with));
}

static enum prompt_result prompt_pasted(struct prompt *p, struct key k)
{
	char bytes[4];
	if (k.code == KEYC_ENTER || k.code == KEYC_TAB)
		return prompt_insert(p, p->keeps_breaks && k.code == KEYC_ENTER ? "\n" : " ", 1);
	return prompt_insert(p, bytes, key_utf8(k, bytes));
}

static enum prompt_result prompt_ctrl(struct prompt *p, struct key k)
{
	switch (k.code) {
	case 'a':
		return prompt_go(p, 0);
	case 'e':
		return prompt_go(p, p->len);
	case 'w':
		return prompt_cut(p, prompt_word_start(p), p->at);
	case 'u':
		return prompt_cut(p, 0, p->at);
	case 'k':
		return prompt_cut(p, p->at, p->len);
	case 'p':
		return p->history_at ? prompt_recall(p, p->history_at - 1) : PROMPT_IGNORED;
	case 'n':
		return prompt_recall(p, p->history_at + 1);
	case 'g':
		return PROMPT_CANCEL;
	default:
		return PROMPT_IGNORED;
	}
}

enum prompt_result prompt_key(struct prompt *p, struct key k)
{
	char bytes[4];
	if (k.pasted)
		return prompt_pasted(p, k);
	if (k.ctrl)
		return prompt_ctrl(p, k);
	switch (k.code) {
	case KEYC_ENTER:
		return prompt_submit(p);
	case KEYC_ESC:
		return PROMPT_CANCEL;
	case KEYC_TAB:
		return PROMPT_NEXT;
	case KEYC_BACKTAB:
		return PROMPT_PREVIOUS;
	case KEYC_BACKSPACE:
		return prompt_cut(p, prompt_before(p, p->at), p->at);
	case KEYC_DELETE:
		return prompt_cut(p, p->at, prompt_after(p, p->at));
	case KEYC_LEFT:
		return prompt_go(p, prompt_before(p, p->at));
	case KEYC_RIGHT:
		return prompt_go(p, prompt_after(p, p->at));
	case KEYC_HOME:
		return prompt_go(p, 0);
	case KEYC_END:
		return prompt_go(p, p->len);
	case KEYC_UP:
		return p->history_at ? prompt_recall(p, p->history_at - 1) : PROMPT_IGNORED;
	case KEYC_DOWN:
		return prompt_recall(p, p->history_at + 1);
	default:
		return prompt_insert(p, bytes, key_utf8(k, bytes));
	}
}
