/*
 * Events that a sweep found although a stream that brings their type was live all the
 * time. The stream may only be slower than REST: it has a moment to bring them still.
 */
#include "archive/archive_priv.h"

#include "base/alloc.h"
#include "base/strbuf.h"

#include <string.h>

void skips_init(struct skip_list *l)
{
	*l = (struct skip_list){.ids = idmap_new(), .types = idmap_new()};
}

void skips_release(struct skip_list *l)
{
	idmap_free(l->ids);
	idmap_free(l->types);
	free(l->items);
}

unsigned skips_streams(const struct skip_list *l, const char *type)
{
	return (unsigned)(uintptr_t)idmap_get(l->types, type);
}

void skips_learn(struct skip_list *l, const char *type, enum stream_id s)
{
	unsigned known = skips_streams(l, type), now = known | 1u << s;

	if (now == known || (known == 0 && idmap_count(l->types) == ARCHIVE_TYPES_MAX))
		return;
	(void)idmap_put(l->types, type, (void *)(uintptr_t)now);
}

bool skips_waits(const struct skip_list *l, const char *id)
{
	return l->count > 0 && idmap_has(l->ids, id);
}

void skips_add(struct skip_list *l, const char *id, enum stream_id s, int64_t mono_ms)
{
	struct skip *sk;

	if (l->count == ARCHIVE_SKIPS_MAX || idmap_has(l->ids, id))
		return;
	array_reserve((void **)&l->items, &l->cap, l->count + 1, sizeof(*l->items));
	sk = &l->items[l->count++];
	*sk = (struct skip){.stream = s, .found_mono_ms = mono_ms};
	str_copy(sk->id, sizeof(sk->id), id);
	(void)idmap_put(l->ids, id, NULL);
}

static void skips_remove(struct skip_list *l, size_t i)
{
	(void)idmap_remove(l->ids, l->items[i].id);
	l->count--;
	memmove(&l->items[i], &l->items[i + 1], (l->count - i) * sizeof(*l->items));
}

void skips_drop(struct skip_list *l, const char *id)
{
	for (size_t i = 0; i < l->count; i++) {
		if (!str_equal(l->items[i].id, id))
			continue;
		skips_remove(l, i);
		return;
	}
}

void skips_truncate(struct skip_list *l, size_t count)
{
	while (l->count > count)
		skips_remove(l, l->count - 1);
}

static bool skip_is_due(const struct skip *sk, int64_t mono_ms)
{
	return mono_ms - sk->found_mono_ms >= ARCHIVE_SKIP_MS;
}

bool skips_due(const struct skip_list *l, int64_t mono_ms)
{
	return l->count > 0 && skip_is_due(&l->items[0], mono_ms);
}

void skips_settle(struct skip_list *l, struct proof *p, struct proof_time now)
{
	size_t i;

	for (i = 0; i < l->count && skip_is_due(&l->items[i], now.mono_ms); i++) {
		/* a stream that was lost meanwhile may have been about to bring it */
		if (proof_expects(p, l->items[i].stream))
			proof_skipped(p, l->items[i].id, now);
	}
	l->settled = i;
}

void skips_forget_settled(struct skip_list *l)
{
	for (size_t i = 0; i < l->settled; i++)
		(void)idmap_remove(l->ids, l->items[i].id);
	l->count -= l->settled;
	if (l->settled > 0)
		memmove(&l->items[0], &l->items[l->settled], l->count * sizeof(*l->items));
	l->settled = 0;
}
