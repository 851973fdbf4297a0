#include "views/command.h"

#include "ui/keymap.h"

static const struct command_info COMMAND_TABLE[COMMAND_COUNT] = {
#define X(constant, name, title, help, group, keys, contexts) \
	[constant] = {name, title, help, group, keys, contexts},
	COMMANDS(X)
#undef X
};

const struct command_info *command_table(void)
{
	return COMMAND_TABLE;
}
