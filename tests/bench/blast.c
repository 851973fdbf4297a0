/*
 * The canned stream as a program: says its port, and ends with its standard input.
 *
 *	blast COUNT OBJECTS
 */
#include "bench/lib_blast.h"

#include <unistd.h>

int main(int argc, char **argv)
{
	char byte;

	if (argc != 3) {
		fprintf(stderr, "usage: blast COUNT OBJECTS\n");
		return 2;
	}
	struct blast_options opt = {
		.story = {.objects = strtoull(argv[2], NULL, 10), .base_ms = CANNED_BASE_MS},
		.count = strtoull(argv[1], NULL, 10),
	};
	struct blast *b = blast_start(&opt);
	printf("%d\n", blast_port(b));
	fflush(stdout);
	while (read(STDIN_FILENO, &byte, 1) > 0)
		;
	blast_stop(b);
	return 0;
}
