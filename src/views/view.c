#include "views/registry.h"

#include "base/alloc.h"

#include <assert.h>
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
	free(v->state);
	memset(v, 0, sizeof(*v));
}

bool view_is_open(const struct view *v)
{
	return v->ops != NULL;
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
