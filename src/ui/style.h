/*
 * Roles: what a cell means. Themes give them colours; views never name a colour.
 * X(constant, name in a theme file)
 */
#ifndef PEPAYTOP_UI_STYLE_H
#define PEPAYTOP_UI_STYLE_H

#include "base/status.h"

#define ROLES(X)                                                                            \
	X(ROLE_TEXT, "text")                                                                \
	X(ROLE_MUTED, "muted")   /* secondary words: ids, units, hints */                   \
	X(ROLE_STRONG, "strong") /* what the eye should find first: amounts, names */       \
	X(ROLE_HEADER, "header") /* column titles */                                        \
	X(ROLE_BORDER, "border")                                                            \
	X(ROLE_BORDER_FOCUS, "border_focus")                                                \
	X(ROLE_TITLE, "title") /* of an unfocused pane */                                   \
	X(ROLE_TITLE_FOCUS, "title_focus")                                                  \
	X(ROLE_BADGE, "badge") /* in the bars, what must be seen: "READ-ONLY" */            \
	X(ROLE_TOPBAR, "topbar")                                                            \
	X(ROLE_ENV_DEMO, "env_demo")                                                        \
	X(ROLE_ENV_TEST, "env_test")                                                        \
	X(ROLE_ENV_LIVE, "env_live")                                                        \
	X(ROLE_KEY, "key") /* a key in the bottom bar and in help */                        \
	X(ROLE_KEY_LABEL, "key_label")                                                      \
	X(ROLE_NEUTRAL, "neutral") /* tones: the meaning of a state */                      \
	X(ROLE_WAITING, "waiting")                                                          \
	X(ROLE_ACTIVE, "active")                                                            \
	X(ROLE_GOOD, "good")                                                                \
	X(ROLE_WARN, "warn")                                                                \
	X(ROLE_BAD, "bad")                                                                  \
	X(ROLE_DEAD, "dead")                                                                \
	X(ROLE_PROMPT, "prompt")                                                            \
	X(ROLE_DIALOG, "dialog") /* a dialog's surface */                                   \
	X(ROLE_DIALOG_BORDER, "dialog_border")                                              \
	X(ROLE_BUTTON, "button")                                                            \
	X(ROLE_BUTTON_FOCUS, "button_focus")                                                \
	X(ROLE_MATCH, "match")                 /* text a search found */                    \
	X(ROLE_SELECTION, "selection")         /* overlays: laid over whole rows */         \
	X(ROLE_SELECTION_OFF, "selection_off") /* the selected row of an unfocused pane */  \
	X(ROLE_CHANGED, "changed")             /* a row that changed a moment ago */        \
	X(ROLE_QR, "qr")                       /* black on white, whatever a theme says, */ \
	X(ROLE_QR_DARK, "qr_dark")             /* and the other way round */

enum role {
	ROLE_NONE, /* no overlay; a cell's own role is never NONE */
#define X(constant, name) constant,
	ROLES(X)
#undef X
		ROLE_COUNT
};
const char *role_name(enum role r);         /* NULL out of range */
enum role role_from_name(const char *name); /* ROLE_NONE when unknown */

#endif
