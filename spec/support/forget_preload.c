/*
 * Preloaded behind the sanitizers' runtimes: takes them out of the environment once this process has them, because
 * other people's programs, started by a test, hang or fail with them.
 */
#include <stdlib.h>

__attribute__((constructor)) static void forget_preload(void) {
    unsetenv("LD_PRELOAD");
}
