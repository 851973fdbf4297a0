/*
 * What is kept when the text becomes another: by path, so that a member that came or went moves
 * nothing. Folds are kept by the hash of their path: two paths of one hash would share a fold.
 */
#include "views/json_view_priv.h"

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

#define FNV_START UINT64_C(0xcbf29ce484222325)
#define FNV_PRIME UINT64_C(0x100000001b3)

struct kept_fold {
	uint64_t path; /* 0: a free place */
	bool folded;
};

struct kept_step {
	char *name; /* NULL: an element */
	size_t name_len;
	size_t index;
};

struct json_memory {
	struct kept_fold *folds; /* a hash table, half full at most */
	size_t mask;
	struct kept_step steps[JSON_DEPTH_MAX]; /* to the cursor, from the root */
	size_t step_count;
	size_t cursor_line; /* on the screen, from the top row on */
};

static uint64_t hash_bytes(uint64_t h, const void *bytes, size_t len)
{
	const unsigned char *p = bytes;

	for (size_t i = 0; i < len; i++)
		h = (h ^ p[i]) * FNV_PRIME;
	return h;
}

static uint64_t path_hash(const struct json_view *j, size_t node, uint64_t parent)
{
	const struct outline_node *n = json_view_node(j, node);
	uint64_t h = hash_bytes(parent, n->member ? "." : "[", 1);

	if (n->member)
		h = hash_bytes(h, j->text + n->key_at, n->key_len);
	else
		h = hash_bytes(h, &n->index, sizeof(n->index));
	return h ? h : 1;
}

/* Calls for every container with the hash of its path. */
typedef void fold_fn(void *ctx, size_t node, uint64_t path);
static void each_container(const struct json_view *j, fold_fn *call, void *ctx)
{
	uint64_t at_depth[JSON_DEPTH_MAX + 1] = {0};

	for (size_t i = 0; i < j->outline.count; i++) {
		const struct outline_node *n = json_view_node(j, i);

		if (n->count == 0)
			continue;
		at_depth[n->depth] = path_hash(j, i, n->depth ? at_depth[n->depth - 1] : FNV_START);
		call(ctx, i, at_depth[n->depth]);
	}
}

static struct kept_fold *place_of(const struct json_memory *m, uint64_t path)
{
	size_t at = (size_t)(path ^ path >> 32) & m->mask;

	while (m->folds[at].path != 0 && m->folds[at].path != path)
		at = (at + 1) & m->mask;
	return &m->folds[at];
}

struct keeping {
	const struct json_memory *memory;
	const struct json_view *from;
	struct json_view *to;
};

static void keep_fold(void *ctx, size_t node, uint64_t path)
{
	const struct keeping *k = ctx;

	*place_of(k->memory, path) =
		(struct kept_fold){.path = path, .folded = k->from->folded[node]};
}

static void keep_cursor(struct json_memory *m, const struct json_view *j)
{
	size_t node = j->cursor;
	size_t row = json_view_row_of(j, node);

	m->step_count = json_view_node(j, node)->depth;
	for (size_t i = m->step_count; i > 0; i--) {
		const struct outline_node *n = json_view_node(j, node);
		struct kept_step *step = &m->steps[i - 1];

		step->index = n->index;
		step->name_len = n->key_len;
		step->name = n->member ? xmemdup0(j->text + n->key_at, n->key_len) : NULL;
		node = n->parent;
	}
	m->cursor_line = row > j->top ? row - j->top : 0;
}

struct json_memory *json_memory_of(const struct json_view *j)
{
	struct json_memory *m;
	size_t containers = 0, cap = 16;

	for (size_t i = 0; i < j->outline.count; i++)
		containers += json_view_container(j, i);
	while (cap < 2 * containers)
		cap *= 2;
	m = xcalloc(1, sizeof(*m));
	m->folds = xcalloc(cap, sizeof(*m->folds));
	m->mask = cap - 1;
	each_container(j, keep_fold, &(struct keeping){.memory = m, .from = j});
	keep_cursor(m, j);
	return m;
}

static void apply_fold(void *ctx, size_t node, uint64_t path)
{
	const struct keeping *k = ctx;
	const struct kept_fold *kept = place_of(k->memory, path);

	if (kept->path)
		k->to->folded[node] = kept->folded;
}

/* As far along the path as it still goes. */
static size_t follow(const struct json_memory *m, const struct json_view *j)
{
	size_t node = 0;

	for (size_t i = 0; i < m->step_count; i++) {
		const struct kept_step *s = &m->steps[i];
		size_t child = s->name ? outline_child_named(&j->outline, j->text, node, s->name,
							     s->name_len)
				       : outline_child_at(&j->outline, node, s->index);

		if (child == 0)
			break;
		node = child;
	}
	return node;
}

void json_memory_apply(const struct json_memory *m, struct json_view *j)
{
	size_t row;

	each_container(j, apply_fold, &(struct keeping){.memory = m, .to = j});
	j->cursor = follow(m, j);
	json_view_list_rows(j);
	row = json_view_row_of(j, j->cursor);
	j->top = row > m->cursor_line ? row - m->cursor_line : 0;
	j->skip = 0;
}

void json_memory_free(struct json_memory *m)
{
	if (!m)
		return;
	for (size_t i = 0; i < m->step_count; i++)
		free(m->steps[i].name);
	free(m->folds);
	free(m);
}
