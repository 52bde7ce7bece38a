/* In the place of libFuzzer: gives a fuzzer every file of the folders named, in their order; its properties must hold. */
#include "fuzz.h"

#include <dirent.h>

static int play(const char *folder, const char *name) {
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    MUST(file);
    static uint8_t bytes[1 << 16];
    size_t size = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    return LLVMFuzzerTestOneInput(bytes, size);
}

static int is_visible(const struct dirent *entry) {
    return entry->d_name[0] != '.';
}

int main(int argc, char **argv) {
    int played = 0;
    for (int i = 1; i < argc; i++) {
        struct dirent **entries;
        int count = scandir(argv[i], &entries, is_visible, alphasort);
        MUST(count >= 0);
        for (int k = 0; k < count; k++) {
            play(argv[i], entries[k]->d_name);
            played++;
            free(entries[k]);
        }
        free(entries);
    }
    printf("%d inputs\n", played);
    return played == 0;
}
