/*
 * Becomes lua5.4 with the sanitizers' runtimes in it, SANITIZERS, before what is preloaded already. A program rather than a
 * script, for specs start thousands, and a shell takes a while to start.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int count, char **arguments) {
    const char *others = getenv("LD_PRELOAD");
    char *all = NULL;
    if (count < 1 || asprintf(&all, "%s %s", SANITIZERS, others ? others : "") < 0 || setenv("LD_PRELOAD", all, 1) != 0) {
        perror("lua5.4 with sanitizers");
        return 127;
    }
    arguments[0] = "lua5.4";
    execv("/usr/bin/lua5.4", arguments);
    perror("/usr/bin/lua5.4");
    return 127;
}
