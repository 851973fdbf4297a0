/*
 * A shape's members, each after its number from 1; 0 ends them. Texts end with their NUL, whole
 * numbers are in groups of seven bits, a flag is its mere presence.
 */
#include "wire/pack.h"

#include "base/alloc.h"

#include <assert.h>

static const struct shape *shape_of(enum object_kind kind)
{
	return kind_info(kind)->shape;
}

/* --- packing ---------------------------------------------------------------------------- */

static void pack_number(struct strbuf *sb, int64_t value)
{
	uint64_t bits = ((uint64_t)value << 1) ^ (value < 0 ? UINT64_MAX : 0);
	unsigned char bytes[10];
	size_t n = 0;

	for (; bits >= 0x80; bits >>= 7)
		bytes[n++] = (unsigned char)(bits | 0x80);
	bytes[n++] = (unsigned char)bits;
	strbuf_add(sb, bytes, n);
}

static void pack_shape(const struct shape *shape, const char *it, struct strbuf *sb);

static int64_t number_at(const char *at)
{
	int64_t value;
	memcpy(&value, at, sizeof(value));
	return value;
}

static void pack_list(const struct field *f, const char *it, size_t count, struct strbuf *sb)
{
	const char *items;

	memcpy(&items, it + f->offset, sizeof(items));
	pack_number(sb, (int64_t)count);
	for (size_t i = 0; i < count; i++)
		pack_shape(f->shape, items + i * f->shape->size, sb);
}

static bool field_is_empty(const struct field *f, const char *it)
{
	const char *at = it + f->offset;
	size_t count;

	switch (f->kind) {
	case FIELD_ID:
	case FIELD_TEXT:
		return at[0] == '\0';
	case FIELD_MILLIS:
		if (f->present_offset != 0)
			return !*(const bool *)(it + f->present_offset) && number_at(at) == 0;
		return number_at(at) == 0;
	case FIELD_INT:
	case FIELD_DOLLARS:
	case FIELD_DECIMAL:
		return number_at(at) == 0;
	case FIELD_TIME:
	case FIELD_TIME_ISO:
		return number_at(at) == TIME_NONE;
	case FIELD_BOOL:
		return !*(const bool *)at;
	case FIELD_LIST:
		memcpy(&count, it + f->count_offset, sizeof(count));
		return count == 0;
	case FIELD_OBJECT:
		return false;
	case FIELD_FIXED:
		break;
	}
	return true;
}

static void pack_field(const struct field *f, const char *it, struct strbuf *sb)
{
	const char *at = it + f->offset;
	size_t count;

	switch (f->kind) {
	case FIELD_ID:
	case FIELD_TEXT:
		strbuf_add(sb, at, strlen(at) + 1);
		break;
	case FIELD_INT:
	case FIELD_MILLIS:
	case FIELD_DOLLARS:
	case FIELD_DECIMAL:
	case FIELD_TIME:
	case FIELD_TIME_ISO:
		pack_number(sb, number_at(at));
		break;
	case FIELD_LIST:
		memcpy(&count, it + f->count_offset, sizeof(count));
		pack_list(f, it, count, sb);
		break;
	case FIELD_OBJECT:
		strbuf_addch(sb,
			     f->present_offset ? (char)*(const bool *)(it + f->present_offset) : 1);
		pack_shape(f->shape, at, sb);
		break;
	case FIELD_BOOL:
	case FIELD_FIXED:
		break;
	}
}

#define NO_OFFSET SIZE_MAX

static void pack_members(const struct shape *shape, const char *it, size_t left_out,
			 struct strbuf *sb)
{
	for (size_t i = 0; i < shape->field_count; i++) {
		const struct field *f = &shape->fields[i];
		if (field_is_empty(f, it) || (f->kind == FIELD_ID && f->offset == left_out))
			continue;
		strbuf_addch(sb, (char)(i + 1));
		pack_field(&shape->fields[i], it, sb);
	}
	strbuf_addch(sb, 0);
}

static void pack_shape(const struct shape *shape, const char *it, struct strbuf *sb)
{
	pack_members(shape, it, NO_OFFSET, sb);
}

/* Where the id is in the struct. */
static size_t id_offset(const struct object *o)
{
	return (size_t)(object_id(o) - (const char *)&o->as);
}

void object_pack(const struct object *o, struct strbuf *sb)
{
	if (o->kind == OBJECT_ORDER) { /* what the snapshot's shape has no member for */
		strbuf_addch(sb, o->as.order.has_snapshot);
		pack_number(sb, o->as.order.item_count);
	}
	pack_members(shape_of(o->kind), (const char *)&o->as, id_offset(o), sb);
}

/* --- unpacking ---------------------------------------------------------------------------- */

static int64_t unpack_number(const unsigned char **p)
{
	uint64_t bits = 0;
	unsigned shift = 0;

	for (; **p & 0x80; (*p)++, shift += 7)
		bits |= (uint64_t)(**p & 0x7f) << shift;
	bits |= (uint64_t) * (*p)++ << shift;
	return (int64_t)((bits >> 1) ^ (bits & 1 ? UINT64_MAX : 0));
}

static void unpack_shape(const struct shape *shape, const unsigned char **p, char *ret);

static void unpack_list(const struct field *f, const unsigned char **p, char *ret)
{
	size_t count = (size_t)unpack_number(p);
	char *items = xcalloc(count, f->shape->size);

	for (size_t i = 0; i < count; i++) {
		shape_init(f->shape, items + i * f->shape->size);
		unpack_shape(f->shape, p, items + i * f->shape->size);
	}
	memcpy(ret + f->offset, &items, sizeof(items));
	memcpy(ret + f->count_offset, &count, sizeof(count));
}

static void unpack_field(const struct field *f, const unsigned char **p, char *ret)
{
	char *at = ret + f->offset;
	int64_t number;
	size_t len;

	switch (f->kind) {
	case FIELD_ID:
	case FIELD_TEXT:
		len = strlen((const char *)*p) + 1;
		assert(len <= f->size);
		memcpy(at, *p, len);
		*p += len;
		break;
	case FIELD_INT:
	case FIELD_MILLIS:
	case FIELD_DOLLARS:
	case FIELD_DECIMAL:
	case FIELD_TIME:
	case FIELD_TIME_ISO:
		number = unpack_number(p);
		memcpy(at, &number, sizeof(number));
		if (f->kind == FIELD_MILLIS && f->present_offset != 0)
			*(bool *)(ret + f->present_offset) = true;
		break;
	case FIELD_BOOL:
		*(bool *)at = true;
		break;
	case FIELD_LIST:
		unpack_list(f, p, ret);
		break;
	case FIELD_OBJECT:
		if (f->present_offset)
			*(bool *)(ret + f->present_offset) = **p;
		(*p)++;
		unpack_shape(f->shape, p, at);
		break;
	case FIELD_FIXED:
		break;
	}
}

/* Onto what shape_init() made. */
static void unpack_shape(const struct shape *shape, const unsigned char **p, char *ret)
{
	unsigned char number;

	while ((number = *(*p)++) != 0)
		unpack_field(&shape->fields[number - 1], p, ret);
}

void object_unpack(enum object_kind kind, const char *id, const void *packed, struct object *ret)
{
	const unsigned char *p = packed;

	ret->kind = kind;
	shape_init(shape_of(kind), &ret->as);
	if (kind == OBJECT_ORDER) {
		ret->as.order.has_snapshot = *p++;
		ret->as.order.item_count = unpack_number(&p);
	}
	unpack_shape(shape_of(kind), &p, (char *)&ret->as);
	memcpy((char *)&ret->as + id_offset(ret), id, strlen(id) + 1);
}

/* --- looking through ----------------------------------------------------------------------- */

struct look {
	size_t least;
	void (*tell)(void *ctx, const struct packed_text *t);
	void *ctx;
};

static void look_at_shape(const struct shape *shape, const unsigned char **p, const char *outer,
			  const struct look *look);

static void look_at_field(const struct field *f, const unsigned char **p, const char *outer,
			  const struct look *look)
{
	int64_t count;
	size_t len;

	switch (f->kind) {
	case FIELD_ID:
	case FIELD_TEXT:
		len = strlen((const char *)*p);
		if (len >= look->least)
			look->tell(look->ctx,
				   &(struct packed_text){outer, f->key, (const char *)*p, len});
		*p += len + 1;
		break;
	case FIELD_INT:
	case FIELD_MILLIS:
	case FIELD_DOLLARS:
	case FIELD_DECIMAL:
	case FIELD_TIME:
	case FIELD_TIME_ISO:
		while (*(*p)++ & 0x80)
			;
		break;
	case FIELD_LIST:
		for (count = unpack_number(p); count > 0; count--)
			look_at_shape(f->shape, p, f->key, look);
		break;
	case FIELD_OBJECT:
		(*p)++;
		look_at_shape(f->shape, p, f->key, look);
		break;
	case FIELD_BOOL:
	case FIELD_FIXED:
		break;
	}
}

static void look_at_shape(const struct shape *shape, const unsigned char **p, const char *outer,
			  const struct look *look)
{
	unsigned char number;

	while ((number = *(*p)++) != 0)
		look_at_field(&shape->fields[number - 1], p, outer, look);
}

void object_packed_texts(enum object_kind kind, const void *packed, size_t least,
			 void (*tell)(void *ctx, const struct packed_text *t), void *ctx)
{
	const struct look look = {.least = least, .tell = tell, .ctx = ctx};
	const unsigned char *p = packed;

	if (kind == OBJECT_ORDER) {
		p++;
		(void)unpack_number(&p);
	}
	look_at_shape(shape_of(kind), &p, NULL, &look);
}

/* --- a few members --------------------------------------------------------------------------- */

static void member_read(const struct field *f, const unsigned char *p, struct packed_member *ret)
{
	if (f->kind == FIELD_ID || f->kind == FIELD_TEXT)
		ret->text = (const char *)p;
	else if (f->kind == FIELD_BOOL)
		ret->number = 1;
	else if (f->kind == FIELD_OBJECT)
		ret->number = *p;
	else if (f->kind != FIELD_LIST)
		ret->number = unpack_number(&p);
}

void object_packed_members(enum object_kind kind, const void *packed, struct packed_member *ret,
			   size_t count)
{
	const struct look nothing = {.least = SIZE_MAX};
	const struct shape *shape = shape_of(kind);
	const unsigned char *p = packed;
	unsigned char number;

	if (kind == OBJECT_ORDER) {
		p++;
		(void)unpack_number(&p);
	}
	while ((number = *p++) != 0) {
		const struct field *f = &shape->fields[number - 1];

		for (size_t i = 0; i < count; i++)
			if (ret[i].offset == f->offset)
				member_read(f, p, &ret[i]);
		look_at_field(f, &p, NULL, &nothing);
	}
}
