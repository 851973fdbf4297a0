/*
 * The inside of the screen: which file does what.
 */
#ifndef PEPAYTOP_APP_SCREEN_PARTS_H
#define PEPAYTOP_APP_SCREEN_PARTS_H

#include "app/screen.h"

/* screen_stack.c: views over the panes */
struct view *screen_push(struct screen *s, const struct view_ops *ops);
void screen_pop(struct screen *s);
/* Opens it, or closes it when it is on top already. NULL: closed. */
struct view *screen_toggle(struct screen *s, const struct view_ops *ops);
/* Does what the view on top asked for. */
enum wish screen_take_ask(struct screen *s);
/* Brings what is visible up to date, and does what views ask for by that. */
void screen_settle(struct screen *s, int width, int height);

/* screen_keys.c */
/* Does a command as if its key had been pressed. */
enum wish screen_act(struct screen *s, enum command cmd);
void screen_focus(struct screen *s, enum pane p);

/* screen_mouse.c */
enum wish screen_mouse_key(struct screen *s, struct key k);

/* prompts.c */
void screen_open_prompt(struct screen *s, enum prompt_kind kind);
enum wish screen_key_prompt(struct screen *s, struct key k);

/* screen_menu.c: actions and copies */
void screen_open_actions(struct screen *s);
enum wish screen_copy(struct screen *s);
void screen_open_copies(struct screen *s);
enum wish screen_plain(struct screen *s);
enum wish screen_browse(struct screen *s);
enum wish screen_key_menu(struct screen *s, struct key k);
void screen_key_dialog(struct screen *s, struct key k);

#endif
