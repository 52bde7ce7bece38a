/*
 * A process that sends as fast as a lane lets it, by the limiter of one version of idngo: compiled with the sources of each.
 *
 *   limit_version FOLDER LOG NAME SECONDS BUSY IDLE
 *
 * It takes part for BUSY seconds, then stays away for IDLE, and so on. What a server would count is a line of LOG: when, in
 * nanoseconds, and NAME. Its clock, and the limiter's, run twenty times as fast as the machine's.
 */
#include "limit_file.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SLOTS = 3 };
#define LEASE (20 * IDN_SECOND)

int main(int argc, char **argv) {
    static struct idn_limiter limiter;
    if (argc != 7 || !idn_limiter_open(&limiter, argv[1], "key")) {
        fprintf(stderr, "%s\n", argc == 7 ? limiter.message : "six arguments expected");
        return 1;
    }
    int lane = idn_limiter_lane(&limiter, "lane", SLOTS, IDN_SECOND);
    int log = open(argv[2], O_WRONLY | O_CREAT | O_APPEND, 0600);
    int64_t began = idn_limiter_clock(), end = began + atoi(argv[4]) * IDN_SECOND;
    int64_t busy = atoi(argv[5]) * IDN_SECOND, idle = atoi(argv[6]) * IDN_SECOND;
    uint64_t ticket = 0, grant = 0;
    srand((unsigned)getpid());
    for (int64_t now = began; now < end; now = idn_limiter_clock()) {
        struct idn_wait wait;
        if (idle && (now - began) % (busy + idle) >= busy) {
            usleep(1000);
            continue;
        }
        enum idn_answer answer = idn_limiter_acquire(&limiter, &lane, 1, LEASE, &ticket, &grant, &wait);
        if (answer == IDN_BROKEN) {
            fprintf(stderr, "%s\n", limiter.message);
            return 1;
        }
        if (answer == IDN_WAIT) {
            usleep(1000);
            continue;
        }
        usleep((useconds_t)(rand() % 4000)); /* on its way */
        int64_t counted = idn_limiter_clock();
        if (counted < now + LEASE) { /* as the gate has it; what is later is not sent */
            char line[64];
            int len = snprintf(line, sizeof line, "%lld %s\n", (long long)counted, argv[3]);
            if (write(log, line, (size_t)len) != len)
                return 1;
            usleep((useconds_t)(rand() % 4000)); /* on its way back */
            idn_limiter_release(&limiter, grant, IDN_ANSWERED, idn_limiter_clock());
        } else {
            idn_limiter_release(&limiter, grant, IDN_NOT_SENT, 0);
        }
    }
    idn_limiter_close(&limiter);
    return 0;
}
