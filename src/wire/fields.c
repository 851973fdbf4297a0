#include "wire/fields.h"

#include "base/alloc.h"

#include <assert.h>

/* A list field in the C struct: a pointer of whatever type, moved as bytes. */
static void *list_items(const struct field *f, const void *it)
{
	void *items;
	memcpy(&items, (const char *)it + f->offset, sizeof(items));
	return items;
}

static size_t list_count(const struct field *f, const void *it)
{
	size_t count;
	memcpy(&count, (const char *)it + f->count_offset, sizeof(count));
	return count;
}

static void list_set(const struct field *f, void *it, void *items, size_t count)
{
	memcpy((char *)it + f->offset, &items, sizeof(items));
	memcpy((char *)it + f->count_offset, &count, sizeof(count));
}

void shape_init(const struct shape *shape, void *ret)
{
	static const int64_t none = TIME_NONE;
	memset(ret, 0, shape->size);
	for (size_t i = 0; i < shape->field_count; i++) {
		const struct field *f = &shape->fields[i];
		char *at = (char *)ret + f->offset;
		if (f->kind == FIELD_TIME || f->kind == FIELD_TIME_ISO)
			memcpy(at, &none, sizeof(none));
		else if (f->kind == FIELD_OBJECT)
			shape_init(f->shape, at);
	}
}

void shape_release(const struct shape *shape, void *it)
{
	for (size_t i = 0; i < shape->field_count; i++) {
		const struct field *f = &shape->fields[i];
		if (f->kind == FIELD_OBJECT)
			shape_release(f->shape, (char *)it + f->offset);
		if (f->kind != FIELD_LIST)
			continue;
		char *items = list_items(f, it);
		for (size_t n = list_count(f, it); n > 0; n--)
			shape_release(f->shape, items + (n - 1) * f->shape->size);
		free(items);
		list_set(f, it, NULL, 0);
	}
}

size_t shape_list_bytes(const struct shape *shape, const void *it)
{
	size_t sum = 0;

	for (size_t i = 0; i < shape->field_count; i++) {
		const struct field *f = &shape->fields[i];
		if (f->kind == FIELD_OBJECT)
			sum += shape_list_bytes(f->shape, (const char *)it + f->offset);
		if (f->kind != FIELD_LIST)
			continue;
		const char *items = list_items(f, it);
		for (size_t n = list_count(f, it); n > 0; n--)
			sum += f->shape->size +
			       shape_list_bytes(f->shape, items + (n - 1) * f->shape->size);
	}
	return sum;
}

/* Gives a struct that was copied as bytes lists of its own. */
static void shape_own_lists(const struct shape *shape, void *it)
{
	for (size_t i = 0; i < shape->field_count; i++) {
		const struct field *f = &shape->fields[i];
		if (f->kind == FIELD_OBJECT)
			shape_own_lists(f->shape, (char *)it + f->offset);
		if (f->kind != FIELD_LIST)
			continue;
		size_t count = list_count(f, it);
		char *items = NULL;
		if (count > 0) {
			items = xcalloc(count, f->shape->size);
			memcpy(items, list_items(f, it), count * f->shape->size);
		}
		for (size_t n = 0; n < count; n++)
			shape_own_lists(f->shape, items + n * f->shape->size);
		list_set(f, it, items, count);
	}
}

void shape_copy(const struct shape *shape, void *dst, const void *src)
{
	memcpy(dst, src, shape->size);
	shape_own_lists(shape, dst);
}
