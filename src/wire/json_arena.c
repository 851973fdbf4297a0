#include "wire/json_arena.h"

#include "base/alloc.h"

#include <assert.h>
#include <cjson/cJSON.h>
#include <stdint.h>
#include <string.h>

struct arena {
	size_t live; /* blocks, and one while it is open */
	size_t used;
	size_t size;
};

/* Its arena stands before every block, and the block half a unit off, where malloc() puts nothing:
 * so json_arena_free() tells the two apart. */
#define UNIT   _Alignof(max_align_t)
#define HEADER sizeof(struct arena *)

_Static_assert(UNIT == 2 * HEADER, "a block stands half a unit off");
_Static_assert(_Alignof(cJSON) <= HEADER, "an item may stand there");

static _Thread_local struct arena *arena_open;

static void arena_let_go(struct arena *arena)
{
	if (--arena->live == 0)
		free(arena);
}

static size_t arena_round(size_t size)
{
	return (size + UNIT - 1) / UNIT * UNIT;
}

void json_arena_open(size_t room)
{
	assert(arena_open == NULL);
	size_t begin = arena_round(sizeof(struct arena));
	struct arena *arena = xmalloc(begin + room);
	*arena = (struct arena){.live = 1, .used = begin, .size = begin + room};
	arena_open = arena;
}

void json_arena_close(void)
{
	arena_let_go(arena_open);
	arena_open = NULL;
}

void *json_arena_alloc(size_t size)
{
	struct arena *arena = arena_open;
	if (arena == NULL || size > arena->size)
		return xmalloc(size);
	size_t whole = arena_round(HEADER + size);
	if (whole > arena->size - arena->used)
		return xmalloc(size);
	char *at = (char *)arena + arena->used;
	memcpy(at, &arena, HEADER);
	arena->used += whole;
	arena->live++;
	return at + HEADER;
}

void json_arena_free(void *p)
{
	struct arena *arena;
	if ((uintptr_t)p % UNIT != HEADER) {
		free(p);
		return;
	}
	memcpy(&arena, (char *)p - HEADER, HEADER);
	arena_let_go(arena);
}

/* Before main, so that no thread can see it happen: cJSON then never returns NULL for want of
 * memory. */
__attribute__((constructor)) static void json_use_our_memory(void)
{
	cJSON_Hooks hooks = {.malloc_fn = json_arena_alloc, .free_fn = json_arena_free};
	cJSON_InitHooks(&hooks);
}
