/*
 * Keys to commands, by context. The command numbers and names are the caller's;
 * this kit only knows that they are numbers with names. Sequences of up to two
 * keys ("g g") are supported.
 */
#ifndef PEPAYTOP_UI_KEYMAP_H
#define PEPAYTOP_UI_KEYMAP_H

#include "ui/key.h"

#define KEYMAP_KEYS_PER_COMMAND 6
#define COMMAND_NONE            0

/* One row of the caller's command table; the table is indexed by command number. */
struct command_info {
	const char *name;  /* "cursor-down": in key files, scripts, the palette */
	const char *title; /* "Down": short, for bars */
	const char *help;  /* one line for the help screen */
	const char *group; /* heading in help */
	const char *keys;  /* defaults, separated by blanks: "j Down"; a sequence as "g+g" */
	unsigned contexts; /* bit set in which it applies, the caller's meaning */
};

struct keymap;

/* The table is borrowed. E_CONFLICT names both commands when two defaults clash in a context. */
must_check enum status keymap_new(const struct command_info *commands, size_t count,
				  struct keymap **ret, struct problem *reterr);
void keymap_free(struct keymap *km);

enum key_result { KEY_UNBOUND, KEY_PENDING, KEY_COMMAND };
/*
 * Feeds a key in a context (one bit); remembers a pending first key of a sequence. A second key
 * that completes no sequence is dropped with the first, never run on its own; pasted keys are
 * unbound.
 */
enum key_result keymap_feed(struct keymap *km, unsigned context, struct key k, int *ret_command);
void keymap_reset(struct keymap *km); /* forgets a pending key */
/* The pending key's name, or "" . */
const char *keymap_pending(const struct keymap *km, char buf[KEY_NAME_CAP]);
/* "j, Down, gg" for help; only the first when `first` is set. */
const char *keymap_keys_of(const struct keymap *km, int command, bool first, char *buf, size_t cap);
const struct command_info *keymap_command(const struct keymap *km, int command); /* NULL: none */
int keymap_command_by_name(const struct keymap *km, const char *name); /* COMMAND_NONE if none */

#endif
