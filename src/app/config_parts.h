/*
 * The parts config_make() is put together from.
 */
#ifndef PEPAYTOP_APP_CONFIG_PARTS_H
#define PEPAYTOP_APP_CONFIG_PARTS_H

#include "app/options.h"

#define KEY_TEXT_MAX 512

/*
 * Reads a key file: a regular file, not a symlink, ours, mode 0600 or stricter, one line of
 * printable ASCII without blanks. The caller frees the key with key_wipe(). No problem text ever
 * holds any part of the content.
 */
must_check enum status key_from_file(const char *path, char **ret_key, struct problem *reterr);
/* The same rules for a key that an environment variable held. */
must_check enum status key_from_text(const char *source, const char *text, char **ret_key,
				     struct problem *reterr);
void key_wipe(char *key); /* overwrites, then frees; NULL is fine */

/* The folder our binary lies in; caller frees. "." when nothing better is known. */
char *path_of_binary(const char *argv0);
/* Where themes are looked for, best first, NULL-terminated; free each and the array. */
char **path_theme_dirs(const char *binary_dir, const char *(*env)(const char *name));
/* E_NOT_FOUND when `path` is not a file that we may run. */
must_check enum status path_executable(const char *path, struct problem *reterr);

/* $XDG_STATE_HOME/pepaytop, else ~/.local/state/pepaytop; NULL without either. Caller frees. */
char *path_state_dir(const char *(*env)(const char *name));
/* config_history.c: file, retention, --from; `speed` must have been checked. */
must_check enum status config_history(struct config *c, const struct options *o,
				      const char *(*env)(const char *name), struct problem *reterr);

enum color_wish { COLOR_AS_TERMINAL, COLOR_OFF, COLOR_FORCED };
/* Product section 4: --color > PEPAYTOP_NO_COLOR > NO_COLOR > CLICOLOR_FORCE > CLICOLOR=0 >
 * TERM=dumb. `flag` may be NULL. */
must_check enum status color_decide(const char *flag, const char *(*env)(const char *name),
				    enum color_wish *ret, struct problem *reterr);

#endif
