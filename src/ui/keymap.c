#include "ui/keymap.h"

#include "base/alloc.h"
#include "base/strbuf.h"

#define SEQUENCE_MAX 2

struct binding {
	struct key keys[SEQUENCE_MAX];
	size_t length;
	int command;
};

struct keymap {
	const struct command_info *commands;
	size_t count;
	struct binding *bindings; /* in the order of the table: the first is the one to show */
	size_t binding_count, binding_cap;
	struct key pending;
	bool is_pending;
	unsigned pending_context;
};

static bool binding_starts_with(const struct binding *b, const struct key *keys, size_t length)
{
	if (b->length < length)
		return false;
	for (size_t i = 0; i < length; i++) {
		if (!key_equal(b->keys[i], keys[i]))
			return false;
	}
	return true;
}

/* "g+g" into keys; a '+' that starts or ends the token is the key itself. */
static enum status binding_parse(struct binding *b, const char *token)
{
	const char *plus = token[0] ? strchr(token + 1, '+') : NULL;
	char name[KEY_NAME_CAP];

	b->length = 0;
	if (plus && plus[1]) {
		if (!str_printf(name, sizeof(name), "%.*s", (int)(plus - token), token))
			return E_INVALID;
		enum status st = key_parse(name, &b->keys[b->length]);
		if (st != S_OK)
			return st;
		b->length++;
		token = plus + 1;
	}
	enum status st = key_parse(token, &b->keys[b->length]);
	if (st == S_OK)
		b->length++;
	return st;
}

/* A binding clashes with an equal one and with one that it begins, or that begins it. */
static enum status keymap_check(const struct keymap *km, const struct binding *fresh,
				const char *token, struct problem *reterr)
{
	const struct command_info *mine = &km->commands[fresh->command];
	for (size_t i = 0; i < km->binding_count; i++) {
		const struct binding *b = &km->bindings[i];
		const struct command_info *other = &km->commands[b->command];
		size_t shorter = b->length < fresh->length ? b->length : fresh->length;
		if (!(other->contexts & mine->contexts))
			continue;
		if (!binding_starts_with(b, fresh->keys, shorter))
			continue;
		return problem_set(reterr, E_CONFLICT, "give one of them another key",
				   "key '%s' belongs to both '%s' and '%s'", token, other->name,
				   mine->name);
	}
	return S_OK;
}

static enum status keymap_bind(struct keymap *km, int command, const char *token,
			       struct problem *reterr)
{
	struct binding b = {.command = command};
	if (binding_parse(&b, token) != S_OK)
		return problem_set(reterr, E_INVALID, "write keys as j, G, Enter, C-d, F5 or g+g",
				   "'%s' of '%s' is not a key", token, km->commands[command].name);
	enum status st = keymap_check(km, &b, token, reterr);
	if (st != S_OK)
		return st;
	array_reserve((void **)&km->bindings, &km->binding_cap, km->binding_count + 1,
		      sizeof(*km->bindings));
	km->bindings[km->binding_count++] = b;
	return S_OK;
}

static enum status keymap_bind_all(struct keymap *km, int command, struct problem *reterr)
{
	const char *at = km->commands[command].keys;
	for (size_t bound = 0; at && *(at += strspn(at, " ")); bound++) {
		size_t len = strcspn(at, " ");
		char token[2 * KEY_NAME_CAP];
		if (bound == KEYMAP_KEYS_PER_COMMAND)
			return problem_set(reterr, E_LIMIT, NULL, "more than %d keys for '%s'",
					   KEYMAP_KEYS_PER_COMMAND, km->commands[command].name);
		(void)str_printf(token, sizeof(token), "%.*s", (int)len, at);
		enum status st = keymap_bind(km, command, token, reterr);
		if (st != S_OK)
			return st;
		at += len;
	}
	return S_OK;
}

enum status keymap_new(const struct command_info *commands, size_t count, struct keymap **ret,
		       struct problem *reterr)
{
	struct keymap *km = xcalloc(1, sizeof(*km));
	km->commands = commands;
	km->count = count;
	for (size_t i = COMMAND_NONE + 1; i < count; i++) {
		enum status st = keymap_bind_all(km, (int)i, reterr);
		if (st != S_OK) {
			keymap_free(km);
			return st;
		}
	}
	*ret = km;
	return S_OK;
}

void keymap_free(struct keymap *km)
{
	if (!km)
		return;
	free(km->bindings);
	free(km);
}

static bool key_is_notice(struct key k)
{
	return k.code >= KEYC_RESIZE || k.code == KEYC_NONE;
}

enum key_result keymap_feed(struct keymap *km, unsigned context, struct key k, int *ret_command)
{
	struct key keys[SEQUENCE_MAX];
	size_t length = 0;

	if (key_is_notice(k))
		return KEY_UNBOUND;
	if (km->is_pending && km->pending_context == context)
		keys[length++] = km->pending;
	keymap_reset(km);
	if (k.pasted)
		return KEY_UNBOUND;
	keys[length++] = k;
	for (size_t i = 0; i < km->binding_count; i++) {
		const struct binding *b = &km->bindings[i];
		if (!(km->commands[b->command].contexts & context) ||
		    !binding_starts_with(b, keys, length))
			continue;
		if (b->length == length) {
			*ret_command = b->command;
			return KEY_COMMAND;
		}
		km->pending = k;
		km->is_pending = true;
		km->pending_context = context;
		return KEY_PENDING;
	}
	return KEY_UNBOUND;
}

void keymap_reset(struct keymap *km)
{
	km->is_pending = false;
}

const char *keymap_pending(const struct keymap *km, char buf[KEY_NAME_CAP])
{
	if (!km->is_pending) {
		buf[0] = '\0';
		return buf;
	}
	return key_to_name(km->pending, buf);
}

/* "gg" for two plain characters, "g Enter" otherwise. */
static void binding_describe(const struct binding *b, char *buf, size_t cap)
{
	char first[KEY_NAME_CAP], second[KEY_NAME_CAP];
	key_to_name(b->keys[0], first);
	if (b->length == 1) {
		(void)str_copy(buf, cap, first);
		return;
	}
	key_to_name(b->keys[1], second);
	bool plain = key_is_text(b->keys[0]) && key_is_text(b->keys[1]) &&
		     b->keys[0].code != KEYC_SPACE && b->keys[1].code != KEYC_SPACE;
	(void)str_printf(buf, cap, "%s%s%s", first, plain ? "" : " ", second);
}

const char *keymap_keys_of(const struct keymap *km, int command, bool first, char *buf, size_t cap)
{
	struct strbuf sb;
	size_t found = 0;

	strbuf_init(&sb, cap ? cap - 1 : 0);
	for (size_t i = 0; i < km->binding_count && !(first && found); i++) {
		char name[2 * KEY_NAME_CAP + 1];
		if (km->bindings[i].command != command)
			continue;
		binding_describe(&km->bindings[i], name, sizeof(name));
		strbuf_addf(&sb, "%s%s", found++ ? ", " : "", name);
	}
	(void)str_copy(buf, cap, strbuf_str(&sb));
	strbuf_release(&sb);
	return buf;
}

const struct command_info *keymap_command(const struct keymap *km, int command)
{
	if (command <= COMMAND_NONE || (size_t)command >= km->count)
		return NULL;
	return &km->commands[command];
}

int keymap_command_by_name(const struct keymap *km, const char *name)
{
	for (size_t i = COMMAND_NONE + 1; name && i < km->count; i++) {
		if (str_equal(km->commands[i].name, name))
			return (int)i;
	}
	return COMMAND_NONE;
}
