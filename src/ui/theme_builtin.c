/*
 * The four themes that come with the program, so that it runs uninstalled: the
 * same text as themes/<name>.theme, byte for byte (a test compares them).
 */
#include "ui/theme_spec.h"

/* clang-format off */
static const char dark[] =
	"; The default: calm greys, one teal for where you are, and tones that stay apart\n"
	"; for people who see red and green alike.\n"
	"\n"
	"[theme]\n"
	"name = dark\n"
	"background = #14161b\n"
	"; The terminal's own background stays; a theme that inherits this one may say yes.\n"
	"paint = no\n"
	"\n"
	"[roles]\n"
	"text          = #ccd1d9\n"
	"muted         = #8f97a3\n"
	"strong        = #f2f4f7 bold\n"
	"header        = #8f97a3 bold\n"
	"border        = #3d4450\n"
	"border_focus  = #4fb8ae\n"
	"title         = #a9b1bd\n"
	"title_focus   = #7fe0d5 bold\n"
	"badge         = #e2b866 bold\n"
	"topbar        = #ccd1d9 on #21252d\n"
	"env_demo      = #0f1720 on #8fb8ea bold\n"
	"env_test      = #1b1405 on #e2b152 bold\n"
	"env_live      = #ffffff on #c0282b bold\n"
	"key           = #7fe0d5 on #21252d bold\n"
	"key_label     = #a9b1bd on #21252d\n"
	"neutral       = #b3bac5\n"
	"waiting       = #8fb4ea\n"
	"active        = #67cbe6\n"
	"good          = #7fcf95\n"
	"warn          = #ebb95c\n"
	"bad           = #f5847c\n"
	"dead          = #8b919c\n"
	"prompt        = #f2f4f7 on #21252d\n"
	"dialog        = #d5dae2 on #1d2129\n"
	"dialog_border = #4fb8ae on #1d2129\n"
	"button        = #d5dae2 on #343b47\n"
	"button_focus  = #0d1514 on #5fcdc1 bold\n"
	"match         = #1b1405 on #ebc866\n"
	"selection     = #f2f4f7 on #273c44\n"
	"selection_off = #ccd1d9 on #262b33\n"
	"changed       = #f2f4f7 on #26302a\n";

static const char light[] =
	"; Dark on white, also where the terminal is not.\n"
	"\n"
	"[theme]\n"
	"name = light\n"
	"background = #fcfcfa\n"
	"\n"
	"[roles]\n"
	"text          = #2b313a\n"
	"muted         = #626b77\n"
	"strong        = #0c1016 bold\n"
	"header        = #626b77 bold\n"
	"border        = #c3c8cf\n"
	"border_focus  = #07655e\n"
	"title         = #525a66\n"
	"title_focus   = #07655e bold\n"
	"badge         = #8a5200 bold\n"
	"topbar        = #2b313a on #e6e9ed\n"
	"env_demo      = #ffffff on #2a62b0 bold\n"
	"env_test      = #221700 on #f0b93a bold\n"
	"env_live      = #ffffff on #bd2a22 bold\n"
	"key           = #07655e on #e6e9ed bold\n"
	"key_label     = #48505b on #e6e9ed\n"
	"neutral       = #4a525e\n"
	"waiting       = #2459a8\n"
	"active        = #00687f\n"
	"good          = #1c6e36\n"
	"warn          = #8a5200\n"
	"bad           = #b3261e\n"
	"dead          = #6b727d\n"
	"prompt        = #0c1016 on #e6e9ed\n"
	"dialog        = #2b313a on #eef1f4\n"
	"dialog_border = #07655e on #eef1f4\n"
	"button        = #2b313a on #d3d8de\n"
	"button_focus  = #ffffff on #07655e bold\n"
	"match         = #221700 on #ffd75e\n"
	"selection     = #0c1016 on #cfe6e3\n"
	"selection_off = #2b313a on #e4e7eb\n"
	"changed       = #0c1016 on #e2f0d8\n";

static const char mono[] =
	"; No colour at all: bold, dim, underline and reverse carry what colour would.\n"
	"\n"
	"[theme]\n"
	"name = mono\n"
	"\n"
	"[roles]\n"
	"text          = default\n"
	"muted         = dim\n"
	"strong        = bold\n"
	"header        = underline\n"
	"border        = dim\n"
	"border_focus  = bold\n"
	"title         = default\n"
	"title_focus   = bold\n"
	"badge         = bold\n"
	"topbar        = reverse\n"
	"env_demo      = reverse\n"
	"env_test      = reverse\n"
	"env_live      = bold reverse\n"
	"key           = bold\n"
	"key_label     = default\n"
	"neutral       = default\n"
	"waiting       = dim\n"
	"active        = default\n"
	"good          = default\n"
	"warn          = bold\n"
	"bad           = bold underline\n"
	"dead          = dim\n"
	"prompt        = bold\n"
	"dialog        = default\n"
	"dialog_border = bold\n"
	"button        = default\n"
	"button_focus  = bold reverse\n"
	"match         = bold underline\n"
	"selection     = reverse\n"
	"selection_off = underline\n"
	"changed       = bold\n";

static const char high_contrast[] =
	"; Black, white and colours that people of every kind of colour vision tell apart\n"
	"; (blue, sky, orange, yellow; no state hangs on red against green).\n"
	"\n"
	"[theme]\n"
	"name = high-contrast\n"
	"background = #000000\n"
	"\n"
	"[roles]\n"
	"text          = #ffffff\n"
	"muted         = #d0d0d0\n"
	"strong        = #ffffff bold\n"
	"header        = #ffffff bold underline\n"
	"border        = #9a9a9a\n"
	"border_focus  = #ffe14a bold\n"
	"title         = #ffffff\n"
	"title_focus   = #ffe14a bold\n"
	"badge         = #000000 on #ffe14a bold\n"
	"topbar        = #ffffff on #303030\n"
	"env_demo      = #000000 on #6fc3ff bold\n"
	"env_test      = #000000 on #ffe14a bold\n"
	"env_live      = #ffffff on #b00020 bold\n"
	"key           = #ffe14a on #303030 bold\n"
	"key_label     = #ffffff on #303030\n"
	"neutral       = #e4e4e4\n"
	"waiting       = #9ecbff\n"
	"active        = #4fd8ff bold\n"
	"good          = #2fe0b0 bold\n"
	"warn          = #ffd23f bold\n"
	"bad           = #ff9a5c bold underline\n"
	"dead          = #b8b8b8\n"
	"prompt        = #ffffff on #303030\n"
	"dialog        = #ffffff on #1c1c1c\n"
	"dialog_border = #ffe14a on #1c1c1c bold\n"
	"button        = #ffffff on #454545\n"
	"button_focus  = #000000 on #ffe14a bold\n"
	"match         = #000000 on #ffd23f bold\n"
	"selection     = #ffffff on #004a8f bold\n"
	"selection_off = #ffffff on #454545\n"
	"changed       = #ffffff on #173a5c\n";

/* clang-format on */

static const struct {
	const char *name, *text;
} builtins[] = {
	{"dark", dark},
	{"light", light},
	{"mono", mono},
	{"high-contrast", high_contrast},
};

static const char *const names[] = {"dark", "light", "mono", "high-contrast", NULL};

const char *theme_builtin(const char *name)
{
	for (size_t i = 0; i < sizeof(builtins) / sizeof(builtins[0]); i++) {
		if (strcmp(builtins[i].name, name) == 0)
			return builtins[i].text;
	}
	return NULL;
}

const char *const *theme_names(void)
{
	return names;
}
