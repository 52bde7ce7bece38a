/* See thread.h. */
#include "thread.h"

#include <signal.h>

int idn_thread_start(pthread_t *thread, void *(*work)(void *arg), void *arg) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int error = pthread_create(thread, NULL, work, arg);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return error;
}
