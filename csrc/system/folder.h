/* A folder that is this user's alone: what is written into it nobody else can exchange. For runs and the event spool. */
#ifndef IDNGO_FOLDER_H
#define IDNGO_FOLDER_H

/*
 * Opens the folder, or makes it (0700, durable in its parent). One that is there must belong to this user or to root, and
 * neither group nor others may write in it; with `no_link` its last part must not be a link either. A descriptor, or -1
 * and *why, which is static.
 */
int idn_folder_open(const char *path, int no_link, const char **why);

#endif
