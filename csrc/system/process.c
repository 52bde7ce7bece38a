/* A page that the system empties in every child, and the boot. See process.h. */
#include "process.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

pid_t idn_process(void) {
    static pid_t *kept;
    if (!kept) {
        pid_t *page = mmap(NULL, sizeof *page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (page == MAP_FAILED)
            return getpid();
        if (madvise(page, sizeof *page, MADV_WIPEONFORK) != 0) {
            munmap(page, sizeof *page);
            return getpid();
        }
        kept = page;
    }
    if (*kept == 0)
        *kept = getpid();
    return *kept;
}

void idn_boot_id(char boot[IDN_BOOT_ID]) {
    memset(boot, 0, IDN_BOOT_ID);
    int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    if (read(fd, boot, 36) != 36) /* the length of a UUID */
        memset(boot, 0, IDN_BOOT_ID);
    close(fd);
}
