/* Threads of this library: they leave every signal to the process's own. */
#ifndef IDNGO_THREAD_H
#define IDNGO_THREAD_H

#include <pthread.h>

/* Starts work(arg). 0, or an errno. */
int idn_thread_start(pthread_t *thread, void *(*work)(void *arg), void *arg);

#endif
