#include "app/app.h"

#include <locale.h>

int main(int argc, char *argv[])
{
	/* Only the character set: numbers and dates are ours, not the locale's. */
	setlocale(LC_CTYPE, "");
	return app_main(argc, argv);
}
