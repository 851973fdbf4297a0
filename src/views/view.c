#include "views/registry.h"

#include "base/alloc.h"
#include "base/strbuf.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void view_open(struct view *v, const struct view_ops *ops, const struct view_context *ctx,
	       const struct store *st, struct outbox *out)
{
	assert(!view_is_open(v));
	memset(v, 0, sizeof(*v));
	v->ops = ops;
	v->ctx = *ctx;
	v->state = xcalloc(1, ops->state_size);
	v->stale = true;
	ops->open(v, st, out);
}

void view_update(struct view *v, const struct view_context *ctx, const struct store *st,
		 struct outbox *out, int width, int height)
{
	v->ctx = *ctx;
	if (!v->stale && v->width == width && v->height == height)
		return;
	v->width = width;
	v->height = height;
	v->ops->refresh(v, st, out, width, height);
	v->stale = false;
}

void view_close(struct view *v)
{
	if (!view_is_open(v))
		return;
	v->ops->close(v);
	ask_release(&v->ask);
	free(v->state);
	memset(v, 0, sizeof(*v));
}

bool view_is_open(const struct view *v)
{
	return v->ops != NULL;
}

/* --- what a view wants of the screen ------------------------------------------ */

static struct ask *ask_anew(struct view *v, enum ask_kind kind)
{
	ask_release(&v->ask);
	v->ask.kind = kind;
	return &v->ask;
}

void view_ask_open(struct view *v, const struct subject *what, enum detail_tab tab)
{
	struct ask *a = ask_anew(v, ASK_OPEN);

	a->subject = *what;
	a->tab = tab;
}

void view_ask_copy(struct view *v, const char *label, const char *text, size_t len)
{
	struct ask *a = ask_anew(v, ASK_COPY);

	safe_text_set(&a->label, label);
	a->text = xmemdup0(text, len);
	a->len = len;
}

void view_ask_notice(struct view *v, enum role role, const char *fmt, ...)
{
	struct ask *a = ask_anew(v, ASK_NOTICE);
	struct strbuf text;
	va_list ap;

	a->role = role;
	strbuf_init(&text, 1024);
	va_start(ap, fmt);
	strbuf_vaddf(&text, fmt, ap);
	va_end(ap);
	safe_text_set(&a->label, strbuf_str(&text));
	strbuf_release(&text);
}

void view_ask_close(struct view *v, const struct subject *instead)
{
	struct ask *a = ask_anew(v, ASK_CLOSE);

	if (instead)
		a->subject = *instead;
}

struct ask view_take_ask(struct view *v)
{
	struct ask a = v->ask;

	memset(&v->ask, 0, sizeof(v->ask));
	return a;
}

void ask_release(struct ask *a)
{
	free(a->text);
	memset(a, 0, sizeof(*a));
}

static const struct view_ops *const PANE_OPS[PANE_COUNT] = {
#define X(constant, ops) [constant] = &ops,
	PANES(X)
#undef X
};

const struct view_ops *pane_ops(enum pane p)
{
	return PANE_OPS[p];
}
