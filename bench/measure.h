/*
 * What every program measured here prints when it is done: one line of name=value pairs.
 *
 *   cpu    seconds of user and system time of this process
 *   wall   seconds that passed
 *   peak   KiB of memory this process had resident at most
 *   ...    whatever else the program has to say of itself
 *
 * cpu and wall count from measure_start, so that neither start-up nor warm-up is in them.
 */
#ifndef IDNGO_BENCH_MEASURE_H
#define IDNGO_BENCH_MEASURE_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

struct measure {
    double cpu, wall;
};

static inline double measure_cpu(void) {
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

static inline double measure_wall(void) {
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

static inline struct measure measure_start(void) {
    return (struct measure){.cpu = measure_cpu(), .wall = measure_wall()};
}

/* Prints the line up to its last pair; the caller adds its own pairs and ends the line. */
static inline void measure_print(struct measure since) {
    double cpu = measure_cpu() - since.cpu, wall = measure_wall() - since.wall;
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    printf("cpu=%.6f wall=%.6f peak=%ld", cpu, wall, used.ru_maxrss);
}

/* A count from the command line, or the end of the program. */
static inline long measure_count(const char *text) {
    char *end;
    errno = 0;
    long n = text ? strtol(text, &end, 10) : -1;
    if (n < 0 || errno || *end) {
        fprintf(stderr, "a count is missing on the command line\n");
        exit(2);
    }
    return n;
}

#endif
