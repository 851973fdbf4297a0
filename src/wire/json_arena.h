/*
 * The memory a parsed document is made of: one allocation instead of some three a value. cJSON
 * allocates and frees through hooks that know nothing of documents, so what is open is the
 * thread's, and every block remembers its arena. Private to json*.c.
 *
 * Blocks are freed one by one, in any order and on any thread, like those of malloc(); the arena
 * goes with the last of them. Its count has no lock: the blocks of one document never have two
 * owners at a time.
 */
#ifndef PEPAYTOP_WIRE_JSON_ARENA_H
#define PEPAYTOP_WIRE_JSON_ARENA_H

#include <stddef.h>

/* Until it is closed, what this thread allocates comes from `room` bytes, and what does not fit
 * from the heap. */
void json_arena_open(size_t room);
void json_arena_close(void);
/* Never NULL; from the heap when no arena is open, so that free() takes it too. */
void *json_arena_alloc(size_t size);
void json_arena_free(void *p);

#endif
