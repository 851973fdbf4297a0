/*
 * A question over the screen: labelled facts, a warning, and buttons. The first
 * button is the safe one and is the default. Confirming takes its own key, never
 * the key that opened the dialog; keys that arrive in the first 300 ms or from a
 * paste are ignored (product F18, faults T10).
 */
#ifndef PEPAYTOP_UI_DIALOG_H
#define PEPAYTOP_UI_DIALOG_H

#include "ui/canvas.h"
#include "ui/key.h"

#define DIALOG_FACTS_MAX 12
#define DIALOG_GUARD_MS  300

struct dialog_fact {
	struct safe_text label, value;
	enum role role; /* of the value */
};

struct dialog {
	struct safe_text title;
	enum role title_role; /* ROLE_ENV_LIVE on production */
	struct dialog_fact facts[DIALOG_FACTS_MAX];
	size_t fact_count;
	struct safe_text warning; /* what will happen, wrapped */
	struct safe_text refuse;  /* "Keep it": the safe button */
	struct safe_text confirm; /* "Cancel order" */
	struct key confirm_key;   /* 'y' … shown on the button */
	bool focus_confirm;       /* moved with Tab or arrows */
	int64_t opened_mono_ms;
};

enum dialog_result { DIALOG_OPEN, DIALOG_CONFIRMED, DIALOG_REFUSED };

void dialog_init(struct dialog *d, int64_t now_mono_ms);
void dialog_fact(struct dialog *d, const char *label, enum role role, const char *fmt, ...)
	printf_like(4, 5);
/* Esc, n, q and Enter on the default refuse; confirm_key, or Enter after moving to it, confirms. */
enum dialog_result dialog_key(struct dialog *d, struct key k, int64_t now_mono_ms);
/* Centred; scrolls nothing: it is laid out to fit 80x24. */
void dialog_draw(const struct dialog *d, struct canvas *c);

/* A menu of actions, each with the reason why not when it cannot be done now. */
#define MENU_ITEMS_MAX 24
struct menu_item {
	char letter; /* a key that chooses it; 0: none */
	struct safe_text label;
	struct safe_text shows;  /* beside the label, in one column */
	struct safe_text reason; /* why it is off; "" = on */
	bool enabled;
	int value;
};
struct menu {
	struct safe_text title;
	struct menu_item items[MENU_ITEMS_MAX];
	size_t count;
	size_t cursor;
};
enum menu_result { MENU_OPEN, MENU_CHOSEN, MENU_CLOSED };
void menu_init(struct menu *m);
void menu_add(struct menu *m, int value, const char *label, const char *reason_off);
/* Of a menu whose items have letters, which stand before them. Not j, k, q: those are the menu's.
 */
void menu_add_lettered(struct menu *m, int value, char letter, const char *label,
		       const struct safe_text *shows);
enum menu_result menu_key(struct menu *m, struct key k,
			  int *ret_value); /* an off item stays open */
void menu_draw(const struct menu *m, struct canvas *c);

#endif
