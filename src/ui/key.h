/*
 * One key press, with its name for help and key files ("j", "G", "Enter", "C-d",
 * "S-Tab", "F5", "PgUp", "Space").
 */
#ifndef PEPAYTOP_UI_KEY_H
#define PEPAYTOP_UI_KEY_H

#include "base/status.h"

#define KEY_NAME_CAP 24

enum key_code { /* above Unicode; below is the code point itself */
		KEYC_NONE = 0,
		KEYC_TAB = 0x09,
		KEYC_ENTER = 0x0d,
		KEYC_ESC = 0x1b,
		KEYC_SPACE = 0x20,
		KEYC_BACKSPACE = 0x7f,
		KEYC_UP = 0x110000,
		KEYC_DOWN,
		KEYC_LEFT,
		KEYC_RIGHT,
		KEYC_HOME,
		KEYC_END,
		KEYC_PGUP,
		KEYC_PGDN,
		KEYC_INSERT,
		KEYC_DELETE,
		KEYC_BACKTAB,
		KEYC_F1,
		KEYC_F2,
		KEYC_F3,
		KEYC_F4,
		KEYC_F5,
		KEYC_F6,
		KEYC_F7,
		KEYC_F8,
		KEYC_F9,
		KEYC_F10,
		KEYC_F11,
		KEYC_F12,
		KEYC_RESIZE, /* the terminal has another size */
		KEYC_PASTE,  /* start of a bracketed paste; its characters follow */
		KEYC_PASTE_END,
		KEYC_MOUSE, /* a button or the wheel, at a cell */
		KEYC_GONE   /* the terminal is gone: leave */
};

enum mouse_button { MOUSE_LEFT, MOUSE_WHEEL_UP, MOUSE_WHEEL_DOWN };

struct key {
	uint32_t code;
	bool ctrl;
	bool pasted; /* part of a paste: text for a prompt, never a command */
	/* KEYC_MOUSE */
	enum mouse_button button;
	int x, y; /* cells, from 0 */
};

must_check enum status key_parse(const char *name, struct key *ret);
const char *key_to_name(struct key k, char buf[KEY_NAME_CAP]);
/* Whether it is the same key; being pasted makes no difference. */
bool key_equal(struct key a, struct key b);
bool key_is_text(struct key k); /* a printable character without ctrl */
/* The UTF-8 of a text key; returns its length, 0 when it is not text. */
size_t key_utf8(struct key k, char out[4]);

#endif
