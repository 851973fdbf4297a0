#include "ui/term_type.h"

#include <curses.h>
#include <term.h>

bool term_type_known(const char *name, int fd, bool *ret_usable)
{
	int why;
	if (setupterm(name, fd, &why) != OK)
		return false;
	*ret_usable = cursor_address && clear_screen;
	del_curterm(cur_term);
	return true;
}
