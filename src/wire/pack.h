/*
 * An object as a short string of bytes that holds only the members that are not
 * empty, for keeping many of them in memory. Not a format: it never leaves the process.
 */
#ifndef PEPAYTOP_WIRE_PACK_H
#define PEPAYTOP_WIRE_PACK_H

#include "base/strbuf.h"
#include "wire/objects.h"

/* Appends the object to sb, all but its id: who keeps it knows that. */
void object_pack(const struct object *o, struct strbuf *sb);
/* The object of that kind and id (of no more than fits) that was packed; the caller's, to be
 * released. */
void object_unpack(enum object_kind kind, const char *id, const void *packed, struct object *ret);

/* A text member of a packed object: of the object itself (`outer` NULL), or of what it holds. */
struct packed_text {
	const char *outer, *key; /* as on the wire */
	const char *text;
	size_t len;
};
/* Tells every text of at least so many bytes in it, but its id; without unpacking anything. */
void object_packed_texts(enum object_kind kind, const void *packed, size_t least,
			 void (*tell)(void *ctx, const struct packed_text *t), void *ctx);

/* Members of the object itself, by their place in the struct, without unpacking the rest: what is
 * not there is left as it was. A text is borrowed; of an object that may be missing the number says
 * whether it is there. */
struct packed_member {
	size_t offset;
	const char *text;
	int64_t number;
};
void object_packed_members(enum object_kind kind, const void *packed, struct packed_member *ret,
			   size_t count);

#endif
